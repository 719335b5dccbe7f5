package main

import (
	"context"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

func runCommand() command {
	return command{
		name:    "run",
		summary: "plans and executes all stages in one process, asking on the terminal where a stage wants approval",
		example: "fleet-action run --strategy .github/fleet/strategy.yml --skip \"Stage:canary\" --out out",
		options: []string{"strategy", "skip", "out", "format", "poll-interval", "deadline", "cloud", "azure-endpoint"},
		run:     runAll,
	}
}

func runAll(ctx context.Context, c call) (answer, error) {
	s, skips, refused, err := readOrders(c)
	if err != nil || refused.code != exitDone {
		return refused, err
	}
	sh, err := realShells(c)
	if err != nil {
		return answer{}, err
	}
	return planAndRun(ctx, c, sh, s, skips, terminalApprover(c.system))
}

// planAndRun is the main job from strategy to upgraded clusters; run and demo differ only in its arguments.
func planAndRun(ctx context.Context, c call, sh shells, s strategy.Strategy, skips []plan.SkipTarget, approve approver) (answer, error) {
	made, reading, err := readAndPlan(ctx, sh, s, skips)
	if err != nil {
		return answer{}, err
	}
	if err := writePlan(c.out(), made); err != nil {
		return answer{}, err
	}
	if made.Errored {
		return planAnswer(made, reading), nil
	}
	r, err := newRollout(sh, made, c, approve)
	if err != nil {
		return answer{}, err
	}
	return r.finish(r.all(ctx))
}

// finish turns the end of a rollout into an answer. An error of Azure does not lose what was done so far: it becomes a
// finding of the result.
func (r *rollout) finish(end verdict, err error) (answer, error) {
	if err != nil {
		r.result.Findings = append(r.result.Findings, fleet.Finding{Rule: "interrupted", Severity: fleet.Error, Message: err.Error()})
		if written := r.write(); written != nil {
			return answer{}, written
		}
		end = verdict{codeOf(err), "run the same command again; it continues where Azure stands"}
	}
	return r.answer(end), nil
}
