package strategy

import (
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// Assignment says which member is upgraded in which stage and group, with limits resolved to numbers.
type Assignment struct {
	Stages     []AssignedStage
	Unassigned []fleet.Member // in no stage: not part of the run
}

// AssignedStage is a stage with its members and numbers.
type AssignedStage struct {
	Stage
	Concurrency int // 1..50
	Budget      int // failures allowed
	Groups      []AssignedGroup
}

// AssignedGroup is a group with its members and numbers.
type AssignedGroup struct {
	Group
	Concurrency int // 1..the stage's
	Budget      int // failures allowed; the stage's where the group sets none
	Members     []fleet.Member
}

// OneByOne is the name of the stage and of the group that a strategy without stages consists of.
const OneByOne = "one-by-one"

// OneByOneStage is the stage that a strategy without stages consists of.
func OneByOneStage() Stage {
	return Stage{Name: OneByOne, MinSucceeded: 1, JobLimit: HostedLimit}
}

// ofAll is the stage that selects nobody, and so has all members, one by one: that of a strategy without stages, or the
// one with an environment in its place. The stages of a file do select.
func (s Strategy) ofAll() (stage Stage, all bool) {
	switch {
	case len(s.Stages) == 0:
		return OneByOneStage(), true
	case len(s.Stages) == 1:
		return s.Stages[0], s.Stages[0].Selector == nil && len(s.Stages[0].Groups) == 0
	default:
		return Stage{}, false
	}
}

// Assign puts members into stages and groups. The findings are those that need the members: duplicate names and
// clusters, a group no member is in, a member in no stage, a cluster selected twice, an empty stage, concurrency above
// its ceiling. Parse calls it where every member is listed in the file; plan.Build calls it with the members read.
func Assign(s Strategy, members []fleet.Member) (Assignment, []fleet.Finding) {
	a := assigner{members: members, taken: map[fleet.ClusterID]seat{}, findings: duplicateMembers(members)}
	var assignment Assignment
	if stage, all := s.ofAll(); all {
		return Assignment{Stages: []AssignedStage{a.oneByOne(stage)}}, a.findings
	}
	for _, stage := range s.Stages {
		assignment.Stages = append(assignment.Stages, a.stage(stage))
	}
	for _, member := range members {
		if _, ok := a.taken[member.Cluster]; !ok {
			assignment.Unassigned = append(assignment.Unassigned, member)
		}
	}
	a.selectedTwice()
	a.withoutStage(assignment.Unassigned)
	return assignment, a.findings
}

// seat is the group of a stage that a member is in.
type seat struct {
	stage, group string
	implicit     bool // the group is what the stage's selector selects
}

// String names the seat in messages.
func (s seat) String() string {
	return fmt.Sprintf("group %q of stage %q", s.group, s.stage)
}

// contest is two groups that select the same clusters.
type contest struct {
	first, second seat
	position      fleet.Position // of the second
	members       []fleet.Member
}

type assigner struct {
	members  []fleet.Member
	taken    map[fleet.ClusterID]seat
	contests []contest
	findings []fleet.Finding
}

func (a *assigner) report(broken rule, severity fleet.Severity, at fleet.Position, stage, message, advice string) {
	a.findings = append(a.findings, fleet.Finding{
		Rule: string(broken), Severity: severity, Position: at, Stage: stage, Message: message, Advice: advice,
	})
}

func (a *assigner) oneByOne(all Stage) AssignedStage {
	if len(a.members) == 0 {
		a.report(ruleEmptyStage, fleet.Error, fleet.Position{}, "", "there are no members", "Check the sources of the strategy, and what the credentials may read.")
	}
	stage := AssignedStage{Stage: all, Concurrency: 1}
	stage.Groups = []AssignedGroup{{Group: Group{Name: OneByOne}, Concurrency: 1, Members: a.members}}
	return stage
}

func (a *assigner) stage(s Stage) AssignedStage {
	assigned := AssignedStage{Stage: s}
	eligible := a.members
	if s.Selector != nil {
		eligible = filter(a.members, func(m fleet.Member) bool { return s.Selector.Matches(m.Labels) })
	}
	for _, group := range s.Groups {
		members := filter(eligible, group.includes)
		if len(members) == 0 {
			a.emptyGroup(s, group)
		}
		assigned.Groups = append(assigned.Groups, AssignedGroup{Group: group, Members: a.seat(s, group, members)})
	}
	if len(s.Groups) == 0 && s.Selector != nil {
		implicit := Group{Name: s.Name, MaxConcurrency: s.MaxConcurrency, Position: s.Position}
		if len(eligible) == 0 {
			a.report(ruleEmptyStage, fleet.Error, s.Position, s.Name, fmt.Sprintf("no member is in the stage %q: its memberSelector selects none", s.Name),
				"Check the selector against the labels of the members.")
		}
		assigned.Groups = []AssignedGroup{{Group: implicit, Members: a.seat(s, implicit, eligible)}}
	}
	a.resolveLimits(&assigned)
	return assigned
}

// includes reports whether a member belongs to the group.
func (g Group) includes(m fleet.Member) bool {
	if g.Selector != nil {
		return g.Selector.Matches(m.Labels)
	}
	return m.Group == g.Name
}

// seat takes members for a group and returns those that no group had taken before.
func (a *assigner) seat(s Stage, g Group, members []fleet.Member) []fleet.Member {
	here := seat{stage: s.Name, group: g.Name, implicit: len(s.Groups) == 0}
	var seated []fleet.Member
	for _, member := range members {
		first, ok := a.taken[member.Cluster]
		if !ok {
			a.taken[member.Cluster] = here
			seated = append(seated, member)
			continue
		}
		if first.group != g.Name || first.implicit || here.implicit { // else: groups of one name, a problem of their own
			a.contest(first, here, g.Position, member)
		}
	}
	return seated
}

func (a *assigner) contest(first, second seat, at fleet.Position, member fleet.Member) {
	i := slices.IndexFunc(a.contests, func(c contest) bool { return c.first == first && c.second == second })
	if i < 0 {
		i = len(a.contests)
		a.contests = append(a.contests, contest{first: first, second: second, position: at})
	}
	a.contests[i].members = append(a.contests[i].members, member)
}

func (a *assigner) emptyGroup(s Stage, g Group) {
	message := fmt.Sprintf("no member is in the group %q", g.Name)
	var groups []string
	for _, member := range a.members {
		groups = append(groups, member.Group)
	}
	advice := "Put members into the group, or remove it from the stage."
	switch {
	case g.Selector != nil:
		message += ": its memberSelector selects none"
		advice = "Check the selector against the labels of the members."
	case slices.Contains(groups, g.Name):
		message += " and selected by the memberSelector of the stage"
		advice = "Check the selector against the labels of the members."
	default:
		if near := schema.Nearest(g.Name, groups); near != "" {
			advice = fmt.Sprintf("Did you mean %q?", near)
		}
	}
	a.report(ruleEmptyGroup, fleet.Error, g.Position, s.Name, message, advice)
}

func (a *assigner) selectedTwice() {
	for _, c := range a.contests {
		verb := "is"
		if len(c.members) > 1 {
			verb = "are"
		}
		a.report(ruleSelectedTwice, fleet.Error, c.position, c.second.stage,
			fmt.Sprintf("%s %s selected twice: by %s and by %s", listNames(c.members), verb, c.first, c.second),
			"A cluster is upgraded once in a run: narrow one of the selectors, or put the cluster into one group.")
	}
}

// withoutStage warns of members that the run leaves out, once per group.
func (a *assigner) withoutStage(members []fleet.Member) {
	var order []string
	byGroup := map[string][]fleet.Member{}
	for _, member := range members {
		if byGroup[member.Group] == nil {
			order = append(order, member.Group)
		}
		byGroup[member.Group] = append(byGroup[member.Group], member)
	}
	for _, group := range order {
		left := byGroup[group]
		verb, where := "is", "in no group"
		if len(left) > 1 {
			verb = "are"
		}
		if group != "" {
			where = fmt.Sprintf("in group %q", group)
		}
		a.report(ruleWithoutStage, fleet.Warning, left[0].Position, "",
			fmt.Sprintf("%s (%s) %s in no stage and will not be upgraded", listNames(left), where, verb),
			"Add the group to a stage, or select the cluster by label.")
		if len(left) == 1 {
			last := &a.findings[len(a.findings)-1]
			last.Member, last.Cluster = left[0].Name, left[0].Cluster
		}
	}
}

func filter(members []fleet.Member, keep func(fleet.Member) bool) []fleet.Member {
	var kept []fleet.Member
	for _, member := range members {
		if keep(member) {
			kept = append(kept, member)
		}
	}
	return kept
}
