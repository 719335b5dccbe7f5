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

// lessSurge makes the upgrade fit into a pool: with the surge nodes that there is room for or, in a full one, without
// any. Azure takes max unavailable for user pools only
// (https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling).
func (c *candidate) lessSurge(pool fleet.NodePool) string {
	room := maxPoolNodes - pool.Count
	switch {
	case room > 0:
		return c.azPool(pool.Name, "aks nodepool update", "--max-surge", strconv.Itoa(room))
	case pool.System():
		return "Scale the node pool in, so that at least one surge node fits."
	default:
		return c.azPool(pool.Name, "aks nodepool update", "--max-surge", "0", "--max-unavailable", "1")
	}
}

// quotaExceeded compares a pool's surge nodes with the vCPUs left. A member's pools are upgraded one after another, so
// each is looked at alone.
func quotaExceeded(r *run, c *candidate) []problem {
	if len(r.inv.Quotas) == 0 {
		return nil
	}
	return eachUpgraded(c, func(p *part) (problem, bool) {
		family, vcpus, _ := fleet.VMFamily(p.pool.VMSize)
		quota, read := r.inv.Quotas[fleet.NewQuotaKey(c.subscription, c.cluster.Location, family)]
		need, left := p.pool.SurgeNodes()*vcpus, quota.Limit-quota.Used
		if !read || need <= left {
			return problem{}, false
		}
		advice := c.azPool(p.pool.Name, "aks nodepool update", "--max-surge", "1")
		if left < vcpus {
			advice = "Ask for more quota; see " + azure("vm list-usage", []string{"--location", c.cluster.Location, "--subscription", c.subscription})
		}
		return problem{
			severity: fleet.Warning, advice: advice,
			message: fmt.Sprintf("The surge nodes of node pool %s of %s need %d vCPUs of %s in %s, and %d are left.",
				p.pool.Name, c.label(), need, family, c.cluster.Location, max(left, 0)),
		}, true
	})
}

// subnetFull compares the addresses that surge nodes take with those left in their subnet. With Azure CNI every node
// takes one for itself and one for each pod it may have; with an overlay, kubenet or none, pods take none.
func subnetFull(r *run, c *candidate) []problem {
	if len(r.inv.Subnets) == 0 {
		return nil
	}
	return eachUpgraded(c, func(p *part) (problem, bool) {
		left, known := addressesLeft(r.inv.Subnets[strings.ToLower(p.pool.SubnetID)])
		need := p.pool.SurgeNodes() * addressesPerNode(c.cluster.Settings, p.pool)
		if !known || need <= left {
			return problem{}, false
		}
		return problem{
			severity: fleet.Warning,
			message: fmt.Sprintf("The surge nodes of node pool %s of %s need %d addresses in the subnet %s, and %d are left.",
				p.pool.Name, c.label(), need, lastSegment(p.pool.SubnetID), left),
			advice: c.azPool(p.pool.Name, "aks nodepool update", "--max-surge", "1"),
		}, true
	})
}

func addressesPerNode(settings fleet.ClusterSettings, pool fleet.NodePool) int {
	if !strings.EqualFold(settings.NetworkPlugin, "azure") || strings.EqualFold(settings.NetworkPluginMode, "overlay") {
		return 1
	}
	if pool.MaxPods == 0 {
		return defaultMaxPods + 1
	}
	return pool.MaxPods + 1
}

// addressesLeft is known for IPv4 subnets that were read; no IPv6 subnet is ever full.
func addressesLeft(subnet fleet.Subnet) (left int, known bool) {
	prefix, err := netip.ParsePrefix(subnet.Prefix)
	if err != nil || !prefix.Addr().Is4() {
		return 0, false
	}
	return max(1<<(32-prefix.Bits())-azureAddresses-subnet.Used, 0), true
}
