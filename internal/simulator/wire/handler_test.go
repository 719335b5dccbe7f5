package wire_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

func TestLiveWorldKeepsUpWithAClock(t *testing.T) {
	c := small(t, cut(simulator.CutAfter))
	now := c.world.Now()
	server := httptest.NewServer(wire.Live(c.handler, c.world, func() time.Time { return now }))
	defer server.Close()
	send := func(method, path string) (*http.Response, error) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+c.token)
		return server.Client().Do(request)
	}
	if response, err := send("POST", imageUpgrade); err == nil {
		t.Errorf("the cut connection answered %s", response.Status)
	}
	state := func() string {
		response, err := send("GET", one+"/agentPools/user"+version)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return at(answer{body: string(body)}.json(t), "properties", "provisioningState").(string)
	}
	if got := state(); got != "UpgradingNodeImageVersion" {
		t.Errorf("the pool is %s", got)
	}
	now = now.Add(30 * time.Minute)
	if got := state(); got != "Succeeded" {
		t.Errorf("half an hour later it is %s", got)
	}
}

func TestLinksLeadToTheHostThatWasAsked(t *testing.T) {
	c := small(t)
	server := httptest.NewServer(c.handler)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+imageUpgrade, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if link := response.Header.Get("Azure-AsyncOperation"); !strings.HasPrefix(link, server.URL+"/") {
		t.Errorf("the operation is at %.60s", link)
	}
}

func TestLiveWorldThatBeginsLaterKeepsItsDistance(t *testing.T) {
	c := small(t)
	now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	start := c.world.Now()
	c.handler = wire.Live(c.handler, c.world, func() time.Time { return now })
	c.get(one + version)
	now = now.Add(time.Hour)
	c.get(one + version)
	if passed := c.world.Now().Sub(start); passed != time.Hour {
		t.Errorf("%s passed in the world, an hour outside", passed)
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	c := small(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				_, _ = c.try("GET", one+version, "")
				_, _ = c.try("POST", imageUpgrade, "")
				c.step(time.Minute)
			}
		})
	}
	group.Wait()
	if counts := c.world.Requests(); counts["GET managedCluster"] != 160 || counts["POST upgradeNodeImageVersion"] != 160 {
		t.Errorf("got %v", counts)
	}
}
