package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

func statusCommand() command {
	return command{
		name:    "status",
		summary: "says what the stages of a run did, or those of the last runs, and how the clusters stand by now",
		example: "fleet-action status --last 5 --live true --strategy .github/fleet/strategy.yml --repository org/fleet",
		options: []string{
			"plan-artifact", "plan-digest", "out", "last", "strategy", "live", "format",
			"cloud", "azure-endpoint", "client-id", "tenant-id", "token", "repository", "runs", "records",
		},
		run: status,
	}
}

func status(ctx context.Context, c call) (answer, error) {
	if c.values.number("last") > 0 {
		return c.statusOfLast(ctx)
	}
	if !c.inJob() {
		if folders := runFolders(c.values["out"]); len(folders) > 0 {
			return c.statusOfFolders(ctx, folders)
		}
	}
	return c.statusOfRun(ctx)
}

// statusOfLast is about the last rollouts of a strategy, as GitHub has them.
func (c call) statusOfLast(ctx context.Context) (answer, error) {
	s, api, err := strategyAndAPI(c)
	if err != nil {
		return answer{}, err
	}
	h := history{api: api, strategy: s, now: c.now()}
	if err := h.newest(ctx, c.values.number("last")); err != nil {
		return answer{}, err
	}
	var runs []recorded
	for _, rollout := range h.rollouts {
		runs = append(runs, rollout.recorded(h.now))
	}
	return c.answerRuns(ctx, fleet.Runs{Name: s.Name, LeftOut: h.leftOut, Findings: h.findings}, runs)
}

// statusOfFolders is about the runs in folders.
func (c call) statusOfFolders(ctx context.Context, folders []string) (answer, error) {
	runs, findings := c.recordedIn(folders)
	return c.answerRuns(ctx, fleet.Runs{Name: c.values["out"], Findings: findings}, runs)
}

// answerRuns shows runs, with how their clusters stand where that is asked for. Whatever became of them, they could be shown.
func (c call) answerRuns(ctx context.Context, all fleet.Runs, runs []recorded) (answer, error) {
	if c.values["live"] == "true" {
		if err := c.addNow(ctx, runs); err != nil {
			return answer{}, err
		}
	}
	all.SchemaVersion, all.At, all.Runs = 1, c.now(), []fleet.RunStatus{}
	for _, run := range runs {
		all.Runs = append(all.Runs, run.status)
	}
	said := answer{document: report.Runs(all), data: all, findings: all.Findings}
	if len(runs) > 0 {
		said.outputs = map[string]string{outputState: string(runs[0].status.Outcome)}
	}
	return said, nil
}

// statusOfRun is about one run: that of the job, or the one in the output folder.
func (c call) statusOfRun(ctx context.Context) (answer, error) {
	made, known, findings, rerun, err := c.recordOfRun(ctx)
	if err != nil {
		return c.statusWithoutPlan(ctx, err)
	}
	counts := execute.Recorded(made, known)
	result := execute.Whole(made, counts, c.now())
	missing := slices.Concat(notRun(made, result), notAccepted(made, result))
	result.Findings = slices.Concat(findings, missing)
	said := answer{
		document: report.Result(made, result, func(stage string) string {
			if known := result.Stage(stage); known.Name == "" || known.Outcome.Good() {
				return "" // its job begins by itself
			}
			return rerun
		}), data: result, findings: result.Findings,
		outputs: map[string]string{outputDigest: made.Digest, outputState: string(result.Outcome)},
	}
	switch {
	case result.Outcome == fleet.OutcomeFailed:
		said.code, said.next = exitFailed, "mend what failed, then run its stage again"
	case result.Outcome == fleet.OutcomeUnfinished || len(missing) > 0:
		said.code, said.next = exitAgain, "run the jobs that are not at their end again; stages continue where Azure stands"
	}
	if c.values["live"] == "true" {
		return c.withNow(ctx, said, recorded{made: made, result: counts, status: execute.Status(made, counts, c.now())})
	}
	return said, nil
}

// withNow adds to the answer about one run how its clusters stand. As JSON that is a run among others.
func (c call) withNow(ctx context.Context, said answer, run recorded) (answer, error) {
	if err := c.addNow(ctx, []recorded{run}); err != nil {
		return answer{}, err
	}
	said.document = report.InAzure(said.document, run.status)
	said.data = fleet.Runs{SchemaVersion: 1, Name: run.made.Name, At: c.now(), Runs: []fleet.RunStatus{run.status}, Findings: said.findings}
	return said, nil
}

// recordOfRun reads a plan and what was recorded of it: in a job from the artifacts of the run, with the command that runs
// its failed jobs again, elsewhere from the output folder.
func (c call) recordOfRun(ctx context.Context) (made plan.Plan, known []fleet.Result, findings []fleet.Finding, rerun string, err error) {
	if c.inJob() {
		j, err := jobWithPlan(ctx, c)
		if err != nil {
			return made, nil, nil, "", err
		}
		all, findings, err := records(ctx, j.store, j.runs()...)
		return j.made, results(all), findings, j.rerun(), err
	}
	if made, err = readPlan(c.outFile(planFile), c.values["plan-digest"]); err != nil {
		return made, nil, nil, "", err
	}
	result, err := readResult(c.out(), made.Digest)
	return made, []fleet.Result{result}, nil, "", err
}

// notRun finds the stages that were to upgrade something and of which nothing is recorded.
func notRun(made plan.Plan, result fleet.Result) []fleet.Finding {
	var findings []fleet.Finding
	for _, stage := range made.Stages {
		if known := result.Stage(stage.Name); known.Name != "" && !known.Outcome.Good() {
			break // what comes after it waits for it
		}
		if result.Stage(stage.Name).Name == "" {
			findings = append(findings, fleet.Finding{
				Rule: "stage-not-run", Severity: fleet.Warning, Stage: stage.Name,
				Message: fmt.Sprintf("stage %s was to upgrade %d clusters, and did not run", stage.Name, stage.Open()),
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
		if !made.Accepts(i) || stage.Open() > 0 && !result.Stage(stage.Name).Outcome.Good() {
			continue // of a stage that is not at its end nobody is asked
		}
		for _, approval := range execute.Unaccepted(made, stage, result.Gates) {
			findings = append(findings, fleet.Finding{
				Rule: "stage-not-accepted", Severity: fleet.Warning, Stage: stage.Name,
				Message: fmt.Sprintf("the approval %s after stage %s is not given", approval.Gate, stage.Name),
				Advice:  "have its job approved, or leave it: the clusters stay as they are",
			})
		}
	}
	return findings
}
