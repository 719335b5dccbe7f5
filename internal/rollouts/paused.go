package rollouts

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
func (t *tick) paused(ctx context.Context) ([]other, error) {
	var goesOn []other
	last, err := t.newest(ctx, github.RunQuery{}, func(run github.Run) ([]fleet.Result, bool, error) {
		known, _, err := Records(ctx, t.gh, run.ID)
		if err != nil || run.ID == t.own.ID || !begun(known) && !toBegin(known) {
			return known, false, err // the run itself does not wait for its own jobs, but for what they upgraded before
		}
		o, err := look(ctx, t.gh, run)
		if err == nil && o.underWay(t.strategy) {
			goesOn = append(goesOn, o)
		}
		return known, len(goesOn) > 0, err
	})
	if err != nil || len(goesOn) > 0 {
		return goesOn, err
	}
	return t.waitsOf(ctx, last)
}

// waitsOf is what of the newest rollouts waits for a time, unless another has done more since.
func (t *tick) waitsOf(ctx context.Context, last newest) ([]other, error) {
	waits, err := t.toGoOn(ctx, last.latest())
	if err != nil {
		return nil, err
	}
	soaks, err := t.soaks(ctx, last.begun)
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
		if _, is, err := last.superseded(ctx, t.gh, o.run, askedByATick); err != nil {
			return nil, err
		} else if !is {
			found = append(found, o)
		}
	}
	return found, nil
}

// toGoOn is a rollout with the time of a stage that it waits for, unless it is left alone.
func (t *tick) toGoOn(ctx context.Context, last past) (other, error) {
	if last.run.ID == 0 {
		return other{}, nil
	}
	reviews, err := t.gh.Approvals(ctx, last.run.ID)
	if err != nil {
		return other{}, err
	}
	return last.goesOn(reviews, t.resumedBy(last.run), t.now), nil
}

// goesOn is a rollout with the time of a stage that it waits for, if that is yet to come, or if it is to be resumed since.
func (p past) goesOn(reviews []github.Approval, by string, now time.Time) other {
	o := other{run: p.run}
	if _, leave := leftAlone(p.run, p.known, reviews); leave {
		return o
	}
	stage, opens := waitsFor(p.known)
	switch {
	case opens.After(now):
		o.begun, o.opens = stage, opens
	case by != "" && now.Before(opens.Add(resumedWithin)):
		o.begun, o.opens, o.resumed = stage, opens, by
	}
	return o
}

// soaks is a rollout with the end of the wait after a stage, if that is yet to come. It is about what has been upgraded, and
// is kept however the run ended. The plan is the last of which a stage has begun: one that was made in the run since, and
// was refused, knows nothing of it.
func (t *tick) soaks(ctx context.Context, last past) (other, error) {
	o := other{run: last.run}
	for _, r := range slices.Backward(last.known) {
		if !begun([]fleet.Result{r}) {
			continue
		}
		made, there, err := planIn(ctx, t.gh, last.run.ID, PlanArtifact(plan.Plan{Digest: r.Digest}))
		if err != nil || !there {
			return o, err
		}
		if stage, until := soak(made, execute.Recorded(made, last.known), t.now); until.After(t.now) {
			o.begun, o.opens, o.soaks = stage, until, true
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
func (t *tick) resumedBy(run github.Run) string {
	if t.strategy.Workflow.Resume == "" || run.HeadBranch != t.own.HeadBranch || run.Attempt > strategy.Reruns {
		return ""
	}
	return workflow.ResumeFile(t.strategy.Name)
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
