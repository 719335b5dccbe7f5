package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// pinKubernetes turns what the strategy asks for into the one full patch that the run goes to: a patch is taken as it is,
// a minor becomes its newest GA patch that every region of the run offers, a channel has a minor of its own, and a retry
// goes where the earlier run went.
func (r *run) pinKubernetes() []fleet.Finding {
	requested := r.strategy.Upgrade.Kubernetes
	regions := r.regions()
	r.kubernetes = r.orders.Retry.version() // also where nobody takes part: the next retry goes there
	if r.strategy.Upgrade.Type == strategy.NodeImageOnly || len(regions) == 0 {
		return nil
	}
	for _, region := range regions {
		if region.Versions == nil {
			return []fleet.Finding{r.versionFinding("versions-unread", fleet.Error,
				"Which Kubernetes versions "+region.Name+" offers was not read, so no target can be chosen.",
				"Plan again; if it happens again, see which read was refused.")}
		}
	}
	switch {
	case r.orders.Retry != nil:
		r.places = regions
		return r.previews(regions)
	case r.follows() != nil:
		return r.pinChannel(regions)
	case requested.IsMinor():
		return r.pinNewest(requested, regions, r.longTermSupport(),
			"Wait until all regions offer one, ask for another version, or leave out the members of the region that lags.")
	default:
		r.kubernetes = requested
		return r.previews(regions)
	}
}

// pinNewest takes the newest patch of a minor that every region offers.
func (r *run) pinNewest(minor fleet.KubernetesVersion, regions []fleet.Region, lts support, advice string) []fleet.Finding {
	target, found := newestEverywhere(minor, regions, lts)
	if !found {
		return []fleet.Finding{r.versionFinding("version-unavailable", fleet.Error,
			fmt.Sprintf("No released patch of Kubernetes %s is offered in every region of the run: %s.", minor, offers(minor, regions)), advice)}
	}
	r.kubernetes = target
	return nil
}

// regions are those of the members that take part, by name.
func (r *run) regions() []fleet.Region {
	names := map[string]bool{}
	for c := range r.participants() {
		names[c.cluster.Location] = true
	}
	var regions []fleet.Region
	for _, name := range slices.Sorted(maps.Keys(names)) {
		region := r.inv.Regions[name]
		region.Name = name
		regions = append(regions, region)
	}
	return regions
}

// support says which of the run's clusters have long-term support.
type support struct{ some, all bool }

func (r *run) longTermSupport() support {
	s := support{all: true}
	for c := range r.participants() {
		lts := c.cluster.Settings.LongTermSupport()
		s.some, s.all = s.some || lts, s.all && lts
	}
	return s
}

// newestEverywhere finds the newest released patch of a minor that all regions offer. A patch for long-term support
// alone is chosen where every cluster has that support, or where some have and the minor has no other patch left: the
// clusters without it are then blocked, each with its reason.
func newestEverywhere(minor fleet.KubernetesVersion, regions []fleet.Region, lts support) (fleet.KubernetesVersion, bool) {
	var newest, newestLongTerm fleet.KubernetesVersion
	for version, offered := range regions[0].Versions {
		if !version.SameMinor(minor) || !releasedEverywhere(version, regions) {
			continue
		}
		if offered.OnlyLongTerm() {
			newestLongTerm = newer(newestLongTerm, version)
		} else {
			newest = newer(newest, version)
		}
	}
	if lts.all || lts.some && newest.IsZero() {
		newest = newer(newest, newestLongTerm)
	}
	return newest, !newest.IsZero()
}

func newer(a, b fleet.KubernetesVersion) fleet.KubernetesVersion {
	if b.Compare(a) > 0 {
		return b
	}
	return a
}

func releasedEverywhere(version fleet.KubernetesVersion, regions []fleet.Region) bool {
	for _, region := range regions {
		if offered, found := region.Versions[version]; !found || offered.Preview {
			return false
		}
	}
	return true
}

// offers says what each region has of a minor, for people.
func offers(minor fleet.KubernetesVersion, regions []fleet.Region) string {
	texts := make([]string, 0, len(regions))
	for _, region := range regions {
		var has []string
		for _, version := range slices.SortedFunc(maps.Keys(region.Versions), fleet.KubernetesVersion.Compare) {
			offered := region.Versions[version]
			switch {
			case !version.SameMinor(minor):
			case offered.Preview:
				has = append(has, version.String()+" (preview)")
			case offered.OnlyLongTerm():
				has = append(has, version.String()+" (long-term support only)")
			default:
				has = append(has, version.String())
			}
		}
		if len(has) == 0 {
			has = []string{"none"}
		}
		texts = append(texts, region.Name+" has "+strings.Join(has, ", "))
	}
	return strings.Join(texts, "; ")
}

// previews warns of a target that is a preview somewhere in the run.
func (r *run) previews(regions []fleet.Region) []fleet.Finding {
	var names []string
	for _, region := range regions {
		if region.Versions[r.kubernetes].Preview {
			names = append(names, region.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []fleet.Finding{r.versionFinding("preview-version", fleet.Warning,
		fmt.Sprintf("Kubernetes %s is a preview in %s: it has no support, and clusters on it may not be upgradable later.", r.kubernetes, strings.Join(names, ", ")),
		"Ask for a released version.")}
}

func (r *run) versionFinding(rule string, severity fleet.Severity, message, advice string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: severity, Message: message, Advice: advice, Position: r.strategy.Upgrade.Position}
}

// decideVersions gives every member that takes part its versions, and finds what stands against them.
func (r *run) decideVersions() {
	for c := range r.participants() {
		if r.strategy.Upgrade.Type != strategy.NodeImageOnly && !r.kubernetes.IsZero() {
			r.aim(c)
			c.out.ControlPlane = &ControlPlane{From: c.cluster.Version, To: c.goal}
		}
		for i := range c.parts {
			r.decidePool(c, &c.parts[i])
		}
		c.verdict = r.obstacle(c)
	}
}

// needsControlPlane reports whether the control plane has a version to reach.
func (c *candidate) needsControlPlane() bool {
	return c.out.ControlPlane != nil && !c.cluster.Version.AtOrAhead(c.out.ControlPlane.To)
}

// needsVersion reports whether anything of the member has a version to reach.
func (c *candidate) needsVersion() bool {
	if c.needsControlPlane() {
		return true
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.needsVersion() {
			return true
		}
	}
	return false
}

func (p *part) needsVersion() bool {
	return !p.out.ToVersion.IsZero() && !p.pool.Version.AtOrAhead(p.out.ToVersion)
}

// withdrawn reports whether a version that is not offered was offered once: newer patches of its minor are there, or
// none of them and newer minors. Azure releases patches in their order.
func withdrawn(version fleet.KubernetesVersion, offered map[fleet.KubernetesVersion]fleet.OfferedVersion) bool {
	newerPatch, olderPatch, newerMinor := false, false, false
	for other, entry := range offered {
		switch {
		case entry.Preview:
		case !other.SameMinor(version):
			newerMinor = newerMinor || other.Compare(version) > 0
		default:
			newerPatch = newerPatch || other.Compare(version) > 0
			olderPatch = olderPatch || other.Compare(version) < 0
		}
	}
	return newerPatch || newerMinor && !olderPatch
}

// versionUnavailable: no target, or one that the region does not offer to this cluster.
func (r *run) versionUnavailable(c *candidate) verdict {
	if r.strategy.Upgrade.Type == strategy.NodeImageOnly {
		return verdict{}
	}
	if c.goal.IsZero() {
		return blocked("", "", "the run has no Kubernetes target")
	}
	if !c.needsVersion() {
		return verdict{}
	}
	versions := r.region(c).Versions
	offered, found := versions[c.goal]
	if !found && withdrawn(c.goal, versions) {
		return blocked("version-withdrawn", c.az("aks get-upgrades"),
			"Kubernetes %s is no longer offered in %s; ask for a newer patch", c.goal, c.cluster.Location)
	}
	if !found {
		v := pending("version-not-offered", "Kubernetes %s is not offered in %s yet; a new version reaches all regions within ten working days",
			c.goal, c.cluster.Location)
		v.advice = "Its stage goes on once the region offers it; Member:" + c.member.Name + " skips it."
		return v
	}
	if offered.OnlyLongTerm() && !c.cluster.Settings.LongTermSupport() {
		return blocked("long-term-support", c.az("aks update", "--tier", "premium", "--k8s-support-plan", "AKSLongTermSupport"),
			"Kubernetes %s is offered in %s to clusters with long-term support only, and this one has none", c.goal, c.cluster.Location)
	}
	return verdict{}
}
