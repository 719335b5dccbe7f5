package azure

import (
	"context"
	"net/http"

	"github.com/org/fleet-update-action/internal/fleet"
)

// beginCluster upgrades the control plane, alone or with all pools.
func (e *Engine) beginCluster(ctx context.Context, step fleet.Step) fleet.Answer {
	if answer := targetless(step); answer != nil {
		return *answer
	}
	cluster, raw, answer := e.idle(ctx, step.Cluster)
	if answer != nil {
		return *answer
	}
	whole := step.Kind == fleet.WholeCluster
	if answer := clusterStands(cluster, step.Version, whole); answer != nil {
		return *answer
	}
	if answer := unguarded("cluster "+cluster.Name, cluster.ETag); answer != nil {
		return *answer
	}
	body, err := clusterUpgrade(raw, step.Version, whole)
	if err != nil {
		return *refused("MalformedReply", err.Error(), "")
	}
	call, err := e.client.resource(upgradeCluster, string(step.Cluster), "", containerService,
		putBucket(string(step.Cluster)), armWriteBucket(step.Cluster.Subscription()))
	if err != nil {
		return *e.failed(err)
	}
	call.body = body
	return e.write(ctx, http.MethodPut, cluster.ETag, call)
}

// clusterStands answers where a cluster is at the target or ahead of it. One that failed on its way there is not at its
// target: the same PUT resumes it.
func clusterStands(cluster fleet.Cluster, to fleet.KubernetesVersion, whole bool) *fleet.Answer {
	if cluster.Version.Compare(to) > 0 {
		return downgrade("The control plane", cluster.Version, to)
	}
	reached := cluster.Version == to && cluster.State.Is(fleet.ProvisioningSucceeded)
	for _, pool := range cluster.Pools {
		if !whole {
			break
		}
		if pool.Version.Compare(to) > 0 {
			return downgrade("Pool "+pool.Name, pool.Version, to)
		}
		reached = reached && pool.Version == to && pool.State.Is(fleet.ProvisioningSucceeded)
	}
	if reached {
		return &fleet.Answer{Verdict: fleet.Ended}
	}
	return nil
}
