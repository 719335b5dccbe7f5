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

// soaks finds the rollouts that are in the wait after a stage. It is about what has been upgraded, so it is kept however a
// run ended, and whatever ran since, unless that was the same stage. What ended longer ago than any wait lasts is not asked.
func (t *tick) soaks(ctx context.Context, runs []github.Run) ([]other, error) {
	var found []other
	since := map[string]bool{} // the stages that newer runs have begun
	for _, run := range runs {
		if !endOf(run).Add(t.strategy.LongestWait).After(t.now) || t.foundNothing(run) && run.Attempt == 1 {
			continue
		}
		c, err := carriedOut(ctx, t.gh, run)
		if err != nil {
			return nil, err
		}
		last := soak{until: t.now}
		for _, s := range c.soaks(t.made) {
			if s.until.After(last.until) && !since[s.stage] {
				last = s
			}
		}
		if last.stage != "" {
			found = append(found, other{run: run, begun: last.stage, stage: last.stage, opens: last.until, soaks: true})
		}
		for stage := range c.began {
			since[stage] = true
		}
	}
	return found, nil
}

// endOf is when the jobs of a run ended at the latest; of one that is run again, those of the attempt before.
func endOf(run github.Run) time.Time {
	if run.Ended() {
		return run.UpdatedAt
	}
	return run.StartedAt
}

// carried is a run with what it carried out of a plan.
type carried struct {
	made   plan.Plan // of which it began something last, or made last; without stages where that is not to be had
	result fleet.Result
	began  map[string]bool // its stages that have begun, by a record or by a job whose record is lost
	ended  time.Time
}

func carriedOut(ctx context.Context, gh GitHub, run github.Run) (carried, error) {
	c := carried{began: map[string]bool{}, ended: endOf(run)}
	artifacts, _, err := gh.Artifacts(ctx, run.ID, "")
	if err != nil || !slices.ContainsFunc(artifacts, isPlan) {
		return c, err
	}
	jobs, err := gh.JobsOfAllAttempts(ctx, run.ID)
	if err != nil {
		return c, err
	}
	for _, job := range jobs {
		if kind, stage := workflow.JobNamed(job.Name); kind == workflow.StageJob && started(job) {
			c.began[stage] = true
		}
	}
	records, _, err := readRecords(ctx, gh, recordsAmong(artifacts))
	if err != nil {
		return c, err
	}
	err = c.read(ctx, gh, artifacts, results(records))
	return c, err
}

// read takes the plan of the last record of a stage that has begun: one that was made in the run since, and was refused,
// knows nothing of what was upgraded.
func (c *carried) read(ctx context.Context, gh GitHub, artifacts []github.Artifact, known []fleet.Result) error {
	wanted := artifacts
	for _, result := range slices.Backward(known) {
		if begun([]fleet.Result{result}) {
			name := PlanArtifact(plan.Plan{Digest: result.Digest})
			wanted = slices.DeleteFunc(slices.Clone(artifacts), func(a github.Artifact) bool { return a.Name != name })
			break
		}
	}
	made, _, err := newestPlan(ctx, gh, wanted)
	if err != nil || made == nil {
		return err
	}
	c.made, c.result = *made, execute.Recorded(*made, known)
	for _, stage := range c.result.Stages {
		if !stage.StartedAt.IsZero() {
			c.began[stage.Name] = true
		}
	}
	return nil
}

// soak is the wait after a stage.
type soak struct {
	stage string
	until time.Time
}

// soaks are the waits after the stages of a run, as far as something that comes after them is to be upgraded. A stage that has
// begun and left no good record is done if nothing of it is to be upgraded by now: somebody mended it, Azure went on when
// its job had ended, or the record was lost. Its wait is counted from the end of the run, as nobody knows better.
func (c carried) soaks(next plan.Plan) []soak {
	var all []soak
	open := opensIn(next)
	for i, stage := range c.made.Stages {
		if stage.WaitSeconds == 0 || stage.Open() == 0 || !c.began[stage.Name] || !anyOpen(c.made.Stages[i+1:], open) {
			continue
		}
		finished := c.ended
		switch known := c.result.Stage(stage.Name); {
		case known.Outcome.Good():
			finished = known.FinishedAt
		case anyOpen(c.made.Stages[i:i+1], open):
			continue
		}
		all = append(all, soak{stage.Name, finished.Add(time.Duration(stage.WaitSeconds) * time.Second)})
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
