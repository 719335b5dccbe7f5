package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

func planCommand() command {
	return command{
		name:    "plan",
		summary: "reads the fleet, pins the targets and writes plan.json",
		example: "fleet-action plan --strategy .github/fleet/strategy.yml --out out",
		options: []string{
			"strategy", "profile", "upgrade-type", "kubernetes-version", "node-image-selection", "skip", "out", "format",
			"cloud", "azure-endpoint", "client-id", "tenant-id", "token", "repository", "runs", "comment",
		},
		run: makePlan,
	}
}

func makePlan(ctx context.Context, c call) (answer, error) {
	s, skips, err := readOrders(c)
	if err != nil {
		return answer{}, err
	}
	if result, disabled := c.disabled(s); disabled {
		return result, nil
	}
	if c.inJob() {
		return planInJob(ctx, c, s, skips)
	}
	made, reading, err := c.plan(ctx, s, skips)
	if err != nil {
		return answer{}, err
	}
	return c.answerPlan(made, reading, c.stageLine)
}

// planInJob makes a plan in a job, and shows it on the pull request where that is asked for. What is refused is shown
// there as well: the plan that stood there is not the one to be had any more.
func planInJob(ctx context.Context, c call, s strategy.Strategy, skips []plan.SkipTarget) (answer, error) {
	j, err := newJob(c)
	if err != nil {
		return answer{}, err
	}
	result, digest, err := j.makePlan(ctx, c, s, skips)
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
		shown.document = report.Findings("Plan of "+s.Name, []fleet.Finding{{Rule: cmp.Or(ruleOf(err), "plan-failed"), Severity: fleet.Error, Message: what, Advice: next}})
	}
	if failed := c.comment(ctx, j.api, s.Name, digest, shown.document); failed != nil { // what was found out is said all the same
		what, next := explain(failed)
		shown.findings = append(shown.findings, fleet.Finding{Rule: "comment-failed", Severity: fleet.Warning, Message: what, Advice: next})
	}
	return result, err
}

// makePlan looks at the environments that are to guard the later jobs first, before any job can have GitHub make one up.
func (j *job) makePlan(ctx context.Context, c call, s strategy.Strategy, skips []plan.SkipTarget) (result answer, digest string, err error) {
	findings, err := protected(ctx, j.api, s.Environments(), s.Workflow.Approvals)
	if err != nil {
		return answer{}, "", err
	}
	if fleet.HasErrors(findings) {
		return answer{}, "", c.refuseEnvironments(findings)
	}
	made, reading, err := c.plan(ctx, s, skips)
	if err != nil {
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
	if s.Workflow.Approvals == strategy.ApprovalsByDispatch {
		next = j.dispatched(made, nil)
	}
	if made.Applyable && s.Upgrade.Follows != nil {
		e, err := j.evaluate(ctx, c, s, made)
		switch {
		case err != nil:
			return answer{}, err
		case len(e.held) > 0:
			return c.answerHeld(made, e)
		}
		made.Findings = slices.Concat(made.Findings, e.notes)
	}
	return c.answerPlan(made, reading, next)
}

// plan reads the fleet and writes the plan.
func (c call) plan(ctx context.Context, s strategy.Strategy, skips []plan.SkipTarget) (plan.Plan, fleet.Reading, error) {
	sh, err := realShells(c)
	if err != nil {
		return plan.Plan{}, fleet.Reading{}, err
	}
	made, reading, err := readAndPlan(ctx, sh, s, skips)
	if err != nil {
		return made, reading, err
	}
	return made, reading, writePlan(c.out(), made)
}

// readOrders reads what a run is asked to do: the strategy, with what is wished for instead, and the parts to leave out.
func readOrders(c call) (strategy.Strategy, []plan.SkipTarget, error) {
	s, err := soundStrategy(c.values)
	if err != nil {
		return s, nil, err
	}
	if s, err = wished(c.values, s); err != nil {
		return s, nil, err
	}
	var skips []plan.SkipTarget
	for _, word := range strings.Fields(c.values["skip"]) {
		target, err := plan.ParseSkip(word)
		if err != nil {
			return s, nil, &failure{code: exitInput, err: err, next: "write --skip like Stage:canary or Member:aks-1"}
		}
		skips = append(skips, target)
	}
	return s, skips, nil
}

// wished is the strategy with the target that is wished for: that of a profile's channel, or parts of one by hand.
func wished(given values, s strategy.Strategy) (strategy.Strategy, error) {
	wish := strategy.Wish{Type: given["upgrade-type"], Kubernetes: given["kubernetes-version"], Images: given["node-image-selection"]}
	profile := given["profile"]
	var err error
	switch {
	case profile == "":
		if s.Upgrade, err = wish.Granted(s.Upgrade); err != nil {
			err = &failure{code: exitInput, err: err, next: "change --upgrade-type, --kubernetes-version or --node-image-selection"}
		}
	case wish != strategy.Wish{}:
		err = wrongInput("a profile says itself what its runs upgrade to",
			"leave out --profile, or --upgrade-type, --kubernetes-version and --node-image-selection")
	default:
		if s, err = s.Following(profile); err != nil {
			err = &failure{code: exitInput, err: err, next: "name a profile of autoUpgrade.profiles with --profile"}
		}
	}
	return s, err
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

func writePlan(out disk, made plan.Plan) error {
	content, err := plan.Encode(made)
	if err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	return out.write(planFile, content)
}
