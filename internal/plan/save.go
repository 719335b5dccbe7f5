package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// Strategy is the strategy of a plan: planned again for the same fleet, it gives the same stages and members. Members are
// listed by name and group, limits are numbers, and what selectors selected are groups. What a plan does not have is as it
// is by default. The findings tell what is called otherwise than in the plan; the error is for whoever wants to save it.
func (p Plan) Strategy() (strategy.Strategy, []fleet.Finding, error) {
	switch at := slices.IndexFunc(p.Skips, func(target SkipTarget) bool { return target.Type != skipMember }); {
	case at >= 0:
		return strategy.Strategy{}, nil, fmt.Errorf("the plan leaves out %s, so that its gates or its wait are not in it", p.Skips[at])
	case p.Retry != nil:
		return strategy.Strategy{}, nil, fmt.Errorf("the plan retries the run %s, and asks less of its stages than their strategy does", p.Retry.Run)
	}
	saved := saver{groups: map[string]bool{}}
	s := strategy.Strategy{
		Name: p.Name, Upgrade: saved.upgrade(p.Upgrade), StoppedClusters: p.Policy.StoppedClusters, WindowClose: p.Policy.WindowClose,
		PlanMaxAge: p.ExpiresAt.Sub(p.CreatedAt), Workflow: strategy.Workflow{Approvals: p.Policy.Approvals},
		Snapshots: strategy.Snapshots{Allow: p.Policy.SnapshotResourceGroup != "", ResourceGroup: p.Policy.SnapshotResourceGroup},
	}
	for _, stage := range p.Stages {
		s.Stages = append(s.Stages, saved.stage(stage))
	}
	s.Sources = []fleet.Source{{Listed: saved.members}}
	return s, saved.findings, nil
}

// saver turns a plan back into what it was made from.
type saver struct {
	members  []fleet.Member
	groups   map[string]bool // the names that are taken
	findings []fleet.Finding
}

func (s *saver) renamed(what, name, to string) {
	s.findings = append(s.findings, fleet.Finding{
		Rule: "renamed", Severity: fleet.Note, Message: fmt.Sprintf("The %s %s of the plan is called %s in the strategy.", what, name, to),
		Advice: "Skip targets name it so from now on.",
	})
}

// upgrade is what was asked for; where a channel said it, what that came to.
func (s *saver) upgrade(u Upgrade) strategy.Upgrade {
	saved := strategy.Upgrade{Engine: u.Engine, Type: u.Type, Kubernetes: u.Requested, Images: u.Images}
	if saved.Kubernetes.IsZero() {
		saved.Kubernetes = u.Kubernetes
	}
	if u.Images == strategy.Custom {
		for _, target := range u.Targets {
			saved.Custom = append(saved.Custom, target.Image)
		}
	}
	return saved
}

func (s *saver) stage(of Stage) strategy.Stage {
	stage := strategy.Stage{
		Name: of.Name, Environment: of.Environment, MinSucceeded: of.MinSucceeded, Wait: time.Duration(of.WaitSeconds) * time.Second,
		MaxConcurrency: share(of.MaxConcurrency, strategy.DefaultStageConcurrency), MaxAllowedFailures: share(of.MaxAllowedFailures, 0),
		BeforeGates: savedGates(of.BeforeGates), AfterGates: savedGates(of.AfterGates), JobLimit: strategy.HostedLimit,
	}
	for _, group := range of.Groups {
		stage.Groups = append(stage.Groups, s.group(of, group))
	}
	return stage
}

// group is a group with its members. Two stages that selected by label may have groups of one name; in a file they may not.
func (s *saver) group(stage Stage, of Group) strategy.Group {
	name := of.Name
	for n := 2; s.groups[name]; n++ {
		suffix := fmt.Sprintf("-%d", n)
		name = strings.TrimRight(of.Name[:min(len(of.Name), strategy.MaxName-len(suffix))], "-") + suffix
	}
	if s.groups[name] = true; name != of.Name {
		s.renamed("group", of.Name+" of stage "+stage.Name, name)
	}
	group := strategy.Group{
		Name: name, MaxConcurrency: share(of.MaxConcurrency, strategy.DefaultGroupConcurrency),
		MaxAllowedFailures: share(of.MaxAllowedFailures, stage.MaxAllowedFailures), BeforeGates: savedGates(of.BeforeGates),
	}
	for _, member := range of.Members {
		s.members = append(s.members, fleet.Member{Name: s.memberName(member), Cluster: member.Cluster, Group: name})
	}
	return group
}

// memberName is the member's name where a file can have it: Azure lets clusters have names that members may not have.
func (s *saver) memberName(of Member) string {
	if strategy.CheckName(of.Name) == nil || of.Name == of.Cluster.Name() {
		return of.Name
	}
	s.renamed("member", of.Name, of.Cluster.Name())
	return of.Cluster.Name()
}

// share is a number of members, not given where it is what counts without.
func share(number, otherwise int) strategy.Share {
	if number == otherwise {
		return strategy.Share{}
	}
	return strategy.Share{Number: number, Set: true}
}

func savedGates(of []Gate) []strategy.Gate {
	var all []strategy.Gate
	for _, gate := range of {
		saved := strategy.Gate{Type: gate.Type, DisplayName: gate.DisplayName, Environment: gate.Environment}
		if gate.Type == strategy.GateScheduledStart {
			saved.Scheduled = strategy.ParseStart(gate.StartDay, gate.StartTime, gate.UTCOffset)
		}
		all = append(all, saved)
	}
	return all
}
