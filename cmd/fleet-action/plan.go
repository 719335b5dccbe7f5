package main

import (
	"context"
	"fmt"
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
			"strategy", "upgrade-type", "kubernetes-version", "node-image-selection", "skip", "out", "format",
			"cloud", "azure-endpoint", "client-id", "tenant-id", "token", "repository", "runs", "comment",
		},
		run: makePlan,
	}
}

func makePlan(ctx context.Context, c call) (answer, error) {
	s, skips, refused, err := readOrders(c)
	if err != nil || refused.code != exitDone {
		return refused, err
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

// refuseStrategy says what is wrong with the strategy.
func (c call) refuseStrategy(findings []fleet.Finding) answer {
	return answer{
		document: report.Findings("Strategy "+c.values["strategy"], findings),
		data:     map[string]any{"valid": false, "findings": findings},
		findings: findings,
		inFile:   true,
		next:     "mend the strategy; fleet-action validate checks it without a network",
		code:     exitInput,
	}
}

// planInJob makes a plan in a job, whose later jobs GitHub's environments are to guard: they are looked at first, before
// any job can have GitHub make one up.
func planInJob(ctx context.Context, c call, s strategy.Strategy, skips []plan.SkipTarget) (answer, error) {
	j, err := newJob(c)
	if err != nil {
		return answer{}, err
	}
	findings, err := protected(ctx, j.api, s.Environments(), s.Workflow.Approvals)
	if err != nil {
		return answer{}, err
	}
	if fleet.HasErrors(findings) {
		return c.refuseEnvironments(findings)
	}
	made, reading, err := c.plan(ctx, s, skips)
	if err != nil {
		return answer{}, err
	}
	next := func(string) string { return "" }
	if s.Workflow.Approvals == strategy.ApprovalsByDispatch {
		next = j.dispatched
	}
	result, err := c.answerPlan(made, reading, next)
	if err != nil || c.values["comment"] != "true" {
		return result, err
	}
	return result, c.comment(ctx, j.api, made, result.document)
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

// readOrders reads what a run is asked to do: the strategy and the parts to leave out. A strategy with errors is
// answered with its findings.
func readOrders(c call) (strategy.Strategy, []plan.SkipTarget, answer, error) {
	s, findings, err := readStrategy(c.values)
	if err != nil {
		return s, nil, answer{}, err
	}
	if fleet.HasErrors(findings) {
		return s, nil, c.refuseStrategy(findings), nil
	}
	wish := strategy.Wish{Type: c.values["upgrade-type"], Kubernetes: c.values["kubernetes-version"], Images: c.values["node-image-selection"]}
	if s.Upgrade, err = wish.Granted(s.Upgrade); err != nil {
		return s, nil, answer{}, &failure{code: exitInput, err: err, next: "change --upgrade-type, --kubernetes-version or --node-image-selection"}
	}
	var skips []plan.SkipTarget
	for _, word := range strings.Fields(c.values["skip"]) {
		target, err := plan.ParseSkip(word)
		if err != nil {
			return s, nil, answer{}, &failure{code: exitInput, err: err, next: "write --skip like Stage:canary or Member:aks-1"}
		}
		skips = append(skips, target)
	}
	return s, skips, answer{}, nil
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
