package forecast

import (
	"maps"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// world is the fleet as it would go on: the inventory, in which steps take their time, end well, and nothing else happens.
type world struct {
	inv        fleet.Inventory // its maps of clusters and snapshots are the world's own
	operations map[fleet.ClusterID]operation
}

type operation struct {
	step fleet.Step
	ends time.Time
}

// newWorld takes what is busy now as free: how long others will be is not known, and their turn may be far off.
func newWorld(inv fleet.Inventory) *world {
	w := &world{inv: inv, operations: map[fleet.ClusterID]operation{}}
	w.inv.Clusters, w.inv.Snapshots = maps.Clone(inv.Clusters), maps.Clone(inv.Snapshots)
	if w.inv.Snapshots == nil {
		w.inv.Snapshots = map[string]fleet.Snapshot{}
	}
	for id, cluster := range inv.Clusters {
		if cluster.Busy() {
			w.change(id, free)
		}
	}
	return w
}

func free(c *fleet.Cluster) {
	if c.State.Busy() {
		c.State = fleet.ProvisioningSucceeded
	}
	for i := range c.Pools {
		if c.Pools[i].State.Busy() {
			c.Pools[i].State = fleet.ProvisioningSucceeded
		}
	}
}

// copied returns a world that goes on by itself.
func (w *world) copied() *world {
	c := *w
	c.inv.Clusters, c.inv.Snapshots = maps.Clone(w.inv.Clusters), maps.Clone(w.inv.Snapshots)
	c.operations = maps.Clone(w.operations)
	return &c
}

// change changes a cluster of the world, and nothing that the inventory or a copy of the world shares with it.
func (w *world) change(id fleet.ClusterID, change func(*fleet.Cluster)) {
	cluster, there := w.inv.Clusters[id]
	if !there {
		return
	}
	cluster.Pools = slices.Clone(cluster.Pools)
	change(&cluster)
	w.inv.Clusters[id] = cluster
}

// begin takes a step that will take so long. The removal of a snapshot takes no time.
func (w *world) begin(step fleet.Step, takes time.Duration) fleet.Answer {
	if donor := w.inv.Clusters[step.Donor.Cluster]; step.Kind == fleet.TakeSnapshot && donor.Busy() { // since this very turn
		return fleet.Answer{Verdict: fleet.Later}
	}
	switch step.Kind {
	case fleet.DropSnapshot:
		delete(w.inv.Snapshots, step.Snapshot)
		return fleet.Answer{Verdict: fleet.Ended}
	case fleet.TakeSnapshot:
		w.inv.Snapshots[step.Snapshot] = fleet.Snapshot{
			ID: step.Snapshot, State: "Creating", Location: step.Location, Image: step.Image, Version: w.version(step.Donor),
			Tags: map[string]string{fleet.SnapshotTag: step.Tag},
		}
	default:
		w.change(step.Cluster, func(c *fleet.Cluster) { c.State = "Upgrading" })
	}
	w.operations[step.Cluster] = operation{step: step, ends: w.inv.At.Add(takes)}
	return accepted(step)
}

// accepted is Azure's answer to a step. That a snapshot has been taken is seen by the snapshot: there is no operation to ask.
func accepted(step fleet.Step) fleet.Answer {
	if step.Kind == fleet.TakeSnapshot {
		return fleet.Answer{Verdict: fleet.Accepted}
	}
	return fleet.Answer{Verdict: fleet.Accepted, Operation: "forecast"}
}

// version is what a pool runs.
func (w *world) version(id fleet.PoolID) fleet.KubernetesVersion {
	pool, _ := w.inv.Clusters[id.Cluster].Pool(id.Pool)
	return pool.Version
}

// next is when an operation ends next.
func (w *world) next() (at time.Time, known bool) {
	for _, op := range w.operations {
		if !known || op.ends.Before(at) {
			at, known = op.ends, true
		}
	}
	return at, known
}

// advance lets the world go on, and says which operations have ended by then. Nobody goes past the next end.
func (w *world) advance(to time.Time) map[fleet.ClusterID]fleet.Answer {
	if to.After(w.inv.At) {
		w.inv.At = to
	}
	var ended map[fleet.ClusterID]fleet.Answer
	for id, op := range w.operations {
		if op.ends.After(w.inv.At) {
			continue
		}
		if ended == nil {
			ended = map[fleet.ClusterID]fleet.Answer{}
		}
		if accepted(op.step).Operation != "" {
			ended[id] = fleet.Answer{Verdict: fleet.Ended}
		}
		delete(w.operations, id)
		w.end(op.step)
	}
	return ended
}

// end shows what a step has brought about.
func (w *world) end(step fleet.Step) {
	if step.Kind == fleet.TakeSnapshot {
		taken := w.inv.Snapshots[step.Snapshot]
		taken.State = fleet.ProvisioningSucceeded
		w.inv.Snapshots[step.Snapshot] = taken
		return
	}
	w.change(step.Cluster, func(c *fleet.Cluster) {
		c.State = fleet.ProvisioningSucceeded
		whole := step.Kind == fleet.WholeCluster
		if whole || step.Kind == fleet.ControlPlane {
			c.Version = step.Version
		}
		for i := range c.Pools {
			if pool := &c.Pools[i]; whole || pool.Name == step.Pool {
				w.upgrade(pool, c.Location, step)
			}
		}
	})
}

// upgrade brings a pool to what a step names, and where it names no image to the region's latest.
func (w *world) upgrade(pool *fleet.NodePool, location string, step fleet.Step) {
	after := pool.Version
	if !step.Version.IsZero() {
		after = step.Version
	}
	image := step.Image
	if image == "" {
		image = w.latest(*pool, location, after)
	}
	pool.Version, pool.Image, pool.Snapshot, pool.State = after, image, step.Snapshot, fleet.ProvisioningSucceeded
}

func (w *world) latest(pool fleet.NodePool, location string, after fleet.KubernetesVersion) fleet.NodeImage {
	for _, family := range []string{fleet.FamilyAfter(pool, after), pool.Image.Family()} {
		if image, offered := w.inv.Regions[location].Latest(family); offered {
			return image
		}
	}
	return pool.Image
}
