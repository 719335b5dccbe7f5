package rollouts

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// Evaluation is whether a plan may be begun beside the other rollouts of its strategy.
type Evaluation struct {
	Held  []fleet.OtherRun // the rollouts because of which it may not; none: it may
	Notes []fleet.Finding  // those rollouts, and the ones that it superseded
}

// Canceller is a GitHub that tells what is under way in the repository, and cancels it.
type Canceller interface {
	GitHub
	Run(ctx context.Context, id int64) (github.Run, error)
	RunsUnderWay(ctx context.Context) ([]github.Run, error)
	Repository(ctx context.Context) (github.Repository, error)
	Cancel(ctx context.Context, run int64) error
}

// Evaluate looks for other rollouts of a strategy that follows a profile, for the plan that a run made. While one is under
// way the plan is held, or supersedes it, as the profile says: in the concurrency group it would have waited, unseen, or have
// taken the place of another that waits. A run that only plans disturbs nobody. After an error the plan may not be begun,
// and others may have been cancelled.
func Evaluate(ctx context.Context, gh Canceller, s strategy.Strategy, made plan.Plan, run int64, now time.Time) (Evaluation, error) {
	own, err := gh.Run(ctx, run)
	if err != nil || workflow.OnlyPlans(own.Title) {
		return Evaluation{}, err
	}
	t := tick{search: search{gh, s, now}, repository: gh, own: own, made: made}
	err = t.evaluate(ctx)
	return t.Evaluation, err
}

// tick is the evaluation of a plan on its way.
type tick struct {
	search
	repository Canceller
	own        github.Run // that made the plan
	made       plan.Plan
	Evaluation
}

func (t *tick) evaluate(ctx context.Context) error {
	others, err := t.others(ctx)
	if err != nil {
		return err
	}
	onWaiting := t.strategy.Upgrade.Follows.OnWaiting
	for i := range others {
		o := &others[i]
		if err := o.compare(ctx, t.gh, t.made); err != nil {
			return err
		}
		if why := o.stays(onWaiting, t.made); why != "" {
			t.hold(*o, why)
		}
	}
	if len(t.Held) > 0 {
		return nil // cancelling the rest would not help
	}
	for _, o := range others {
		if err := t.supersede(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

func (t *tick) hold(o other, why string) {
	held := o.because(why)
	t.Held = append(t.Held, held)
	t.Notes = append(t.Notes, note("rollout-held", held.Sentence()+" "+held.URL))
}

// because is a rollout as it is shown where a plan is held for it.
func (o other) because(why string) fleet.OtherRun {
	return fleet.OtherRun{ID: o.run.ID, Title: o.run.Title, URL: o.run.URL, Doing: o.doing(), Why: why}
}

// supersede cancels a rollout; where it has ended, to go on at a time, there is nothing to cancel. It is looked at again right
// before, as somebody may have approved it meanwhile, and right after: what GitHub did in between is not known otherwise.
func (t *tick) supersede(ctx context.Context, known other) error {
	if known.run.Ended() {
		t.Notes = append(t.Notes, superseded(known, "this newer plan takes its place"))
		return nil
	}
	o, err := t.lookAgain(ctx, known)
	if err != nil {
		return err
	}
	if why := o.stays(strategy.OnWaitingSupersede, t.made); why != "" {
		t.hold(o, why)
		return nil
	}
	err = t.repository.Cancel(ctx, o.run.ID)
	conflict := github.Status(err) == http.StatusConflict
	if err != nil && !conflict {
		return err
	}
	after, err := t.lookAgain(ctx, o)
	if err != nil {
		return err
	}
	if why := after.survives(conflict); why != "" {
		t.hold(after, why)
	} else if !conflict {
		t.Notes = append(t.Notes, superseded(o, "it was cancelled"))
	}
	return nil
}

// lookAgain reads anew what is known of a rollout; a plan that has expired stays so.
func (t *tick) lookAgain(ctx context.Context, known other) (other, error) {
	run, err := t.repository.Run(ctx, known.run.ID)
	if err != nil {
		return known, err
	}
	o, err := look(ctx, t.gh, run)
	o.expired = known.expired && o.plan == known.plan
	return o, err
}

func superseded(o other, becomes string) fleet.Finding {
	return note("rollout-superseded", fmt.Sprintf("run %d (%s) %s; no stage of it has begun, and %s (onWaiting: %s) %s",
		o.run.ID, o.run.Title, o.doing(), becomes, strategy.OnWaitingSupersede, o.run.URL))
}
