package rollouts

import (
	"context"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/workflow"
)

// maxWatched bounds how many runs are asked for the waits after their stages: each costs up to a few requests.
const maxWatched = 50

// soaks finds the rollouts that are in the wait after a stage. It is about what has been upgraded, so it is kept however a
// run ended, and whatever ran since, unless that was the same stage. What ended longer ago than any wait lasts is not asked.
func (t *tick) soaks(ctx context.Context, runs []github.Run) ([]other, error) {
	var found []other
	since := map[string]time.Time{} // when stages were begun last
	asked := 0
	for _, run := range runs {
		if !endOf(run).Add(t.strategy.LongestWait).After(t.now) || t.passing(run) {
			continue
		}
		if asked++; asked > maxWatched {
			break
		}
		all, err := carriedOut(ctx, t.gh, run)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			for stage, began := range c.began {
				since[stage] = lastOf(since[stage], began)
			}
		}
		last := soak{until: t.now}
		for _, c := range all {
			for _, s := range c.soaks(t.made) {
				if s.until.After(last.until) {
					last = s
				}
			}
		}
		if last.stage != "" {
			found = append(found, other{run: run, begun: last.stage, stage: last.stage, opens: last.until, soaks: true, ended: last.finished})
		}
	}
	return slices.DeleteFunc(found, func(o other) bool { return since[o.stage].After(o.ended) }), nil
}

// passing reports whether a run is of a profile and ended well in less time than any upgrade takes: it found nothing to do.
func (t *tick) passing(run github.Run) bool {
	return t.foundNothing(run) && run.Attempt == 1 && run.UpdatedAt.Sub(run.StartedAt) < time.Minute
}

// endOf is when the jobs of a run ended at the latest; of one that is run again, those of the attempt before.
func endOf(run github.Run) time.Time {
	if run.Ended() {
		return run.UpdatedAt
	}
	return run.StartedAt
}

func lastOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// carried is what a run carried out of a plan.
type carried struct {
	made   plan.Plan
	result fleet.Result
	began  map[string]time.Time // when its stages were begun, by a record or by a job whose record is lost
	ended  time.Time            // at the latest
}

// carriedOut is what a run did: of one plan, or of several where its jobs were all run again. A plan that is not to be had
// tells nothing.
func carriedOut(ctx context.Context, gh GitHub, run github.Run) ([]carried, error) {
	artifacts, _, err := gh.Artifacts(ctx, run.ID, "")
	if err != nil {
		return nil, err
	}
	var all []carried // the newest first
	for _, artifact := range slices.Backward(artifacts) {
		made, _, err := newestPlan(ctx, gh, []github.Artifact{artifact})
		switch {
		case err != nil:
			return nil, err
		case made != nil && !slices.ContainsFunc(all, func(c carried) bool { return c.made.Digest == made.Digest }):
			all = append(all, carried{made: *made, began: map[string]time.Time{}, ended: endOf(run)})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	records, _, err := readRecords(ctx, gh, recordsAmong(artifacts))
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].record(results(records))
	}
	jobs, err := gh.JobsOfAllAttempts(ctx, run.ID)
	for _, job := range jobs {
		if kind, stage := workflow.JobNamed(job.Name); kind == workflow.StageJob && started(job) {
			begin(all, stage, job)
		}
	}
	return all, err
}

// record takes over what is recorded of the plan.
func (c *carried) record(known []fleet.Result) {
	c.result = execute.Recorded(c.made, known)
	for _, stage := range c.result.Stages {
		if !stage.StartedAt.IsZero() {
			c.began[stage.Name] = stage.StartedAt
		}
	}
}

// begin has a stage begun of the plan that its job came up for, the newest that was there by then. What it recorded itself
// counts more: a job that ends to wait has begun nothing.
func begin(all []carried, stage string, job github.Job) {
	for _, c := range all {
		if c.made.CreatedAt.After(job.CreatedAt) {
			continue
		}
		if c.result.Stage(stage).Name == "" {
			c.began[stage] = lastOf(c.began[stage], job.StartedAt)
		}
		return
	}
}

// soak is the wait after a stage.
type soak struct {
	stage           string
	finished, until time.Time
}

// soaks are the waits after the stages of a run, as far as something that comes after them is to be upgraded. A stage that has
// begun and left no good record is done if nothing of it is to be upgraded by now: somebody mended it, Azure went on when
// its job had ended, or the record was lost. Its wait is counted from the end of the run, as nobody knows better.
func (c carried) soaks(next plan.Plan) []soak {
	var all []soak
	open := opensIn(next)
	for i, stage := range c.made.Stages {
		_, begun := c.began[stage.Name]
		if stage.WaitSeconds == 0 || stage.Open() == 0 || !begun || !anyOpen(c.made.Stages[i+1:], open) {
			continue
		}
		finished := c.ended
		switch known := c.result.Stage(stage.Name); {
		case known.Outcome.Good():
			finished = known.FinishedAt
		case anyOpen(c.made.Stages[i:i+1], open):
			continue
		}
		all = append(all, soak{stage.Name, finished, finished.Add(time.Duration(stage.WaitSeconds) * time.Second)})
	}
	return all
}

// opensIn are the clusters that a plan is to upgrade.
func opensIn(p plan.Plan) map[fleet.ClusterID]bool {
	open := map[fleet.ClusterID]bool{}
	for member := range p.Members() {
		if member.Action.Open() {
			open[member.Cluster] = true
		}
	}
	return open
}

func anyOpen(stages []plan.Stage, open map[fleet.ClusterID]bool) bool {
	for _, stage := range stages {
		for member := range stage.Members() {
			if open[member.Cluster] {
				return true
			}
		}
	}
	return false
}
