package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
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
	last, err := rollouts.Last(ctx, api, s, c.values.number("last"), c.now())
	if err != nil {
		return answer{}, err
	}
	return c.answerRuns(ctx, fleet.Runs{Name: s.Name, LeftOut: last.LeftOut, Findings: last.Findings}, last.Rollouts)
}

// statusOfFolders is about the runs in folders.
func (c call) statusOfFolders(ctx context.Context, folders []string) (answer, error) {
	runs, findings := c.recordedIn(folders)
	return c.answerRuns(ctx, fleet.Runs{Name: c.values["out"], Findings: findings}, runs)
}

// answerRuns shows runs, with how their clusters stand where that is asked for. Whatever became of them, they could be shown.
func (c call) answerRuns(ctx context.Context, all fleet.Runs, runs []rollouts.Rollout) (answer, error) {
	if c.values["live"] == "true" {
		if err := c.addNow(ctx, runs); err != nil {
			return answer{}, err
		}
	}
	all = c.listed(all, runs...)
	said := answer{document: report.Runs(all), data: all, findings: all.Findings}
	if len(runs) > 0 {
		said.outputs = map[string]string{outputState: string(runs[0].Status.Outcome)}
	}
	return said, nil
}

// statusOfRun is about one run: that of the job, or the one in the output folder.
func (c call) statusOfRun(ctx context.Context) (answer, error) {
	run, err := c.recordOfRun(ctx)
	if err != nil {
		return c.statusWithoutPlan(ctx, err)
	}
	made := run.Plan
	result := execute.Whole(made, run.Result, c.now())
	missing := run.missing(result)
	result.Findings = slices.Concat(run.findings, missing)
	said := answer{
		document: report.Result(made, result, func(stage string) string {
			if known := result.Stage(stage); c.inJob() && stage != "" && (known.Name == "" || known.Outcome.Good()) {
				return "" // its job begins by itself
			}
			return run.again(stage)
		}), data: result, findings: result.Findings,
		outputs: map[string]string{outputDigest: made.Digest, outputState: string(result.Outcome)},
	}
	stuck := slices.IndexFunc(result.Stages, func(s fleet.StageResult) bool { return s.Stuck })
	switch {
	case made.Errored:
		said.code, said.next = exitAgain, "mend the errors of the plan, then make a new one"
	case result.Outcome == fleet.OutcomeFailed:
		said.code, said.next = exitFailed, "mend what failed, then "+run.redo
	case stuck >= 0:
		said.code, said.next = exitAgain, whereStuck(result.Stages[stuck], run.redo)
	case result.Outcome == fleet.OutcomeUnfinished || len(missing) > 0:
		said.code, said.next = exitAgain, run.redo+"; stages continue where Azure stands"
	}
	if c.values["live"] == "true" {
		return c.withNow(ctx, said, run.Rollout)
	}
	return said, nil
}

// withNow adds to the answer about one run how its clusters stand. As JSON that is a run among others.
func (c call) withNow(ctx context.Context, said answer, run rollouts.Rollout) (answer, error) {
	if err := c.addNow(ctx, []rollouts.Rollout{run}); err != nil {
		return answer{}, err
	}
	said.document = report.InAzure(said.document, run.Status)
	said.data = c.listed(fleet.Runs{Name: run.Plan.Name, Findings: said.findings}, run)
	return said, nil
}

// listed fills in the runs.
func (c call) listed(all fleet.Runs, runs ...rollouts.Rollout) fleet.Runs {
	all.SchemaVersion, all.At, all.Runs = 1, c.now(), []fleet.RunStatus{}
	for _, run := range runs {
		all.Runs = append(all.Runs, run.Status)
	}
	return all
}

// standing is a run with what was recorded of it, and how it is gone on with where the question is asked.
type standing struct {
	rollouts.Rollout
	findings []fleet.Finding // what could not be read
	again    report.StageCommand
	redo     string // in words
	see      string // what to do about a stage that did not run
	accept   string // and about an approval that is not given
}

// recordOfRun reads a plan and what was recorded of it: in a job from the artifacts of the run, elsewhere from the output
// folder.
func (c call) recordOfRun(ctx context.Context) (standing, error) {
	if c.inJob() {
		j, err := jobWithPlan(ctx, c)
		if err != nil {
			return standing{}, err
		}
		all, findings, err := rollouts.Records(ctx, j.store, j.runs()...)
		return standing{
			Rollout: rollouts.Of(j.made, all, c.now()), findings: findings,
			again: j.goesOn, redo: "run the jobs that are not at their end again",
			see:    "see what kept it from running, then re-run the failed jobs of the run",
			accept: "have its job approved, or leave it: the clusters stay as they are",
		}, err
	}
	run, err := readRun(c.values["out"], c.out(), c.values["plan-digest"])
	s := standing{Rollout: rollouts.Of(run.made, []fleet.Result{run.result}, c.now()), again: c.stageLine, redo: "run its stages that are not at their end"}
	if run.result.Orders != "" { // of the command run, which goes through all of them
		s.again, s.redo = func(string) string { return "" }, "run the same command again in this folder"
	}
	s.see, s.accept = s.redo, s.redo+" to be asked for it, or leave it: the clusters stay as they are"
	return s, err
}

// missing finds what a run owes by its records: stages, and approvals after them. What a plan with errors owes are those.
func (s standing) missing(whole fleet.Result) []fleet.Finding {
	if s.Plan.Errored {
		return slices.DeleteFunc(slices.Clone(s.Plan.Findings), func(f fleet.Finding) bool { return f.Severity != fleet.Error })
	}
	var findings []fleet.Finding
	for _, stage := range execute.NotRun(s.Plan, whole) {
		findings = append(findings, fleet.Finding{
			Rule: "stage-not-run", Severity: fleet.Warning, Stage: stage.Name, Advice: s.see,
			Message: fmt.Sprintf("stage %s was to upgrade %d of its clusters, and did not run", stage.Name, stage.Open()),
		})
	}
	for _, asked := range execute.NotAccepted(s.Plan, whole) {
		findings = append(findings, fleet.Finding{
			Rule: "stage-not-accepted", Severity: fleet.Warning, Stage: asked.Stage.Name,
			Message: fmt.Sprintf("the approval %s after stage %s is not given", asked.Gate, asked.Stage.Name),
			Advice:  s.accept,
		})
	}
	return findings
}
