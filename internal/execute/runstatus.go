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
	if p.Retry != nil {
		s.RetryOf = &fleet.RetryOf{Run: p.Retry.Run, Digest: p.Retry.Digest}
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
	s.State = fleet.Failed
	if !p.Errored { // else nothing will come
		s.WaitsFor = due(p, whole, now)
		s.State = runState(s)
	}
	if s.State.Terminal() {
		s.EndedAt = lastEnd(whole)
	}
	return s
}

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
	if stage.Skip != "" || !member.Action.Open() {
		return fleet.Skipped
	}
	return fleet.NotStarted
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
