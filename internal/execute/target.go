package execute

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// work is what is left to do at a member. There is no counter of steps: the next write is that of the first part which
// is not at its target, so that a restart goes on where Azure stands.
type work struct {
	step    fleet.Step    // the next write; without a Kind where nothing is left
	expect  time.Duration // what all that is left is expected to take
	blocked wait          // why the next write cannot be made now
	closed  wait          // why some of what is left cannot be done now
}

func (w work) none() bool { return w.step.Kind == "" }

// add appends a part that is not at its target.
func (w *work) add(step fleet.Step, seconds int, closed wait) {
	if w.none() {
		w.step, w.blocked = step, closed
	}
	if w.closed.open() {
		w.closed = closed
	}
	w.expect += time.Duration(seconds) * time.Second
}

// left measures a member against the plan. It means nothing while the cluster is busy: versions change as soon as an
// upgrade was accepted. A snapshot that has to be taken comes first, and the control plane waits for the routes of all
// pools, so that nothing is written to a member that could not be finished.
func (t *turn) left(pl *place) work {
	var w work
	var take fleet.Step
	t.addControlPlane(&w, pl)
	for i := range pl.plan.Pools {
		assigned := &pl.plan.Pools[i]
		pool, there := pl.cluster.Pool(assigned.Name)
		if !there || leftAlone(assigned) {
			continue
		}
		step, needed := t.poolStep(pl, assigned, pool)
		if !needed {
			continue
		}
		needs, closed := t.route(pl, assigned, pool, step)
		w.add(wholeOrPool(pl.plan, step), assigned.ExpectedSeconds, closed)
		if take.Kind == "" {
			take = needs
		}
	}
	switch {
	case take.Kind != "":
		w.step, w.blocked = take, wait{}
	case w.step.Kind == fleet.ControlPlane || w.step.Kind == fleet.WholeCluster:
		w.blocked = w.closed
	}
	return w
}

// addControlPlane adds the control plane where it is behind, or at its target in a failed state: the same target again
// resumes the upgrade. Never a lower one.
func (t *turn) addControlPlane(w *work, pl *place) {
	assigned := pl.plan.ControlPlane
	if assigned == nil {
		return
	}
	broken := pl.cluster.Version == assigned.To && !pl.cluster.State.Is(fleet.ProvisioningSucceeded)
	if pl.cluster.Version.AtOrAhead(assigned.To) && !broken {
		return
	}
	step := fleet.Step{Cluster: pl.plan.Cluster, Kind: fleet.ControlPlane, Version: assigned.To}
	if pl.plan.WholeCluster {
		step.Kind = fleet.WholeCluster
	}
	w.add(step, assigned.ExpectedSeconds, t.offered(pl, assigned.To))
}

// poolStep returns the write that brings a pool to its target, where one is needed. A pool that is ahead of any of its
// targets is never written to only because it stands in a failed state: that write could be a downgrade.
func (t *turn) poolStep(pl *place, assigned *plan.Pool, pool fleet.NodePool) (step fleet.Step, needed bool) {
	image, hasImage := t.image(pl, assigned)
	at := versionAt(assigned, pool) && (!hasImage || pool.Image.AtOrAhead(image)) && !pinned(assigned, pool)
	if at && (pool.State.Is(fleet.ProvisioningSucceeded) || ahead(assigned, pool, image)) {
		return fleet.Step{}, false
	}
	step = fleet.Step{Cluster: pl.plan.Cluster, Kind: fleet.PoolImage, Pool: assigned.Name, Image: image, Pinned: hasImage && !t.latest()}
	if t.latest() {
		step.Image, _ = t.region(pl).Latest(assigned.Family)
	}
	switch {
	case !versionAt(assigned, pool):
		step.Kind, step.Version = fleet.PoolVersion, assigned.ToVersion
	case pinned(assigned, pool) || at && !assigned.ToVersion.IsZero():
		step.Kind, step.Version = fleet.PoolVersion, pool.Version
	}
	if assigned.Route == plan.RouteSnapshot {
		step.Snapshot = assigned.Snapshot
	}
	return step, true
}

// wholeOrPool makes a pool's Kubernetes upgrade that of the whole cluster where ARM takes no other.
func wholeOrPool(member *plan.Member, step fleet.Step) fleet.Step {
	if member.WholeCluster && step.Kind == fleet.PoolVersion {
		return fleet.Step{Cluster: step.Cluster, Kind: fleet.WholeCluster, Version: step.Version}
	}
	return step
}

// image returns the image a pool is to run at least, if the plan assigns one. For Latest that is what was recorded when
// the pool's step began, else what its region offers now; unknown, it is the empty image, which no pool is at.
func (t *turn) image(pl *place, assigned *plan.Pool) (image fleet.NodeImage, has bool) {
	if !t.latest() {
		return assigned.ToImage, assigned.ToImage != ""
	}
	if recorded := pl.now.Latest[assigned.Name]; recorded != "" {
		return recorded, true
	}
	image, _ = t.region(pl).Latest(assigned.Family)
	return image, true
}

func (t *turn) latest() bool { return t.orders.Images == "Latest" }

func (t *turn) region(pl *place) fleet.Region { return t.inv.Regions[pl.plan.Location] }

// leftAlone reports whether the plan assigns nothing to the pool.
func leftAlone(assigned *plan.Pool) bool {
	return !assigned.Action.Open()
}

func versionAt(assigned *plan.Pool, pool fleet.NodePool) bool {
	return assigned.ToVersion.IsZero() || pool.Version.AtOrAhead(assigned.ToVersion)
}

// pinned reports whether the pool still carries the snapshot of ours that this upgrade is to clear.
func pinned(assigned *plan.Pool, pool fleet.NodePool) bool {
	return assigned.Release && pool.Snapshot != ""
}

func ahead(assigned *plan.Pool, pool fleet.NodePool, image fleet.NodeImage) bool {
	order, comparable := pool.Image.Compare(image)
	return comparable && order > 0 || !assigned.ToVersion.IsZero() && pool.Version.Compare(assigned.ToVersion) > 0
}

// reached reports whether a member stands at its target for good: soundly, or busy with something that came after it was
// recorded as Completed.
func reached(member *plan.Member, cluster fleet.Cluster, recorded fleet.MemberResult) bool {
	sound := cluster.Healthy() || cluster.Busy() && recorded.State == fleet.Completed
	return sound && atTarget(member, cluster, recorded.Latest)
}

// atTarget measures a member against the plan without regard to states: for a stage that is over. latest is what was
// recorded of the images that Latest meant; without it what the region offered at planning counts.
func atTarget(member *plan.Member, cluster fleet.Cluster, latest map[string]fleet.NodeImage) bool {
	return behind(member, cluster, latest) == ""
}

// behind is the first part of a member that is not at its target, as it stands, or "".
func behind(member *plan.Member, cluster fleet.Cluster, latest map[string]fleet.NodeImage) string {
	if member.ControlPlane != nil && !cluster.Version.AtOrAhead(member.ControlPlane.To) {
		return cluster.Version.String()
	}
	for i := range member.Pools {
		assigned := &member.Pools[i]
		pool, there := cluster.Pool(assigned.Name)
		if !there || leftAlone(assigned) && assigned.Route != plan.RouteAhead {
			continue
		}
		image := assigned.ToImage
		if recorded := latest[assigned.Name]; recorded != "" {
			image = recorded
		}
		switch {
		case !versionAt(assigned, pool):
			return "pool " + assigned.Name + " " + pool.Version.String()
		case image != "" && !pool.Image.AtOrAhead(image):
			return "pool " + assigned.Name + " " + cmp.Or(pool.Image.Version(), string(pool.Image))
		case pinned(assigned, pool):
			return "pool " + assigned.Name + " is pinned to a snapshot"
		}
	}
	return ""
}

// samePart reports whether two steps are about the same part, so that the second means the first did not help.
func samePart(a, b fleet.Step) bool {
	return a.Kind == b.Kind && a.Pool == b.Pool && a.Snapshot == b.Snapshot
}

// aside says what a completed member's reader should know: pools that were skipped, are gone, or are new.
func aside(member *plan.Member, cluster fleet.Cluster) string {
	var skipped, gone, changed, added []string
	planned := map[string]bool{}
	for i := range member.Pools {
		assigned := &member.Pools[i]
		planned[strings.ToLower(assigned.Name)] = true
		pool, there := cluster.Pool(assigned.Name)
		switch {
		case !there:
			gone = append(gone, assigned.Name)
		case !leftAlone(assigned):
		case pool.Version != assigned.FromVersion || pool.Image != assigned.FromImage:
			changed = append(changed, fmt.Sprintf("%s (now %s, %s)", assigned.Name, pool.Version, pool.Image))
		default:
			skipped = append(skipped, assigned.Name)
		}
	}
	for _, pool := range cluster.Pools {
		if !planned[strings.ToLower(pool.Name)] {
			added = append(added, pool.Name)
		}
	}
	var notes []string
	for _, note := range []struct {
		what  string
		pools []string
	}{
		{"left alone, as planned: ", skipped},
		{"left alone, but changed by others since the plan was made: ", changed},
		{"removed since the plan was made: ", gone},
		{"added since the plan was made and not upgraded: ", added},
	} {
		if len(note.pools) > 0 {
			notes = append(notes, "pools "+note.what+strings.Join(note.pools, ", "))
		}
	}
	return strings.Join(notes, "; ")
}
