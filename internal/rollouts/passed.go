package rollouts

import (
	"cmp"
	"slices"
	"time"

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

// passed is a rollout as its workflow runs left it: one, or where each stage is started by hand, one for each job.
type passed struct {
	made *plan.Plan // nil: it is not to be had
	runs []kept     // newest first
}

func (p *passed) byHand() bool { return p.runs[0].byHand() }

// takes reports whether a run carries out the same plan, of the same workflow and branch: a plan that was made elsewhere
// is another's.
func (p *passed) takes(run kept) bool {
	own := p.runs[0]
	return own.digest() == run.digest() && own.Alike(run.Run)
}

// known are the records of all runs, in the order in which they were stored.
func (p *passed) known() []fleet.Result {
	var all []record
	for _, run := range p.runs {
		all = append(all, run.known...)
	}
	slices.SortStableFunc(all, func(a, b record) int { return oldestFirst(a.artifact, b.artifact) })
	return results(all)
}

// standing says where a rollout stands by what its workflow runs left and how they stand themselves.
func (p *passed) standing(now time.Time) Rollout {
	made, note := p.plan()
	r := Of(made, p.known(), now)
	r.Status.Note = note
	if len(made.Stages) == 0 {
		r.Status.State, r.Status.Outcome = standingOf(p.runs[0].Run)
		r.Status.WaitsFor, r.Status.Name = nil, cmp.Or(p.runs[0].Title, p.runs[0].Workflow)
	} else {
		correct(&r.Status, made, p.runs)
	}
	began := p.runs[len(p.runs)-1]
	if r.Status.StartedAt.IsZero() {
		r.Status.StartedAt = began.CreatedAt
	}
	if began.Event == "schedule" {
		r.Status.Trigger = fleet.TriggerAuto
	}
	for _, run := range p.runs {
		r.Status.Workflows = append(r.Status.Workflows, workflowRun(run.Run))
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
