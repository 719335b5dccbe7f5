package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/workflow"
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
	s, err := soundStrategy(c.values)
	if err != nil {
		return answer{}, err
	}
	api, err := newAPI(c)
	if err != nil {
		return answer{}, err
	}
	finding, err := resumeNewest(ctx, api, workflow.RolloutFile(s.Name), s.Workflow.Branch, c.now())
	if err != nil {
		return answer{}, err
	}
	findings := []fleet.Finding{finding}
	return answer{
		document: report.Findings("Waiting rollouts of "+s.Name, findings), data: finding, findings: findings, next: finding.Message,
	}, nil
}

// resumeNewest looks at the newest rollout of a workflow on a branch: an older one is superseded by it, whatever it waits
// for.
func resumeNewest(ctx context.Context, api *github.API, file, branch string, now time.Time) (fleet.Finding, error) {
	runs, err := api.Runs(ctx, file, github.RunQuery{Since: now.Add(-rerunAge), Branch: branch})
	if err != nil {
		return fleet.Finding{}, err
	}
	for _, run := range runs {
		if run.Status != "completed" {
			return note("rollout-under-way", fmt.Sprintf("run %d is under way (%s): %s", run.ID, run.Status, run.URL)), nil
		}
		known, _, err := records(ctx, api, run.ID)
		if err != nil {
			return fleet.Finding{}, err
		}
		if len(known) == 0 {
			continue // a dry run, or one that ended before its first stage
		}
		finding, due := waiting(run, known, now)
		if due {
			err = api.RerunFailed(ctx, run.ID)
		}
		return finding, err
	}
	return note("no-rollout", "no rollout of "+file+" has begun in the last 30 days"), nil
}

// waiting says whether a rollout waits for a time, and whether that has come. Only what its last attempt recorded counts:
// a stage that nobody approved then, or that was refused, waits for a person.
func waiting(run github.Run, known []record, now time.Time) (finding fleet.Finding, due bool) {
	last := slices.DeleteFunc(slices.Clone(known), func(r record) bool {
		return !strings.HasSuffix(r.artifact.Name, fmt.Sprintf("-%d", run.Attempt))
	})
	stage, opens := execute.Waits(results(last))
	switch {
	case run.Conclusion != "failure":
		return note("rollout-over", fmt.Sprintf("run %d ended with %s: nothing waits", run.ID, run.Conclusion)), false
	case opens.IsZero():
		return note("rollout-not-waiting", fmt.Sprintf("run %d failed, and does not wait for a time: see %s", run.ID, run.URL)), false
	case opens.After(now):
		return note("rollout-waits", fmt.Sprintf("run %d: stage %s waits until %s", run.ID, stage, report.Time(opens))), false
	case run.Attempt > rerunLimit:
		return limitReached(run, fmt.Sprintf("GitHub runs a run again %d times at most, and run %d was", rerunLimit, run.ID)), false
	default:
		return note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, because the time of stage %s has come", run.ID, stage)), true
	}
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
