package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// maxLooked bounds how many workflow runs are looked at for the last rollouts: each costs a few of the thousand requests
// that GitHub answers in an hour.
const maxLooked = 100

// artifactsKept is how long GitHub keeps artifacts at most by default.
const artifactsKept = 90 * 24 * time.Hour

// history reads the last rollouts of a strategy from the runs of its workflows.
type history struct {
	api      *github.API
	strategy strategy.Strategy
	now      time.Time
	rollouts []*passed // newest first
	leftOut  int
	findings []fleet.Finding
}

// passed is a rollout as its workflow runs left it: one, or where each stage is started by hand, one for each job.
type passed struct {
	made *plan.Plan // nil: it is not to be had
	runs []kept     // newest first
}

// kept is a workflow run with what is kept of it.
type kept struct {
	github.Run
	made  *plan.Plan // nil: it made none, or none that is to be had
	known []record
	gone  bool // its plan has expired

	jobs    []github.Job               // of runs that did not end well, or have not ended
	pending []github.PendingDeployment // what its jobs wait for
	reviews []github.Approval
}

// newest collects the last rollouts.
func (h *history) newest(ctx context.Context, wanted int) error {
	runs, err := runsOf(ctx, h.api, workflow.RolloutFiles(h.strategy), github.RunQuery{Newest: maxLooked})
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
	h.rollouts = h.rollouts[:min(wanted, len(h.rollouts))]
	for _, rollout := range h.rollouts {
		for i := range rollout.runs {
			if err := h.ask(ctx, &rollout.runs[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask reads how the jobs of a run stand where its records cannot tell: what runs yet has none, and what was rejected, or
// whose runner died, leaves none.
func (h *history) ask(ctx context.Context, run *kept) (err error) {
	if run.Concluded(github.Success) || run.gone {
		return nil
	}
	if run.jobs, err = h.api.Jobs(ctx, run.ID); err != nil {
		return err
	}
	if run.Ended() {
		run.reviews, err = h.api.Approvals(ctx, run.ID)
	} else {
		run.pending, err = h.api.Pending(ctx, run.ID)
	}
	return err
}

// enough reports whether there are as many rollouts as wanted, and the plan of each was found if it is to be had.
func (h *history) enough(wanted int) bool {
	searching := func(p *passed) bool { return p.made == nil && p.byHand() }
	return len(h.rollouts) >= wanted && !slices.ContainsFunc(h.rollouts[:wanted], searching)
}

// look reads what is kept of a run, and puts it to the rollout that it is part of.
func (h *history) look(ctx context.Context, run github.Run) error {
	if workflow.OnlyPlans(run.Title) {
		h.leftOut++
		return nil
	}
	artifacts, expired, err := h.api.Artifacts(ctx, run.ID, "")
	if err != nil {
		return err
	}
	one := kept{Run: run, gone: h.expired(run, artifacts, expired)}
	written := slices.DeleteFunc(slices.Clone(artifacts), func(a github.Artifact) bool { return !isRecord(a) })
	if len(written) == 0 && !one.gone && run.Concluded(github.Success) && !h.strategy.Workflow.ByDispatch() {
		h.leftOut++ // nothing was new, or another rollout was under way
		return nil
	}
	if one.made, err = h.planOf(ctx, artifacts); err != nil {
		return err
	}
	known, unread, err := readRecords(ctx, h.api, written)
	if err != nil {
		return err
	}
	one.known, h.findings = known, append(h.findings, unread...)
	h.add(one)
	return nil
}

func isRecord(a github.Artifact) bool {
	return strings.HasPrefix(a.Name, resultArtifacts) || strings.HasPrefix(a.Name, gateArtifacts)
}

func isPlan(a github.Artifact) bool { return strings.HasPrefix(a.Name, planArtifacts) }

// expired reports whether a run has lost its plan to time: after a while GitHub does not list it any more.
func (h *history) expired(run github.Run, artifacts, expired []github.Artifact) bool {
	if slices.ContainsFunc(artifacts, isPlan) {
		return false
	}
	return slices.ContainsFunc(expired, isPlan) || len(artifacts) == 0 && h.now.Sub(run.CreatedAt) > artifactsKept
}

// planOf reads the newest plan among the artifacts of a run; a run whose jobs were all run again made several.
func (h *history) planOf(ctx context.Context, artifacts []github.Artifact) (*plan.Plan, error) {
	for _, artifact := range slices.Backward(artifacts) {
		if !isPlan(artifact) {
			continue
		}
		content, err := h.api.ArtifactFile(ctx, artifact, planFile)
		if err != nil && !errors.Is(err, github.ErrNoRecord) {
			return nil, err
		}
		if err == nil {
			made, findings := plan.Decode("", content)
			if !fleet.HasErrors(findings) {
				return &made, nil
			}
			err = errors.New(firstError(findings).Message)
		}
		h.findings = append(h.findings, unreadable(artifact.Name, err.Error()))
	}
	return nil, nil
}

// add puts a run to the rollout whose plan it carries out, or begins one.
func (h *history) add(run kept) {
	if run.idle() {
		h.leftOut++
		return
	}
	if run.byHand() {
		for _, p := range h.rollouts {
			if p.byHand() && p.takes(run) {
				p.runs = append(p.runs, run)
				p.made = cmp.Or(p.made, run.made)
				return
			}
		}
	}
	h.rollouts = append(h.rollouts, &passed{made: run.made, runs: []kept{run}})
}

// idle reports whether a run is at its end, upgraded nothing, and was not to: its plan has nothing to upgrade, or it is
// one of those that are started by hand for something else.
func (k kept) idle() bool {
	switch {
	case !k.Ended() || k.gone || len(k.known) > 0:
		return false
	case k.made != nil:
		return !k.made.Applyable
	default:
		does := workflow.Does(k.Title)
		return k.Conclusion == github.Success || does == workflow.GateJob || does == workflow.ReportJob
	}
}

// byHand reports whether the run is one of several that carry out a plan, each started by hand.
func (k kept) byHand() bool {
	if k.made != nil {
		return k.made.Policy.ByDispatch()
	}
	return !k.gone && len(k.known) > 0
}

func (p *passed) byHand() bool { return p.runs[0].byHand() }

// digest is of the plan that the run made or carried out.
func (k kept) digest() string {
	if k.made != nil {
		return k.made.Digest
	}
	return k.known[len(k.known)-1].Digest
}

// takes reports whether a run carries out the same plan, of the same workflow and branch: a plan that was made elsewhere
// is another's.
func (p *passed) takes(run kept) bool {
	own := p.runs[0]
	return own.digest() == run.digest() && own.Workflow == run.Workflow && own.HeadBranch == run.HeadBranch && own.HeadRepository == run.HeadRepository
}

// known are the records of all runs, in the order in which they were stored.
func (p *passed) known() []fleet.Result {
	var all []record
	for _, run := range p.runs {
		all = append(all, run.known...)
	}
	slices.SortStableFunc(all, func(a, b record) int {
		return cmp.Or(a.artifact.CreatedAt.Compare(b.artifact.CreatedAt), cmp.Compare(a.artifact.ID, b.artifact.ID))
	})
	return results(all)
}
