package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// standing counts where the members of stages stand.
type standing struct {
	fleet.Outcome
	states   map[fleet.State]int
	total    int
	atTarget int // completed, or skipped for being at the target already, in the run before where this retries one
}

// outcomeOf is the outcome of a stage as it was recorded; a stage that is not over is unfinished.
func outcomeOf(s fleet.StageResult) fleet.Outcome { return cmp.Or(s.Outcome, fleet.OutcomeUnfinished) }

func standOf(s fleet.StageResult) standing {
	here := standing{states: map[fleet.State]int{}}
	for _, g := range s.Groups {
		for _, m := range g.Members {
			here.count(m, plan.Member{})
		}
	}
	here.Outcome = outcomeOf(s)
	return here
}

// standOfRun is where a document's clusters stand: those of its one stage, or of the whole plan.
func standOfRun(p plan.Plan, r fleet.Result) standing {
	if len(r.Stages) != 1 {
		return stand(p.Stages, r, r.Outcome)
	}
	one := r.Stages[0]
	at := slices.IndexFunc(p.Stages, func(s plan.Stage) bool { return s.Name == one.Name })
	if at < 0 {
		return standOf(one)
	}
	return stand(p.Stages[at:at+1], r, one.Outcome)
}

// stand counts the members of stages. Where a result has none of a stage's, the stage has not begun, and they stand
// where the plan found them: a run of six clusters that ended after three is not at its end.
func stand(stages []plan.Stage, r fleet.Result, claimed fleet.Outcome) standing {
	begun, _ := index(r)
	all := standing{states: map[fleet.State]int{}}
	for _, s := range stages {
		planned := plannedMembers(plan.Plan{Stages: []plan.Stage{s}})
		members := membersIn(begun[s.Name])
		if len(members) == 0 {
			members = notBegun(s)
		}
		for _, m := range members {
			all.count(m, planned[m.Cluster])
		}
	}
	all.Outcome = cmp.Or(claimed, fleet.OutcomeUnfinished)
	return all
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
			if m.Action == plan.ActionSkip || s.Skip != "" {
				state = fleet.Skipped
			}
			members = append(members, fleet.MemberResult{Cluster: m.Cluster, State: state})
		}
	}
	return members
}

func (s *standing) count(m fleet.MemberResult, planned plan.Member) {
	s.total++
	there := planned.Why == plan.WhyAtTarget || planned.Why == plan.WhyReached
	if m.State == fleet.Completed || m.State == fleet.Skipped && there {
		s.atTarget++
		return
	}
	s.states[m.State]++
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
	for _, state := range []fleet.State{fleet.Failed, fleet.Running, fleet.Pending, fleet.Stopping, fleet.Stopped, fleet.NotStarted, fleet.Skipped} {
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
	return strings.Join(others, ", ")
}
