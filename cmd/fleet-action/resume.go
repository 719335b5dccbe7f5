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
	"github.com/org/fleet-update-action/internal/strategy"
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
	finding, err := resumeNewest(ctx, api, s, branch, c.now())
	if err != nil {
		return answer{}, err
	}
	findings := []fleet.Finding{finding}
	return answer{
		document: report.Findings("Waiting rollouts of "+s.Name, findings), data: finding, findings: findings, next: finding.Message,
	}, nil
}

// resumeNewest looks at the newest rollout of a strategy that has begun on a branch, whichever of its workflows it is of:
// an older one is superseded by it, whatever it waits for. While another is under way it does nothing.
func resumeNewest(ctx context.Context, api *github.API, s strategy.Strategy, branch string, now time.Time) (fleet.Finding, error) {
	runs, err := runsOf(ctx, api, workflow.RolloutFiles(s), github.RunQuery{Since: now.Add(-rerunAge), Branch: branch})
	if err != nil {
		return fleet.Finding{}, err
	}
	var good []github.Run // of profiles: most of them found nothing to do
	for _, run := range runs {
		switch {
		case workflow.OnlyPlans(run.Title):
		case run.Status != statusCompleted:
			if under, err := rollsOut(ctx, api, s, run); under || err != nil {
				return note("rollout-under-way", fmt.Sprintf("run %d is under way (%s): %s", run.ID, run.Status, run.URL)), err
			}
		case run.Conclusion == "success" && !startedByHand(s, run):
			good = append(good, run)
		default:
			known, _, err := records(ctx, api, run.ID)
			if err != nil {
				return fleet.Finding{}, err
			}
			if len(known) > 0 { // others ended before their first stage
				return resumeRun(ctx, api, s, run, known, good, now)
			}
		}
	}
	if len(good) > 0 {
		return over(good[0]), nil
	}
	return note("no-rollout", "no rollout of "+workflow.RolloutFile(s.Name)+" has begun in the last 30 days"), nil
}

// resumeRun runs the failed jobs of a rollout again if it waits for a time that has come, unless one of those that came
// after it had something to do and did it.
func resumeRun(ctx context.Context, api *github.API, s strategy.Strategy, run github.Run, known []record, good []github.Run, now time.Time) (fleet.Finding, error) {
	reviews, err := api.Approvals(ctx, run.ID)
	if err != nil {
		return fleet.Finding{}, err
	}
	finding, due := waiting(run, known, reviews, now)
	if finding.Rule == ruleRolloutWaits {
		finding, due, err = heldMeanwhile(ctx, api, run, known, now, stagesOf(s, run))
	}
	if err != nil || !due {
		return finding, err
	}
	for _, newer := range good {
		if began, _, err := records(ctx, api, newer.ID); err != nil || len(began) > 0 {
			return over(newer), err
		}
	}
	return finding, api.RerunFailed(ctx, run.ID)
}

// waiting says whether a rollout waits for a time, and whether that has come. Where somebody said no in the run, it is for
// people to go on with.
func waiting(run github.Run, known []record, reviews []github.Approval, now time.Time) (finding fleet.Finding, due bool) {
	stage, opens := waitsFor(known)
	no := slices.IndexFunc(reviews, func(review github.Approval) bool { return review.State == "rejected" })
	switch {
	case run.Conclusion != "failure":
		return over(run), false
	case no >= 0:
		return leaveToPeople("rollout-rejected", run, fmt.Sprintf("run %d is not resumed: %s said no in it", run.ID, reviews[no].User),
			"run its failed jobs again by hand, or start the workflow anew"), false
	case opens.IsZero():
		return leaveToPeople("rollout-not-waiting", run, fmt.Sprintf("run %d failed, and does not wait for a time", run.ID),
			"see what failed, then run its failed jobs again by hand"), false
	case opens.After(now):
		return note(ruleRolloutWaits, fmt.Sprintf("run %d: stage %s waits until %s", run.ID, stage, report.Time(opens))), false
	case run.Attempt > rerunLimit:
		return tooOften(run), false
	default:
		return note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, because the time of stage %s has come", run.ID, stage)), true
	}
}

// ruleRolloutWaits is the rule of a rollout whose time has not come.
const ruleRolloutWaits = "rollout-waits"

// waitsFor is the stage of a rollout that waits for a time, and that time: what was recorded last of each stage of its last
// plan counts.
func waitsFor(known []record) (stage string, opens time.Time) {
	last := plan.Plan{Digest: known[len(known)-1].Digest}
	return execute.Waits([]fleet.Result{execute.Recorded(last, results(known))})
}

func over(run github.Run) fleet.Finding {
	return note("rollout-over", fmt.Sprintf("run %d ended with %s: nothing waits", run.ID, run.Conclusion))
}

// heldMeanwhile runs the jobs of a rollout that waits again before its time, where GitHub holds the job of its stage back
// until then: the wait timer of an environment counts from the beginning of each attempt, and would be waited for once more.
func heldMeanwhile(ctx context.Context, api *github.API, run github.Run, known []record, now time.Time, stages []strategy.Stage) (finding fleet.Finding, due bool, err error) {
	stage, opens := waitsFor(known)
	waits := note(ruleRolloutWaits, fmt.Sprintf("run %d: stage %s waits until %s", run.ID, stage, report.Time(opens)))
	environment := workflow.StageEnvironment(stages, stage)
	if environment == "" {
		return waits, false, nil
	}
	protection, err := api.Protection(ctx, environment)
	held := now.Add(time.Duration(protection.WaitMinutes) * time.Minute)
	switch {
	case err != nil || protection.WaitMinutes == 0 || held.Before(opens):
		return waits, false, err
	case run.Attempt > rerunLimit:
		return tooOften(run), false, nil
	default:
		return note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, as the wait timer of environment %s holds that of stage %s until %s",
			run.ID, environment, stage, report.Time(held))), true, nil
	}
}

// stagesOf are the stages that a run carries out: the profile's, where it is of one that has its own.
func stagesOf(s strategy.Strategy, run github.Run) []strategy.Stage {
	for _, profile := range s.AutoUpgrade {
		if len(profile.Stages) > 0 && run.Workflow == workflow.Folder+"/"+workflow.ProfileFile(s.Name, profile.Name) {
			return profile.Stages
		}
	}
	return s.Stages
}

func tooOften(run github.Run) fleet.Finding {
	return leaveToPeople("rerun-limit", run, fmt.Sprintf("GitHub runs a run again %d times at most, and run %d was", rerunLimit, run.ID),
		"start the workflow anew: clusters at their target are skipped")
}

func note(rule, message string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Note, Message: message}
}

// leaveToPeople warns of a rollout that stays as it is until somebody does something.
func leaveToPeople(rule string, run github.Run, message, advice string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Warning, Message: message, Advice: advice + " (" + run.URL + ")"}
}
