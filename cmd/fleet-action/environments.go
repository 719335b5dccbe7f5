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
	s, api, err := strategyAndAPI(c)
	if err != nil {
		return answer{}, err
	}
	findings, err := protected(ctx, api, s.AllEnvironments(), s.Workflow.Approvals)
	if err != nil {
		return answer{}, err
	}
	if fleet.HasErrors(findings) {
		return answer{}, c.refuseEnvironments(findings)
	}
	return answer{
		document: report.Findings(c.environments(), findings),
		data:     map[string]any{"valid": true, "findings": orEmpty(findings)},
		findings: findings,
		next:     fmt.Sprintf("the environments of %s are protected as the strategy requires", c.values["repository"]),
	}, nil
}

func (c call) environments() string { return "Environments of " + c.values["repository"] }

// refuseEnvironments says which environments do not protect what they are to protect.
func (c call) refuseEnvironments(findings []fleet.Finding) error {
	return refuse(c.environments(), findings, exitRefused, "an administrator of the repository changes the environments as said above; then run it again")
}
