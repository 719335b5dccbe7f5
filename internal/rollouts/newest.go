package rollouts

import (
	"context"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// past is a run with what its jobs recorded.
type past struct {
	run   github.Run // zero: there is none
	known []fleet.Result
}

// newest is what counts of the rollouts of a strategy, whichever of its workflows they are of. Those that only were
// approved or refused count for nothing: they upgraded nothing, and wait for no time.
type newest struct {
	begun past // the newest that has begun a stage: an older one is superseded by it, whatever that waits for
	waits past // a newer one that has begun none, and recorded a time to begin: what the other upgraded is still to be watched

	good []github.Run // those of profiles that are no older than begun and ended well, most of which found nothing to do
}

// latest is the one that is resumed: one that waits for its beginning takes the place of an older one.
func (n newest) latest() past {
	if n.waits.run.ID != 0 {
		return n.waits
	}
	return n.begun
}

// search looks for rollouts of a strategy.
type search struct {
	gh       GitHub
	strategy strategy.Strategy
	now      time.Time
}

// newest looks for it among the runs of the last 30 days. What is known of one that has not ended, and whether no older one
// counts, going says.
func (s search) newest(ctx context.Context, query github.RunQuery, going func(github.Run) ([]fleet.Result, bool, error)) (n newest, err error) {
	query.Since = s.now.Add(-strategy.RerunAge)
	runs, err := runsOf(ctx, s.gh, workflow.RolloutFiles(s.strategy), query)
	if err != nil {
		return newest{}, err
	}
	for _, run := range runs {
		if workflow.OnlyPlans(run.Title) {
			continue
		}
		well := run.Concluded(github.Success) && !workflow.ByHand(s.strategy, run.Workflow)
		if well {
			n.good = append(n.good, run)
		}
		var known []fleet.Result
		ends := false
		switch {
		case !run.Ended():
			known, ends, err = going(run)
		case !well || run.Attempt > 1: // one that is run again in a wait of its own is held, and ends well
			known, _, err = Records(ctx, s.gh, run.ID)
		}
		if err != nil {
			return newest{}, err
		}
		if ends || begun(known) {
			n.begun = past{run, known}
			return n, nil
		}
		if n.waits.run.ID == 0 && toBegin(known) {
			n.waits = past{run, known}
		}
	}
	return n, nil
}

// begun reports whether any record is of a stage that has begun.
func begun(known []fleet.Result) bool {
	return recordedOf(known, func(s fleet.StageResult) bool { return !s.StartedAt.IsZero() })
}

// toBegin reports whether any record is of a stage that waits for a time.
func toBegin(known []fleet.Result) bool {
	return recordedOf(known, func(s fleet.StageResult) bool { return !s.LookAgain.IsZero() })
}

func recordedOf(known []fleet.Result, is func(fleet.StageResult) bool) bool {
	return slices.ContainsFunc(known, func(r fleet.Result) bool { return slices.ContainsFunc(r.Stages, is) })
}

// askedByATick is how many runs a tick asks whether they had something to do. Each that is held adds another.
const askedByATick = 20

// superseded finds a rollout among those that are newer than the last attempt of another and ended well: one that had
// something to do. It is asked last, as each costs a request, and of so many of the newest alone: 0 is all.
func (n newest) superseded(ctx context.Context, gh GitHub, run github.Run, limit int) (by github.Run, is bool, err error) {
	since := run.CreatedAt
	if run.Attempt > 1 && len(n.good) > 0 {
		if since, err = attempted(ctx, gh, run); err != nil {
			return by, false, err
		}
	}
	for i, newer := range n.good {
		if newer.ID <= run.ID || newer.CreatedAt.Before(since) || limit > 0 && i >= limit {
			break
		}
		if known, _, err := Records(ctx, gh, newer.ID); err != nil || begun(known) {
			return newer, err == nil, err
		}
	}
	return github.Run{}, false, nil
}

// attempted is when the last attempt of a run began, by its first job; one without a job of its own tells nothing of it.
func attempted(ctx context.Context, gh GitHub, run github.Run) (time.Time, error) {
	jobs, err := gh.JobsOfAllAttempts(ctx, run.ID)
	return firstCreated(jobs, func(job github.Job) bool { return job.Attempt == run.Attempt }), err
}

// firstCreated is when the first of some jobs came up; zero: there is none.
func firstCreated(jobs []github.Job, is func(github.Job) bool) time.Time {
	var first time.Time
	for _, job := range jobs {
		if is(job) && (first.IsZero() || job.CreatedAt.Before(first)) {
			first = job.CreatedAt
		}
	}
	return first
}
