package simulator

import (
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// SnapshotWrite is what a PUT of a snapshot asks for.
type SnapshotWrite struct {
	Name       string
	Location   string
	Tags       map[string]string
	SourcePool string // ARM id of the pool it is taken of
}

// PutSnapshot takes a snapshot of a pool as it is now. It is ready after the world's snapshot duration. A snapshot that
// is there already is only given new tags.
func (w *World) PutSnapshot(id string, write SnapshotWrite) (snapshot fleet.Snapshot, created bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id = strings.ToLower(id)
	if there, ok := w.snapshots[id]; ok {
		there.Tags = maps.Clone(write.Tags)
		return *there, false, nil
	}
	c, p, refusal := w.source(write)
	if refusal != nil {
		return fleet.Snapshot{}, false, refusal
	}
	made := &fleet.Snapshot{ID: id, Name: write.Name, Location: c.Location, State: fleet.ProvisioningState(Creating), Tags: maps.Clone(write.Tags),
		SourcePool: write.SourcePool, Version: p.Version, Image: p.Image, OSSKU: p.OSSKU, VMSize: p.VMSize, CreatedAt: w.now}
	w.snapshots[id] = made
	w.record(Event{Kind: Wrote, By: Client, Cluster: c.ID, Pool: p.Name, What: string(ChangeSnapshot), To: id, Version: p.Version, Image: p.Image})
	w.plan(w.durations.Snapshot, func() { made.State = fleet.ProvisioningSucceeded })
	w.settle(w.now)
	return *made, true, nil
}

// source finds the pool that a snapshot is to be taken of. A pool in the middle of an upgrade has no one image.
func (w *World) source(write SnapshotWrite) (*Cluster, *Pool, *Refusal) {
	id, err := fleet.ParsePoolID(write.SourcePool)
	if err != nil {
		return nil, nil, flat(400, "InvalidParameter", "The value of parameter creationData.sourceResourceId is invalid: %v.", err)
	}
	c, ok := w.clusters[id.Cluster]
	if !ok {
		return nil, nil, clusterNotFound(id.Cluster)
	}
	p, ok := c.Pool(id.Pool)
	if !ok {
		return nil, nil, PoolNotFound(c, id.Pool)
	}
	switch {
	case !strings.EqualFold(write.Location, c.Location):
		return nil, nil, flat(400, "InvalidParameter", "The location %s of the snapshot is not the location %s of its source.", write.Location, c.Location)
	case p.operation.Running():
		return nil, nil, poolBusy(p.operation.Kind)
	case c.operation.Running():
		return nil, nil, clusterBusy(c.operation.Kind)
	}
	return c, p, nil
}

// DeleteSnapshot removes a snapshot; found is false where there was none. Pools pinned to it keep their pin, as in AKS.
func (w *World) DeleteSnapshot(id string) (found bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id = strings.ToLower(id)
	gone, ok := w.snapshots[id]
	if !ok {
		return false
	}
	delete(w.snapshots, id)
	w.record(Event{Kind: Wrote, By: Client, What: string(ChangeDrop), From: id, Image: gone.Image})
	return true
}

// Snapshot finds a snapshot by its ARM id in any case.
func (w *World) Snapshot(id string) (fleet.Snapshot, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	snapshot, ok := w.snapshots[strings.ToLower(id)]
	if !ok {
		return fleet.Snapshot{}, false
	}
	return *snapshot, true
}

// Snapshots returns the snapshots whose id begins with a scope (an ARM id in any case), in the order of their ids.
func (w *World) Snapshots(scope string) []fleet.Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []fleet.Snapshot
	for _, id := range slices.Sorted(maps.Keys(w.snapshots)) {
		if strings.HasPrefix(id, strings.ToLower(scope)+"/") {
			found = append(found, *w.snapshots[id])
		}
	}
	return found
}
