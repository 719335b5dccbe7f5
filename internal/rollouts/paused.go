package rollouts

import (
	"context"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// paused finds what has ended, or begins anew, while it has to wait for a time which is yet to come: the newest rollout that
// is to go on, and all whose stages are in the wait after them. A new plan would know nothing of those waits.
func (t *tick) paused(ctx context.Context) ([]other, error) {
	runs, err := t.runs(ctx, t.now.Add(-strategy.RerunAge-runLasts-t.strategy.LongestWait), "")
	if err != nil {
		return nil, err
	}
	var goesOn []other
	last, err := t.newest(ctx, runs, func(run github.Run) ([]fleet.Result, bool, error) {
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
	waits, err := t.toGoOn(ctx, last)
	if err != nil {
		return nil, err
	}
	soaks, err := t.soaks(ctx, runs)
	return apart(waits, soaks), err
}

// apart tells of one wait of a run alone: of what it waits for, or of what comes later.
func apart(waits, soaks []other) []other {
	return append(slices.DeleteFunc(waits, func(o other) bool {
		return slices.ContainsFunc(soaks, func(s other) bool { return s.run.ID == o.run.ID && s.opens.After(o.opens) })
	}), soaks...)
}

// toGoOn is the newest rollout with the time of a stage that it waits for, unless it is left alone, or another has done more
// since.
func (t *tick) toGoOn(ctx context.Context, last newest) ([]other, error) {
	latest := last.latest()
	if latest.run.ID == 0 {
		return nil, nil
	}
	reviews, err := t.gh.Approvals(ctx, latest.run.ID)
	if err != nil {
		return nil, err
	}
	by, err := t.resumedBy(ctx, latest.run)
	if err != nil {
		return nil, err
	}
	o := latest.goesOn(reviews, by, t.now)
	if o.opens.IsZero() {
		return nil, nil
	}
	if expired, err := latest.expired(ctx, t.gh, t.now); err != nil || expired {
		return nil, err
	}
	if _, is, err := last.superseded(ctx, t.gh, o.run, askedByATick); err != nil || is {
		return nil, err
	}
	return []other{o}, nil
}

// goesOn is a rollout with the time of a stage that it waits for, if that is yet to come, or if it is to be resumed since.
func (p past) goesOn(reviews []github.Approval, by string, now time.Time) other {
	o := other{run: p.run, plan: PlanArtifact(p.last()), begun: stageBegun(p.known)}
	if _, leave := leftAlone(p.run, p.known, reviews); leave {
		return o
	}
	stage, opens := waitsFor(p.known)
	switch {
	case opens.After(now):
		o.stage, o.opens = stage, opens
	case by != "" && now.Before(opens.Add(resumedWithin)):
		o.stage, o.opens, o.resumed = stage, opens, by
	}
	return o
}

// last is the plan that a run recorded something of last, by its digest alone.
func (p past) last() plan.Plan { return plan.Plan{Digest: p.known[len(p.known)-1].Digest} }

// expired reports whether the stages of a run would refuse its plan for its age. A plan that cannot be read is not known to
// have expired.
func (p past) expired(ctx context.Context, from Store, now time.Time) (bool, error) {
	made, there, err := planIn(ctx, from, p.run.ID, PlanArtifact(p.last()))
	return there && !now.Before(made.ExpiresAt), err
}

// resumedWithin is for how long after its time a rollout is left to be resumed: GitHub may be late with a schedule, and
// whoever resumes only once a day is not to lose the rollout to a tick. A rollout that still was not gets a new plan.
const resumedWithin = 24 * time.Hour

// resumedBy is the workflow that resumes a rollout once its time has come, or "": a schedule is of the default branch, and
// GitHub runs nothing again too often.
func (t *tick) resumedBy(ctx context.Context, run github.Run) (string, error) {
	if t.strategy.Workflow.Resume == "" || run.Attempt > strategy.Reruns {
		return "", nil
	}
	repository, err := t.repository.Repository(ctx)
	if err != nil || run.HeadBranch != repository.DefaultBranch {
		return "", err
	}
	return workflow.ResumeFile(t.strategy.Name), nil
}
