package main

import (
	"context"
	"fmt"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
)

// GitHub's limits on running jobs again (GitHub Docs, "Re-running workflows and jobs", and its changelog of 2026-04-10).
const (
	rerunAge   = 30 * 24 * time.Hour // after the run was created
	rerunLimit = 50
)

func resumeCommand() command {
	return command{
		name:    "resume",
		summary: "re-runs the failed jobs of a rollout that waits, once its time has come",
		example: "fleet-action resume --strategy .github/fleet/strategy.yml --repository org/fleet",
		options: []string{"strategy", "format", "token", "repository"},
		run:     resume,
	}
}

func resume(ctx context.Context, c call) (answer, error) {
	s, findings, err := readStrategy(c.values)
	if err != nil {
		return answer{}, err
	}
	if fleet.HasErrors(findings) {
		return c.refuseStrategy(findings), nil
	}
	api, err := newAPI(c)
	if err != nil {
		return answer{}, err
	}
	finding, err := resumeNewest(ctx, api, "fleet-"+s.Name+".yml", c.now())
	if err != nil {
		return answer{}, err
	}
	said := answer{
		document: report.Findings("Waiting rollouts of "+s.Name, []fleet.Finding{finding}),
		data:     finding, findings: []fleet.Finding{finding}, next: finding.Message,
	}
	return said, c.runner.WriteSummary(report.Markdown(said.document, report.SummaryLimit))
}

// resumeNewest looks at the newest rollout of a workflow: an older one is superseded by it, whatever it waits for.
func resumeNewest(ctx context.Context, api *github.API, workflow string, now time.Time) (fleet.Finding, error) {
	runs, err := api.Runs(ctx, workflow, github.RunQuery{Since: now.Add(-rerunAge)})
	if err != nil {
		return fleet.Finding{}, err
	}
	for _, run := range runs {
		if run.Status != "completed" {
			return note("rollout-under-way", fmt.Sprintf("run %d is under way (%s): %s", run.ID, run.Status, run.URL)), nil
		}
		j := job{api: api, run: run.ID}
		known, _, err := j.recorded(ctx)
		if err != nil {
			return fleet.Finding{}, err
		}
		if len(known.Stages) == 0 {
			continue // a dry run, or one that ended before its first stage
		}
		finding, due := waiting(run, known, now)
		if due {
			err = api.RerunFailed(ctx, run.ID)
		}
		return finding, err
	}
	return note("no-rollout", "no rollout of "+workflow+" has begun in the last 30 days"), nil
}

// waiting says whether a rollout waits for a time, and whether that has come.
func waiting(run github.Run, known fleet.Result, now time.Time) (finding fleet.Finding, due bool) {
	stage, opens := waitsFor(known)
	switch {
	case run.Conclusion != "failure":
		return note("rollout-over", fmt.Sprintf("run %d ended with %s: nothing waits", run.ID, run.Conclusion)), false
	case opens.IsZero():
		return note("rollout-not-waiting", fmt.Sprintf("run %d failed, and does not wait for a time: see %s", run.ID, run.URL)), false
	case opens.After(now):
		return note("rollout-waits", fmt.Sprintf("run %d: stage %s waits until %s", run.ID, stage, report.Time(opens))), false
	case run.Attempt > rerunLimit:
		return limitReached(run, fmt.Sprintf("GitHub runs a run again %d times at most, and run %d was", rerunLimit, run.ID)), false
	case now.Sub(run.CreatedAt) > rerunAge:
		return limitReached(run, fmt.Sprintf("GitHub runs a run again for 30 days at most, and run %d is older", run.ID)), false
	default:
		return note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, because the time of stage %s has come", run.ID, stage)), true
	}
}

// waitsFor finds the stage that waits for the earliest time, by the last record of each.
func waitsFor(known fleet.Result) (stage string, opens time.Time) {
	last := map[string]fleet.StageResult{}
	for _, record := range known.Stages {
		last[record.Name] = record
	}
	for name, record := range last {
		if record.Outcome == fleet.OutcomeUnfinished && !record.LookAgain.IsZero() && (opens.IsZero() || record.LookAgain.Before(opens)) {
			stage, opens = name, record.LookAgain
		}
	}
	return stage, opens
}

func note(rule, message string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Note, Message: message}
}

func limitReached(run github.Run, message string) fleet.Finding {
	return fleet.Finding{
		Rule: "rerun-limit", Severity: fleet.Warning, Message: message,
		Advice: "start the workflow anew: clusters at their target are skipped (" + run.URL + ")",
	}
}
