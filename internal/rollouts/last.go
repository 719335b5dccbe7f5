package rollouts

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// maxLooked bounds how many workflow runs are looked at for the last rollouts: each costs a few of the thousand requests
// that GitHub answers in an hour.
const maxLooked = 100

// History is the last rollouts of a strategy.
type History struct {
	Rollouts []Rollout       // newest first
	LeftOut  int             // workflow runs that began nothing and were not to
	Findings []fleet.Finding // artifacts that could not be read
}

// Last reads the last rollouts of a strategy, at most so many as wanted, from the runs of its workflows: those of one that
// GitHub has not on the default branch are none. Where stages are started by hand, the runs of one plan are one rollout.
func Last(ctx context.Context, gh GitHub, s strategy.Strategy, wanted int, now time.Time) (History, error) {
	h := history{gh: gh, strategy: s, now: now}
	if err := h.read(ctx, wanted); err != nil {
		return History{}, err
	}
	for _, rollout := range h.passed {
		h.Rollouts = append(h.Rollouts, rollout.standing(now))
	}
	return h.History, nil
}

// history is one on its way.
type history struct {
	gh       GitHub
	strategy strategy.Strategy
	now      time.Time
	passed   []*passed // newest first
	History
}

// read collects the last rollouts.
func (h *history) read(ctx context.Context, wanted int) error {
	runs, err := runsOf(ctx, h.gh, workflow.RolloutFiles(h.strategy), github.RunQuery{Newest: maxLooked})
	if err != nil {
		return err
	}
	for _, run := range runs[:min(maxLooked, len(runs))] {
		if h.enough(wanted) {
			break
		}
		if err := h.look(ctx, run); err != nil {
			return err
		}
	}
	h.passed = h.passed[:min(wanted, len(h.passed))]
	for _, rollout := range h.passed {
		for i := range rollout.runs {
			if err := rollout.runs[i].ask(ctx, h.gh); err != nil {
				return err
			}
		}
	}
	return nil
}

// enough reports whether there are as many rollouts as wanted, and the plan of each was found if it is to be had.
func (h *history) enough(wanted int) bool {
	searching := func(p *passed) bool { return p.made == nil && p.byHand() }
	return len(h.passed) >= wanted && !slices.ContainsFunc(h.passed[:wanted], searching)
}

// look reads what is kept of a run, and puts it to the rollout that it is part of.
func (h *history) look(ctx context.Context, run github.Run) error {
	if workflow.OnlyPlans(run.Title) {
		h.LeftOut++
		return nil
	}
	artifacts, expired, err := h.gh.Artifacts(ctx, run.ID, "")
	if err != nil {
		return err
	}
	one := kept{Run: run, gone: gone(run, artifacts, expired, h.now)}
	written := recordsAmong(artifacts)
	if len(written) == 0 && !one.gone && run.Concluded(github.Success) && !h.strategy.Workflow.ByDispatch() {
		h.LeftOut++ // nothing was new, or another rollout was under way
		return nil
	}
	made, unread, err := newestPlan(ctx, h.gh, artifacts)
	if err != nil {
		return err
	}
	known, illegible, err := readRecords(ctx, h.gh, written)
	if err != nil {
		return err
	}
	one.made, one.known, h.Findings = made, known, slices.Concat(h.Findings, unread, illegible)
	h.add(one)
	return nil
}

// add puts a run to the rollout whose plan it carries out, or begins one.
func (h *history) add(run kept) {
	if run.idle() {
		h.LeftOut++
		return
	}
	if run.byHand() {
		for _, p := range h.passed {
			if p.byHand() && p.takes(run) {
				p.runs = append(p.runs, run)
				p.made = cmp.Or(p.made, run.made)
				return
			}
		}
	}
	h.passed = append(h.passed, &passed{made: run.made, runs: []kept{run}})
}
