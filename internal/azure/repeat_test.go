package azure

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadsAreRepeated(t *testing.T) {
	good := answer{body: `{}`}
	after := func(status int, name, value string) answer {
		return answer{status: status, header: map[string]string{name: value}}
	}
	tests := []struct {
		name  string
		turns []answer
		waits []time.Duration
		tries int
		ok    bool
	}{
		{"at once", []answer{good}, nil, 1, true},
		{"Retry-After beyond a minute", []answer{after(429, "Retry-After", "90"), good}, []time.Duration{90 * time.Second}, 2, true},
		{"Retry-After in milliseconds", []answer{after(503, "retry-after-ms", "1500"), good}, []time.Duration{1500 * time.Millisecond}, 2, true},
		{"Azure's own header", []answer{after(429, "x-ms-retry-after-ms", "250"), good}, []time.Duration{250 * time.Millisecond}, 2, true},
		{"Retry-After as a date", []answer{after(503, "Retry-After", "Mon, 23 Nov 2026 12:03:00 GMT"), good}, []time.Duration{3 * time.Minute}, 2, true},
		{"cut twice", []answer{{cut: true}, {cut: true}, good}, []time.Duration{time.Second, 2 * time.Second}, 3, true},
		{"each passing status", []answer{{status: 408}, {status: 500}, {status: 502}, {status: 503}, {status: 504}, good},
			[]time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}, 6, true},
		{"never mended", []answer{{status: 500}}, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 60e9}, maxTries, false},
		{"asked to wait too long", []answer{after(429, "Retry-After", "601")}, nil, 1, false},
		{"together too long", []answer{after(429, "Retry-After", "300")}, []time.Duration{300e9, 300e9}, 3, false},
		{"not there", []answer{{status: 404}}, nil, 1, false},
		{"not implemented", []answer{{status: 501}}, nil, 1, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, clock := newStub(t, inTurn(test.turns...))
			var body struct{}
			call, err := client.resource(readCluster, string(clusterOne()), "", containerService)
			if err != nil {
				t.Fatal(err)
			}
			err = client.read(t.Context(), call, &body)
			if (err == nil) != test.ok {
				t.Errorf("error %v, want success %v", err, test.ok)
			}
			if !slices.Equal(clock.waits, test.waits) {
				t.Errorf("waited %v, want %v", clock.waits, test.waits)
			}
			if len(s.asked) != test.tries {
				t.Errorf("%d tries, want %d", len(s.asked), test.tries)
			}
			if got := client.Requests(); len(got) != 1 || got[0].Count != test.tries || got[0].Kind != readCluster {
				t.Errorf("counted %v, want %d of %q", got, test.tries, readCluster)
			}
		})
	}
}

// A login that fails is not mended by sending the same request again, and nothing reaches ARM.
func TestFailedLoginIsNotRepeated(t *testing.T) {
	s, clock := &stub{script: always(answer{})}, newClock()
	config, _ := Cloud("", "", "")
	client, err := NewClient(Config{Credential: staticCredential{&loginFailed{"could not log in"}}, Cloud: config, Transport: s, Now: clock.Now, Wait: clock.Wait})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = client.fetched(t.Context(), clusterOne())
	if err == nil || !strings.Contains(err.Error(), "could not log in") || len(s.asked) != 0 || len(clock.waits) != 0 {
		t.Errorf("error %v after %d requests and %d waits", err, len(s.asked), len(clock.waits))
	}
}

func TestInterruptedReadEndsAtOnce(t *testing.T) {
	client, _, clock := newStub(t, always(answer{status: 503, header: map[string]string{"Retry-After": "5"}}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := client.fetched(ctx, clusterOne())
	if err == nil || len(clock.waits) != 0 {
		t.Errorf("error %v, waits %v", err, clock.waits)
	}
}

// Neither the token nor a signed URL may stand in an error, whatever goes wrong.
func TestErrorsHoldNoSecrets(t *testing.T) {
	const link = "https://management.azure.com/subscriptions/s/providers/Microsoft.ContainerService/locations/westeurope/operations/0a1b?api-version=1&s=SIGNATURE&c=CERT"
	for name, a := range map[string]answer{
		"cut": {cut: true}, "refused": {status: 400}, "gone": {status: 404}, "page": {status: 500, body: "<html>"}, "long": {body: "{"},
	} {
		t.Run(name, func(t *testing.T) {
			client, _, _ := newStub(t, always(a))
			err := client.read(t.Context(), call{kind: readOperation, url: link, scope: operationScope(link)}, &struct{}{})
			if err == nil {
				t.Fatal("no error")
			}
			for _, secret := range []string{"SIGNATURE", "CERT", accessToken} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error %q holds %q", err, secret)
				}
			}
			if !strings.Contains(err.Error(), "operations/0a1b") {
				t.Errorf("error %q does not name the operation", err)
			}
		})
	}
}

// An HTTP client's own errors quote the URL.
func TestErrorOfHTTPClientHoldsNoURL(t *testing.T) {
	clock := newClock()
	failing := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errCut })}
	config, _ := Cloud("", "", "")
	client, err := NewClient(Config{Credential: staticCredential{}, Cloud: config, Transport: failing, Now: clock.Now, Wait: clock.Wait})
	if err != nil {
		t.Fatal(err)
	}
	err = client.read(t.Context(), call{kind: readOperation, url: "https://management.azure.com/operations/1?s=SIGNATURE", scope: "/operations/1"}, &struct{}{})
	if !errors.Is(err, errCut) || strings.Contains(err.Error(), "SIGNATURE") {
		t.Errorf("error is %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
