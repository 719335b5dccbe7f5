package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// follows is the auto-upgrade profile that the run follows, or nil.
func (r *run) follows() *strategy.Profile { return r.strategy.Upgrade.Follows }

func (r *run) profile() *Profile {
	if r.follows() == nil {
		return nil
	}
	return &Profile{Name: r.follows().Name, Channel: r.follows().Channel}
}

// pinChannel finds the version of the channel now. A minor counts as released when every region of the run has it: until
// then no cluster is moved by it, and none would have to be moved back.
func (r *run) pinChannel(regions []fleet.Region) []fleet.Finding {
	minor := r.strategy.Upgrade.Kubernetes
	if r.follows().Channel != strategy.TargetKubernetesVersion {
		newest, found := newestMinor(regions)
		if !found {
			return []fleet.Finding{r.versionFinding("version-unavailable", fleet.Error,
				"No released version of Kubernetes is offered in every region of the run.", "Leave out the members of the region that lags.")}
		}
		minor = newest
		if r.follows().Channel == strategy.Stable {
			minor.Minor--
		}
	}
	r.places = regions
	return r.pinNewest(minor, regions, support{all: r.follows().LongTermSupport},
		"Wait until all regions offer one, or follow another minor; where its community support has ended, longTermSupport goes on.")
}

// newestMinor is the newest minor that every region has released to clusters without long-term support.
func newestMinor(regions []fleet.Region) (fleet.KubernetesVersion, bool) {
	newest := fleet.KubernetesVersion{}
	for version, offered := range regions[0].Versions {
		if !offered.OnlyLongTerm() && releasedEverywhere(version, regions) {
			newest = newer(newest, version)
		}
	}
	return newest.MinorOnly(), !newest.IsZero()
}

// aim gives a member its target: that of the run or, where the run follows a channel, the next version on the way there.
// What decides is the part that is furthest behind, so that a pool which an earlier run has left behind is fetched
// first. What that run began and did not end is ended before anything else, as Azure may refuse anything else.
func (r *run) aim(c *candidate) {
	c.goal = r.kubernetes
	if r.follows() == nil {
		return
	}
	if pinned := r.orders.Retry.goal(c.member.Cluster); !pinned.IsZero() {
		c.goal, c.out.LaterRuns = pinned, len(r.channelWay(c, pinned))
		return
	}
	if begun := r.begun(c); !begun.IsZero() {
		c.goal, c.out.LaterRuns = begun, len(r.channelWay(c, begun))
		return
	}
	if way := r.channelWay(c, r.lowest(c)); len(way) > 1 {
		c.goal, c.out.LaterRuns = way[0], len(way)-1
	}
}

// channelWay is the way from a version to the channel's: by one minor after another, as each run moves a member by one
// upgrade.
func (r *run) channelWay(c *candidate, from fleet.KubernetesVersion) []fleet.KubernetesVersion {
	p := c.path(from, r.kubernetes)
	p.channel = true
	return r.way(p)
}

// channelStep reports whether a channel may take a member from one version to the next.
func (r *run) channelStep(from, to fleet.KubernetesVersion) bool {
	return !skipsMinor(from, to) && releasedEverywhere(to, r.places)
}

// lowest is the version of the part that is furthest behind, of those that the run upgrades.
func (r *run) lowest(c *candidate) fleet.KubernetesVersion {
	lowest := c.cluster.Version
	for i := range c.parts {
		p := &c.parts[i]
		if !r.leftAlone(c, p).set() && !p.pool.Version.IsZero() && p.pool.Version.Compare(lowest) < 0 {
			lowest = p.pool.Version
		}
	}
	return lowest
}

// begun is the version that a failed part was last asked to run, or zero: asking for it again is what brings it back, and
// Azure says that it runs it as soon as that was begun. What is no longer on the channel's way is not asked for.
func (r *run) begun(c *candidate) fleet.KubernetesVersion {
	onWay := func(state fleet.ProvisioningState, from, to fleet.KubernetesVersion) bool {
		forward := to.AtOrAhead(from) && r.kubernetes.AtOrAhead(to)
		return endedBadly(state) && forward && releasedEverywhere(to, r.places)
	}
	if onWay(c.cluster.State, c.cluster.Version, c.cluster.Desired) {
		return c.cluster.Desired
	}
	for i := range c.parts {
		p := &c.parts[i]
		if !r.leftAlone(c, p).set() && onWay(p.pool.State, p.pool.Version, p.pool.Desired) {
			return p.pool.Desired
		}
	}
	return fleet.KubernetesVersion{}
}

// offChannel finds the members that the channel does not move: those without the support that its profile is for, and
// those that it could only take over a minor.
func (r *run) offChannel(c *candidate) verdict {
	if r.follows() == nil || r.kubernetes.IsZero() || !c.needsVersion() {
		return verdict{}
	}
	if r.follows().LongTermSupport && !c.cluster.Settings.LongTermSupport() {
		return blocked("long-term-support", c.az("aks update", "--tier", "premium", "--k8s-support-plan", "AKSLongTermSupport"),
			"the profile %s is for clusters with long-term support only, and this one has none", r.follows().Name)
	}
	from := r.lowest(c)
	if pinned := r.orders.Retry.goal(c.member.Cluster); !pinned.IsZero() || from.IsZero() || from.AtOrAhead(r.kubernetes) || len(r.channelWay(c, from)) > 0 {
		return verdict{}
	}
	command := c.az("aks get-upgrades")
	if by := r.way(c.path(from, r.kubernetes)); from == c.cluster.Version && len(by) > 0 {
		command = c.az("aks upgrade", "--kubernetes-version", by[0].String(), "--yes")
	}
	return blocked("channel-way", command,
		"the channel %s goes from one minor to the next, and no such way leads from Kubernetes %s to %s in %s",
		r.follows().Channel, from, r.kubernetes, c.cluster.Location)
}

// remainder says of a member that is upgraded what later runs do.
func (c *candidate) remainder() string {
	switch c.out.LaterRuns {
	case 0:
		return ""
	case 1:
		return "1 more run leads to the channel's version"
	default:
		return strconv.Itoa(c.out.LaterRuns) + " more runs lead to the channel's version"
	}
}

// runName is the same for the same decisions, whatever the windows of the hour make of the order of members.
func runName(p Plan) string {
	sorted := p
	sorted.Stages = decidedAll(p.Stages, func(s Stage) Stage {
		s.Groups = decidedAll(s.Groups, func(g Group) Group {
			g.Members = slices.SortedFunc(slices.Values(g.Members), func(a, b Member) int { return cmp.Compare(a.Cluster, b.Cluster) })
			return g
		})
		return s
	})
	_, hash, _ := strings.Cut(digest(sorted), ":")
	parts := []string{"auto", p.Profile.Name, strings.ToLower(p.Profile.Channel)}
	version := p.Upgrade.Kubernetes.String()
	if p.Upgrade.Type == strategy.NodeImageOnly {
		version = newestImage(p).Version()
	}
	if version != "" {
		parts = append(parts, strings.ReplaceAll(version, ".", "-"))
	}
	return strings.Join(append(parts, hash[:8]), "-")
}

// newestImage is the image of the run that was built last.
func newestImage(p Plan) fleet.NodeImage {
	var newest fleet.NodeImage
	var when time.Time
	for member := range p.Members() {
		for _, pool := range member.Pools {
			built, ok := pool.ToImage.Built()
			if ok && (built.After(when) || built.Equal(when) && pool.ToImage > newest) {
				newest, when = pool.ToImage, built
			}
		}
	}
	return newest
}
