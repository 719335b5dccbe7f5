package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/workflow"
)

// What is said of a run without a plan.
const (
	noteNoPlan    = "there is no plan: the plan's job failed; nothing was upgraded"
	noteCancelled = "it was cancelled before there was a plan; nothing was upgraded"
	noteNotYet    = "it has not made its plan yet"
	noteExpired   = "its artifacts have expired: what its stages did is not known any more"
	noteElsewhere = "the run that made its plan is not among those that were looked at, or its plan has expired"
	noteNoRecord  = "it left no record: which plan it carried out is not known"
	noteUnknown   = "which plan it carries out is known once it has recorded something"
)

// recorded is a run with its plan, where that is to be had, and what counts of its records.
type recorded struct {
	made   plan.Plan // without stages where there is none
	result fleet.Result
	status fleet.RunStatus
}

// newRecorded is a run by what is known of it.
func newRecorded(made plan.Plan, known []fleet.Result, now time.Time) recorded {
	counts := execute.Recorded(made, known)
	return recorded{made: made, result: counts, status: execute.Status(made, counts, now)}
}

// recorded says where a rollout stands by what its workflow runs left and how they stand themselves.
func (p *passed) recorded(now time.Time) recorded {
	made, note := p.plan()
	r := newRecorded(made, p.known(), now)
	r.status.Note = note
	if len(made.Stages) == 0 {
		r.status.State, r.status.Outcome = standingOf(p.runs[0].Run)
		r.status.WaitsFor, r.status.Name = nil, cmp.Or(p.runs[0].Title, p.runs[0].Workflow)
	} else {
		correct(&r.status, made, p.runs)
	}
	began := p.runs[len(p.runs)-1]
	if r.status.StartedAt.IsZero() {
		r.status.StartedAt = began.CreatedAt
	}
	if began.Event == "schedule" {
		r.status.Trigger = fleet.TriggerAuto
	}
	for _, run := range p.runs {
		r.status.Workflows = append(r.status.Workflows, workflowRun(run.Run))
	}
	return r
}

// plan is the plan of a rollout. Where it is not to be had, it is what the records tell of it, and why.
func (p *passed) plan() (made plan.Plan, note string) {
	if p.made != nil {
		return *p.made, ""
	}
	newest := p.runs[0]
	for _, result := range p.known() {
		made.Digest, made.Name, made.Run = result.Digest, result.Name, result.Run
	}
	for _, result := range p.known() {
		for _, stage := range result.Stages {
			same := func(s plan.Stage) bool { return s.Name == stage.Name }
			if stage.Digest == made.Digest && !slices.ContainsFunc(made.Stages, same) {
				made.Stages = append(made.Stages, plan.Stage{Name: stage.Name})
			}
		}
	}
	does := workflow.Does(newest.Title)
	switch {
	case newest.gone:
		return made, noteExpired
	case len(newest.known) > 0:
		return made, noteElsewhere
	case does == workflow.StageJob && newest.Ended():
		return made, noteNoRecord
	case does != workflow.PlanJob:
		return made, noteUnknown
	case !newest.Ended():
		return made, noteNotYet
	case newest.Conclusion == github.Cancelled:
		return made, noteCancelled
	default:
		return made, noteNoPlan
	}
}

// standingOf is where a run stands by itself, in Fleet's words.
func standingOf(run github.Run) (fleet.State, fleet.Outcome) {
	switch {
	case run.Concluded(github.Success):
		return fleet.Completed, fleet.OutcomeSucceeded
	case run.Concluded(github.Cancelled):
		return fleet.Stopped, fleet.OutcomeUnfinished
	case run.Ended():
		return fleet.Failed, fleet.OutcomeFailed
	case run.Status == github.InProgress:
		return fleet.Running, fleet.OutcomeUnfinished
	default: // queued, pending, requested, waiting
		return fleet.Pending, fleet.OutcomeUnfinished
	}
}

func workflowRun(run github.Run) fleet.WorkflowRun {
	return fleet.WorkflowRun{
		ID: run.ID, Attempt: run.Attempt, Workflow: run.Workflow, Event: run.Event, Actor: run.TriggeringActor,
		Status: run.Status, Conclusion: run.Conclusion, CreatedAt: run.CreatedAt, URL: run.URL,
	}
}
