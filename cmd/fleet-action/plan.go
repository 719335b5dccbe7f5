package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/strategy"
)

func planCommand() command {
	return command{
		name:    "plan",
		summary: "reads the fleet, pins the targets and writes plan.json",
		example: "fleet-action plan --strategy .github/fleet/strategy.yml --out out",
		options: []string{
			"strategy", "members", "environment", "profile", "upgrade-type", "kubernetes-version", "node-image-selection", "retry", "skip", "name", "out", "format",
			"cloud", "azure-endpoint", "client-id", "tenant-id", "token", "repository", "runs", "comment",
		},
		run: makePlan,
	}
}

func makePlan(ctx context.Context, c call) (answer, error) {
	s, orders, err := readOrders(ctx, c)
	if err != nil {
		return c.unread(ctx, s, err)
	}
	if result, disabled := c.disabled(s); disabled {
		return result, nil
	}
	if c.inJob() {
		return planInJob(ctx, c, s, orders)
	}
	release, err := c.out().lock()
	if err != nil {
		return answer{}, err
	}
	defer release()
	made, reading, err := c.plan(ctx, s, orders)
	if err != nil {
		return answer{}, err
	}
	return c.answerPlan(made, reading, c.stageLine)
}

// unread tells, where a plan is to be shown, why there is none: what was asked for could not be read. What is known of the
// strategy is s.
func (c call) unread(ctx context.Context, s strategy.Strategy, why error) (answer, error) {
	if !c.inJob() {
		return answer{}, why
	}
	api, err := newAPI(c)
	if err != nil {
		return answer{}, why
	}
	return c.commented(ctx, api, s, "", answer{}, why)
}

// planInJob makes a plan in a job.
func planInJob(ctx context.Context, c call, s strategy.Strategy, orders plan.Orders) (answer, error) {
	j, err := newJob(c)
	if err != nil {
		return answer{}, err
	}
	result, digest, err := j.makePlan(ctx, c, s, orders)
	return c.commented(ctx, j.api, s, digest, result, err)
}

// commented shows a plan on the pull request where that is asked for. What is refused is shown there as well: the plan that
// stood there is not the one to be had any more.
func (c call) commented(ctx context.Context, api *github.API, s strategy.Strategy, digest string, result answer, err error) (answer, error) {
	if c.values["comment"] != "true" {
		return result, err
	}
	var refused *refusal
	shown := &result
	switch {
	case errors.As(err, &refused):
		shown = &refused.answer
	case err != nil:
		what, next := explain(err)
		title := "Plan of " + cmp.Or(s.Name, c.values["strategy"])
		shown.document = report.Findings(title, []fleet.Finding{{Rule: cmp.Or(ruleOf(err), "plan-failed"), Severity: fleet.Error, Message: what, Advice: next}})
	}
	if failed := c.comment(ctx, api, digest, shown.document); failed != nil { // what was found out is said all the same
		what, next := explain(failed)
		shown.findings = append(shown.findings, fleet.Finding{Rule: "comment-failed", Severity: fleet.Warning, Message: what, Advice: next})
	}
	return result, err
}

// makePlan looks at the environments that are to guard the later jobs first, before any job can have GitHub make one up.
func (j *job) makePlan(ctx context.Context, c call, s strategy.Strategy, orders plan.Orders) (result answer, digest string, err error) {
	findings, err := protected(ctx, j.api, s.Environments(), s.Workflow.Approvals)
	if err != nil {
		return answer{}, "", err
	}
	if fleet.HasErrors(findings) {
		return answer{}, "", c.refuseEnvironments(findings)
	}
	made, reading, err := c.plan(ctx, s, orders)
	if err != nil {
		return answer{}, "", err
	}
	if err := c.keepStages(made); err != nil {
		return answer{}, "", err
	}
	result, err = j.answerPlan(ctx, c, s, made, reading)
	return result, made.Digest, err
}

// answerPlan shows a plan that the workflow is to carry out, where it may. That of a pull request nobody carries out.
func (j *job) answerPlan(ctx context.Context, c call, s strategy.Strategy, made plan.Plan, reading fleet.Reading) (answer, error) {
	event, err := c.event()
	switch {
	case err != nil:
		return answer{}, err
	case event.Number != 0:
		return c.answerPlan(made, reading, nil)
	}
	next := func(string) string { return "" }
	if s.Workflow.ByDispatch() {
		if made.Retry != nil {
			j.earlier = nil // those of the run that is retried
		}
		next = j.dispatched(made, func() fleet.Result { return fleet.Result{} })
	}
	if made.Applyable && s.Upgrade.Follows != nil {
		e, err := rollouts.Evaluate(ctx, j.api, s, made, j.run, c.now())
		switch {
		case err != nil:
			return answer{}, err
		case len(e.Held) > 0:
			return c.answerHeld(made, e)
		}
		made.Findings = slices.Concat(made.Findings, e.Notes)
	}
	return c.answerPlan(made, reading, next)
}

// plan reads the fleet and writes the plan.
func (c call) plan(ctx context.Context, s strategy.Strategy, orders plan.Orders) (plan.Plan, fleet.Reading, error) {
	sh, err := realShells(c)
	if err != nil {
		return plan.Plan{}, fleet.Reading{}, err
	}
	made, reading, err := readAndPlan(ctx, sh, s, orders)
	if err != nil {
		return made, reading, err
	}
	kept, err := c.writePlan(made)
	made.Findings = slices.Concat(made.Findings, kept)
	return made, reading, err
}

// answerPlan shows a plan, everywhere it is to be seen.
func (c call) answerPlan(made plan.Plan, reading fleet.Reading, next report.StageCommand) (answer, error) {
	result := answer{
		document: report.Plan(made, reading, next),
		data:     made,
		findings: made.Findings,
		outputs:  planOutputs(made),
	}
	if made.Errored {
		result.code = erroredCode(made)
	}
	if c.slip(made) {
		return result, nil
	}
	return result, c.publish(result.document)
}

// ruleUnknownSkipTarget is plan's rule for a name given to --skip that the run does not have.
const ruleUnknownSkipTarget = "unknown-skip-target"

// erroredCode says whose fault a plan with errors is: that of the strategy or of --skip, or the state of the fleet.
func erroredCode(made plan.Plan) exitCode {
	for _, finding := range made.Findings {
		asked := finding.Position.Line > 0 && finding.Cluster == "" || finding.Rule == ruleUnknownSkipTarget
		if finding.Severity == fleet.Error && asked {
			return exitInput
		}
	}
	return exitRefused
}

// writePlan writes a plan where the command writes its files, unless a run needs what is there. What another run has left
// there is kept, and told.
func (c call) writePlan(made plan.Plan) ([]fleet.Finding, error) {
	if c.slip(made) {
		return nil, nil
	}
	if err := c.occupied(made); err != nil {
		return nil, err
	}
	kept, err := keepEarlier(c.out())
	if err != nil {
		return nil, err
	}
	return kept, writePlan(c.out(), made)
}

// slip reports whether a plan cannot be carried out, where the record of a run is that can be gone on with: what was asked
// for may be a slip, and its files do not take the place of those.
func (c call) slip(made plan.Plan) bool {
	_, going := leftIn(c.out())
	return going && made.Errored
}

func writePlan(out disk, made plan.Plan) error {
	content, err := plan.Encode(made)
	if err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	return out.write(planFile, content)
}
