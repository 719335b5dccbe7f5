package plan

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// endedBadly reports whether the last operation failed or was cancelled. Azure then accepts a repetition of that
// operation, which resumes it, but may refuse another one.
func endedBadly(state fleet.ProvisioningState) bool {
	return state.Is(fleet.ProvisioningFailed) || state.Is(fleet.ProvisioningCanceled)
}

// wanted reports whether what was last asked for is the target; a minor alone was asked for when any patch of it was.
func wanted(desired, target fleet.KubernetesVersion) bool {
	if desired.IsMinor() {
		return desired.SameMinor(target)
	}
	return desired == target
}

// clusterFailed blocks a failed cluster unless this upgrade resumes what failed.
func (r *run) clusterFailed(c *candidate) verdict {
	if !endedBadly(c.cluster.State) || r.resumes(c) {
		return verdict{}
	}
	return blocked("cluster-failed", c.az("aks update", "--yes"),
		"the cluster is %s after another operation; bring it back to Succeeded first, an upgrade may be refused until then", c.cluster.State)
}

func (r *run) resumes(c *candidate) bool {
	if r.strategy.Upgrade.Type != strategy.NodeImageOnly {
		return wanted(c.cluster.Desired, c.goal)
	}
	for i := range c.parts {
		p := &c.parts[i]
		if endedBadly(p.pool.State) {
			return true
		}
	}
	return false
}

// poolFailed blocks a member with a failed pool that this upgrade would not resume: one that is left alone would stay
// failed, and one that was on its way to another version may refuse this one.
func (r *run) poolFailed(c *candidate) verdict {
	for i := range c.parts {
		p := &c.parts[i]
		resumed := p.out.ToVersion.IsZero() || p.pool.Version.AtOrAhead(c.goal) || wanted(p.pool.Desired, c.goal)
		if !endedBadly(p.pool.State) || !p.left.set() && resumed {
			continue
		}
		v := blocked("pool-failed", c.azPool(p.pool.Name, "aks nodepool upgrade", "--kubernetes-version", again(p.pool)),
			"node pool %s is %s after another operation; bring it back to Succeeded first", p.pool.Name, p.pool.State)
		v.pool = p.pool.Name
		return v
	}
	return verdict{}
}

// again is the version whose repetition resumes what failed.
func again(pool fleet.NodePool) string {
	if pool.Desired.IsZero() {
		return pool.Version.String()
	}
	return pool.Desired.String()
}
