package execute

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// dropping is a stage that is to remove a snapshot of ours which pool sys of cluster b was pinned to.
func dropping(t *testing.T) *scene {
	s := oneGroup(1, 0, imageMembers("a")...)
	s.Drop = []plan.Drop{{Snapshot: snapID, Pools: []fleet.PoolID{{Cluster: id("b"), Pool: "sys"}}}}
	sc := newScene(t, s)
	sc.inv.Snapshots = map[string]fleet.Snapshot{snapID: {ID: snapID, Tags: map[string]string{fleet.SnapshotTag: "prod"}}}
	return sc
}

func TestSnapshotsAreRemovedOnceAllMembersHaveEnded(t *testing.T) {
	sc := dropping(t).turn().begins("a:PoolImage sys").acceptAll().after(poll).atTarget("a").answer("a", ended())
	sc.turn().begins("DropSnapshot").states("a Completed").goesOn(fleet.Running)
	want := fleet.Step{Cluster: DropKey(snapID), Kind: fleet.DropSnapshot, Snapshot: snapID, Tag: "prod"}
	if diff := cmp.Diff(want, sc.last.Begin[0]); diff != "" {
		t.Errorf("step (-want +got):\n%s", diff)
	}
	finished := sc.inv.At
	sc.after(poll).inv.Snapshots = nil
	sc.turn().begins().over(fleet.Completed)
	if !sc.progress.Finished.Equal(finished) {
		t.Errorf("finished %s, want %s: removing a snapshot is no part of the wait", sc.progress.Finished, finished)
	}
}

func TestSnapshotsThatStay(t *testing.T) {
	tests := map[string]func(*scene){
		"a pool is pinned to it": func(sc *scene) {
			sc.cluster("b", func(c *fleet.Cluster) { c.Pools = []fleet.NodePool{{Name: "sys", Snapshot: snapID}} })
		},
		"a pool of a member is pinned to it": func(sc *scene) {
			sc.cluster("a", func(c *fleet.Cluster) { c.Pools[0].Snapshot = snapID })
		},
		"it is not ours": func(sc *scene) {
			sc.inv.Snapshots = map[string]fleet.Snapshot{snapID: {Tags: map[string]string{fleet.SnapshotTag: "another"}}}
		},
		"it is gone":         func(sc *scene) { sc.inv.Snapshots = nil },
		"the run is stopped": func(sc *scene) { sc.orders.Stop = true },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			sc := dropping(t).atTarget("a")
			change(sc)
			sc.turn().begins().over(fleet.Completed)
		})
	}
}

func TestASnapshotThatCannotBeRemovedFailsNothing(t *testing.T) {
	refused := fleet.Answer{Verdict: fleet.Refused, Err: &fleet.Problem{Message: "locked"}}
	sc := dropping(t).atTarget("a").turn().begins("DropSnapshot")
	sc.answers[DropKey(snapID)] = refused
	sc.turn().begins().over(fleet.Completed)

	sc = dropping(t).atTarget("a")
	tries := 0
	for sc.turn(); !sc.last.Over; sc.after(poll).turn() {
		tries += len(sc.last.Begin)
		sc.answers[DropKey(snapID)] = fleet.Answer{Verdict: fleet.Later}
		if sc.turn(); len(sc.last.Begin) > 0 {
			t.Fatal("tries again at once")
		}
	}
	if tries != maxTries {
		t.Errorf("tried %d times, want %d", tries, maxTries)
	}
}

func TestAStageOverItsBudgetRemovesNothing(t *testing.T) {
	dropping(t).turn().acceptAll().failOne("a").begins().over(fleet.Failed)
}
