package main

import (
	"context"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// paused finds the rollout that has ended, or begins anew, while it has to wait for a time which is yet to come: the
// newest that has begun. A new plan would know nothing of that wait.
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
	o, err := j.waits(ctx, last, now)
	if err != nil || o.opens.IsZero() {
		return nil, err
	}
	if _, is, err := last.superseded(ctx, j.api); err != nil || is {
		return nil, err
	}
	return []other{o}, nil
}

// waits is a rollout with what it waits for, if that is yet to come: for the time of a stage, where it is gone on with by
// itself then, and for the end of the wait after a stage. The latter is about what has been upgraded, and is kept however
// the run ended.
func (j *job) waits(ctx context.Context, last newest, now time.Time) (other, error) {
	o := other{run: last.run}
	reviews, err := j.api.Approvals(ctx, last.run.ID)
	if err != nil {
		return o, err
	}
	stage, opens := waitsFor(last.known)
	if _, leave := leftAlone(last.run, last.known, reviews); !leave && opens.After(now) {
		o.begun, o.stage, o.opens = stage, stage, opens
	}
	digest := last.known[len(last.known)-1].Digest
	made, there, err := planIn(ctx, j.api, last.run.ID, planArtifact(plan.Plan{Digest: digest}))
	if err != nil || !there {
		return o, err
	}
	if stage, until := soak(made, execute.Recorded(made, results(last.known)), now); until.After(now) && until.After(o.opens) {
		o.begun, o.stage, o.opens, o.soaks = stage, stage, until, true
	}
	return o, nil
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
