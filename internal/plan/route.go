package plan

import (
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// chooseRoutes says of every pool how it gets its image. Stage by stage, because pools that a stage brings to the target
// can be donors of snapshots for others of it and for later ones.
func (r *run) chooseRoutes() []fleet.Finding {
	if r.strategy.Upgrade.Type == strategy.ControlPlaneOnly {
		return nil
	}
	supply, findings := r.newSupply()
	for _, members := range r.candidates {
		r.routeStage(members, supply)
	}
	return append(findings, supply.outOfOrder()...)
}

// routeStage routes the members of a stage. Those that lack a donor are routed anew for as long as others of the stage turn
// out to become one, so that no two wait for each other.
func (r *run) routeStage(members []*candidate, supply *supply) {
	members = slices.DeleteFunc(slices.Clone(members), func(c *candidate) bool { return !c.takesPart() })
	bySoonest := supply.bySoonest(members)
	for rest, known := members, -1; known < len(supply.sources); {
		known = len(supply.sources)
		for _, c := range rest {
			r.routeMember(c, supply)
		}
		for _, c := range bySoonest {
			supply.promise(c)
		}
		rest = slices.DeleteFunc(slices.Clone(rest), func(c *candidate) bool { return !c.lacksDonor() })
	}
	supply.miss(members)
}

// routeMember routes all pools of a member. It is upgraded only when every route is open, and is left out where a pool
// has no target at all, both as Fleet Manager does.
func (r *run) routeMember(c *candidate, supply *supply) {
	var unknown, closed *part
	if c.verdict.rule == "image-unreachable" { // of the time before
		c.verdict = verdict{}
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.left.set() {
			continue
		}
		p.closed, p.lacks, p.out.Reason = "", need{}, ""
		target, known := r.imageFor(c, p)
		switch {
		case !known:
			unknown = p
		default:
			r.route(c, p, target, supply)
		}
		if closed == nil && p.closed != "" {
			closed = p
		}
	}
	switch {
	case unknown != nil: // also where it is pending: waiting does not help it
		c.verdict = skipped("image-unknown", WhyOther, "there is no target for the image of node pool %s, %s", unknown.pool.Name,
			familyName(unknown.out.Family, unknown.pool.Image))
		c.verdict.pool, c.verdict.loud = unknown.pool.Name, true
		c.verdict.advice = "Plan again once a region of the run offers its family, or skip it with Member:" + c.member.Name + "."
	case c.verdict.set():
	case closed != nil:
		c.verdict = pending("image-unreachable", "node pool %s: %s", closed.pool.Name, closed.closed)
		c.verdict.advice = supply.wants() + ", or plan again once the regions offer one image; Member:" + c.member.Name + " skips it."
		c.verdict.pool = closed.pool.Name
	}
}

// imageFor is the image a pool is to reach: the pinned one of its family, or for Latest what its region offers now,
// which is "" where the region does not offer the family. known is false where there can be no target.
func (r *run) imageFor(c *candidate, p *part) (target fleet.NodeImage, known bool) {
	if p.out.Family == "" {
		return "", false
	}
	if r.strategy.Upgrade.Images == strategy.Latest {
		target, _ = r.region(c).Latest(p.family)
		return target, true
	}
	target, known = r.images[p.family]
	return target, known
}

func (r *run) route(c *candidate, p *part, target fleet.NodeImage, supply *supply) {
	latest, _ := r.region(c).Latest(p.family)
	ahead := p.pool.Image.AtOrAhead(target)
	p.out.ToImage = target
	switch {
	case inAvailabilitySet(p.pool) && !c.out.WholeCluster:
		p.out.Action, p.out.ToImage = ActionSkip, ""
		p.out.Reason = "the image of an availability set moves only with its Kubernetes version, which is at its target"
	case ahead && !p.needsVersion() && !endedBadly(p.pool.State):
		p.out.Action, p.out.Route, p.out.Reason = ActionSkip, RouteAhead, "at its target"
	case target == "":
		p.close("%s offers no node image of the family %s", c.cluster.Location, p.out.Family)
	case ahead && (r.strategy.Upgrade.Images == strategy.Latest || p.pool.Image.Same(latest)):
		p.out.ToImage = p.pool.Image // ahead of the run: its Kubernetes upgrade leaves it at that
		p.ordinary()
	case ahead && !p.pool.Image.Same(target):
		p.out.ToImage = p.pool.Image // never back to an older one
		p.close("its image %s is newer than the run's, and an upgrade would bring it to %s; "+
			"plan again once the regions agree on a newer image", p.pool.Image.Version(), versionOf(latest))
	case r.strategy.Upgrade.Images == strategy.Latest, target.Same(latest):
		p.ordinary()
	default:
		supply.snapshot(c, p, target, latest)
	}
}

// ordinary: the pool's own upgrade leads to the region's latest image, which is what is wanted, and clears any pin.
func (p *part) ordinary() {
	p.out.Action, p.out.Route = ActionUpgrade, RouteOrdinary
	p.out.Release = p.pool.Snapshot != ""
}

func (p *part) close(format string, args ...any) {
	p.closed = fmt.Sprintf(format, args...)
	p.out.Action, p.out.Route, p.out.Reason = ActionPending, RouteUnreachable, p.closed
}
