package main

import (
	"context"
	"fmt"
	"strconv"
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
		options: []string{"strategy", "skip", "out", "format", "cloud", "azure-endpoint"},
		run:     makePlan,
	}
}

func makePlan(ctx context.Context, c call) (answer, error) {
	s, skips, refused, err := readOrders(c)
	if err != nil || refused.code != exitDone {
		return refused, err
	}
	sh, err := realShells(c)
	if err != nil {
		return answer{}, err
	}
	made, reading, err := readAndPlan(ctx, sh, s, skips)
	if err != nil {
		return answer{}, err
	}
	if err := writePlan(c.out(), made); err != nil {
		return answer{}, err
	}
	return c.answerPlan(made, reading)
}

// readOrders reads what a run is asked to do: the strategy and the parts to leave out. A strategy with errors is
// answered with its findings.
func readOrders(c call) (strategy.Strategy, []plan.SkipTarget, answer, error) {
	s, findings, err := readStrategy(c.values)
	if err != nil {
		return s, nil, answer{}, err
	}
	if fleet.HasErrors(findings) {
		return s, nil, answer{
			document: report.Findings("Strategy "+c.values["strategy"], findings),
			data:     map[string]any{"valid": false, "findings": findings},
			findings: findings,
			inFile:   true,
			next:     "mend the strategy; fleet-action validate checks it without a network",
			code:     exitInput,
		}, nil
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
func (c call) answerPlan(made plan.Plan, reading fleet.Reading) (answer, error) {
	result := answer{
		document: report.Plan(made, reading, c.stageLine),
		data:     made,
		findings: made.Findings,
		outputs: map[string]string{
			"digest": made.Digest, "applyable": strconv.FormatBool(made.Applyable), "complete": strconv.FormatBool(made.Complete),
		},
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
