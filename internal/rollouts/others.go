package rollouts

import (
	"context"
	"slices"

	"github.com/org/fleet-update-action/internal/workflow"
)

// others finds the rollouts of a strategy that are under way, on any branch, as all share one concurrency group: those that
// have not ended, and one that ended to be resumed later.
func (t *tick) others(ctx context.Context) ([]other, error) {
	runs, err := t.repository.RunsUnderWay(ctx)
	if err != nil {
		return nil, err
	}
	var found []other
	for _, run := range runs {
		if !workflow.OfRollout(t.strategy, run.Workflow) || run.ID == t.own.ID || workflow.OnlyPlans(run.Title) {
			continue
		}
		o, err := look(ctx, t.gh, run)
		if err != nil {
			return nil, err
		}
		if o.underWay(t.strategy) {
			found = append(found, o)
		}
	}
	paused, err := t.paused(ctx)
	for _, o := range paused {
		if !slices.ContainsFunc(found, func(known other) bool { return known.run.ID == o.run.ID }) {
			found = append(found, o)
		}
	}
	return found, err
}
