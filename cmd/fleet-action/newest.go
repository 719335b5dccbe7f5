package main

import (
	"context"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// newest is the newest rollout of a strategy that has begun, whichever of its workflows it is of: an older one is
// superseded by it, whatever that waits for.
type newest struct {
	run   github.Run // zero: none has begun
	known []record   // what its jobs recorded; none of a run that has not ended

	good []github.Run // those of profiles that are newer and ended well, most of which found nothing to do
}

// newestRollout looks for it among the runs of the last 30 days. Which of those that have not ended counts, going says.
func newestRollout(ctx context.Context, api *github.API, s strategy.Strategy, query github.RunQuery, now time.Time, going func(github.Run) (bool, error)) (newest, error) {
	query.Since = now.Add(-strategy.RerunAge)
	runs, err := runsOf(ctx, api, workflow.RolloutFiles(s), query)
	if err != nil {
		return newest{}, err
	}
	var good []github.Run
	for _, run := range runs {
		switch {
		case workflow.OnlyPlans(run.Title):
		case !run.Ended():
			if counts, err := going(run); counts || err != nil {
				return newest{run: run, good: good}, err
			}
		case run.Conclusion == github.Success && !workflow.ByHand(s, run.Workflow):
			good = append(good, run)
		default:
			known, _, err := records(ctx, api, run.ID)
			if err != nil {
				return newest{}, err
			}
			if len(known) > 0 { // others ended before their first stage
				return newest{run: run, known: known, good: good}, nil
			}
		}
	}
	return newest{good: good}, nil
}

// superseded finds a rollout among those that are newer and ended well: one that had something to do. It is asked last,
// as each costs requests.
func (n newest) superseded(ctx context.Context, api *github.API) (by github.Run, is bool, err error) {
	for _, newer := range n.good {
		if began, _, err := records(ctx, api, newer.ID); err != nil || len(began) > 0 {
			return newer, err == nil, err
		}
	}
	return github.Run{}, false, nil
}
