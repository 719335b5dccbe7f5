package simulator

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// The support plans of AKS.
const (
	standardSupport = "KubernetesOfficial"
	longTermSupport = "AKSLongTermSupport"
)

// maxSkew is how many minors the control plane may be ahead of a pool, from Kubernetes 1.28 on.
const maxSkew = 3

// resolve reads a kubernetesVersion as sent. A minor alone is the newest patch of it that is no preview; sending the
// alias that was sent before upgrades nothing, as in AKS.
func (w *World) resolve(c *Cluster, text string, current, desired fleet.KubernetesVersion) (fleet.KubernetesVersion, *Refusal) {
	if text == "" {
		return current, nil
	}
	version, err := fleet.ParseKubernetesVersion(text)
	if err != nil {
		return version, flat(400, "InvalidParameter", "The value of parameter kubernetesVersion is invalid: %v.", err)
	}
	if !version.IsMinor() {
		return version, nil
	}
	if version == desired || version.SameMinor(current) {
		return current, nil
	}
	newest := fleet.KubernetesVersion{}
	for offered, about := range w.regions[c.Location].Versions {
		if offered.SameMinor(version) && !about.Preview && w.planAllows(c, about) && offered.Compare(newest) > 0 {
			newest = offered
		}
	}
	if newest.IsZero() {
		return version, notOffered(version)
	}
	return newest, nil
}

func notOffered(version fleet.KubernetesVersion) *Refusal {
	return flat(400, "K8sVersionNotSupported", "Version %s is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.", version)
}

// planAllows reports whether the cluster's support plan has the version.
func (w *World) planAllows(c *Cluster, about fleet.OfferedVersion) bool {
	return c.Settings.SupportPlan == longTermSupport || standard(about)
}

// standard reports whether clusters without long-term support have the version.
func standard(about fleet.OfferedVersion) bool {
	return slices.Contains(about.SupportPlans, standardSupport)
}

// upgradePath checks an upgrade against the region's graph. Moving between patches of what is offered to nobody any
// more is checked as well: the graph is the truth, not arithmetic.
func (w *World) upgradePath(c *Cluster, from, to fleet.KubernetesVersion) *Refusal {
	if to.Compare(from) < 0 {
		return flat(400, "OperationNotAllowed", "Downgrading Kubernetes version %s to %s is not allowed.", from, to)
	}
	versions := w.regions[c.Location].Versions
	about, offered := versions[to]
	if !offered || !w.planAllows(c, about) {
		return notOffered(to)
	}
	if !slices.Contains(versions[from].Upgrades, to) {
		return flat(400, "OperationNotAllowed", "Upgrading Kubernetes version %s to %s is not allowed. Available upgrades: [%s]. Please see https://aka.ms/aks-supported-k8s-ver for version details.",
			from, to, joinVersions(versions[from].Upgrades))
	}
	return nil
}

func joinVersions(versions []fleet.KubernetesVersion) string {
	texts := make([]string, len(versions))
	for i, version := range versions {
		texts[i] = version.String()
	}
	return strings.Join(texts, " ")
}

// skew refuses a control plane that would be too far ahead of a pool.
func skew(controlPlane fleet.KubernetesVersion, pools []Pool) *Refusal {
	for _, pool := range pools {
		if controlPlane.Minor-pool.Version.Minor > maxSkew {
			return flat(400, "NodePoolMcVersionIncompatible", "Node pool version %s and control plane version %s are incompatible. Minor version of node pool cannot be more than %d versions less than control plane's version. Node pool: %s.",
				pool.Version, controlPlane, maxSkew, pool.Name)
		}
	}
	return nil
}

// Upgrades returns what a cluster's control plane can be upgraded to now.
func (w *World) Upgrades(id fleet.ClusterID) []fleet.KubernetesVersion {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return nil
	}
	return w.upgradesFrom(c, c.Version, fleet.KubernetesVersion{})
}

// PoolUpgrades returns what a pool can be upgraded to now: what the graph offers, up to the control plane's version.
func (w *World) PoolUpgrades(id fleet.ClusterID, pool string) []fleet.KubernetesVersion {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return nil
	}
	p, ok := c.Pool(pool)
	if !ok {
		return nil
	}
	return w.upgradesFrom(c, p.Version, c.Version)
}

func (w *World) upgradesFrom(c *Cluster, from, limit fleet.KubernetesVersion) []fleet.KubernetesVersion {
	var upgrades []fleet.KubernetesVersion
	versions := w.regions[c.Location].Versions
	for _, to := range versions[from].Upgrades {
		about, offered := versions[to]
		if offered && w.planAllows(c, about) && (limit.IsZero() || to.Compare(limit) <= 0) {
			upgrades = append(upgrades, to)
		}
	}
	return upgrades
}

// fillGraph gives every version that lists no upgrades the ordinary ones: newer patches of its minor, patches of the
// next minor. Which of them a cluster's support plan has is another question.
func fillGraph(versions map[fleet.KubernetesVersion]fleet.OfferedVersion) {
	for from, about := range versions {
		if about.Upgrades == nil {
			about.Upgrades = ordinaryUpgrades(from, versions)
			versions[from] = about
		}
	}
}

func ordinaryUpgrades(from fleet.KubernetesVersion, versions map[fleet.KubernetesVersion]fleet.OfferedVersion) []fleet.KubernetesVersion {
	upgrades := []fleet.KubernetesVersion{}
	for to := range versions {
		near := to.Major == from.Major && (to.Minor == from.Minor || to.Minor == from.Minor+1)
		if near && to.Compare(from) > 0 {
			upgrades = append(upgrades, to)
		}
	}
	slices.SortFunc(upgrades, fleet.KubernetesVersion.Compare)
	return upgrades
}
