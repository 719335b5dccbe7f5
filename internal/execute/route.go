package execute

import (
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// route says whether a pool's step can be made now, and so whether it would bring the pool to its target and to no
// other: a pool always moves to what its region offers at that moment, or to what a snapshot holds. needs is the
// snapshot to take first, if one is.
func (t *turn) route(pl *place, assigned *plan.Pool, pool fleet.NodePool, step fleet.Step) (needs fleet.Step, closed wait) {
	if step.Kind == fleet.PoolVersion && !versionAt(assigned, pool) {
		if closed = t.offered(pl, step.Version); !closed.open() {
			return fleet.Step{}, closed
		}
	}
	if assigned.Route == plan.RouteSnapshot {
		return t.snapshotRoute(pl, assigned)
	}
	return fleet.Step{}, t.ordinaryRoute(pl, assigned, pool)
}

// offered says whether a member's region offers a Kubernetes version.
func (t *turn) offered(pl *place, version fleet.KubernetesVersion) wait {
	region := t.region(pl)
	if _, ok := region.Versions[version]; ok {
		return wait{}
	}
	if region.Versions == nil {
		return wait{reason: fmt.Sprintf("waits: which Kubernetes versions %s offers is not known", pl.plan.Location)}
	}
	return wait{reason: fmt.Sprintf("waits: Kubernetes %s is not offered in %s", version, pl.plan.Location)}
}

// ordinaryRoute is open where the region's latest image is the target: of a route called unreachable too, once the
// region offers the target. Latest takes whatever the region offers.
func (t *turn) ordinaryRoute(pl *place, assigned *plan.Pool, pool fleet.NodePool) wait {
	target, has := t.image(pl, assigned)
	latest, known := t.region(pl).Latest(assigned.Family)
	switch {
	case !has || assigned.Route == plan.RouteAhead:
		return wait{}
	case !known:
		return wait{reason: fmt.Sprintf("waits: %s offers no image of %s for pool %s", pl.plan.Location, assigned.Family, assigned.Name)}
	case t.latest() || latest.Same(target):
		return wait{}
	case latest.AtOrAhead(target):
		return wait{unaided: true, reason: "waits: " + t.beyond(pl, assigned, latest, target)}
	default:
		return wait{reason: fmt.Sprintf("waits: image %s for pool %s is not yet the latest in %s, which is %s", target, assigned.Name, pl.plan.Location, latest)}
	}
}

// beyond says that a region is ahead of the target of a pool, and what helps: nothing happens by itself that would.
func (t *turn) beyond(pl *place, assigned *plan.Pool, latest, target fleet.NodeImage) string {
	if assigned.Route == plan.RouteUnreachable { // it may have been so when the plan was made
		return fmt.Sprintf("%s offers image %s, and the plan found no way to bring pool %s to %s; see its finding image-unreachable, and make a new plan",
			pl.plan.Location, latest, assigned.Name, target)
	}
	moved := fmt.Sprintf("%s has moved on to image %s, so pool %s cannot be brought to %s any more; make a new plan", pl.plan.Location, latest, assigned.Name, target)
	if t.orders.Policy.SnapshotResourceGroup == "" {
		moved += ", or allow snapshots and make one"
	}
	return moved
}

// snapshotRoute is open where the snapshot holds the target, or can be taken from a donor that runs it.
func (t *turn) snapshotRoute(pl *place, assigned *plan.Pool) (needs fleet.Step, closed wait) {
	name := snapshotName(assigned.Snapshot)
	snapshot, there := t.inv.Snapshots[assigned.Snapshot]
	switch {
	case t.takes(assigned.Snapshot) || there && snapshot.State.Busy():
		return needs, wait{reason: "waits: snapshot " + name + " is being taken", until: t.poll()}
	case there && snapshot.State.Is(fleet.ProvisioningSucceeded) && holds(snapshot.Image, snapshot.Version, assigned):
		return needs, wait{}
	case there && snapshot.State.Is(fleet.ProvisioningSucceeded):
		return needs, wait{unaided: true, reason: fmt.Sprintf("waits: snapshot %s holds image %s and Kubernetes %s, not the target; remove it and run the stage again", name, snapshot.Image, snapshot.Version)}
	}
	donor, closed := t.donor(assigned)
	if !closed.open() {
		return needs, closed
	}
	return fleet.Step{
		Cluster: pl.plan.Cluster, Kind: fleet.TakeSnapshot, Snapshot: assigned.Snapshot, Donor: assigned.Donor,
		Image: assigned.ToImage, Version: assigned.ToVersion, Tag: t.orders.Name, Location: donor.Location,
	}, wait{}
}

// donor says whether the pool a snapshot is to be taken from runs the target now. One of this stage may be yet to get it.
func (t *turn) donor(assigned *plan.Pool) (fleet.Cluster, wait) {
	cluster, there := t.inv.Clusters[assigned.Donor.Cluster]
	pool, has := cluster.Pool(assigned.Donor.Pool)
	who := donorName(assigned.Donor)
	switch {
	case !there || !has:
		return cluster, wait{unaided: true, reason: "waits: " + who + " is gone; make a new plan"}
	case !cluster.Busy() && pool.State.Is(fleet.ProvisioningSucceeded) && holds(pool.Image, pool.Version, assigned):
		return cluster, wait{}
	case assigned.DonorStage != t.stage.Name && cluster.Busy():
		return cluster, t.donorBusy(assigned.Donor)
	case assigned.DonorStage == t.stage.Name:
		return cluster, wait{unaided: true, donor: assigned.Donor, reason: fmt.Sprintf("waits for %s, which is to be at image %s first", who, assigned.ToImage)}
	default:
		return cluster, wait{unaided: true, reason: fmt.Sprintf("waits: %s is not at image %s; %s", who, assigned.ToImage, donorAdvice)}
	}
}

const donorAdvice = "bring it there and run the stage again, or make a new plan"

func donorName(donor fleet.PoolID) string {
	return fmt.Sprintf("donor pool %s of cluster %s", donor.Pool, donor.Cluster.Name())
}

// donorBusy is a wait for whatever is under way at a donor.
func (t *turn) donorBusy(donor fleet.PoolID) wait {
	return wait{reason: "waits: an operation is under way at " + donorName(donor), until: t.poll()}
}

// forDonor is what a wait for a donor comes to when all members have been looked at: one that has come to its end gets
// nowhere any more.
func (t *turn) forDonor(w wait) wait {
	if w.donor.Cluster == "" {
		return w
	}
	at := slices.IndexFunc(t.places, func(pl place) bool { return pl.plan.Cluster == w.donor.Cluster })
	switch {
	case at < 0 || !t.places[at].now.done():
		return w
	case t.places[at].cluster.Busy(): // with something that came after
		return t.donorBusy(w.donor)
	}
	w.reason += fmt.Sprintf(", and is %s; %s", t.places[at].now.State, donorAdvice)
	return w
}

// begins reports whether a step is about to begin on a cluster.
func (t *turn) begins(cluster fleet.ClusterID) bool {
	return cluster != "" && slices.ContainsFunc(t.begin, func(step fleet.Step) bool { return step.Cluster == cluster })
}

// holds reports whether a snapshot with this image and version is what the pool needs. A snapshot applied together with
// a Kubernetes upgrade must hold that version too.
func holds(image fleet.NodeImage, version fleet.KubernetesVersion, assigned *plan.Pool) bool {
	return image.Same(assigned.ToImage) && (assigned.ToVersion.IsZero() || version == assigned.ToVersion)
}

// takes returns the snapshot that a step takes, or "".
func takes(step fleet.Step) string {
	if step.Kind == fleet.TakeSnapshot {
		return step.Snapshot
	}
	return ""
}

// take notes that a step takes a snapshot, so that no other begins to.
func (t *turn) take(step fleet.Step) {
	if snapshot := takes(step); snapshot != "" {
		t.taking[snapshot] = step.Donor.Cluster
	}
}

// takes reports whether a snapshot is being taken.
func (t *turn) takes(snapshot string) bool {
	_, taking := t.taking[snapshot]
	return taking
}

// donates reports whether a snapshot of one of a cluster's node pools is being taken.
func (t *turn) donates(cluster fleet.ClusterID) bool {
	for _, donor := range t.taking {
		if donor == cluster {
			return true
		}
	}
	return false
}
