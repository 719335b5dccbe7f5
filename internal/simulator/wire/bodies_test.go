package wire_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

func TestAClusterIsShownAsItIsNow(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.Faults.Exact = []simulator.Fault{{Kind: simulator.Drain, Cluster: "aks-one", Pool: "user", Times: 1}, {Kind: simulator.Preempt, Cluster: "aks-two", Times: 1}}
		d.Events = []simulator.Happening{
			{Kind: simulator.Stop, Cluster: "aks-two", At: 5 * time.Hour}, {Kind: simulator.StartUp, Cluster: "aks-two", At: 6 * time.Hour},
			{Kind: simulator.Foreign, Cluster: "aks-one", At: 7 * time.Hour}, {Kind: simulator.Delete, Cluster: "aks-off", At: 8 * time.Hour},
		}
	})
	two := clusters + "/aks-two"
	acts := map[int]func(){
		1:  func() { c.send("POST", imageUpgrade, "") },
		8:  func() { c.put(two, func(p map[string]any) { p["kubernetesVersion"] = "1.34.2" }) },
		20: func() { c.put(two, func(p map[string]any) { p["kubernetesVersion"] = "1.34.2" }) },
		21: func() { c.send("POST", two+"/abort"+version, "") },
		40: func() { c.put(one, func(p map[string]any) { p["supportPlan"] = "AKSLongTermSupport" }) },
		90: func() { c.send("POST", imageUpgrade, "") },
	}
	different := map[string]bool{}
	for turn := range 110 {
		if act, ok := acts[turn]; ok {
			act()
		}
		used := c.get(subscription + provider + "/managedClusters" + version).body
		fresh := *c
		fresh.handler = wire.Handler(c.world)
		if diff := cmp.Diff(fresh.get(subscription+provider+"/managedClusters"+version).body, used); diff != "" {
			t.Fatalf("turn %d: %s", turn, diff)
		}
		different[used] = true
		c.step(5 * time.Minute)
	}
	if len(different) < 12 {
		t.Errorf("only %d states were seen", len(different))
	}
}
