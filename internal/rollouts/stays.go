package rollouts

import (
	"context"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// stays says why a rollout is not superseded by a plan, or "". One that carries out the same plan never is: its approvals
// would be asked for anew at every tick. Once that plan has expired, they would be given in vain.
func (o other) stays(onWaiting string, made plan.Plan) string {
	switch {
	case o.plan == PlanArtifact(made) && !o.expired:
		return "it carries out this very plan, and nothing else is begun"
	case o.resumed != "":
		return "its time has come, and it is resumed by " + o.resumed
	case onWaiting != strategy.OnWaitingSupersede && o.expired && len(o.pending) > 0:
		return "its plan has expired, so that it is approved in vain: cancel it; nothing is begun (onWaiting: " + onWaiting + ")"
	case onWaiting != strategy.OnWaitingSupersede:
		return "nothing is begun (onWaiting: " + onWaiting + ")"
	case o.begun != "":
		return "its stage " + o.begun + " has begun, so it is not superseded, and nothing else is begun"
	case o.plan == "":
		return "its plan is not known, so it is not superseded, and nothing else is begun"
	case o.covers:
		return "it does all of this, and nothing else is begun"
	default:
		return ""
	}
}

// compare finds out whether a rollout does all that a plan does, and whether it still can. One whose plan cannot be read does
// not: nobody can carry it out.
func (o *other) compare(ctx context.Context, from Store, made plan.Plan) error {
	if o.plan == "" {
		return nil
	}
	waiting, there, err := planIn(ctx, from, o.run.ID, o.plan)
	o.covers = there && plan.Covers(waiting, made)
	o.expired = there && !made.CreatedAt.Before(waiting.ExpiresAt)
	return err
}

// survives says why a rollout goes on although it was told to end, or "". A conflict is that GitHub refused to cancel it.
func (o other) survives(conflict bool) string {
	switch {
	case conflict && !o.run.Ended():
		return "GitHub does not cancel it now, and nothing else is begun"
	case o.begun == "":
		return ""
	case conflict:
		return "its stage " + o.begun + " has begun meanwhile, and nothing else is begun now"
	default:
		return "it was told to end, but its stage " + o.begun + " has begun meanwhile, and nothing else is begun now"
	}
}
