package plan

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// decidePool gives a pool its version and the image family it will have then, or finds that it is left alone.
func (r *run) decidePool(c *candidate, p *part) {
	var to fleet.KubernetesVersion
	if r.strategy.Upgrade.Type == strategy.Full {
		to = c.goal
	}
	p.out.Family = r.familyAfter(c, p.pool, newer(p.pool.Version, to))
	p.family = strings.ToLower(p.out.Family)
	p.left = r.leftAlone(c, p)
	if p.left.set() {
		p.out.Family = r.familyAfter(c, p.pool, p.pool.Version)
		return
	}
	p.out.ToVersion = to
}

// familyAfter is the image family a pool will have. Where its operating system would move on to a release that has no
// such image, FIPS for instance, AKS stays with the newest one that has
// (https://learn.microsoft.com/azure/aks/enable-fips-nodes); what the region offers says which that is.
func (r *run) familyAfter(c *candidate, pool fleet.NodePool, to fleet.KubernetesVersion) string {
	now, after := pool.Image.Family(), fleet.FamilyAfter(pool, to)
	_, moves := r.region(c).Latest(after)
	_, stays := r.region(c).Latest(now)
	if stays && !moves {
		return now
	}
	return after
}

// leftAlone finds the pools that the run does not touch.
func (r *run) leftAlone(c *candidate, p *part) verdict {
	upgrade := r.strategy.Upgrade
	_, madeByUs := r.ours(p.pool)
	switch {
	case upgrade.Type == strategy.ControlPlaneOnly:
		return skipped("", WhyOther, "only the control plane is upgraded")
	case p.pool.ManagedByAKS():
		return skipped("", WhyOther, "node provisioning makes and upgrades its nodes")
	case c.provisions():
		return skipped("node-provisioning", WhyOther, "the cluster provisions its own nodes: only its control plane is upgraded")
	case upgrade.Images == strategy.Latest && p.pool.Snapshot != "" && !madeByUs:
		v := skipped("pool-pinned", WhyOther, "it is pinned to the snapshot %s, which Latest keeps", lastSegment(p.pool.Snapshot))
		v.command = c.azPool(p.pool.Name, "aks nodepool upgrade", "--node-image-only")
		return v
	case upgrade.Images == strategy.Custom && r.images[p.family] == "":
		return skipped("custom-family-missing", WhyOther, "the strategy names no image of its family, %s", familyName(p.out.Family, p.pool.Image))
	default:
		return verdict{}
	}
}

func familyName(family string, image fleet.NodeImage) string {
	if family == "" {
		return "which is unknown (its image is " + string(image) + ")"
	}
	return family
}

func lastSegment(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// planned reports whether the run does something to the pool, now or later.
func (p *part) planned() bool {
	return p.out.Action.Open()
}
