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

// newest is what counts of the rollouts of a strategy, whichever of its workflows they are of, by their last attempts. Those
// that only were approved or refused count for nothing: they upgraded nothing, and wait for no time.
type newest struct {
	begun past // the newest that has begun a stage: no older one is gone on with, whatever that waits for
	waits past // a newer one that has begun none, and is to go on at a time

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

// runs lists the runs that are rollouts and were created since, the one whose last attempt began last first.
func (s search) runs(ctx context.Context, since time.Time, branch string) ([]github.Run, error) {
	runs, err := runsOf(ctx, s.gh, workflow.RolloutFiles(s.strategy), github.RunQuery{Since: since, Branch: branch})
	runs = slices.DeleteFunc(runs, func(run github.Run) bool { return workflow.OnlyPlans(run.Title) })
	slices.SortStableFunc(runs, func(a, b github.Run) int { return b.StartedAt.Compare(a.StartedAt) })
	return runs, err
}

// foundNothing reports whether a run is of a profile and ended well: most of those found nothing to do, and none left any.
func (s search) foundNothing(run github.Run) bool {
	return run.Concluded(github.Success) && !workflow.ByHand(s.strategy, run.Workflow)
}

// newest looks for it among runs that can be run again. Each that did not end well costs a request, and of so many of the
// last alone it is asked. What is known of one that has not ended, and whether no older one counts, going says.
func (s search) newest(ctx context.Context, runs []github.Run, going func(github.Run) ([]fleet.Result, bool, error)) (n newest, err error) {
	asked := 0
	for _, run := range runs {
		if run.CreatedAt.Before(s.now.Add(-strategy.RerunAge)) {
			continue
		}
		if s.foundNothing(run) {
			n.good = append(n.good, run)
			if run.Attempt == 1 {
				continue // one that is run again in a wait of its own is held, and ends well
			}
		}
		if asked++; asked > maxLooked {
			break
		}
		known, ends, err := s.known(ctx, run, going)
		if err != nil {
			return newest{}, err
		}
		if ends || begun(known) {
			n.begun = past{run, known}
			return n, nil
		}
		if n.waits.run.ID == 0 && toBegin(known) {
			if n.waits, err = s.waiting(ctx, past{run, known}); err != nil {
				return newest{}, err
			}
		}
	}
	return n, nil
}

func (s search) known(ctx context.Context, run github.Run, going func(github.Run) ([]fleet.Result, bool, error)) ([]fleet.Result, bool, error) {
	if !run.Ended() {
		return going(run)
	}
	known, _, err := Records(ctx, s.gh, run.ID)
	return known, false, err
}

// waiting is a run that recorded a time to begin, unless it is left alone: one that was cancelled or refused takes nothing
// from an older one.
func (s search) waiting(ctx context.Context, p past) (past, error) {
	reviews, err := s.gh.Approvals(ctx, p.run.ID)
	if _, leave := leftAlone(p.run, p.known, reviews); leave && p.run.Ended() || err != nil {
		return past{}, err
	}
	return p, nil
}

// begun reports whether any record is of a stage that has begun.
func begun(known []fleet.Result) bool { return stageBegun(known) != "" }

// stageBegun is the last stage that has begun by its record, "" is none.
func stageBegun(known []fleet.Result) (stage string) {
	for _, result := range known {
		for _, recorded := range result.Stages {
			if !recorded.StartedAt.IsZero() {
				stage = recorded.Name
			}
		}
	}
	return stage
}

// toBegin reports whether any record is of a stage that waits for a time.
func toBegin(known []fleet.Result) bool {
	waits := func(s fleet.StageResult) bool { return !s.LookAgain.IsZero() }
	return slices.ContainsFunc(known, func(r fleet.Result) bool { return slices.ContainsFunc(r.Stages, waits) })
}

// askedByATick is how many runs a tick asks whether they had something to do. Each that is held adds another.
const askedByATick = 20

// superseded finds a rollout among those that began after the last attempt of another and ended well: one that had
// something to do. It is asked last, as each costs a request, and of so many of the newest alone.
func (n newest) superseded(ctx context.Context, gh GitHub, run github.Run, limit int) (by github.Run, is bool, err error) {
	for i, newer := range n.good {
		if newer.ID == run.ID || newer.StartedAt.Before(run.StartedAt) || i >= limit {
			break
		}
		if known, _, err := Records(ctx, gh, newer.ID); err != nil || begun(known) {
			return newer, err == nil, err
		}
	}
	return github.Run{}, false, nil
}
