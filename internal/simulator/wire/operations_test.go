package wire_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

const imageUpgrade = one + "/agentPools/user/upgradeNodeImageVersion" + version

func TestPostOfAnImageUpgradeAnswers202WithBothHeaders(t *testing.T) {
	c := small(t)
	got := c.send("POST", imageUpgrade, "")
	if got.status != http.StatusAccepted || got.header.Get("Azure-AsyncOperation") == "" || !strings.Contains(got.header.Get("Location"), "/operationresults/") {
		t.Errorf("got %d %v", got.status, got.header)
	}
	if state := at(got.json(t), "properties", "provisioningState"); state != "UpgradingNodeImageVersion" {
		t.Errorf("the pool is %v", state)
	}
}

func TestStatusCarriesProgressUntilTheEnd(t *testing.T) {
	c := small(t)
	url := c.send("POST", imageUpgrade, "").header.Get("Azure-AsyncOperation")
	var seen []string
	for range 9 { // four nodes, two at once, four minutes each
		status := at(c.get(url).json(t), "status").(string)
		if len(seen) == 0 || seen[len(seen)-1] != status {
			seen = append(seen, status)
		}
		c.step(time.Minute)
	}
	want := []string{
		"RollingUpgradeUpgradingNodes: 0/4 nodes completed; 0 errors", "RollingUpgradeUpgradingNodes: 1/4 nodes completed; 0 errors",
		"RollingUpgradeUpgradingNodes: 2/4 nodes completed; 0 errors", "RollingUpgradeUpgradingNodes: 3/4 nodes completed; 0 errors", "Succeeded",
	}
	for i := range want {
		if i >= len(seen) || (i < 2 && seen[i] != want[i]) {
			t.Fatalf("got %q, want %q", seen, want)
		}
	}
	if last := seen[len(seen)-1]; last != "Succeeded" {
		t.Errorf("it ended %s", last)
	}
}

func TestFailedOperationAnswers200WithAnError(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.Faults.Exact = []simulator.Fault{{Kind: simulator.Drain, Cluster: "aks-one", Pool: "user"}}
	})
	url := c.send("POST", imageUpgrade, "").header.Get("Azure-AsyncOperation")
	c.step(time.Hour)
	body := c.get(url).json(t)
	if at(body, "status") != "Failed" || at(body, "error", "code") != "UpgradeFailed" || at(body, "endTime") == nil {
		t.Errorf("got %v", body)
	}
	if state := at(c.get(one+"/agentPools/user"+version).json(t), "properties", "provisioningState"); state != "Failed" {
		t.Errorf("the pool is %v", state)
	}
}

func TestOperationURLsAreLongAndSigned(t *testing.T) {
	c := small(t)
	url := c.send("POST", imageUpgrade, "").header.Get("Azure-AsyncOperation")
	if len(url) < 4500 || len(url) > 6000 {
		t.Errorf("the URL has %d characters, AKS's have about 5,000", len(url))
	}
	for name, changed := range map[string]string{
		"another signature": strings.Replace(url, "&s=", "&s=x", 1),
		"another time":      strings.Replace(url, "&t=", "&t=1", 1),
		"shortened":         strings.Replace(url, "MIIHhzCC", "", 1),
		"of another":        strings.Replace(url, "/operations/", "/operations/x", 1),
		"without signature": url[:strings.Index(url, "&t=")],
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.send("GET", changed, ""), 401, "InvalidAuthenticationInfo", true) })
	}
}

func TestOperationURLThatHasGone(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.Faults.Exact = []simulator.Fault{{Kind: simulator.PollGone, Path: "/operations/"}}
	})
	url := c.send("POST", imageUpgrade, "").header.Get("Azure-AsyncOperation")
	refused(t, c.send("GET", url, ""), 404, "NotFound", true)
}

func TestOperationURLOutlivesItsCluster(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.Events = []simulator.Happening{{Kind: simulator.Delete, Cluster: "aks-one", At: time.Minute}}
	})
	url := c.send("POST", imageUpgrade, "").header.Get("Azure-AsyncOperation")
	c.step(time.Hour)
	if body := c.get(url).json(t); at(body, "error", "code") != "AKSOperationPreemptedByDelete" {
		t.Errorf("got %v", body)
	}
}
