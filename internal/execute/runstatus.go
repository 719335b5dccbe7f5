package execute

import (
	"cmp"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Status is where a run of a plan stands by its records, whoever carries it out. A stage of which nothing is recorded
// has not begun, as far as is known.
func Status(p plan.Plan, recorded fleet.Result, now time.Time) fleet.RunStatus {
	whole := Whole(p, recorded, now)
	s := fleet.RunStatus{Name: cmp.Or(p.Run, p.Name), Trigger: fleet.TriggerManual, Outcome: whole.Outcome, Digest: p.Digest, StartedAt: p.CreatedAt, Stages: []fleet.StageStatus{}}
	if p.Profile != nil {
		s.Profile = p.Profile.Name
	}
	for _, stage := range p.Stages {
		known := whole.Stage(stage.Name)
		one := stageStatus(stage, known)
		for _, given := range recorded.Gates {
			if given.Stage == stage.Name {
				one.Approvals = append(one.Approvals, given)
			}
		}
		s.Members = s.Members.Add(one.Members)
		s.Stages = append(s.Stages, one)
	}
	s.WaitsFor = due(p, whole, now)
	s.State = runState(s)
	if s.State.Terminal() {
		s.EndedAt = lastEnd(whole)
	}
	return s
}

// byDispatch is the policy of a plan whose stages are started by hand.
const byDispatch = "dispatch"

func stageStatus(stage plan.Stage, known fleet.StageResult) fleet.StageStatus {
	s := fleet.StageStatus{
		Name: stage.Name, State: cmp.Or(known.State, fleet.NotStarted), Outcome: cmp.Or(known.Outcome, fleet.OutcomeUnfinished), Reason: known.Reason,
		StartedAt: known.StartedAt, FinishedAt: known.FinishedAt,
	}
	wait := time.Duration(stage.WaitSeconds) * time.Second
	if s.Outcome == fleet.OutcomeFailed { // also where all members came to an end: too few of them at the target
		s.State = fleet.Failed
	}
	switch {
	case !s.Outcome.Good():
		s.LookAgain = known.LookAgain
	case wait > 0 && !s.FinishedAt.IsZero():
		s.WaitUntil = s.FinishedAt.Add(wait)
	}
	for _, group := range known.Groups {
		for _, member := range group.Members {
			s.Members.Count(member.State)
			if member.State == fleet.Failed {
				s.Failures = append(s.Failures, failureOf(member))
			}
		}
	}
	if s.Members.Total == 0 { // they stand where the plan found them
		for member := range stage.Members() {
			s.Members.Count(asPlanned(stage, member))
		}
	}
	return s
}

func failureOf(member fleet.MemberResult) fleet.Failure {
	failure := fleet.Failure{Name: member.Name, Cluster: member.Cluster, Reason: member.Reason}
	if member.Problem != nil {
		failure.Code = member.Problem.Code
	}
	return failure
}

func asPlanned(stage plan.Stage, member *plan.Member) fleet.State {
	if stage.Skip != "" || member.Action == plan.ActionSkip {
		return fleet.Skipped
	}
	return fleet.NotStarted
}

// due lists what has to come before the run goes on: the approvals that are not given, and the time that has not come.
// After a failure that is neither.
func due(p plan.Plan, whole fleet.Result, now time.Time) []fleet.Wait {
	var waits []fleet.Wait
	opens := now
	for i, stage := range p.Stages {
		known := whole.Stage(stage.Name)
		if !known.Outcome.Good() {
			return append(waits, dueBefore(p, stage, known, whole.Gates, opens, now)...)
		}
		if p.Accepts(i) {
			waits = append(waits, asking(stage, Unaccepted(p, stage, whole.Gates))...)
		}
		if passed := stageStatus(stage, known).WaitUntil; passed.After(opens) {
			opens = passed
		}
	}
	return waits
}

// dueBefore lists what a stage waits for that is not at its end.
func dueBefore(p plan.Plan, stage plan.Stage, known fleet.StageResult, given []fleet.GateResult, opens, now time.Time) []fleet.Wait {
	begun := !known.StartedAt.IsZero()
	if known.LookAgain.After(opens) {
		opens = known.LookAgain
	}
	var waits []fleet.Wait
	switch {
	case known.Outcome == fleet.OutcomeFailed:
		return nil
	case !begun:
		before, _ := stage.Approvals()
		waits = asking(stage, missing(p, stage, before, given))
	}
	if p.Policy.Approvals == byDispatch && len(waits) == 0 && !opens.After(now) {
		return []fleet.Wait{{Stage: stage.Name, Gate: fleet.GateStart}}
	}
	if opens.After(now) {
		waits = append(waits, fleet.Wait{Stage: stage.Name, Until: opens})
	}
	return waits
}

func asking(stage plan.Stage, approvals []plan.Approval) []fleet.Wait {
	waits := make([]fleet.Wait, len(approvals))
	for i, approval := range approvals {
		waits[i] = fleet.Wait{Stage: stage.Name, Gate: approval.Gate}
		if approval.Environment != nil {
			waits[i].Environment = approval.Environment.Name
		}
	}
	return waits
}

// runState is that of the stage at which the run stands.
func runState(s fleet.RunStatus) fleet.State {
	skipped := 0
	for i, stage := range s.Stages {
		switch {
		case stage.Outcome == fleet.OutcomeFailed:
			return fleet.Failed
		case stage.Outcome == fleet.OutcomeSkipped:
			skipped++
		case stage.Outcome.Good():
		case stage.State != fleet.NotStarted:
			return stage.State
		default:
			return between(s, i == skipped)
		}
	}
	switch {
	case len(s.WaitsFor) > 0:
		return fleet.Pending
	case skipped == len(s.Stages):
		return fleet.Skipped
	default:
		return fleet.Completed
	}
}

// between is the state of a run whose next stage has not begun.
func between(s fleet.RunStatus, nothingDone bool) fleet.State {
	switch {
	case nothingDone:
		return fleet.NotStarted
	case len(s.WaitsFor) > 0:
		return fleet.Pending
	default:
		return fleet.Stopped
	}
}

// lastEnd is when the last member, or stage, came to its end.
func lastEnd(r fleet.Result) time.Time {
	var last time.Time
	later := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	for _, stage := range r.Stages {
		later(stage.FinishedAt)
		for _, group := range stage.Groups {
			for _, member := range group.Members {
				later(member.EndedAt)
			}
		}
	}
	return last
}
