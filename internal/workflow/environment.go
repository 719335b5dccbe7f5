package workflow

import (
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// WithoutEnvironment warns of the stages whose jobs run in no environment: nobody is asked before they begin, and they log in
// with what every job of the branch can have.
func WithoutEnvironment(s strategy.Strategy) []fleet.Finding {
	stages := s.Stages
	for _, profile := range s.AutoUpgrade {
		stages = slices.Concat(stages, profile.Stages)
	}
	if len(s.Stages) == 0 {
		stages = append(stages, strategy.OneByOneStage())
	}
	var findings []fleet.Finding
	for _, stage := range stages {
		if environment, _ := guard(stage); environment == "" {
			findings = append(findings, fleet.Finding{
				Rule: "stage-without-environment", Severity: fleet.Warning, Position: stage.Position,
				Message: fmt.Sprintf("the job of stage %s runs in no environment: it logs in with the variable AZURE_CLIENT_ID of the repository, as every job of the branch can", stage.Name),
				Advice:  fmt.Sprintf("Give it an environment of its own, such as environment: {name: aks-%s, branches: [%s]}.", stage.Name, s.Workflow.Branch),
			})
		}
	}
	return findings
}
