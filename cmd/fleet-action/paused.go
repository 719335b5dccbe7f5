package main

import (
	"context"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// paused finds what has ended, or begins anew, while it has to wait for a time which is yet to come: the newest rollout that
// is to go on, and the newest that has begun, for what it upgraded. A new plan would know nothing of that wait, and begin it
// anew.
func (j *job) paused(ctx context.Context, s strategy.Strategy, now time.Time) ([]other, error) {
	var goesOn []other
	last, err := newestRollout(ctx, j.api, s, github.RunQuery{}, now, func(run github.Run) ([]record, bool, error) {
		known, _, err := records(ctx, j.api, run.ID)
		if err != nil || run.ID == j.run || !begun(known) && !toBegin(known) {
			return known, false, err // the run itself does not wait for its own jobs, but for what they upgraded before
		}
		o, err := look(ctx, j.api, run)
		if err == nil && o.underWay(s) {
			goesOn = append(goesOn, o)
		}
		return known, len(goesOn) > 0, err
	})
	if err != nil || len(goesOn) > 0 {
		return goesOn, err
	}
	return j.waitsOf(ctx, s, last, now)
}

// waitsOf is what of the newest rollouts waits for a time, unless another has done more since.
func (j *job) waitsOf(ctx context.Context, s strategy.Strategy, last newest, now time.Time) ([]other, error) {
	waits, err := j.toGoOn(ctx, s, last.latest(), now)
	if err != nil {
		return nil, err
	}
	soaks, err := j.soaks(ctx, last.begun, now)
	if err != nil {
		return nil, err
	}
	if soaks.opens.After(waits.opens) && soaks.run.ID == waits.run.ID {
		waits.opens = time.Time{} // one wait of a run is enough to be told of
	}
	var found []other
	for _, o := range []other{waits, soaks} {
		if o.opens.IsZero() {
			continue
		}
		if _, is, err := last.superseded(ctx, j.api, o.run, askedByATick); err != nil {
			return nil, err
		} else if !is {
			found = append(found, o)
		}
	}
	return found, nil
}

// toGoOn is a rollout with the time of a stage that it waits for, if that is yet to come, or if it is to be resumed since.
func (j *job) toGoOn(ctx context.Context, s strategy.Strategy, last past, now time.Time) (other, error) {
	o := other{run: last.run}
	if last.run.ID == 0 {
		return o, nil
	}
	reviews, err := j.api.Approvals(ctx, last.run.ID)
	if err != nil {
		return o, err
	}
	if _, leave := leftAlone(last.run, last.known, reviews); leave {
		return o, nil
	}
	stage, opens := waitsFor(last.known)
	by := j.resumedBy(s, last.run)
	switch {
	case opens.After(now):
		o.begun, o.stage, o.opens = stage, stage, opens
	case by != "" && now.Before(opens.Add(resumedWithin)):
		o.begun, o.stage, o.opens, o.resumed = stage, stage, opens, by
	}
	return o, nil
}

// soaks is a rollout with the end of the wait after a stage, if that is yet to come. It is about what has been upgraded, and
// is kept however the run ended. The plan is the last of which a stage has begun: one that was made in the run since, and
// was refused, knows nothing of it.
func (j *job) soaks(ctx context.Context, last past, now time.Time) (other, error) {
	o := other{run: last.run}
	for _, r := range slices.Backward(last.known) {
		if !begun([]record{r}) {
			continue
		}
		made, there, err := planIn(ctx, j.api, last.run.ID, planArtifact(plan.Plan{Digest: r.Digest}))
		if err != nil || !there {
			return o, err
		}
		if stage, until := soak(made, execute.Recorded(made, results(last.known)), now); until.After(now) {
			o.begun, o.stage, o.opens, o.soaks = stage, stage, until, true
		}
		return o, nil
	}
	return o, nil
}

// resumedWithin is for how long after its time a rollout is left to be resumed: GitHub may be late with a schedule, and
// whoever resumes only once a day is not to lose the rollout to a tick. A rollout that still was not gets a new plan.
const resumedWithin = 24 * time.Hour

// resumedBy is the workflow that resumes a rollout once its time has come, or "": a schedule is of one branch, and GitHub
// runs nothing again too often.
func (j *job) resumedBy(s strategy.Strategy, run github.Run) string {
	if s.Workflow.Resume == "" || run.HeadBranch != j.branch || run.Attempt > strategy.Reruns {
		return ""
	}
	return workflow.ResumeFile(s.Name)
}

// soak is the stage whose wait after it ends last, and when, among those after which something is left to do.
func soak(made plan.Plan, recorded fleet.Result, now time.Time) (stage string, until time.Time) {
	stages := execute.Status(made, recorded, now).Stages
	last := len(made.Stages) - 1
	for last >= 0 && stages[last].Outcome.Good() {
		last--
	}
	for _, done := range stages[:max(last, 0)] {
		if done.WaitUntil.After(until) {
			stage, until = done.Name, done.WaitUntil
		}
	}
	return stage, until
}
