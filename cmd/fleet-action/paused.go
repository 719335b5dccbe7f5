package main

import (
	"context"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// paused finds the rollout that has ended, or begins anew, while it has to wait for a time which is yet to come: the
// newest that has begun. A new plan would know nothing of that wait, and begin it anew.
func (j *job) paused(ctx context.Context, s strategy.Strategy, now time.Time) ([]other, error) {
	var going []record
	last, err := newestRollout(ctx, j.api, s, github.RunQuery{}, now, func(run github.Run) (counts bool, err error) {
		going, _, err = records(ctx, j.api, run.ID)
		return len(going) > 0, err
	})
	if err != nil || last.run.ID == 0 || last.run.ID == j.run {
		return nil, err
	}
	if !last.run.Ended() {
		last.known = going
		if o, err := look(ctx, j.api, last.run); err != nil || o.underWay(s) {
			return []other{o}, err
		}
	}
	o, err := j.waits(ctx, s, last, now)
	if err != nil || o.opens.IsZero() {
		return nil, err
	}
	if _, is, err := last.superseded(ctx, j.api); err != nil || is {
		return nil, err
	}
	return []other{o}, nil
}

// waits is a rollout with what it waits for, if that is yet to come: for the time of a stage, or to be resumed since, and
// for the end of the wait after a stage. The latter is about what has been upgraded, and is kept however the run ended.
func (j *job) waits(ctx context.Context, s strategy.Strategy, last newest, now time.Time) (other, error) {
	o := other{run: last.run}
	reviews, err := j.api.Approvals(ctx, last.run.ID)
	if err != nil {
		return o, err
	}
	if _, leave := leftAlone(last.run, last.known, reviews); !leave {
		stage, opens := waitsFor(last.known)
		by := j.resumedBy(s, last.run)
		switch {
		case opens.After(now):
			o.begun, o.stage, o.opens = stage, stage, opens
		case by != "" && now.Before(opens.Add(resumedWithin)):
			o.begun, o.stage, o.opens, o.resumed = stage, stage, opens, by
		}
	}
	digest := last.known[len(last.known)-1].Digest
	made, there, err := planIn(ctx, j.api, last.run.ID, planArtifact(plan.Plan{Digest: digest}))
	if err != nil || !there {
		return o, err
	}
	if stage, until := soak(made, execute.Recorded(made, results(last.known)), now); until.After(now) && until.After(o.opens) {
		o = other{run: last.run, begun: stage, stage: stage, opens: until, soaks: true}
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
