package azure

import (
	"context"
	"fmt"
	"net/http"

	"github.com/org/fleet-update-action/internal/fleet"
)

// beginPool upgrades a pool's Kubernetes version, and with it its image.
func (e *Engine) beginPool(ctx context.Context, step fleet.Step) fleet.Answer {
	if answer := targetless(step); answer != nil {
		return *answer
	}
	id := fleet.PoolID{Cluster: step.Cluster, Pool: step.Pool}
	cluster, pool, raw, answer := e.idlePool(ctx, id)
	if answer != nil {
		return *answer
	}
	if answer := poolStands(pool, step); answer != nil {
		return *answer
	}
	if answer := e.imageAvailable(ctx, cluster, pool, step); answer != nil {
		return *answer
	}
	if answer := unguarded("pool "+pool.Name, pool.ETag); answer != nil {
		return *answer
	}
	body, err := poolUpgrade(raw, step.Version, step.Snapshot)
	if err != nil {
		return *refused("MalformedReply", err.Error(), "")
	}
	call, err := e.client.resource(upgradePool, id.String(), "", containerService,
		putBucket(id.String()), armWriteBucket(step.Cluster.Subscription()))
	if err != nil {
		return *e.failed(err)
	}
	call.body = body
	return e.write(ctx, http.MethodPut, pool.ETag, call)
}

// beginImage upgrades a pool's image. AKS takes no etag here, so its own refusal of a busy cluster is what guards
// against another writer.
func (e *Engine) beginImage(ctx context.Context, step fleet.Step) fleet.Answer {
	id := fleet.PoolID{Cluster: step.Cluster, Pool: step.Pool}
	cluster, pool, _, answer := e.idlePool(ctx, id)
	if answer != nil {
		return *answer
	}
	if answer := imageStands(pool, step); answer != nil {
		return *answer
	}
	if answer := e.imageAvailable(ctx, cluster, pool, step); answer != nil {
		return *answer
	}
	subscription := step.Cluster.Subscription()
	call, err := e.client.resource(upgradeImage, id.String(), "/upgradeNodeImageVersion", containerService,
		otherBucket(subscription, cluster.Location), armWriteBucket(subscription))
	if err != nil {
		return *e.failed(err)
	}
	if step.Snapshot != "" { // azure-cli's way to name a snapshot here: the request has no body
		call.header = http.Header{}
		call.header.Set("AKSSnapshotId", step.Snapshot)
	}
	return e.write(ctx, http.MethodPost, "", call)
}

// poolStands answers where a pool's version is at the target or ahead of it. A pool that failed on its way there is not
// at its target, nor is one that is to be released from a snapshot.
func poolStands(pool fleet.NodePool, step fleet.Step) *fleet.Answer {
	if pool.Version.Compare(step.Version) > 0 {
		return downgrade("Pool "+pool.Name, pool.Version, step.Version)
	}
	if pool.Version == step.Version && settled(pool, step) {
		return &fleet.Answer{Verdict: fleet.Ended}
	}
	return nil
}

// imageStands answers where a pool's image is at the target or ahead of it, or of another family than the target.
func imageStands(pool fleet.NodePool, step fleet.Step) *fleet.Answer {
	if step.Image == "" {
		return nil
	}
	if pool.Image.AtOrAhead(step.Image) && settled(pool, step) {
		return &fleet.Answer{Verdict: fleet.Ended}
	}
	if pool.Image.Valid() && !pool.Image.SameFamily(step.Image) {
		return refused("OtherFamily", fmt.Sprintf("Pool %s runs %s, which is not of the family of %s.", pool.Name, pool.Image, step.Image), "Make a new plan.")
	}
	return nil
}

// settled reports whether a pool that has its target needs no write: it is healthy, and not pinned to a snapshot that
// the step would release it from.
func settled(pool fleet.NodePool, step fleet.Step) bool {
	release := pool.Snapshot != "" && step.Snapshot == ""
	return pool.State.Is(fleet.ProvisioningSucceeded) && !release
}

// imageAvailable answers where the write would not bring the pool to the step's image, or would take it back: the
// snapshot is not what it should be, or the region's latest is not the pinned image now.
func (e *Engine) imageAvailable(ctx context.Context, cluster fleet.Cluster, pool fleet.NodePool, step fleet.Step) *fleet.Answer {
	if order, ok := pool.Image.Compare(step.Image); ok && order > 0 && step.Snapshot != "" {
		return refused("Downgrade", fmt.Sprintf("Pool %s runs %s, which is ahead of %s.", pool.Name, pool.Image, step.Image), "Make a new plan.")
	}
	switch {
	case step.Snapshot != "":
		return e.snapshotServes(ctx, step)
	case step.Pinned:
		return e.latestIs(ctx, cluster, pool, step.Image)
	default:
		return nil
	}
}

func (e *Engine) snapshotServes(ctx context.Context, step fleet.Step) *fleet.Answer {
	snapshot, err := e.client.snapshot(ctx, step.Snapshot)
	switch {
	case hasStatus(err, http.StatusNotFound):
		return moved("SnapshotGone", fmt.Sprintf("Snapshot %s is gone.", step.Snapshot))
	case err != nil:
		return e.failed(err)
	case snapshot.State.Busy():
		answer := later(e.client.now(), "SnapshotNotReady", fmt.Sprintf("Snapshot %s is not ready: %s.", step.Snapshot, snapshot.State))
		return &answer
	case !snapshot.State.Is(fleet.ProvisioningSucceeded):
		return refused("SnapshotFailed", fmt.Sprintf("Snapshot %s is %s.", step.Snapshot, snapshot.State), "Remove it, and run again.")
	case step.Image != "" && !snapshot.Image.Same(step.Image):
		return refused("OtherImage", fmt.Sprintf("Snapshot %s holds %s and not %s.", step.Snapshot, snapshot.Image, step.Image), "Make a new plan.")
	case step.Kind == fleet.PoolVersion && snapshot.Version != step.Version:
		return refused("OtherVersion", fmt.Sprintf("Snapshot %s holds Kubernetes %s and not %s.", step.Snapshot, snapshot.Version, step.Version), "Make a new plan.")
	default:
		return nil
	}
}

// latestIs answers where the region's latest image is not the pinned one: an upgrade brings a pool to the latest, and
// to nothing else.
func (e *Engine) latestIs(ctx context.Context, cluster fleet.Cluster, pool fleet.NodePool, pinned fleet.NodeImage) *fleet.Answer {
	cluster.Pools = []fleet.NodePool{pool}
	images, err := e.client.latestImages(ctx, place{region: cluster.Location, subscription: cluster.ID.Subscription(), clusters: []fleet.Cluster{cluster}})
	if err != nil {
		return e.failed(err)
	}
	latest, found := fleet.Region{Images: images}.Latest(pinned.Family())
	switch {
	case !found:
		return refused("ImageUnknown", fmt.Sprintf("Region %s does not say what its latest image of family %s is, so that %s cannot be aimed at.",
			cluster.Location, pinned.Family(), pinned), "Use a snapshot, or Latest.")
	case !latest.Same(pinned):
		return moved("LatestMoved", fmt.Sprintf("Region %s offers %s now; the plan pins %s.", cluster.Location, latest, pinned))
	default:
		return nil
	}
}
