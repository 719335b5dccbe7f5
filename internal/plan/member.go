package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// settle turns every candidate into a member of the plan.
func (r *run) settle() {
	for c := range r.all() {
		for i := range c.parts {
			c.parts[i].settle()
		}
		if !c.verdict.set() {
			c.verdict = c.atTarget()
		}
		c.expect()
		if c.takesPart() {
			r.rankByWindow(c)
			if v := r.windowUnknown(c); v.set() {
				c.verdict = v
			}
		}
		c.conclude()
	}
}

// settle says of a pool that is left alone why.
func (p *part) settle() {
	if p.left.set() {
		p.out.Action, p.out.Reason = ActionSkip, p.left.reason
	}
}

// atTarget finds the members with nothing to do. A busy cluster is none of them: its versions already show what its
// operation is to reach. Neither is a failed one, whose last operation is to be repeated.
func (c *candidate) atTarget() verdict {
	if c.cluster.Busy() || endedBadly(c.cluster.State) || c.needsControlPlane() {
		return verdict{}
	}
	reached := c.out.ControlPlane != nil
	reason := "it has no node pool to upgrade"
	for i := range c.parts {
		p := &c.parts[i]
		switch {
		case p.planned():
			return verdict{}
		case p.out.Route == RouteAhead:
			reached = true
		default:
			reason = fmt.Sprintf("node pool %s: %s", p.pool.Name, p.out.Reason)
		}
	}
	if !reached {
		return skipped("", WhyOther, "nothing of it is to be upgraded; %s", reason)
	}
	return skipped("", WhyAtTarget, "at its target")
}

// conclude writes the verdict into the member. Where nothing is to be done, nothing is promised: only a member that is
// at its target keeps its targets, against which it is verified.
func (c *candidate) conclude() {
	c.out.Action = c.verdict.action
	c.out.Why, c.out.Reason, c.out.Command = c.verdict.why, c.verdict.reason, c.verdict.command
	if c.verdict.action == "" {
		c.out.Action = ActionUpgrade
		c.out.Reason = joined(c.remark(), c.remainder())
	}
	idle := !c.out.Action.Open() && c.verdict.why != WhyAtTarget
	if idle {
		c.out.ControlPlane, c.out.WholeCluster, c.out.ExpectedSeconds, c.out.LaterRuns = nil, false, 0, 0
	}
	c.out.Pools = make([]Pool, len(c.parts))
	for i := range c.parts {
		p := &c.parts[i]
		c.out.Pools[i] = p.out
		if idle {
			c.out.Pools[i] = Pool{
				Name: p.out.Name, System: p.out.System, Action: c.out.Action, FromVersion: p.out.FromVersion,
				FromImage: p.out.FromImage, Family: fleet.FamilyAfter(p.pool, p.pool.Version), Reason: p.left.reason,
			}
		}
	}
}

// remark says what is worth knowing of a member that is upgraded.
func (c *candidate) remark() string {
	switch {
	case c.cluster.Busy():
		return "busy now (" + strings.Join(c.operations(), ", ") + "): waits its turn"
	case endedBadly(c.cluster.State):
		return "its last operation ended " + string(c.cluster.State) + " and is resumed"
	default:
		return ""
	}
}

// operations names what is under way on a cluster and its pools.
func (c *candidate) operations() []string {
	var names []string
	if c.cluster.State.Busy() {
		names = append(names, string(c.cluster.State))
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.pool.State.Busy() {
			names = append(names, string(p.pool.State)+" of node pool "+p.pool.Name)
		}
	}
	return names
}

// joined puts remarks together, those that there are.
func joined(remarks ...string) string {
	return strings.Join(slices.DeleteFunc(remarks, func(remark string) bool { return remark == "" }), "; ")
}
