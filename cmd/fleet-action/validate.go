package main

import (
	"context"
	"fmt"
	"os"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

func validateCommand() command {
	return command{
		name:    "validate",
		summary: "checks a strategy by schema and meaning, without a network",
		example: "fleet-action validate --strategy .github/fleet/strategy.yml",
		options: []string{"strategy", "format"},
		run:     validate,
	}
}

func validate(_ context.Context, c call) (answer, error) {
	_, findings, err := readStrategy(c.values)
	if err != nil {
		return answer{}, err
	}
	event, err := c.event()
	if err != nil {
		return answer{}, err
	}
	if event.Fork() {
		findings = append(findings, fleet.Finding{Rule: "fork", Severity: fleet.Note, Message: fmt.Sprintf("this pull request comes from a fork (%s): it is validated only. "+
			"GitHub gives jobs of forks no identity, so what it would upgrade is planned once it is in a branch of %s", orNone(event.Head), event.Base)})
	}
	result := answer{
		document: report.Findings("Strategy "+c.values["strategy"], findings),
		data:     map[string]any{"valid": !fleet.HasErrors(findings), "findings": orEmpty(findings)},
		findings: findings,
		inFile:   true,
		next:     "the strategy is valid; see what it would do with fleet-action plan",
	}
	if fleet.HasErrors(findings) {
		result.code = exitInput
		result.next = "mend the strategy and run fleet-action validate again"
	}
	return result, nil
}

// readStrategy reads and checks the strategy file. The error says that it could not be read at all.
func readStrategy(given values) (strategy.Strategy, []fleet.Finding, error) {
	file := given["strategy"]
	content, err := os.ReadFile(file)
	if err != nil {
		return strategy.Strategy{}, nil, wrongInput(fmt.Sprintf("reading the strategy: %v", err), "name the file with --strategy")
	}
	parsed, findings := strategy.Parse(file, content)
	return parsed, findings, nil
}

// soundStrategy reads a strategy without errors; one with errors is refused.
func soundStrategy(given values) (strategy.Strategy, error) {
	s, findings, err := readStrategy(given)
	if err == nil && fleet.HasErrors(findings) {
		err = refuse("Strategy "+given["strategy"], findings, exitInput, "mend the strategy; fleet-action validate checks it without a network")
	}
	return s, err
}

// orEmpty makes no findings an empty JSON list.
func orEmpty(findings []fleet.Finding) []fleet.Finding {
	if findings == nil {
		return []fleet.Finding{}
	}
	return findings
}
