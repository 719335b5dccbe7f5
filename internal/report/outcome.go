package report

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// standing counts where the members of stages stand.
type standing struct {
	fleet.Outcome
	states   map[fleet.State]int
	total    int
	atTarget int // completed, or skipped for being at the target already
}

// outcomeOf is the outcome of a stage, checked against its members: whatever a record claims, failures are never called
// a success, and a stage in which nothing but failures happened has failed, budget or not.
func outcomeOf(s fleet.StageResult) fleet.Outcome { return standOf(s).Outcome }

func standOf(s fleet.StageResult) standing {
	here := standing{states: map[fleet.State]int{}}
	for _, g := range s.Groups {
		for _, m := range g.Members {
			here.count(m, plan.Member{})
		}
	}
	here.Outcome = checked(s.Outcome, here.states[fleet.Failed], s.Succeeded)
	return here
}

func checked(claimed fleet.Outcome, failed, succeeded int) fleet.Outcome {
	switch claimed {
	case "":
		return fleet.OutcomeUnfinished
	case fleet.OutcomeSucceeded, fleet.OutcomeWithFailures:
		switch {
		case failed == 0:
			return claimed
		case succeeded == 0:
			return fleet.OutcomeFailed
		default:
			return fleet.OutcomeWithFailures
		}
	default:
		return claimed
	}
}

// stand counts all stages of a result.
func stand(p plan.Plan, r fleet.Result) standing {
	planned := plannedMembers(p)
	s := standing{states: map[fleet.State]int{}}
	for _, stage := range r.Stages {
		for _, g := range stage.Groups {
			for _, m := range g.Members {
				s.count(m, planned[m.Cluster])
			}
		}
	}
	s.Outcome = checked(r.Outcome, s.states[fleet.Failed], s.atTarget)
	return s
}

func (s *standing) count(m fleet.MemberResult, planned plan.Member) {
	s.total++
	if m.State == fleet.Completed || m.State == fleet.Skipped && planned.Why == plan.WhyAtTarget {
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
	t := text{strong(fmt.Sprintf("%d of %s %s at the target", s.atTarget, count(s.total, "cluster"), one(s.atTarget, "is", "are")))}
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
