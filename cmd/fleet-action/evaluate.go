package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// evaluation is whether the plan of a profile may be begun, now that it has something to do.
type evaluation struct {
	held  []fleet.OtherRun // the rollouts because of which it may not
	notes []fleet.Finding   // what was done to others
}

// evaluate looks for other rollouts of the strategy. While one is under way the plan is held, or supersedes it, as the
// profile says: in the concurrency group it would have waited, unseen, or have taken the place of another that waits.
func (j *job) evaluate(ctx context.Context, c call, s strategy.Strategy, made plan.Plan) (e evaluation, err error) {
	own, err := j.api.Run(ctx, j.run)
	if err != nil || workflow.OnlyPlans(own.Title) {
		return e, err
	}
	others, err := j.others(ctx, s, c.now())
	if err != nil {
		return e, err
	}
	onWaiting := s.Upgrade.Follows.OnWaiting
	for i := range others {
		o := &others[i]
		if err := o.compare(ctx, j.api, onWaiting, made); err != nil {
			return e, err
		}
		if why := o.stays(onWaiting, made); why != "" {
			e.hold(*o, why)
		}
	}
	if len(e.held) > 0 {
		return e, nil // cancelling the rest would not help
	}
	for _, o := range others {
		if err := e.supersede(ctx, j.api, o, made); err != nil {
			return e, err
		}
	}
	return e, nil
}

// stays says why a rollout is not superseded by a plan, or "". One that carries out the same plan never is: its approvals
// would be asked for anew at every tick. Once that plan has expired, they would be given in vain.
func (o other) stays(onWaiting string, made plan.Plan) string {
	switch {
	case o.plan == planArtifact(made) && !o.expired:
		return "it carries out this very plan, and nothing else is begun"
	case o.resumed != "":
		return "its time has come, and it is resumed by " + o.resumed
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

// compare finds out whether a rollout that may be superseded does all that a plan does, and whether it still can. One whose
// plan cannot be read does not: nobody can carry it out.
func (o *other) compare(ctx context.Context, api *github.API, onWaiting string, made plan.Plan) error {
	unread := *o
	unread.expired = onWaiting == strategy.OnWaitingSupersede // a plan is read if that may let it be superseded
	if o.plan == "" || unread.stays(onWaiting, made) != "" {
		return nil
	}
	waiting, there, err := planIn(ctx, api, o.run.ID, o.plan)
	o.covers = there && plan.Covers(waiting, made)
	o.expired = there && !made.CreatedAt.Before(waiting.ExpiresAt)
	return err
}

func (e *evaluation) hold(o other, why string) {
	held := o.because(why)
	e.held = append(e.held, held)
	e.notes = append(e.notes, note("rollout-held", held.Sentence()+" "+held.URL))
}

// because is a rollout as it is shown where a plan is held for it.
func (o other) because(why string) fleet.OtherRun {
	return fleet.OtherRun{ID: o.run.ID, Title: o.run.Title, URL: o.run.URL, Doing: o.doing(), Why: why}
}

// supersede cancels a rollout. It is looked at again right before, as somebody may have approved it meanwhile, and right
// after: what GitHub did in between is not known otherwise.
func (e *evaluation) supersede(ctx context.Context, api *github.API, known other, made plan.Plan) error {
	o, err := lookAgain(ctx, api, known)
	if err != nil {
		return err
	}
	if why := o.stays(strategy.OnWaitingSupersede, made); why != "" {
		e.hold(o, why)
		return nil
	}
	err = api.Cancel(ctx, o.run.ID)
	conflict := github.Status(err) == http.StatusConflict
	if err != nil && !conflict {
		return err
	}
	after, failed := lookAgain(ctx, api, o)
	switch {
	case failed != nil:
		return failed
	case conflict && !after.ended():
		e.hold(after, "GitHub does not cancel it now, and nothing else is begun")
	case conflict && after.begun != "":
		e.hold(after, "its stage "+after.begun+" has begun meanwhile, and nothing else is begun now")
	case after.begun != "":
		e.hold(after, "it was told to end, but its stage "+after.begun+" has begun meanwhile, and nothing else is begun now")
	case !conflict:
		e.notes = append(e.notes, superseded(o))
	}
	return nil
}

func superseded(o other) fleet.Finding {
	return note("rollout-superseded", fmt.Sprintf("run %d (%s) %s, and was cancelled: no stage of it had begun (onWaiting: %s) %s",
		o.run.ID, o.run.Title, o.doing(), strategy.OnWaitingSupersede, o.run.URL))
}

// lookAgain reads anew what is known of a rollout; a plan that has expired stays so.
func lookAgain(ctx context.Context, api *github.API, known other) (other, error) {
	run, err := api.Run(ctx, known.run.ID)
	if err != nil {
		return known, err
	}
	o, err := look(ctx, api, run)
	o.expired = known.expired && o.plan == known.plan
	return o, err
}

// answerHeld shows a plan that is not begun now.
func (c call) answerHeld(made plan.Plan, e evaluation) (answer, error) {
	made.Findings = append(made.Findings[:len(made.Findings):len(made.Findings)], e.notes...)
	result := answer{document: report.Held(made, planArtifact(made), e.held), data: made, findings: made.Findings, outputs: planOutputs(made)}
	result.outputs[outputState], result.outputs[outputHasUpdates], result.outputs[outputStages] = stateHeld, "false", noStages
	return result, c.publish(result.document)
}

// disabled is the answer of a schedule to a profile that is disabled. A person may follow it all the same.
func (c call) disabled(s strategy.Strategy) (result answer, disabled bool) {
	profile := s.Upgrade.Follows
	if profile == nil || !profile.Disabled || c.getenv("GITHUB_EVENT_NAME") != "schedule" {
		return answer{}, false
	}
	said := fmt.Sprintf("The profile %s of %s is disabled: its schedule looks at nothing.", profile.Name, s.Name)
	return answer{
		document: report.Sentence(said), data: map[string]any{"state": stateDisabled, "profile": profile.Name},
		outputs: map[string]string{outputState: stateDisabled, outputHasUpdates: "false", outputStages: noStages},
	}, true
}
