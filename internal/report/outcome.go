package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// standing counts where the members of stages stand.
type standing struct {
	fleet.Outcome
	states   map[fleet.State]int // of those that were not skipped
	stayed   map[cause]int       // of those that were
	total    int
	atTarget int // completed, or skipped for being at the target already, in the run before where this retries one
}

func newStanding() standing { return standing{states: map[fleet.State]int{}, stayed: map[cause]int{}} }

// outcomeOf is the outcome of a stage as it was recorded; a stage that is not over is unfinished.
func outcomeOf(s fleet.StageResult) fleet.Outcome { return cmp.Or(s.Outcome, fleet.OutcomeUnfinished) }

// standOf counts the members of one stage as it was recorded.
func standOf(s fleet.StageResult, planned map[fleet.ClusterID]plan.Member) standing {
	here := newStanding()
	for _, m := range membersIn(s) {
		here.count(m, planned[m.Cluster])
	}
	here.Outcome = outcomeOf(s)
	return here
}

// stand counts the members of stages. Where a result has none of a stage's, the stage has not begun, and they stand
// where the plan found them: a run of six clusters that ended after three is not at its end.
func stand(stages []plan.Stage, r fleet.Result, claimed fleet.Outcome) standing {
	planned := plannedMembers(plan.Plan{Stages: stages})
	all := newStanding()
	for _, s := range stages {
		for _, m := range membersOf(s, r) {
			all.count(m, planned[m.Cluster])
		}
	}
	all.Outcome = cmp.Or(claimed, fleet.OutcomeUnfinished)
	return all
}

// membersOf are the members of a stage as they were recorded, or as the plan found them.
func membersOf(s plan.Stage, r fleet.Result) []fleet.MemberResult {
	if members := membersIn(r.Stage(s.Name)); len(members) > 0 {
		return members
	}
	return notBegun(s)
}

func membersIn(s fleet.StageResult) []fleet.MemberResult {
	var members []fleet.MemberResult
	for _, g := range s.Groups {
		members = append(members, g.Members...)
	}
	return members
}

func notBegun(s plan.Stage) []fleet.MemberResult {
	var members []fleet.MemberResult
	for _, g := range s.Groups {
		for _, m := range g.Members {
			state := fleet.NotStarted
			if !m.Action.Open() || s.Skip != "" {
				state = fleet.Skipped
			}
			members = append(members, fleet.MemberResult{Name: m.Name, Cluster: m.Cluster, State: state, Reason: m.Reason})
		}
	}
	return members
}

func (s *standing) count(m fleet.MemberResult, planned plan.Member) {
	s.total++
	switch {
	case m.State == fleet.Completed, m.State == fleet.Skipped && there(planned):
		s.atTarget++
	case m.State == fleet.Skipped:
		s.stayed[causeOf(planned)]++
	default:
		s.states[m.State]++
	}
}

// plannedMembers finds a plan's members by cluster; no cluster is in a plan twice.
func plannedMembers(p plan.Plan) map[fleet.ClusterID]plan.Member {
	members := map[fleet.ClusterID]plan.Member{}
	for _, s := range p.Stages {
		for _, g := range s.Groups {
			for _, m := range g.Members {
				members[m.Cluster] = m
			}
		}
	}
	return members
}

// outcomeWords never leaves a failure out.
func (s standing) outcomeWords() string {
	if s.Outcome == fleet.OutcomeWithFailures {
		return "succeeded with " + count(s.states[fleet.Failed], "failure")
	}
	return string(s.Outcome)
}

// headline is the outcome, with those that no failure kept from the target: what has succeeded may not have all of them there.
func (s standing) headline() string {
	parts := []string{s.outcomeWords()}
	for _, why := range causes() {
		if n := s.stayed[why]; n > 0 && why.toSeeTo() && s.Outcome.Good() {
			parts = append(parts, fmt.Sprintf("%d %s", n, why))
		}
	}
	return strings.Join(parts, ", ")
}

// words says how many are there and what became of the others.
func (s standing) words() text {
	verb := "are"
	if s.total == 1 || s.atTarget == 1 {
		verb = "is"
	}
	t := text{strong(fmt.Sprintf("%d of %s %s at the target", s.atTarget, count(s.total, "cluster"), verb))}
	if others := s.others(); others != "" {
		t = append(t, plain("; "+others))
	}
	return append(t, plain("."))
}

// others counts the members that are not at the target.
func (s standing) others() string {
	var others []string
	for _, state := range []fleet.State{fleet.Failed, fleet.Running, fleet.Pending, fleet.Stopping, fleet.Stopped, fleet.NotStarted} {
		n := s.states[state]
		if n == 0 {
			continue
		}
		word := stateSign(state).word
		if state == fleet.Pending {
			word = one(n, "waits", "wait")
		}
		others = append(others, fmt.Sprintf("%d %s", n, word))
	}
	for _, why := range causes() {
		if n := s.stayed[why]; n > 0 {
			others = append(others, fmt.Sprintf("%d %s", n, why))
		}
	}
	return strings.Join(others, ", ")
}
