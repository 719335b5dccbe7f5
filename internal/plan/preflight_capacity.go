package plan

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

const (
	maxPoolNodes   = 1000 // of one node pool, surge nodes included (https://learn.microsoft.com/azure/aks/quotas-skus-regions)
	azureAddresses = 5    // of every subnet, which Azure keeps
	defaultMaxPods = 30   // of a node with Azure CNI
)

// eachUpgraded runs a check over the pools that are to be upgraded and gathers what it finds.
func eachUpgraded(c *candidate, check func(p *part) (problem, bool)) []problem {
	var problems []problem
	for i := range c.parts {
		p := &c.parts[i]
		if !p.planned() {
			continue
		}
		if found, bad := check(p); bad {
			found.pool = p.pool.Name
			problems = append(problems, found)
		}
	}
	return problems
}

func surgeTooLarge(_ *run, c *candidate) []problem {
	return eachUpgraded(c, func(p *part) (problem, bool) {
		surge := p.pool.SurgeNodes()
		if p.pool.Count+surge <= maxPoolNodes {
			return problem{}, false
		}
		return problem{
			severity: fleet.Error,
			message: fmt.Sprintf("Node pool %s of %s has %d nodes and would get %d more for the upgrade; a pool has at most %d.",
				p.pool.Name, c.label(), p.pool.Count, surge, maxPoolNodes),
			advice: c.lessSurge(p.pool),
		}, true
	})
}

// lessSurge makes the upgrade fit into a pool: with the surge nodes that there is room for or, in a full one, without any.
func (c *candidate) lessSurge(pool fleet.NodePool) string {
	room := maxPoolNodes - pool.Count
	switch {
	case room > 0:
		return c.azPool(pool.Name, "aks nodepool update", "--max-surge", strconv.Itoa(room))
	case pool.System():
		return "Scale the node pool in, so that at least one surge node fits."
	default:
		return c.withoutSurge(pool)
	}
}

// withoutSurge replaces the nodes of a user pool with none beside them
// (https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling).
func (c *candidate) withoutSurge(pool fleet.NodePool) string {
	return c.azPool(pool.Name, "aks nodepool update", "--max-surge", "0", "--max-unavailable", "1")
}

// draw is what the surge nodes of a pool take, for as long as it is upgraded, from what others take from as well.
type draw struct {
	from       string // which vCPU quota or subnet of the run
	need, each int    // of all surge nodes, and of one
	left       int
	unit       string        // of which what is needed, as in "vCPUs of standardDSv5Family in westeurope"
	more       func() string // how to get more of it
}

// capacity is a rule about what surge nodes draw on.
type capacity struct {
	rule  string
	draws func(*run, *candidate, *part) []draw
}

func capacities() []capacity {
	return []capacity{
		{"vcpu-quota", quotaDraws},
		{"subnet-full", subnetDraws},
	}
}

// alone compares what a pool draws with what is left. A member's pools are upgraded one after another, so each is looked
// at alone.
func (k capacity) alone(r *run, c *candidate) []problem {
	return eachUpgraded(c, func(p *part) (problem, bool) {
		for _, d := range k.draws(r, c, p) {
			if d.need > d.left {
				return problem{
					severity: fleet.Warning, advice: c.lessDrawn(p.pool, d),
					message: fmt.Sprintf("The surge nodes of node pool %s of %s need %d %s, and %d are left.", p.pool.Name, c.label(), d.need, d.unit, d.left),
				}, true
			}
		}
		return problem{}, false
	})
}

// lessDrawn makes the upgrade of a pool do with what is left.
func (c *candidate) lessDrawn(pool fleet.NodePool, d draw) string {
	switch {
	case d.left >= d.each:
		return c.azPool(pool.Name, "aks nodepool update", "--max-surge", "1")
	case pool.System():
		return d.more()
	default:
		return c.withoutSurge(pool)
	}
}

// allFamilies is the quota of a region's vCPUs whatever they are of, as Microsoft.Compute usages name it.
const allFamilies = "cores"

// quotaDraws is what a pool takes of the quota of its VM family, and of that of the region.
func quotaDraws(r *run, c *candidate, p *part) []draw {
	family, vcpus, _ := fleet.VMFamily(p.pool.VMSize)
	var draws []draw
	for _, of := range []struct{ name, unit string }{{family, "vCPUs of " + family + " in "}, {allFamilies, "vCPUs of all families in "}} {
		key := fleet.NewQuotaKey(c.subscription, c.cluster.Location, of.name)
		if quota, read := r.inv.Quotas[key]; read {
			draws = append(draws, draw{
				from: key.Subscription + "/" + key.Location + "/" + key.Family, unit: of.unit + c.cluster.Location,
				need: p.pool.SurgeNodes() * vcpus, each: vcpus, left: max(quota.Limit-quota.Used, 0),
				more: c.moreQuota,
			})
		}
	}
	return draws
}

func (c *candidate) moreQuota() string {
	return "Ask for more quota; see " + azure("vm list-usage", []string{"--location", c.cluster.Location, "--subscription", c.subscription})
}

// subnetDraws is what a pool takes of the addresses of its subnets. With Azure CNI every node takes one for itself and one
// for each pod it may have; with an overlay, kubenet or none, pods take none, and where they have a subnet of their own,
// theirs are taken there.
func subnetDraws(r *run, c *candidate, p *part) []draw {
	nodes, pods := 1, podAddresses(c.cluster.Settings, p.pool)
	if p.pool.PodSubnetID == "" {
		return r.addresses(nil, p.pool, p.pool.SubnetID, nodes+pods)
	}
	return r.addresses(r.addresses(nil, p.pool, p.pool.SubnetID, nodes), p.pool, p.pool.PodSubnetID, pods)
}

// addresses adds what the surge nodes take of a subnet, so many each, if what is left of it is known.
func (r *run) addresses(draws []draw, pool fleet.NodePool, id string, each int) []draw {
	from := strings.ToLower(id)
	left, known := addressesLeft(r.inv.Subnets[from])
	if !known {
		return draws
	}
	return append(draws, draw{
		from: from, need: pool.SurgeNodes() * each, each: each, left: left, unit: "addresses in the subnet " + lastSegment(id),
		more: func() string { return "Make room in the subnet, or widen it." },
	})
}

// podAddresses is how many addresses of a subnet the pods of a node take.
func podAddresses(settings fleet.ClusterSettings, pool fleet.NodePool) int {
	switch {
	case !strings.EqualFold(settings.NetworkPlugin, "azure") || strings.EqualFold(settings.NetworkPluginMode, "overlay"):
		return 0
	case pool.MaxPods == 0:
		return defaultMaxPods
	default:
		return pool.MaxPods
	}
}

// addressesLeft is known for IPv4 subnets that were read; no IPv6 subnet is ever full.
func addressesLeft(subnet fleet.Subnet) (left int, known bool) {
	prefix, err := netip.ParsePrefix(subnet.Prefix)
	if err != nil || !prefix.Addr().Is4() {
		return 0, false
	}
	return max(1<<(32-prefix.Bits())-azureAddresses-subnet.Used, 0), true
}
