package main

import (
	"context"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
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
	planless, err := j.planless(ctx)
	switch {
	case err != nil:
		return answer{}, err
	case !planless:
		return answer{}, why
	}
	finding := fleet.Finding{Rule: stateNoPlan, Severity: fleet.Note, Message: noteNoPlan, Advice: "see the job of the plan, mend what it says, and start the workflow anew"}
	return answer{
		document: report.Findings("No rollout", []fleet.Finding{finding}), data: map[string]any{"state": stateNoPlan, "findings": []fleet.Finding{finding}},
		findings: []fleet.Finding{finding}, outputs: map[string]string{outputState: stateNoPlan},
	}, nil
}

// planless reports whether a job of the run failed, and left it without a plan and without a record of any stage.
func (j *job) planless(ctx context.Context) (bool, error) {
	artifacts, expired, err := j.store.Artifacts(ctx, j.run, "")
	if err != nil {
		return false, err
	}
	left := func(a github.Artifact) bool { return isPlan(a) || isRecord(a) }
	if slices.ContainsFunc(append(artifacts, expired...), left) {
		return false, nil
	}
	jobs, err := j.api.Jobs(ctx, j.run)
	return slices.ContainsFunc(jobs, endedBadly), err
}

// endedBadly reports whether a job is over, and was neither done nor left out.
func endedBadly(job github.Job) bool {
	return job.Status == github.Completed && job.Conclusion != github.Success && job.Conclusion != github.Skipped && job.Conclusion != "neutral"
}
