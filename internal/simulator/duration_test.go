package simulator_test

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestAPoolTakesAsLongAsItHasBatches(t *testing.T) {
	for _, test := range []struct {
		name  string
		count int
		surge string
		soak  int
		want  time.Duration
	}{
		{"one at a time by default", 3, "", 0, 12 * time.Minute},
		{"a tenth, rounded up", 15, "", 0, 32 * time.Minute},
		{"a number", 4, "3", 0, 8 * time.Minute},
		{"a percentage", 4, "50%", 0, 8 * time.Minute},
		{"a percentage, rounded up", 3, "33%", 0, 12 * time.Minute},
		{"all at once", 6, "100%", 0, 4 * time.Minute},
		{"soaking", 2, "1", 3, 14 * time.Minute},
		{"no nodes", -1, "1", 0, 0},
		{"a surge that is none", 2, "some", 0, 8 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := small(t, first(func(c *simulator.ClusterFile) {
				c.Pools[0].Count, c.Pools[0].MaxSurge, c.Pools[0].SoakMinutes = test.count, test.surge, test.soak
			}))
			operation, err := w.UpgradeImage(pool("aks-one", "system"), "")
			if err != nil {
				t.Fatal(err)
			}
			step(w, 24*time.Hour-time.Second)
			ended, _ := w.Operation(operation.ID)
			if took := ended.Ended.Sub(ended.Began); took != test.want {
				t.Errorf("it took %s, want %s", took, test.want)
			}
		})
	}
}

// Whatever its nodes, an operation on a pool may take some time by itself.
func TestAPoolTakesTimeByItself(t *testing.T) {
	w := small(t, func(d *simulator.Description) { d.Durations.Pool = time.Minute }, first(func(c *simulator.ClusterFile) { c.Pools[0].Count = 3 }))
	operation, err := w.UpgradeImage(pool("aks-one", "system"), "")
	if err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	ended, _ := w.Operation(operation.ID)
	if took := ended.Ended.Sub(ended.Began); took != 13*time.Minute {
		t.Errorf("it took %s", took)
	}
}

// A fleet served in real time may have operations of less than a second.
func TestShortDurationsAreKept(t *testing.T) {
	for fault, want := range map[simulator.FaultKind]time.Duration{"": 300 * time.Millisecond, simulator.Fail: 150 * time.Millisecond} {
		w := small(t, func(d *simulator.Description) { d.Durations.ControlPlane = 300 * time.Millisecond }, func(d *simulator.Description) {
			if fault != "" {
				d.Faults.Exact = []simulator.Fault{{Kind: fault, Cluster: "aks-one"}}
			}
		})
		if err := upgradeControlPlane(t, w, "aks-one", "1.34.2"); err != nil {
			t.Fatal(err)
		}
		step(w, want-time.Millisecond)
		if state := cluster(t, w, "aks-one").State; state != "Upgrading" {
			t.Errorf("%q: it is %s a millisecond too early", fault, state)
		}
		step(w, time.Millisecond)
		if state := cluster(t, w, "aks-one").State; state == "Upgrading" {
			t.Errorf("%q: it never ended", fault)
		}
	}
}

func TestJitterMakesOperationsLongerByTheSeed(t *testing.T) {
	took := map[time.Duration]bool{}
	for seed := range uint64(20) {
		w := small(t, func(d *simulator.Description) { d.Seed, d.Durations.Jitter = seed, 25 })
		operation, err := w.UpgradeImage(pool("aks-one", "system"), "")
		if err != nil {
			t.Fatal(err)
		}
		step(w, time.Hour)
		ended, _ := w.Operation(operation.ID)
		long := ended.Ended.Sub(ended.Began)
		if long < 12*time.Minute || long > 15*time.Minute {
			t.Errorf("it took %s, want 12 to 15 minutes", long)
		}
		took[long] = true
	}
	if len(took) < 10 {
		t.Errorf("20 seeds gave %d durations", len(took))
	}
}
