package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
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
	s, api, err := strategyAndAPI(c)
	if err != nil {
		return answer{}, err
	}
	branch := c.getenv("GITHUB_REF_NAME") // of a schedule the default branch
	if branch == "" {
		repository, err := api.Repository(ctx)
		if err != nil {
			return answer{}, err
		}
		branch = repository.DefaultBranch
	}
	finding, err := resumeNewest(ctx, api, workflow.RolloutFile(s.Name), branch, c.now())
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
		reviews, err := api.Approvals(ctx, run.ID)
		if err != nil {
			return fleet.Finding{}, err
		}
		finding, due := waiting(run, known, reviews, now)
		if due {
			err = api.RerunFailed(ctx, run.ID)
		}
		return finding, err
	}
	return note("no-rollout", "no rollout of "+file+" has begun in the last 30 days"), nil
}

// waiting says whether a rollout waits for a time, and whether that has come. What was recorded last of each stage of its
// last plan counts. Where somebody said no in the run, it is for people to go on with.
func waiting(run github.Run, known []record, reviews []github.Approval, now time.Time) (finding fleet.Finding, due bool) {
	last := plan.Plan{Digest: known[len(known)-1].Digest}
	stage, opens := execute.Waits([]fleet.Result{execute.Recorded(last, results(known))})
	no := slices.IndexFunc(reviews, func(review github.Approval) bool { return review.State == "rejected" })
	switch {
	case run.Conclusion != "failure":
		return note("rollout-over", fmt.Sprintf("run %d ended with %s: nothing waits", run.ID, run.Conclusion)), false
	case no >= 0:
		return leaveToPeople("rollout-rejected", run, fmt.Sprintf("run %d is not resumed: %s said no in it", run.ID, reviews[no].User),
			"run its failed jobs again by hand, or start the workflow anew"), false
	case opens.IsZero():
		return leaveToPeople("rollout-not-waiting", run, fmt.Sprintf("run %d failed, and does not wait for a time", run.ID),
			"see what failed, then run its failed jobs again by hand"), false
	case opens.After(now):
		return note("rollout-waits", fmt.Sprintf("run %d: stage %s waits until %s", run.ID, stage, report.Time(opens))), false
	case run.Attempt > rerunLimit:
		return leaveToPeople("rerun-limit", run, fmt.Sprintf("GitHub runs a run again %d times at most, and run %d was", rerunLimit, run.ID),
			"start the workflow anew: clusters at their target are skipped"), false
	default:
		return note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, because the time of stage %s has come", run.ID, stage)), true
	}
}

func note(rule, message string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Note, Message: message}
}

// leaveToPeople warns of a rollout that stays as it is until somebody does something.
func leaveToPeople(rule string, run github.Run, message, advice string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Warning, Message: message, Advice: advice + " (" + run.URL + ")"}
}
