package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

func statusCommand() command {
	return command{
		name:    "status",
		summary: "says what the stages of a run did, and how the run as a whole stands",
		example: "fleet-action status --out out",
		options: []string{"plan-artifact", "plan-digest", "out", "format", "token", "repository", "runs"},
		run:     status,
	}
}

func status(ctx context.Context, c call) (answer, error) {
	made, known, refused, err := c.recordOfRun(ctx)
	if err != nil || refused.code != exitDone {
		return refused, err
	}
	result := wholeRun(made, known, c.now())
	missing := slices.Concat(notRun(made, result), notAccepted(made, result))
	result.Findings = append(result.Findings, missing...)
	said := answer{
		document: report.Result(made, result, func(string) string { return "" }), data: result, findings: result.Findings,
		outputs: map[string]string{outputDigest: made.Digest, outputState: string(result.Outcome)},
	}
	switch {
	case result.Outcome == fleet.OutcomeFailed:
		said.code, said.next = exitFailed, "mend what failed, then run its stage again"
	case result.Outcome == fleet.OutcomeUnfinished || len(missing) > 0:
		said.code, said.next = exitAgain, "run the jobs that are not at their end again; stages continue where Azure stands"
	}
	return said, c.runner.WriteSummary(report.Markdown(said.document, report.SummaryLimit))
}

// recordOfRun reads a plan and what was recorded of it: in a job from the artifacts of the run, elsewhere from the output
// folder.
func (c call) recordOfRun(ctx context.Context) (made plan.Plan, known fleet.Result, refused answer, err error) {
	if !c.inJob() {
		made, refused, err = readPlan(filepath.Join(c.values["out"], planFile), c.values["plan-digest"])
		if err != nil || refused.code != exitDone {
			return made, known, refused, err
		}
		known, err = readResult(c.out(), made.Digest)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return made, known, refused, err
	}
	j, err := newJob(c)
	if err != nil {
		return made, known, refused, err
	}
	made, _, refused, err = j.plan(ctx, c)
	if err != nil || refused.code != exitDone {
		return made, known, refused, err
	}
	known, known.Findings, err = j.recorded(ctx)
	return made, known, refused, err
}

// wholeRun puts the records of a plan's stages together. A stage that had nothing to do is skipped, whether or not a job
// was started for it.
func wholeRun(made plan.Plan, known fleet.Result, now time.Time) fleet.Result {
	result := fleet.Result{
		SchemaVersion: 1, Digest: made.Digest, Name: made.Name, StartedAt: made.CreatedAt, At: now,
		Stages: []fleet.StageResult{}, Findings: known.Findings,
	}
	_, result.Gates = ofPlan(known, made)
	for _, stage := range made.Stages {
		last := lastOf(known, made, stage.Name)
		switch {
		case last.Name != "":
			result.Stages = append(result.Stages, last)
		case stage.Skip != "":
			result.Stages = append(result.Stages, leftAlone(made, stage, stage.Skip))
		case open(stage) == 0:
			result.Stages = append(result.Stages, leftAlone(made, stage, "nothing in it is to be upgraded"))
		}
	}
	result.Outcome = overall(made, result)
	return result
}

func leftAlone(made plan.Plan, stage plan.Stage, why string) fleet.StageResult {
	return fleet.StageResult{
		Name: stage.Name, Digest: made.Digest, State: fleet.Skipped, Outcome: fleet.OutcomeSkipped, Reason: why, Groups: []fleet.GroupResult{},
	}
}

// notRun finds the stages that were to upgrade something and of which nothing is recorded.
func notRun(made plan.Plan, result fleet.Result) []fleet.Finding {
	var findings []fleet.Finding
	for _, stage := range made.Stages {
		if recorded(result, stage.Name).Name == "" {
			findings = append(findings, fleet.Finding{
				Rule: "stage-not-run", Severity: fleet.Warning, Stage: stage.Name,
				Message: fmt.Sprintf("stage %s was to upgrade %d clusters, and did not run", stage.Name, open(stage)),
				Advice:  "see what kept it from running, then re-run the failed jobs of the run",
			})
		}
	}
	return findings
}

// notAccepted finds the approvals after stages that were to be given and are not recorded.
func notAccepted(made plan.Plan, result fleet.Result) []fleet.Finding {
	var findings []fleet.Finding
	for i, stage := range made.Stages {
		if !acceptable(made, i) {
			continue
		}
		_, after := stage.Approvals()
		for _, approval := range after {
			wanted := fleet.GateResult{Stage: stage.Name, Gate: approval.Gate, Digest: made.Digest}
			if !slices.ContainsFunc(result.Gates, wanted.SameGate) {
				findings = append(findings, fleet.Finding{
					Rule: "stage-not-accepted", Severity: fleet.Warning, Stage: stage.Name,
					Message: fmt.Sprintf("the approval %s after stage %s is not given", approval.Gate, stage.Name),
					Advice:  "have its job approved, or leave it: the clusters stay as they are",
				})
			}
		}
	}
	return findings
}
