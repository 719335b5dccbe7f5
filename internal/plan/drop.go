package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// addDrops lets the last stage that runs remove the snapshots which earlier runs of this strategy made and which no
// route needs any more. A pool that is pinned to one needs it to scale out, so such pools are named.
func (r *run) addDrops(stages []Stage) {
	last := lastToRun(stages)
	if last == nil || r.strategy.Upgrade.Type == strategy.ControlPlaneOnly || len(r.inv.Snapshots) == 0 {
		return
	}
	needed := map[string]bool{}
	for c := range r.all() {
		for i := range c.parts {
			p := &c.parts[i]
			if c.out.Action.Open() {
				needed[p.out.Snapshot] = true
			}
		}
	}
	pinned := r.pinnedPools()
	for _, id := range slices.Sorted(maps.Keys(r.inv.Snapshots)) {
		if r.inv.Snapshots[id].Tags[fleet.SnapshotTag] == r.strategy.Name && !needed[id] {
			last.Drop = append(last.Drop, Drop{Snapshot: id, Pools: pinned[id]})
		}
	}
}

func lastToRun(stages []Stage) *Stage {
	for i := range slices.Backward(stages) {
		if stages[i].Skip == "" {
			return &stages[i]
		}
	}
	return nil
}

// pinnedPools lists, by snapshot, the pools that are pinned to it now.
func (r *run) pinnedPools() map[string][]fleet.PoolID {
	pinned := map[string][]fleet.PoolID{}
	for _, id := range slices.Sorted(maps.Keys(r.inv.Clusters)) {
		for _, pool := range r.inv.Clusters[id].Pools {
			if pool.Snapshot != "" {
				snapshot := strings.ToLower(pool.Snapshot)
				pinned[snapshot] = append(pinned[snapshot], poolID(id, pool))
			}
		}
	}
	return pinned
}
