package main

import (
	"context"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
)

// stateNoPlan is the state of a run in which nothing could be upgraded.
const stateNoPlan = "no-plan"

// statusWithoutPlan is the report of a run whose job of the plan failed, and named no artifact or one that was not
// stored. The run is red by that job already, and there is nothing that its report could ask for. Where no job failed, or
// the run holds a plan or a record, the reason for which there is no plan stays.
func (c call) statusWithoutPlan(ctx context.Context, why error) (answer, error) {
	if !c.inJob() || c.values["plan-artifact"] != "" && ruleOf(why) != "plan-missing" {
		return answer{}, why
	}
	j, err := newJob(c)
	if err != nil {
		return answer{}, why
	}
	note, err := rollouts.Planless(ctx, j.store, j.api, j.run)
	switch {
	case err != nil:
		return answer{}, err
	case note == "":
		return answer{}, why
	}
	finding := fleet.Finding{Rule: stateNoPlan, Severity: fleet.Note, Message: note, Advice: "see the job of the plan, mend what it says, and start the workflow anew"}
	return answer{
		document: report.Findings("No rollout", []fleet.Finding{finding}), data: map[string]any{"state": stateNoPlan, "findings": []fleet.Finding{finding}},
		findings: []fleet.Finding{finding}, outputs: map[string]string{outputState: stateNoPlan},
	}, nil
}
