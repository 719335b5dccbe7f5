package rollouts

import (
	"context"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/workflow"
)

// kept is a workflow run with what is kept of it.
type kept struct {
	github.Run
	made  *plan.Plan // nil: it made none, or none that is to be had
	known []record
	gone  bool // its plan has expired

	jobs    []github.Job               // of runs that did not end well, or have not ended
	pending []github.PendingDeployment // what its jobs wait for
	reviews []github.Approval
}

// artifactsKept is how long GitHub keeps artifacts at most by default.
const artifactsKept = 90 * 24 * time.Hour

// gone reports whether a run has lost its plan to time: after a while GitHub does not list it any more.
func gone(run github.Run, artifacts, expired []github.Artifact, now time.Time) bool {
	if slices.ContainsFunc(artifacts, isPlan) {
		return false
	}
	return slices.ContainsFunc(expired, isPlan) || len(artifacts) == 0 && now.Sub(run.CreatedAt) > artifactsKept
}

// ask reads how the jobs of a run stand where its records cannot tell: what runs yet has none, and what was rejected, or
// whose runner died, leaves none.
func (k *kept) ask(ctx context.Context, gh GitHub) (err error) {
	if k.Concluded(github.Success) || k.gone {
		return nil
	}
	if k.jobs, err = gh.Jobs(ctx, k.ID); err != nil {
		return err
	}
	if k.Ended() {
		k.reviews, err = gh.Approvals(ctx, k.ID)
	} else {
		k.pending, err = gh.Pending(ctx, k.ID)
	}
	return err
}

// idle reports whether a run is at its end, upgraded nothing, and was not to: its plan has nothing to upgrade, or it is
// one of those that are started by hand for something else.
func (k kept) idle() bool {
	switch {
	case !k.Ended() || k.gone || len(k.known) > 0:
		return false
	case k.made != nil:
		return !k.made.Applyable
	default:
		does := workflow.Does(k.Title)
		return k.Conclusion == github.Success || does == workflow.GateJob || does == workflow.ReportJob
	}
}

// byHand reports whether the run is one of several that carry out a plan, each started by hand.
func (k kept) byHand() bool {
	if k.made != nil {
		return k.made.Policy.ByDispatch()
	}
	return !k.gone && len(k.known) > 0
}

// digest is of the plan that the run made or carried out.
func (k kept) digest() string {
	if k.made != nil {
		return k.made.Digest
	}
	return k.known[len(k.known)-1].Digest
}
