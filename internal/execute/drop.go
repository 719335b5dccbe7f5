package execute

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// drop removes the snapshots that the plan says nobody needs any more, once every member has come to its end. What
// cannot be removed stays, and never fails a stage: it costs a few cents, and the next run finds it.
func (t *turn) drop() {
	t.dropped = true
	if t.orders.Stop || t.late() || t.exceeded != "" {
		return
	}
	for i := range t.places {
		if !t.places[i].now.done() {
			return
		}
	}
	for _, d := range t.stage.Drop {
		t.dropOne(d)
	}
}

func (t *turn) dropOne(d plan.Drop) {
	snapshot, there := t.inv.Snapshots[d.Snapshot]
	ours := snapshot.Tags[fleet.SnapshotTag] == t.orders.Name
	state := t.progress.Drops[d.Snapshot]
	if !there || !ours || state.GivenUp || t.inUse(d) {
		return
	}
	switch answer := t.answers[DropKey(d.Snapshot)]; answer.Verdict {
	case fleet.Refused:
		state.GivenUp = true
	case fleet.Later:
		if answer.NotBefore.After(state.NotBefore) {
			state.NotBefore = answer.NotBefore
		}
	case fleet.Ended:
		state.GivenUp = answer.Err != nil
	}
	if !state.NotBefore.After(t.inv.At) {
		state.Tries++
		state.NotBefore = t.poll()
		state.GivenUp = state.GivenUp || state.Tries > maxTries
		if !state.GivenUp {
			t.begin = append(t.begin, fleet.Step{Cluster: DropKey(d.Snapshot), Kind: fleet.DropSnapshot, Snapshot: d.Snapshot, Tag: t.orders.Name})
		}
	}
	t.progress.Drops[d.Snapshot] = state
	if !state.GivenUp {
		t.dropped = false
		t.wake(state.NotBefore)
	}
}

// DropKey is the Cluster of the Step that removes a snapshot: such a step uses no member's slot, and its answer is
// found under this key.
func DropKey(snapshot string) fleet.ClusterID { return fleet.ClusterID(snapshot) }

// inUse reports whether any pool that was read is still pinned to the snapshot.
func (t *turn) inUse(d plan.Drop) bool {
	for _, id := range d.Pools {
		if cluster, there := t.inv.Clusters[id.Cluster]; there {
			if pool, has := cluster.Pool(id.Pool); has && strings.EqualFold(pool.Snapshot, d.Snapshot) {
				return true
			}
		}
	}
	return slices.ContainsFunc(t.places, func(pl place) bool {
		return slices.ContainsFunc(pl.cluster.Pools, func(pool fleet.NodePool) bool {
			return strings.EqualFold(pool.Snapshot, d.Snapshot)
		})
	})
}
