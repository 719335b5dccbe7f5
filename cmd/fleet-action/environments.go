package main

import (
	"context"
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
)

func environmentsCheckCommand() command {
	return command{
		name:    "environments check",
		summary: "compares GitHub's environments with what the strategy requires of them",
		example: "fleet-action environments check --strategy .github/fleet/strategy.yml --repository org/fleet",
		options: []string{"strategy", "format", "token", "repository"},
		run:     checkEnvironments,
	}
}

func checkEnvironments(ctx context.Context, c call) (answer, error) {
	s, findings, err := readStrategy(c.values)
	if err != nil {
		return answer{}, err
	}
	if fleet.HasErrors(findings) {
		return c.refuseStrategy(findings), nil
	}
	api, err := newAPI(c)
	if err != nil {
		return answer{}, err
	}
	required := s.Environments()
	findings, err = protected(ctx, api, required, s.Workflow.Approvals)
	if err != nil {
		return answer{}, err
	}
	if fleet.HasErrors(findings) {
		return c.refuseEnvironments(findings)
	}
	result := answer{
		document: report.Findings("Environments of "+c.values["repository"], findings),
		data:     map[string]any{"valid": true, "findings": orEmpty(findings)},
		findings: findings,
		next:     fmt.Sprintf("the environments of %s are protected as the strategy requires", c.values["repository"]),
	}
	return result, c.runner.WriteSummary(report.Markdown(result.document, report.SummaryLimit))
}

// refuseEnvironments says which environments do not protect what they are to protect.
func (c call) refuseEnvironments(findings []fleet.Finding) (answer, error) {
	result := answer{
		document: report.Findings("Environments of "+c.values["repository"], findings),
		data:     map[string]any{"valid": false, "findings": findings},
		findings: findings,
		next:     "an administrator of the repository changes the environments as said above; then run it again",
		code:     exitRefused,
	}
	return result, c.runner.WriteSummary(report.Markdown(result.document, report.SummaryLimit))
}
