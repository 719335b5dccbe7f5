package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
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
	compared, err := compare(ctx, api, s.AllEnvironments(), s.Workflow.Approvals)
	if err != nil {
		return answer{}, err
	}
	if fleet.HasErrors(compared.findings) {
		return answer{}, c.refuseEnvironments(compared.findings)
	}
	findings := append(compared.findings, compared.timers(s)...)
	return answer{
		document: report.Findings(c.environments(), findings),
		data:     map[string]any{"valid": true, "findings": orEmpty(findings)},
		findings: findings,
		next:     fmt.Sprintf("the environments of %s are protected as the strategy requires", c.values["repository"]),
	}, nil
}

// timers says which wait timers would save waiting on a runner, with the command that sets each, and which hold the rollout
// back. Timers are looked at when the environments are right: the command for one leaves everything else as it is.
func (c comparison) timers(s strategy.Strategy) []fleet.Finding {
	minutes := map[string]int{}
	for name, actual := range c.protections {
		minutes[name] = actual.WaitMinutes
	}
	var findings []fleet.Finding
	for _, timer := range workflow.Timers(s, minutes) {
		finding := timer.Finding
		if timer.Environment != "" {
			finding.Command = github.TimerCommand(c.protections[strings.ToLower(timer.Environment)], c.repository, timer.Minutes)
		}
		if finding.Command != "" && c.repository.Private && finding.Severity == fleet.Note {
			finding.Advice += " In a private repository that takes GitHub Enterprise."
		}
		findings = append(findings, finding)
	}
	return findings
}

func (c call) environments() string { return "Environments of " + c.values["repository"] }

// refuseEnvironments says which environments do not protect what they are to protect.
func (c call) refuseEnvironments(findings []fleet.Finding) error {
	return refuse(c.environments(), findings, exitRefused, "an administrator of the repository changes the environments as said above; then run it again")
}
