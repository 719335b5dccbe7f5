package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

func stageCommand() command {
	return command{
		name:    "stage",
		summary: "executes one stage of a plan",
		example: "fleet-action stage --plan out/plan.json --stage canary --out out",
		options: []string{"plan", "stage", "out", "format", "poll-interval", "deadline", "cloud", "azure-endpoint"},
		run:     runStage,
	}
}

func runStage(ctx context.Context, c call) (answer, error) {
	made, refused, err := readPlan(c.values["plan"])
	if err != nil || refused.code != exitDone {
		return refused, err
	}
	index, err := stageNamed(made, c.values["stage"])
	if err != nil {
		return answer{}, err
	}
	sh, err := realShells(c)
	if err != nil {
		return answer{}, err
	}
	r, err := newRollout(sh, made, c, terminalApprover(c.system))
	if err != nil {
		return answer{}, err
	}
	result, err := r.finish(r.accompanied(ctx, index))
	if err == nil {
		result.outputs["outcome"] = string(recorded(r.result, made.Stages[index].Name).Outcome) // not that of the run
	}
	return result, err
}

// readPlan reads plan.json and checks it against its schema and its digest.
func readPlan(file string) (plan.Plan, answer, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return plan.Plan{}, answer{}, wrongInput(fmt.Sprintf("reading the plan: %v", err), "make one with fleet-action plan, or name it with --plan")
	}
	made, findings := plan.Decode(file, content)
	if !fleet.HasErrors(findings) {
		return made, answer{}, nil
	}
	result := answer{
		document: report.Findings("Plan "+file, findings),
		data:     map[string]any{"valid": false, "findings": findings},
		findings: findings,
		inFile:   true,
		next:     "make the plan again with fleet-action plan",
		code:     exitInput,
	}
	for _, finding := range findings {
		if finding.Rule == plan.RuleDigestMismatch {
			result.code = exitRefused
		}
	}
	return made, result, nil
}

func stageNamed(made plan.Plan, name string) (int, error) {
	var names []string
	for index, stage := range made.Stages {
		if stage.Name == name {
			return index, nil
		}
		names = append(names, stage.Name)
	}
	if name == "" {
		return 0, wrongInput("--stage is missing", "name one of the plan's stages: "+strings.Join(names, ", "))
	}
	return 0, wrongInput(fmt.Sprintf("the plan has no stage %q", name), "its stages are "+strings.Join(names, ", ")+": name one with --stage")
}
