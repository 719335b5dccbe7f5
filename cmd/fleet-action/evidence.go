package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/rollouts"
)

// jobWithPlan is the job that a command runs in, with the plan that it is to act on: from the artifacts of its run, or of
// the earlier runs that count. A file would be whatever an earlier job left in the folder.
func jobWithPlan(ctx context.Context, c call) (*job, error) {
	j, err := newJob(c)
	if err != nil {
		return nil, err
	}
	name := c.values["plan-artifact"]
	if name == "" {
		return nil, wrongInput("in a job the plan is taken from an artifact, and none is named", "give the action plan-artifact: the output of the job that made the plan")
	}
	content, run, err := j.storedPlan(ctx, name, j.runs())
	if err != nil {
		return nil, err
	}
	if j.made, err = decodePlan("", content, c.values["plan-digest"]); err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, rollouts.PlanArtifacts) && name != rollouts.PlanArtifact(j.made) {
		return nil, staleDigest(j.made, "of "+name)
	}
	j.planned = run
	return j, j.related(ctx)
}

// storedPlan reads a plan from the artifacts of some runs, and says which run made it. None is refused.
func (j *job) storedPlan(ctx context.Context, name string, runs []int64) (content []byte, run int64, err error) {
	content, run, err = rollouts.StoredPlan(ctx, j.store, name, runs...)
	if err == nil && run == 0 {
		err = &failure{
			rule: "plan-missing", code: exitRefused, err: fmt.Errorf("the run has no artifact %q with a plan, or it has expired", name),
			next: "start the workflow anew: it makes a new plan",
		}
	}
	return content, run, err
}
