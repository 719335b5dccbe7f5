package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// Retry is an earlier run of which the failed and the skipped members alone are tried again, with the targets that its
// plan has. Make one with Retrying.
type Retry struct {
	of      Plan
	members map[fleet.ClusterID]past
	unread  []fleet.Finding // what could not be read of it
}

// past is what became of a member in the earlier run.
type past struct {
	planned Member
	stage   string
	state   fleet.State
}

// Retried names the run that a plan retries.
type Retried struct {
	Digest string `json:"digest"` // of its plan
	Run    string `json:"run"`    // its name
}

// Retrying returns the strategy and the retry of a run that goes for the targets of an earlier one: what it upgrades to
// is what that run did, whatever the strategy says by now; stages, gates and limits are the strategy's. The findings of the
// result are what could not be read of that run; the plan that is made has them. The error is for the one who named the run.
func Retrying(s strategy.Strategy, earlier Plan, result fleet.Result) (strategy.Strategy, *Retry, error) {
	switch {
	case earlier.Name != s.Name:
		return s, nil, fmt.Errorf("the run to retry is of the strategy %s, and this one is %s", earlier.Name, s.Name)
	case result.Digest != earlier.Digest:
		return s, nil, fmt.Errorf("the result is of the plan %s, and the plan with it is %s", result.Digest, earlier.Digest)
	}
	retry := &Retry{of: earlier, members: pasts(earlier, result), unread: result.Findings}
	if !slices.ContainsFunc(slices.Collect(maps.Values(retry.members)), past.retried) {
		return s, nil, errors.New("in the run to retry no member failed or was skipped")
	}
	if earlier.Profile != nil {
		following, err := s.Following(earlier.Profile.Name)
		if err != nil {
			return s, nil, err
		}
		s = following
		follows := *s.Upgrade.Follows
		follows.Channel = earlier.Profile.Channel
		s.Upgrade.Follows = &follows
	}
	s.Upgrade = strategy.Upgrade{
		Engine: earlier.Upgrade.Engine, Type: earlier.Upgrade.Type, Kubernetes: earlier.Upgrade.Requested,
		Images: earlier.Upgrade.Images, Custom: s.Upgrade.Custom, Follows: s.Upgrade.Follows,
	}
	return s, retry, nil
}

// pasts says what became of each member of a plan. A stage that nobody had to run has no record: what the plan left out
// of it was skipped.
func pasts(earlier Plan, result fleet.Result) map[fleet.ClusterID]past {
	all := map[fleet.ClusterID]past{}
	for _, stage := range earlier.Stages {
		for member := range stage.Members() {
			state := fleet.NotStarted
			if !member.Action.Open() {
				state = fleet.Skipped
			}
			all[member.Cluster] = past{planned: *member, stage: stage.Name, state: state}
		}
	}
	for _, stage := range result.Stages {
		for _, group := range stage.Groups {
			for _, recorded := range group.Members {
				if member, known := all[recorded.Cluster]; known && member.stage == stage.Name {
					member.state = recorded.State
					all[recorded.Cluster] = member
				}
			}
		}
	}
	return all
}

// retried reports whether the member is tried again.
func (m past) retried() bool {
	idle := m.planned.Why == WhyAtTarget || m.planned.Why.leftOut()
	return m.state == fleet.Failed || m.state == fleet.Skipped && !idle
}

// reached reports whether the member was at its target in the end.
func (m past) reached() bool {
	return m.state == fleet.Completed || m.state == fleet.Skipped && (m.planned.Why == WhyAtTarget || m.planned.Why == WhyReached)
}

// leaves is the verdict on a member that the retry leaves out.
func (r *Retry) leaves(id fleet.ClusterID) verdict {
	if r == nil {
		return verdict{}
	}
	member, known := r.members[id]
	why := WhyNotRetried
	if member.reached() {
		why = WhyReached
	}
	switch {
	case !known:
		return skipped("", why, "not part of the retry: it was not in the earlier run")
	case member.retried():
		return verdict{}
	case member.planned.Why.leftOut():
		return skipped("", why, "%s", member.planned.Reason) // that of the run which the earlier one retried
	case member.reached() && member.state == fleet.Skipped:
		return skipped("", why, "not part of the retry: at its target before the earlier run")
	default:
		return skipped("", why, "not part of the retry: %s in the earlier run", member.state)
	}
}

// goal is the Kubernetes version that the earlier run had for a member; zero where it had none.
func (r *Retry) goal(id fleet.ClusterID) fleet.KubernetesVersion {
	if r == nil || r.members[id].planned.ControlPlane == nil {
		return fleet.KubernetesVersion{}
	}
	return r.members[id].planned.ControlPlane.To
}

// version is the Kubernetes version that the earlier run went to; zero where it went to none.
func (r *Retry) version() fleet.KubernetesVersion {
	if r == nil {
		return fleet.KubernetesVersion{}
	}
	return r.of.Upgrade.Kubernetes
}

// targets are the images that the earlier run had pinned for families that no pool of this one needs: the next retry may.
func (r *Retry) targets(uses map[string]imageUse) []ImageTarget {
	if r == nil {
		return nil
	}
	var idle []ImageTarget
	for _, target := range r.of.Upgrade.Targets {
		if _, used := uses[strings.ToLower(target.Family)]; !used {
			target.Regions = []RegionImage{}
			idle = append(idle, target)
		}
	}
	return idle
}

// images are those that the earlier run had pinned, by family in lower case.
func (r *Retry) images() map[string]fleet.NodeImage {
	pinned := map[string]fleet.NodeImage{}
	if r != nil {
		for _, target := range r.of.Upgrade.Targets {
			pinned[strings.ToLower(target.Family)] = target.Image
		}
	}
	return pinned
}

// least is how many members of a stage have to be at their target, without those that earlier runs brought there: the
// retry leaves them out.
func (r *Retry) least(stage strategy.AssignedStage) int {
	if r == nil {
		return stage.MinSucceeded
	}
	least := stage.MinSucceeded
	for _, group := range stage.Groups {
		for _, member := range group.Members {
			if r.members[member.Cluster].reached() { // or the run that the earlier one retried, see WhyReached
				least--
			}
		}
	}
	return max(least, 0)
}

// retried names the earlier run, where the run retries one.
func (r *Retry) retried() *Retried {
	if r == nil {
		return nil
	}
	return &Retried{Digest: r.of.Digest, Run: r.of.Run}
}

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
