package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/strategy"
)

// retried is the strategy with the targets of an earlier run, and that run: in a job one of the same workflow by its id,
// elsewhere the one whose result.json is named.
func (c call) retried(ctx context.Context, s strategy.Strategy) (strategy.Strategy, *plan.Retry, error) {
	read := c.earlierInFolder
	if c.inJob() {
		j, err := newJob(c)
		if err != nil {
			return s, nil, err
		}
		read = func() (plan.Plan, fleet.Result, error) { return j.earlierRun(ctx, c.values["retry"], s) }
	}
	made, result, err := read()
	if err != nil {
		return s, nil, err
	}
	s, retry, err := plan.Retrying(s, made, result)
	if err != nil {
		err = &failure{code: exitInput, err: fmt.Errorf("--retry %s: %w", c.values["retry"], err), next: "name a run of this strategy in which members failed or were skipped"}
	}
	return s, retry, err
}

// earlierInFolder reads the result that --retry names, and the plan beside it.
func (c call) earlierInFolder() (plan.Plan, fleet.Result, error) {
	file := c.values["retry"]
	beside := planBeside(file)
	if filepath.Base(beside) == planFile && sameFolder(filepath.Dir(file), c.values["out"]) {
		return plan.Plan{}, fleet.Result{}, wrongInput("the plan of a retry would take the place of the one that it retries, in the same folder", "choose another folder with --out")
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return plan.Plan{}, fleet.Result{}, wrongInput(fmt.Sprintf("reading the result of the run to retry: %v", err), "name its result.json with --retry")
	}
	result, err := rollouts.DecodeResult(content)
	if err != nil {
		return plan.Plan{}, fleet.Result{}, wrongInput(fmt.Sprintf("%s is not a result: %v", file, err), "name the result.json of an earlier run with --retry")
	}
	if content, err = os.ReadFile(beside); err != nil {
		return plan.Plan{}, fleet.Result{}, wrongInput(fmt.Sprintf("reading the plan of the run to retry: %v", err), "its plan.json has to stand beside "+file)
	}
	made, err := decodePlan(beside, content, "")
	result.Findings = nil // what was refused then has been seen
	return made, result, err
}

func sameFolder(one, other string) bool {
	a, err := os.Stat(one)
	if err != nil {
		return false
	}
	b, err := os.Stat(other)
	return err == nil && os.SameFile(a, b)
}

// earlierRun reads plan and results of an earlier run of this workflow. Where stages are started by hand, each in a run of
// its own, the others are named in runs. Of several plans the one counts of which something was recorded last. What could
// not be read goes into the findings of the plan that is made.
func (j *job) earlierRun(ctx context.Context, word string, s strategy.Strategy) (made plan.Plan, result fleet.Result, err error) {
	id, err := runID("--retry", word)
	if err != nil {
		return made, result, err
	}
	if len(j.earlier) > 0 && !s.Workflow.ByDispatch() {
		return made, result, runsNotByHand()
	}
	runs := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(j.earlier), id))))
	if err := j.mayRetry(ctx, id, runs); err != nil {
		return made, result, err
	}
	known, unread, err := rollouts.Records(ctx, j.api, runs...)
	if err != nil {
		return made, result, err
	}
	if len(known) == 0 {
		return made, result, wrongInput(fmt.Sprintf("--retry %d: no stage has recorded anything in that run", id), "name a run that upgraded something; "+
			"where stages are started by hand, that of the plan, and those of its stages with --runs")
	}
	digest := known[len(known)-1].Digest
	content, _, err := j.storedPlan(ctx, rollouts.PlanArtifact(plan.Plan{Digest: digest}), runs)
	if err != nil {
		return made, result, err
	}
	made, err = decodePlan("", content, digest)
	result = execute.Recorded(made, known)
	result.Findings = unread
	return made, result, err
}

// mayRetry refuses to retry a run that is none of this workflow, or that is not over.
func (j *job) mayRetry(ctx context.Context, id int64, runs []int64) error {
	if err := j.ofThisWorkflow(ctx, runs); err != nil {
		return err
	}
	earlier, err := j.api.Run(ctx, id)
	if err != nil {
		return err
	}
	if !earlier.Ended() {
		return wrongInput(fmt.Sprintf("--retry %d: the run is under way (%s): %s", id, earlier.Status, earlier.URL), "let it end, or cancel it, first")
	}
	return nil
}
