package execute

import (
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Asked is an approval of a stage that is asked for and not given.
type Asked struct {
	Stage plan.Stage
	plan.Approval
}

// Next is what comes next in a run, by what is known of it: the first stage that is not at its end, or that named last,
// whatever is known of it; and the approvals that are asked for before it may begin, in their order. No stage is left where
// its name is empty. Where stages are started by hand, whoever may start one is asked in its own job, and not before.
func Next(p plan.Plan, known fleet.Result, last string) (stage plan.Stage, asked []Asked) {
	for i, s := range p.Stages {
		if s.Name == last || undone(s, known.Stage(s.Name)) {
			return s, append(asked, asking(s, unapproved(p, s, known))...)
		}
		if p.Accepts(i) {
			asked = append(asked, asking(s, Unaccepted(p, s, known.Gates))...)
		}
	}
	return plan.Stage{}, asked
}

// undone reports whether a stage has come to no end on which a later one may be built.
func undone(s plan.Stage, known fleet.StageResult) bool {
	if known.Name == "" {
		return s.Skip == "" && s.Open() > 0
	}
	return !known.Outcome.Good()
}

// unapproved lists the approvals before a stage that are yet to be asked for: none once it was begun, or failed.
func unapproved(p plan.Plan, s plan.Stage, known fleet.Result) []plan.Approval {
	if result := known.Stage(s.Name); !result.StartedAt.IsZero() || result.Outcome == fleet.OutcomeFailed {
		return nil
	}
	before, _ := s.Approvals()
	return slices.DeleteFunc(missing(p, s, before, known.Gates), func(approval plan.Approval) bool {
		return p.Policy.ByDispatch() && s.Given(approval)
	})
}

func asking(stage plan.Stage, approvals []plan.Approval) []Asked {
	asked := make([]Asked, len(approvals))
	for i, approval := range approvals {
		asked[i] = Asked{stage, approval}
	}
	return asked
}

// due lists what has to come before the run goes on: the approvals that are asked for, and the time that has not come, or
// somebody who starts the next stage. After a failure that is neither.
func due(p plan.Plan, whole fleet.Result, now time.Time) []fleet.Wait {
	stage, asked := Next(p, whole, "")
	var waits []fleet.Wait
	for _, one := range asked {
		wait := fleet.Wait{Stage: one.Stage.Name, Gate: one.Gate}
		if one.Environment != nil {
			wait.Environment = one.Environment.Name
		}
		waits = append(waits, wait)
	}
	if stage.Name == "" || whole.Stage(stage.Name).Outcome == fleet.OutcomeFailed {
		return waits
	}
	switch opens := opening(p, stage, whole, now); {
	case opens.After(now):
		return append(waits, fleet.Wait{Stage: stage.Name, Until: opens})
	case p.Policy.ByDispatch() && len(waits) == 0:
		return []fleet.Wait{{Stage: stage.Name, Gate: fleet.GateStart}}
	default:
		return waits
	}
}

// opening is from when on the next stage can go on, as Ready has it. While an approval that it is reached with is not
// given, its scheduled starts come no sooner than counted from now.
func opening(p plan.Plan, next plan.Stage, whole fleet.Result, now time.Time) time.Time {
	known := whole.Stage(next.Name)
	if !known.StartedAt.IsZero() {
		return known.LookAgain
	}
	reached := p.CreatedAt
	for i, before := range p.Stages {
		if before.Name == next.Name {
			break
		}
		if before.Skip != "" {
			continue
		}
		check := predecessor{plan: p, stage: before}
		check.find(whole.Stages)
		reached = lastOf(reached, check.passed(), check.accepted(whole.Gates))
		if p.Accepts(i) && len(Unaccepted(p, before, whole.Gates)) > 0 {
			reached = lastOf(reached, now)
		}
	}
	opens, err := scheduled(next.BeforeGates, reached)
	if err != nil { // which Ready refuses
		opens = reached
	}
	return lastOf(opens, known.LookAgain)
}
