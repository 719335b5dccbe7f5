package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

func cut(kind simulator.FaultKind) func(*simulator.Description) {
	return func(d *simulator.Description) {
		d.Faults.Exact = []simulator.Fault{{Kind: kind, Path: "upgradeNodeImageVersion"}}
	}
}

func TestAConnectionCutIsAnErrorAndTheWriteMayHaveHappened(t *testing.T) {
	for _, test := range []struct {
		kind     simulator.FaultKind
		want     error
		happened bool
	}{
		{simulator.CutBefore, syscall.ECONNRESET, false},
		{simulator.CutAfter, io.ErrUnexpectedEOF, true},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			c := small(t, cut(test.kind))
			if _, err := c.try("POST", imageUpgrade, ""); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			busy := at(c.get(one+"/agentPools/user"+version).json(t), "properties", "provisioningState") != "Succeeded"
			if busy != test.happened {
				t.Errorf("the pool is busy: %v, want %v", busy, test.happened)
			}
		})
	}
}

func TestTransportHonoursItsContext(t *testing.T) {
	c := small(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request, err := http.NewRequestWithContext(ctx, "POST", "https://arm"+imageUpgrade, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if _, err := wire.Transport(c.handler).RoundTrip(request); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if counts := c.world.Requests(); counts["POST upgradeNodeImageVersion"] != 0 {
		t.Errorf("the request was served: %v", counts)
	}
}

func TestTransportDoesNotHideOtherPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the panic was swallowed")
		}
	}()
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") })
	_, _ = wire.Transport(broken).RoundTrip(httptest.NewRequest("GET", "/", nil))
}
