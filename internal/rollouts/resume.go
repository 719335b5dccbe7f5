package rollouts

import (
	"context"
	"fmt"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// Rerunner is a GitHub whose runs can be run again, and whose environments may hold them back then.
type Rerunner interface {
	GitHub
	Protection(ctx context.Context, environment string) (fleet.Protection, error)
	RerunFailed(ctx context.Context, run int64) error
}

// Resume runs the failed jobs of the newest rollout of a strategy again, if it waits for a time that has come. That is the
// newest on a branch that has begun, or is to begin at a time: one that was refused takes nothing from an older one that
// waits. While another is under way it does nothing. The finding says what it did, or why nothing.
func Resume(ctx context.Context, gh Rerunner, s strategy.Strategy, branch string, now time.Time) (fleet.Finding, error) {
	of := search{gh, s, now}
	runs, err := of.runs(ctx, now.Add(-strategy.RerunAge), branch)
	if err != nil {
		return fleet.Finding{}, err
	}
	last, err := of.newest(ctx, runs, func(run github.Run) ([]fleet.Result, bool, error) {
		o, err := look(ctx, gh, run)
		if err != nil || o.underWay(s) {
			return nil, err == nil, err
		}
		known, _, err := Records(ctx, gh, run.ID) // it plans anew, or is of a profile and found nothing
		return known, false, err
	})
	if err != nil {
		return fleet.Finding{}, err
	}
	for _, going := range []github.Run{last.waits.run, last.begun.run} {
		if going.ID != 0 && !going.Ended() {
			return note("rollout-under-way", fmt.Sprintf("run %d is under way (%s): %s", going.ID, going.Status, going.URL)), nil
		}
	}
	switch {
	case last.latest().run.ID != 0:
		return of.resume(ctx, gh, last)
	case len(last.good) > 0:
		return over(last.good[0]), nil
	default:
		return note("no-rollout", "no rollout of "+workflow.RolloutFile(s.Name)+" has begun in the last 30 days"), nil
	}
}

// resume runs the failed jobs of a rollout again if it waits for a time that has come, unless one of those that came after
// it had something to do and did it.
func (s search) resume(ctx context.Context, gh Rerunner, last newest) (fleet.Finding, error) {
	run, known := last.latest().run, last.latest().known
	reviews, err := gh.Approvals(ctx, run.ID)
	if err != nil {
		return fleet.Finding{}, err
	}
	if finding, leave := leftAlone(run, known, reviews); leave {
		return finding, nil
	}
	if expired, err := last.latest().expired(ctx, gh, s.now); err != nil || expired {
		return leaveToPeople("rollout-expired", run, fmt.Sprintf("run %d is not resumed: its plan has expired", run.ID), "start the workflow anew: clusters at their target are skipped"), err
	}
	stage, opens := waitsFor(known)
	finding := note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, because the time of stage %s has come", run.ID, stage))
	if opens.After(s.now) {
		environment := workflow.StageEnvironment(stagesOf(s.strategy, run), stage)
		held, err := heldUntil(ctx, gh, environment, s.now)
		if err != nil || held.Before(opens) {
			return note("rollout-waits", fmt.Sprintf("run %d: stage %s waits until %s", run.ID, stage, clock(opens))), err
		}
		finding = note("rollout-resumed", fmt.Sprintf("run %d: the failed jobs are run again, as the wait timer of environment %s holds that of stage %s until %s",
			run.ID, environment, stage, clock(held)))
	}
	if run.Attempt > strategy.Reruns {
		return tooOften(run), nil
	}
	if newer, is, err := last.superseded(ctx, gh, run, maxLooked); err != nil || is {
		return over(newer), err
	}
	return finding, gh.RerunFailed(ctx, run.ID)
}

// leftAlone says of a rollout why it is not resumed, whenever it may be. Where somebody said no in the run, it is for
// people to go on with.
func leftAlone(run github.Run, known []fleet.Result, reviews []github.Approval) (finding fleet.Finding, leave bool) {
	no, rejected := github.Rejected(reviews)
	_, opens := waitsFor(known)
	switch {
	case run.Conclusion != github.Failure:
		return over(run), true
	case rejected:
		return leaveToPeople("rollout-rejected", run, fmt.Sprintf("run %d is not resumed: %s said no in it", run.ID, no.User),
			"run its failed jobs again by hand, or start the workflow anew"), true
	case opens.IsZero():
		return leaveToPeople("rollout-not-waiting", run, fmt.Sprintf("run %d failed, and does not wait for a time", run.ID),
			"see what failed, then run its failed jobs again by hand"), true
	default:
		return fleet.Finding{}, false
	}
}

// waitsFor is the stage of a rollout that waits for a time, and that time: what was recorded last of each stage of its last
// plan counts.
func waitsFor(known []fleet.Result) (stage string, opens time.Time) {
	last := plan.Plan{Digest: known[len(known)-1].Digest}
	return execute.Waits([]fleet.Result{execute.Recorded(last, known)})
}

func over(run github.Run) fleet.Finding {
	return note("rollout-over", fmt.Sprintf("run %d ended with %s: nothing waits", run.ID, run.Conclusion))
}

// heldUntil is until when GitHub would hold back a job that is run again now, by the wait timer of its environment: that
// counts from the beginning of each attempt, so one that is run again at its time would wait once more. Zero: it has none.
func heldUntil(ctx context.Context, gh Rerunner, environment string, now time.Time) (time.Time, error) {
	if environment == "" {
		return time.Time{}, nil
	}
	protection, err := gh.Protection(ctx, environment)
	if err != nil || protection.WaitMinutes == 0 {
		return time.Time{}, err
	}
	return now.Add(time.Duration(protection.WaitMinutes) * time.Minute), nil
}

// stagesOf are the stages that a run carries out: the profile's, where it is of one that has its own.
func stagesOf(s strategy.Strategy, run github.Run) []strategy.Stage {
	if profile, is := workflow.ProfileOf(s, run.Workflow); is && len(profile.Stages) > 0 {
		return profile.Stages
	}
	return s.Stages
}

func tooOften(run github.Run) fleet.Finding {
	return leaveToPeople("rerun-limit", run, fmt.Sprintf("GitHub runs a run again %d times at most, and run %d was", strategy.Reruns, run.ID),
		"start the workflow anew: clusters at their target are skipped")
}

func note(rule, message string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Note, Message: message}
}

// leaveToPeople warns of a rollout that stays as it is until somebody does something.
func leaveToPeople(rule string, run github.Run, message, advice string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Warning, Message: message, Advice: advice + " (" + run.URL + ")"}
}
