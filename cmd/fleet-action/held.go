package main

import (
	"fmt"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/strategy"
)

// answerHeld shows a plan that is not begun now.
func (c call) answerHeld(made plan.Plan, e rollouts.Evaluation) (answer, error) {
	made.Findings = append(made.Findings[:len(made.Findings):len(made.Findings)], e.Notes...)
	result := answer{document: report.Held(made, rollouts.PlanArtifact(made), e.Held), data: made, findings: made.Findings, outputs: planOutputs(made)}
	result.outputs[outputState], result.outputs[outputHasUpdates], result.outputs[outputStages] = stateHeld, "false", noStages
	return result, c.publish(result.document)
}

// disabled is the answer of a schedule to a profile that is disabled. A person may follow it all the same.
func (c call) disabled(s strategy.Strategy) (result answer, disabled bool) {
	profile := s.Upgrade.Follows
	if profile == nil || !profile.Disabled || c.getenv("GITHUB_EVENT_NAME") != "schedule" {
		return answer{}, false
	}
	said := fmt.Sprintf("The profile %s of %s is disabled: its schedule looks at nothing.", profile.Name, s.Name)
	return answer{
		document: report.Sentence(said), data: map[string]any{"state": stateDisabled, "profile": profile.Name},
		outputs: map[string]string{outputState: stateDisabled, outputHasUpdates: "false", outputStages: noStages},
	}, true
}
