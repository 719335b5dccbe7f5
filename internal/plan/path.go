package plan

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// path is a way through a region's upgrade graph.
type path struct {
	region   string
	from, to fleet.KubernetesVersion
	longTerm bool // for a cluster with long-term support
	channel  bool // over no minor, and by nothing but versions that every region of the run offers
}

func (c *candidate) path(from, to fleet.KubernetesVersion) path {
	return path{region: c.cluster.Location, from: from, to: to, longTerm: c.cluster.Settings.LongTermSupport()}
}

// versionUnreachable: Azure's upgrade graph has no edge from the control plane's version to the target. It, and not
// arithmetic, says which minors may be skipped.
func (r *run) versionUnreachable(c *candidate) verdict {
	if !c.needsControlPlane() {
		return verdict{}
	}
	from := c.cluster.Version
	if from.IsZero() {
		v := blocked("version-unknown", "", "which Kubernetes version it runs is not known; its state is %s", c.cluster.State)
		v.advice = "Plan again once the cluster is there."
		return v
	}
	offered := r.region(c).Versions
	if slices.Contains(edges(offered, from), c.goal) {
		return verdict{}
	}
	way := r.way(c.path(from, c.goal))
	if len(way) == 0 {
		return blocked("version-unreachable", c.az("aks get-upgrades"),
			"Azure offers no upgrade path from Kubernetes %s to %s in %s", from, c.goal, c.cluster.Location)
	}
	var steps, commands []string
	for _, version := range way[:len(way)-1] {
		steps = append(steps, version.String())
		commands = append(commands, c.az("aks upgrade", "--kubernetes-version", version.String(), "--yes"))
	}
	return blocked("version-unreachable", strings.Join(commands, " && "),
		"Kubernetes %s cannot be reached from %s in one upgrade: go to %s first", c.goal, from, strings.Join(steps, ", then "))
}

// edges are the versions that a control plane can be upgraded to. Azure lists only patches it still offers; a cluster
// on an older patch of a listed minor may move to any newer patch of it, and on from there as the oldest of those may.
func edges(offered map[fleet.KubernetesVersion]fleet.OfferedVersion, from fleet.KubernetesVersion) []fleet.KubernetesVersion {
	if listed, found := offered[from]; found {
		return listed.Upgrades
	}
	var patches []fleet.KubernetesVersion
	for version := range offered {
		if version.SameMinor(from) && version.Compare(from) > 0 {
			patches = append(patches, version)
		}
	}
	if len(patches) == 0 {
		return nil
	}
	slices.SortFunc(patches, fleet.KubernetesVersion.Compare)
	return append(patches, offered[patches[0]].Upgrades...)
}

// way finds the shortest way through the graph, the target included, by released versions only and the newest first.
// Many clusters stand at the same place, so each way is looked for once.
func (r *run) way(p path) []fleet.KubernetesVersion {
	if known, found := r.paths[p]; found {
		return known
	}
	offered := r.inv.Regions[p.region].Versions
	cameFrom := map[fleet.KubernetesVersion]fleet.KubernetesVersion{p.from: {}}
	for queue := []fleet.KubernetesVersion{p.from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range newestFirst(edges(offered, queue[0])) {
			_, seen := cameFrom[next]
			if seen || next.Compare(p.to) > 0 || next != p.to && !p.passable(offered[next]) || p.channel && !r.channelStep(queue[0], next) {
				continue
			}
			cameFrom[next] = queue[0]
			queue = append(queue, next)
		}
	}
	r.paths[p] = walkBack(cameFrom, p)
	return r.paths[p]
}

// passable reports whether a version may lie on the way.
func (p path) passable(offered fleet.OfferedVersion) bool {
	return !offered.Preview && (p.longTerm || !offered.OnlyLongTerm())
}

func walkBack(cameFrom map[fleet.KubernetesVersion]fleet.KubernetesVersion, p path) []fleet.KubernetesVersion {
	if _, reached := cameFrom[p.to]; !reached {
		return nil
	}
	var way []fleet.KubernetesVersion
	for at := p.to; at != p.from; at = cameFrom[at] {
		way = append(way, at)
	}
	slices.Reverse(way)
	return way
}

func newestFirst(versions []fleet.KubernetesVersion) []fleet.KubernetesVersion {
	sorted := slices.Clone(versions)
	slices.SortFunc(sorted, func(a, b fleet.KubernetesVersion) int { return b.Compare(a) })
	return sorted
}

// wholeCluster finds the members whose control plane Azure does not let move alone, and whether they can be upgraded
// as a whole, as az aks upgrade does it. That brings every pool to the target version and to the region's latest
// image, so it serves Full with Latest only.
func (r *run) wholeCluster(c *candidate) verdict {
	cause, mend := r.indivisible(c)
	if cause == "" {
		return verdict{}
	}
	if r.strategy.Upgrade.Type == strategy.Full && r.strategy.Upgrade.Images == strategy.Latest {
		for i := range c.parts {
			p := &c.parts[i]
			if p.left.set() {
				return blocked("whole-cluster", mend, "%s, so it can be upgraded as a whole only, but node pool %s is to be left alone: %s",
					cause, p.pool.Name, p.left.reason)
			}
		}
		c.out.WholeCluster = true
		return verdict{}
	}
	if r.strategy.Upgrade.Type == strategy.Full {
		return blocked("whole-cluster", mend, "%s, so it can be upgraded as a whole only, which cannot bring its pools to pinned images", cause)
	}
	return blocked("whole-cluster", mend, "%s, so its control plane cannot be upgraded alone", cause)
}

// indivisible says why the control plane cannot be upgraded alone, and the command that changes it where there is one.
func (r *run) indivisible(c *candidate) (cause, mend string) {
	settings := c.cluster.Settings
	switch {
	case !c.needsVersion():
		return "", ""
	case c.cluster.Legacy():
		return "it is a legacy cluster (availability set pools, or fewer than eight pools allowed; recreate it to change that)", ""
	case !c.needsControlPlane():
		return "", ""
	case settings.AutoUpgrades() && strings.EqualFold(settings.SKU, "Automatic"):
		return "it is an AKS Automatic cluster, whose auto-upgrade channel cannot be turned off", ""
	case settings.AutoUpgrades():
		return "its auto-upgrade channel is " + settings.UpgradeChannel, c.az("aks update", "--auto-upgrade-channel", "none")
	case !settings.LongTermSupport() && skipsMinor(c.cluster.Version, c.goal):
		return "Kubernetes " + c.cluster.Version.String() + " is out of support and skips a minor",
			c.az("aks upgrade", "--kubernetes-version", c.goal.String(), "--yes")
	default:
		return "", ""
	}
}

// skipsMinor: Azure lets clusters without long-term support do so only to recover from an unsupported version, and only
// as a whole.
func skipsMinor(from, to fleet.KubernetesVersion) bool { return to.Minor-from.Minor > 1 }
