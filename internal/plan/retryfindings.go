package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// lost warns of what could not be read of the earlier run, and of members that are to be tried again and are none by now.
func (r *Retry) lost(members []fleet.Member) []fleet.Finding {
	if r == nil {
		return nil
	}
	there := map[fleet.ClusterID]bool{}
	for _, member := range members {
		there[member.Cluster] = true
	}
	findings := slices.Clone(r.unread)
	for member := range r.of.Members() {
		if r.members[member.Cluster].retried() && !there[member.Cluster] {
			findings = append(findings, fleet.Finding{
				Rule: "retry-member-missing", Severity: fleet.Warning, Cluster: member.Cluster, Member: member.Name,
				Message: fmt.Sprintf("%s is to be tried again, and the strategy has no such member any more.", member.Name),
				Advice:  "Put it back into the members of the strategy, or go on without it.",
			})
		}
	}
	return findings
}

// gone finds the versions that the earlier run went to and that none of the members with a way to go are offered any
// more: one error, instead of a warning for each of them.
func (r *run) gone() []fleet.Finding {
	if r.orders.Retry == nil {
		return nil
	}
	withdrawn, offered := map[fleet.KubernetesVersion][]*candidate{}, map[fleet.KubernetesVersion]bool{}
	for c := range r.all() {
		switch {
		case c.verdict.rule == "version-withdrawn":
			withdrawn[c.goal] = append(withdrawn[c.goal], c)
		case c.takesPart() && c.needsVersion():
			offered[c.goal] = true
		}
	}
	var findings []fleet.Finding
	for _, version := range slices.SortedFunc(maps.Keys(withdrawn), fleet.KubernetesVersion.Compare) {
		if offered[version] {
			continue
		}
		regions := map[string]bool{}
		for _, c := range withdrawn[version] {
			c.verdict.rule, regions[c.cluster.Location] = "", true
		}
		findings = append(findings, r.versionFinding("version-withdrawn", fleet.Error,
			fmt.Sprintf("Kubernetes %s, which the run to retry went to, is no longer offered in %s.", version, strings.Join(slices.Sorted(maps.Keys(regions)), ", ")),
			"Make a plan with a newer patch instead of a retry."))
	}
	return findings
}

// newlyPinned tells of images that the earlier run had no pool for, and so had not pinned.
func (r *run) newlyPinned() []fleet.Finding {
	pinned := r.orders.Retry.images()
	var findings []fleet.Finding
	for _, target := range r.targets {
		if pinned[strings.ToLower(target.Family)] == "" {
			findings = append(findings, fleet.Finding{
				Rule: "image-newly-pinned", Severity: fleet.Note,
				Message: fmt.Sprintf("The run to retry upgraded no pool of the family %s, and so pinned no image of it: now it is %s.", target.Family, target.Image),
			})
		}
	}
	return findings
}

// stranded lists the members with a pool that neither its region's latest image nor a snapshot brings to an image.
func (r *run) stranded(image fleet.NodeImage) []*candidate {
	var members []*candidate
	for c := range r.participants() {
		if slices.ContainsFunc(c.parts, func(p part) bool { return p.out.Route == RouteUnreachable && p.out.ToImage.Same(image) }) {
			members = append(members, c)
		}
	}
	return members
}

// tooOld is the one error about an image that members wait for in vain, instead of a warning for each of them.
func tooOld(image fleet.NodeImage, needy []*candidate) fleet.Finding {
	for _, c := range needy {
		c.verdict.rule = ""
	}
	return fleet.Finding{
		Rule: "image-age", Severity: fleet.Error,
		Message: fmt.Sprintf("The image %s, which the run to retry had pinned, was built more than 90 days ago, and no region that needs it has it as its latest.", image),
		Advice:  "Azure takes no older image from a snapshot: make a plan with a newer image instead of a retry.",
	}
}
