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

// stands reports whether the member was at its target in the end, and is the same cluster still.
func (m past) stands(clusters map[fleet.ClusterID]fleet.Cluster) bool {
	cluster, found := clusters[m.planned.Cluster]
	return m.reached() && found && cluster.UID == m.planned.UID
}

// leaves is the verdict on a member that the retry leaves out.
func (r *Retry) leaves(id fleet.ClusterID, clusters map[fleet.ClusterID]fleet.Cluster) verdict {
	if r == nil {
		return verdict{}
	}
	member, known := r.members[id]
	why := WhyNotRetried
	if member.stands(clusters) {
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

// least is how many members of a stage have to be at their target. In a retry that is less by those that earlier runs
// brought there, which it leaves out. A stage of which it leaves out everybody needs none, unless a later one has something
// to upgrade: that is built on it, and would else get past a stage that the earlier run never came to.
func (r *run) least(stage int) int {
	least := r.assignment.Stages[stage].MinSucceeded
	if r.orders.Retry == nil {
		return least
	}
	retries := func(c *candidate) bool { return !c.out.Why.leftOut() && c.out.Why != WhyRequested }
	opens := func(c *candidate) bool { return c.out.Action.Open() }
	later := slices.Concat(r.candidates[stage+1:]...)
	if !slices.ContainsFunc(r.candidates[stage], retries) && !slices.ContainsFunc(later, opens) {
		return 0
	}
	for _, c := range r.candidates[stage] {
		if c.out.Why == WhyReached {
			least--
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
