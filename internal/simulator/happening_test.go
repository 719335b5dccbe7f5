package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func happens(kind simulator.FaultKind, at time.Duration) func(*simulator.Description) {
	return func(d *simulator.Description) {
		d.Events = append(d.Events, simulator.Happening{Kind: kind, Cluster: "aks-one", At: at})
	}
}

func TestClusterDeletedInTheMiddleOfAnUpgrade(t *testing.T) {
	w := small(t, happens(simulator.Delete, time.Minute))
	operation, err := w.UpgradeImage(pool("aks-one", "user"), "")
	if err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if _, ok := w.Cluster(id("aks-one")); ok {
		t.Error("the cluster is still there")
	}
	ended, _ := w.Operation(operation.ID)
	if ended.Status != "Failed" || ended.Problem.Code != "AKSOperationPreemptedByDelete" {
		t.Errorf("the operation ended %s %v", ended.Status, ended.Problem)
	}
	if left := w.Clusters(subscription, ""); len(left) != 2 {
		t.Errorf("LIST shows %d clusters", len(left))
	}
}

func TestClusterStoppedInTheMiddleOfAnUpgradeAndStartedAgain(t *testing.T) {
	w := small(t, happens(simulator.Stop, time.Minute), happens(simulator.StartUp, time.Hour))
	if err := upgradeControlPlane(t, w, "aks-one", "1.34.2"); err != nil {
		t.Fatal(err)
	}
	step(w, 2*time.Minute)
	if c := cluster(t, w, "aks-one"); !c.Stopped || c.State != fleet.ProvisioningSucceeded {
		t.Errorf("stopped %v, %s", c.Stopped, c.State)
	}
	step(w, time.Hour)
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
}

func TestStopWhileAnAbortRunsLeavesNothingBusy(t *testing.T) {
	w := small(t, happens(simulator.Stop, 90*time.Second))
	if _, err := w.UpgradeImage(pool("aks-one", "user"), ""); err != nil {
		t.Fatal(err)
	}
	step(w, time.Minute)
	if _, err := w.Abort(id("aks-one"), "user"); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "user"); p.State.Busy() {
		t.Errorf("the pool is %s for good", p.State)
	}
}

func TestForeignOperationKeepsOthersOut(t *testing.T) {
	w := small(t, happens(simulator.Foreign, time.Minute))
	step(w, time.Minute)
	if state := cluster(t, w, "aks-one").State; state != "Updating" {
		t.Errorf("the cluster is %s", state)
	}
	refused := refusal(t, upgradeControlPlane(t, w, "aks-one", "1.34.2"), 409, "OperationNotAllowed")
	if !strings.Contains(refused.Message, "Another operation (Updating) is in progress") {
		t.Errorf("got %q", refused.Message)
	}
	step(w, 30*time.Minute-time.Second)
	if state := cluster(t, w, "aks-one").State; state != "Updating" {
		t.Errorf("before its half hour has passed the cluster is %s", state)
	}
	step(w, time.Second)
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
}

func TestForeignOperationIsRefusedWhileOursRuns(t *testing.T) {
	w := small(t, happens(simulator.Foreign, time.Minute))
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
	for _, event := range w.History() {
		if event.Kind == simulator.Wrote && event.By == simulator.Another {
			t.Errorf("it wrote at %s", event.At)
		}
	}
}

func TestAKSUpgradesBehindOurBack(t *testing.T) {
	for _, test := range []struct {
		channel, nodeOS string
		from, version   string
		image           fleet.NodeImage
	}{
		{"", "None", "1.33.5", "1.33.5", oldImage},
		{"", "NodeImage", "1.33.5", "1.33.5", westImage},
		{"patch", "None", "1.33.5", "1.33.7", westImage},
		{"stable", "None", "1.33.5", "1.34.2", westImage},
		{"stable", "None", "1.34.2", "1.34.2", oldImage}, // the newest is 1.35, as 1.36 is a preview
		{"rapid", "None", "1.33.5", "1.34.2", westImage}, // a minor at a time
		{"rapid", "None", "1.34.2", "1.35.0", "AKSUbuntu-2404gen2containerd-202602.10.0"},
		{"rapid", "None", "1.35.0", "1.35.0", oldImage},
	} {
		t.Run(test.channel+" "+test.nodeOS+" "+test.from, func(t *testing.T) {
			w := small(t, happens(simulator.AutoUpgrade, time.Minute),
				first(func(c *simulator.ClusterFile) {
					c.Version, c.UpgradeChannel, c.NodeOSChannel = test.from, test.channel, test.nodeOS
				}))
			step(w, 12*time.Hour)
			c := cluster(t, w, "aks-one")
			if c.Version != version(t, test.version) || c.Pools[0].Image != test.image || c.Pools[0].Version != c.Version {
				t.Errorf("got %s, pool %s with %s", c.Version, c.Pools[0].Version, c.Pools[0].Image)
			}
			for _, event := range w.History() {
				if event.Kind == simulator.Wrote && event.By != simulator.AKS {
					t.Errorf("a write is laid at the door of %s", event.By)
				}
			}
		})
	}
}

func TestAKSLeavesPinnedPoolsAlone(t *testing.T) {
	w := small(t, pinned, func(d *simulator.Description) { d.Snapshots = nil }, happens(simulator.AutoUpgrade, time.Minute), first(func(c *simulator.ClusterFile) { c.NodeOSChannel = "NodeImage" }))
	step(w, 12*time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Image != oldImage {
		t.Errorf("the pinned pool has %s", p.Image)
	}
	if p := poolOf(t, w, "aks-one", "user"); p.Image != westImage {
		t.Errorf("the other pool has %s", p.Image)
	}
}
