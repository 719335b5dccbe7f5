package plan

import (
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
)

// How far a control plane may be ahead of its node pools, in minors. From Kubernetes 1.28 AKS accepts three; some of
// its pages still ask for two.
const (
	maxSkew     = 3
	advisedSkew = 2
)

func skew(controlPlane, pool fleet.KubernetesVersion) int { return controlPlane.Minor - pool.Minor }

// skewed blocks a control plane that would get too far ahead of a pool. In a whole-cluster upgrade Azure moves both.
func (r *run) skewed(c *candidate) verdict {
	if !c.needsControlPlane() || c.out.WholeCluster {
		return verdict{}
	}
	for i := range c.parts {
		p := &c.parts[i]
		gap := skew(c.goal, p.pool.Version)
		if gap <= maxSkew || p.pool.ManagedByAKS() || p.pool.Version.IsZero() {
			continue
		}
		v := blocked("version-skew", c.azPool(p.pool.Name, "aks nodepool upgrade", "--kubernetes-version", c.cluster.Version.String()),
			"at %s the control plane would be %d minors ahead of node pool %s on %s; Azure allows %d", c.goal, gap, p.pool.Name, p.pool.Version, maxSkew)
		v.pool = p.pool.Name
		return v
	}
	return verdict{}
}

// wideSkew warns where the run leaves a pool further behind its control plane than is advised.
func wideSkew(r *run, c *candidate) []problem {
	if c.out.ControlPlane == nil {
		return nil
	}
	var problems []problem
	ahead := newer(c.cluster.Version, c.out.ControlPlane.To)
	for i := range c.parts {
		p := &c.parts[i]
		gap := skew(ahead, p.pool.Version)
		if gap <= advisedSkew || !p.out.ToVersion.IsZero() || p.pool.ManagedByAKS() || p.pool.Version.IsZero() {
			continue
		}
		problems = append(problems, problem{
			severity: fleet.Warning, pool: p.pool.Name,
			message: fmt.Sprintf("The control plane of %s ends %d minors ahead of node pool %s on %s; at most %d are advised.",
				c.label(), gap, p.pool.Name, p.pool.Version, advisedSkew),
			advice: c.azPool(p.pool.Name, "aks nodepool upgrade", "--kubernetes-version", c.cluster.Version.String()),
		})
	}
	return problems
}
