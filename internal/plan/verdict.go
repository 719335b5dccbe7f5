package plan

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// verdict is why a member or a pool is not simply upgraded. The zero value says that nothing stands against it.
type verdict struct {
	action  Action
	why     Why
	rule    string // of the finding that says it too; "" says nothing more
	pool    string // the pool at fault, where it is one
	reason  string
	command string // what mends it
	advice  string // what to do where no command does
	loud    bool   // a skip of what was meant to be upgraded
}

// set reports whether there is anything to say.
func (v verdict) set() bool { return v.action != "" }

// severity says how loud the finding is: what was meant to be upgraded and is not is a warning.
func (v verdict) severity() fleet.Severity {
	if v.action == ActionSkip && !v.loud {
		return fleet.Note
	}
	return fleet.Warning
}

func blocked(rule, command, format string, args ...any) verdict {
	return verdict{action: ActionBlocked, rule: rule, command: command, reason: fmt.Sprintf(format, args...)}
}

func pending(rule, format string, args ...any) verdict {
	return verdict{action: ActionPending, rule: rule, reason: fmt.Sprintf(format, args...)}
}

func skipped(rule string, why Why, format string, args ...any) verdict {
	return verdict{action: ActionSkip, why: why, rule: rule, reason: fmt.Sprintf(format, args...)}
}

// firstSet returns the first verdict that says something. What stands first is what a person has to mend first.
func firstSet(checks ...func() verdict) verdict {
	for _, check := range checks {
		if v := check(); v.set() {
			return v
		}
	}
	return verdict{}
}

// attendance finds the members that do not take part at all.
func (r *run) attendance(c *candidate, found bool) verdict {
	if v := r.orders.Retry.leaves(c.member.Cluster, r.inv.Clusters); v.set() { // on request only what would be tried again
		return v
	}
	if request := r.skipped.member(r.assignment, c); request != "" {
		return skipped("", WhyRequested, "skipped on request (%s)", request)
	}
	if !found {
		v := blocked("cluster-missing", "", "there is no cluster %s in resource group %s: it was deleted, or its id is wrong", c.label(), c.resourceGroup)
		v.advice = "Correct the members of the strategy, or skip it with Member:" + c.member.Name + "."
		return v
	}
	if !c.cluster.Stopped {
		return verdict{}
	}
	if r.strategy.StoppedClusters == "fail" {
		v := blocked("cluster-stopped", c.az("aks start"), "the cluster is stopped; a stopped cluster cannot be upgraded")
		v.why = WhyStopped
		return v
	}
	v := skipped("cluster-stopped", WhyStopped, "the cluster is stopped; a stopped cluster cannot be upgraded")
	v.advice = "Start it before planning to have it upgraded: " + c.az("aks start")
	return v
}

// obstacle finds what stands against upgrading a member that takes part.
func (r *run) obstacle(c *candidate) verdict {
	return firstSet(
		func() verdict { return r.provisioned(c) },
		func() verdict { return r.availabilitySet(c) },
		func() verdict { return r.clusterFailed(c) },
		func() verdict { return r.poolFailed(c) },
		func() verdict { return r.offChannel(c) },
		func() verdict { return r.versionUnavailable(c) },
		func() verdict { return r.versionUnreachable(c) },
		func() verdict { return r.wholeCluster(c) },
		func() verdict { return r.skewed(c) },
	)
}

// provisioned: where Karpenter makes the nodes, their images are its own business and only the control plane is ours.
func (r *run) provisioned(c *candidate) verdict {
	if r.strategy.Upgrade.Type != strategy.NodeImageOnly || !c.provisions() {
		return verdict{}
	}
	return skipped("node-provisioning", WhyOther, "the cluster provisions its own nodes and keeps their images up to date itself")
}

func (c *candidate) provisions() bool {
	return strings.EqualFold(c.cluster.Settings.NodeProvisioning, "Auto")
}

// availabilitySet: such pools have no node image upgrade of their own (azure-cli refuses it too).
func (r *run) availabilitySet(c *candidate) verdict {
	if r.strategy.Upgrade.Type != strategy.NodeImageOnly {
		return verdict{}
	}
	for i := range c.parts {
		p := &c.parts[i]
		if inAvailabilitySet(p.pool) {
			v := blocked("availability-set", "", "node pool %s is an availability set, whose node image cannot be upgraded alone: "+
				"recreate the cluster with scale set node pools", p.pool.Name)
			v.pool = p.pool.Name
			return v
		}
	}
	return verdict{}
}

func inAvailabilitySet(pool fleet.NodePool) bool {
	return strings.EqualFold(pool.Type, "AvailabilitySet")
}
