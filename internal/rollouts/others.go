package rollouts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/workflow"
)

// runLasts is how long GitHub lets a run go on, with all that it waits for (GitHub Docs, "Actions limits").
const runLasts = 35 * 24 * time.Hour

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
		if run.StartedAt.Add(runLasts).Before(t.now) {
			t.Notes = append(t.Notes, stuck(run))
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

// stuck tells of a run that GitHub shows as under way for longer than it lets any be: nothing goes on in it, and it cannot be
// cancelled.
func stuck(run github.Run) fleet.Finding {
	return fleet.Finding{
		Rule: "rollout-stuck", Severity: fleet.Warning, Advice: "delete it, or have GitHub's support do it (" + run.URL + ")",
		Message: fmt.Sprintf("run %d (%s) is %s since %s, longer than GitHub lets a run go on, and is passed over", run.ID, run.Title, run.Status, clock(run.StartedAt)),
	}
}
