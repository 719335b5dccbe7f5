package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestDrops(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.allowSnapshots()
	used := w.snapshot("used", "production", slow)
	old := w.snapshot("old", "production", oldImage)
	unpinned := w.snapshot("unpinned", "production", "AKSUbuntu-2204gen2containerd-202509.01.0")
	w.snapshot("of-another-strategy", "staging", oldImage)
	w.snapshot("of-a-user", "", oldImage)
	canary := w.cluster("canary", "canary", "northeurope", pools(pool("system", pinned(old))))
	prod := w.cluster("prod", "prod", "westeurope", pools(pool("system"), pool("work", user, pinned(old))))
	w.cluster("late", "zz", "westeurope")
	p := w.build(t, SkipTarget{"Stage", "zz"})

	if got := find(t, p, "prod").Pools[0].Snapshot; got != used {
		t.Fatalf("the pool uses %s", got)
	}
	want := []Drop{
		{Snapshot: old, Pools: []fleet.PoolID{{Cluster: canary, Pool: "system"}, {Cluster: prod, Pool: "work"}}},
		{Snapshot: unpinned},
	}
	if diff := cmp.Diff(want, p.Stages[1].Drop); diff != "" {
		t.Errorf("the last stage that runs (-want +got)\n%s", diff)
	}
	if p.Stages[0].Drop != nil || p.Stages[2].Drop != nil {
		t.Errorf("another stage drops snapshots too")
	}
}

// A member that came to be blocked has no route any more, so its snapshot is not needed.
func TestDropsWhatOnlyABlockedMemberWouldNeed(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.allowSnapshots()
	w.snapshot("ours", "production", slow)
	w.cluster("canary", "canary", "northeurope")
	w.cluster("prod", "prod", "westeurope", func(c *fleet.Cluster) {
		c.Windows = map[fleet.WindowKind]fleet.MaintenanceWindow{fleet.NodeOSWindow: {}}
	})
	p := w.build(t)
	if m := find(t, p, "prod"); m.Action != ActionBlocked || len(p.Stages[1].Drop) != 1 {
		t.Errorf("%s, %d drops", m.Action, len(p.Stages[1].Drop))
	}
}

func TestDropsOfOtherUpgrades(t *testing.T) {
	for name, spec := range map[string]struct {
		kind   strategy.UpgradeType
		images strategy.ImageSelection
		drops  int
	}{
		"Latest needs none":                            {strategy.NodeImageOnly, strategy.Latest, 1},
		"ControlPlaneOnly has nothing to do with them": {strategy.ControlPlaneOnly, strategy.Latest, 0},
	} {
		w := newWorld(spec.kind, spec.images)
		w.allowSnapshots()
		w.snapshot("ours", "production", slow)
		w.cluster("a", "dev", "westeurope")
		if got := len(w.build(t).Stages[0].Drop); got != spec.drops {
			t.Errorf("%s: %d drops, want %d", name, got, spec.drops)
		}
	}
}
