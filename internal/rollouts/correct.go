package rollouts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/workflow"
)

// correct corrects what the records say of a run by how its workflow runs stand: a record is of the time when its job
// ended, a job that was killed recorded that it runs, and one that has not ended recorded nothing.
func correct(s *fleet.RunStatus, made plan.Plan, runs []kept) {
	for _, run := range slices.Backward(runs) {
		for at := range s.Stages {
			correctStage(&s.Stages[at], run.jobs)
		}
	}
	newest := runs[0]
	at := slices.IndexFunc(runs, func(run kept) bool { return !run.Ended() })
	no, rejected := github.Rejected(newest.reviews)
	switch {
	case at >= 0:
		s.State, _ = standingOf(runs[at].Run)
		s.EndedAt = time.Time{}
		if s.Outcome == fleet.OutcomeFailed { // and is tried again
			s.Outcome = fleet.OutcomeUnfinished
		}
		s.WaitsFor = waitsNow(s.WaitsFor, made, runs[at].pending)
	case s.State.Terminal():
	case newest.Concluded(github.Cancelled):
		s.State, s.WaitsFor, s.Note = fleet.Stopped, nil, fmt.Sprintf("run %d was cancelled", newest.ID)
	case rejected:
		s.State, s.WaitsFor, s.Note = fleet.Stopped, nil, rejection(no)
	case s.State == fleet.Running || s.State == fleet.Stopping:
		s.State = fleet.Stopped
	}
}

func rejection(review github.Approval) string {
	said := review.User + " said no in the environment " + strings.Join(review.Environments, ", ")
	if review.Comment != "" {
		said += ": " + review.Comment
	}
	return said
}

// correctStage takes over what the job of a stage shows that is not at its end by its record.
func correctStage(s *fleet.StageStatus, jobs []github.Job) {
	at := slices.IndexFunc(jobs, func(job github.Job) bool { return ofStage(job, s.Name) })
	if at < 0 || jobs[at].Conclusion == github.Skipped || s.Outcome.Good() {
		return
	}
	job := jobs[at]
	recorded := s.State != fleet.NotStarted || s.Reason != ""
	switch {
	case job.Status == github.InProgress:
		s.State, s.Outcome, s.Reason, s.LookAgain = fleet.Running, fleet.OutcomeUnfinished, "", time.Time{}
		s.StartedAt = cmp.Or(s.StartedAt, job.StartedAt)
	case job.Status == github.Waiting:
		s.State, s.Outcome = fleet.Pending, fleet.OutcomeUnfinished
	case job.Status == github.Completed && !recorded:
		s.Reason = "its job ended with " + job.Conclusion + ", and left no record"
	case job.Status == github.Completed && (s.State == fleet.Running || s.State == fleet.Stopping):
		s.State = fleet.Stopped
	}
}

// ofStage reports whether a job is that of a stage.
func ofStage(job github.Job, stage string) bool {
	kind, of := workflow.JobNamed(job.Name)
	return kind == workflow.StageJob && of == stage
}

// waitsNow is what a run under way waits for: the environments that GitHub says its jobs wait for, and the times that
// its records say. An approval whose job has not come up is not waited for yet.
func waitsNow(due []fleet.Wait, made plan.Plan, pending []github.PendingDeployment) []fleet.Wait {
	waits := slices.DeleteFunc(slices.Clone(due), func(wait fleet.Wait) bool { return wait.Gate != "" })
	for _, entry := range pending {
		wait := askedIn(made, entry.Environment)
		known := func(w fleet.Wait) bool { return strings.EqualFold(w.Environment, entry.Environment) }
		if at := slices.IndexFunc(due, known); at >= 0 {
			wait = due[at]
		}
		wait.Reviewers, wait.Until = entry.Reviewers, cmp.Or(entry.Until(), wait.Until)
		waits = append(waits, wait)
	}
	return waits
}

// askedIn is what the job waits for that runs in an environment: the approval that is given to it, where it is the job of a
// stage, or the environment alone.
func askedIn(made plan.Plan, environment string) fleet.Wait {
	wait := fleet.Wait{Stage: stageIn(made, environment), Environment: environment}
	for _, stage := range made.Stages {
		before, _ := stage.Approvals()
		for _, approval := range before {
			if stage.Name == wait.Stage && stage.Given(approval) {
				return fleet.Wait{Stage: stage.Name, Gate: approval.Gate, Environment: approval.Environment.Name}
			}
		}
	}
	return wait
}

// stageIn is the stage whose job runs in an environment, or "".
func stageIn(made plan.Plan, environment string) string {
	for _, stage := range made.Stages {
		if own := stage.JobEnvironment(); own != nil && strings.EqualFold(own.Name, environment) {
			return stage.Name
		}
	}
	return ""
}
