package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/strategy"
)

func stageCommand() command {
	return command{
		name:    "stage",
		summary: "executes one stage of a plan",
		example: "fleet-action stage --plan out/plan.json --stage canary --out out",
		options: []string{
			"plan", "plan-artifact", "plan-digest", "stage", "environment", "out", "format", "poll-interval", "deadline",
			"cloud", "azure-endpoint", "client-id", "tenant-id", "token", "repository", "runs", "records",
		},
		run: runStage,
	}
}

func runStage(ctx context.Context, c call) (answer, error) {
	if c.inJob() {
		return stageInJob(ctx, c)
	}
	made, err := readPlan(c.values["plan"], c.values["plan-digest"])
	if err != nil {
		return answer{}, err
	}
	release, err := c.out().lock()
	if err != nil {
		return answer{}, err
	}
	defer release()
	r, index, err := stageRollout(c, made, terminalApprover(c.system))
	if err != nil {
		return answer{}, err
	}
	end, err := r.accompanied(ctx, index)
	result, err := r.finish(ctx, end, err)
	return r.ofStage(result, index), err
}

// stageRollout is the rollout of one stage.
func stageRollout(c call, made plan.Plan, approve approver) (*rollout, int, error) {
	index, err := stageNamed(made, c.values["stage"])
	if err != nil {
		return nil, 0, err
	}
	sh, err := realShells(c)
	if err != nil {
		return nil, 0, err
	}
	r, err := takeUp(sh, made, c, approve)
	return r, index, err
}

// ofStage makes the outputs those of one stage.
func (r *rollout) ofStage(result answer, index int) answer {
	state := r.result.Stage(r.plan.Stages[index].Name).Outcome
	result.outputs[outputState] = cmp.Or(string(state), outputsAt(result.code)[outputState])
	return result
}

// stageInJob executes a stage in a job of its own: what went before is read from the artifacts of the run, and who
// approves are the environments. Files that an earlier job left in the folder count for nothing.
func stageInJob(ctx context.Context, c call) (answer, error) {
	j, err := jobWithPlan(ctx, c)
	if err != nil {
		return answer{}, err
	}
	folder := c.folder
	c.folder = func(path string) disk { return fresh{folder(path)} }
	r, index, err := stageRollout(c, j.made, nil)
	if err != nil {
		return answer{}, err
	}
	end, err := j.carryOut(ctx, r, index, c.values["environment"])
	result, err := r.finish(ctx, end, err)
	return r.ofStage(result, index), err
}

// carryOut executes a stage as far as its job is allowed to. What is known of the stage is read before anything can be
// refused, so that a refusal does not take the place of a good record.
func (j *job) carryOut(ctx context.Context, r *rollout, index int, said string) (verdict, error) {
	stage := r.plan.Stages[index]
	known, findings, err := rollouts.Records(ctx, j.store, j.runs()...)
	if err != nil {
		return proceed, err
	}
	r.know(known)
	r.result.Findings = append(r.result.Findings, findings...)
	r.again, r.redo = j.again(stage.Name, r), "re-run the failed jobs of this run"
	if r.plan.Policy.ByDispatch() {
		r.again, r.redo = j.dispatched(r.plan, func() fleet.Result { return execute.Recorded(r.plan, []fleet.Result{r.known, r.result}) }), "start the stage again"
	}
	if r.turn, err = j.turn(ctx, stage); err != nil {
		return proceed, err
	}
	r.approve = j.approver(r.known.Gates)
	if before := r.known.Stage(stage.Name); before.Name != "" {
		r.result.Stages = []fleet.StageResult{before}
	}
	refused, err := j.guard(ctx, stage.JobEnvironment(), said)
	if err != nil {
		return proceed, err
	}
	if len(refused) > 0 {
		r.refuse(stage, refused)
		return verdict{exitRefused, refused[0].Advice}, r.write()
	}
	return r.one(ctx, index)
}

// turn is when the run had its turn, where the stage begins at a time of the week and counts that from there. Where stages are
// started by hand there is no such time.
func (j *job) turn(ctx context.Context, stage plan.Stage) (time.Time, error) {
	starts := slices.ContainsFunc(stage.BeforeGates, func(gate plan.Gate) bool { return gate.Type == strategy.GateScheduledStart })
	if !starts || j.made.Policy.ByDispatch() {
		return time.Time{}, nil
	}
	return rollouts.Turn(ctx, j.api, j.run, j.made.CreatedAt)
}

// readPlan reads the plan that --plan names.
func readPlan(file, digest string) (plan.Plan, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return plan.Plan{}, wrongInput(fmt.Sprintf("reading the plan: %v", err), "make one with fleet-action plan, or name it with --plan")
	}
	made, err := decodePlan(file, content, digest)
	if err != nil && isResult(content) {
		err = wrongInput(file+" is the result of a run, and no plan", "name the plan.json beside it with --plan")
	}
	return made, err
}

func isResult(content []byte) bool {
	_, err := rollouts.DecodeResult(content)
	return err == nil
}

// decodePlan checks a plan against its schema and its digest, and against the digest that is wanted, where one is. Without
// a file, its findings have no place in one.
func decodePlan(file string, content []byte, digest string) (plan.Plan, error) {
	made, findings := plan.Decode(file, content)
	title := "Plan " + cmp.Or(file, "of the run")
	changed := slices.ContainsFunc(findings, func(f fleet.Finding) bool { return f.Rule == plan.RuleDigestMismatch })
	switch {
	case changed:
		return made, refuse(title, findings, exitRefused, "make the plan again with fleet-action plan")
	case fleet.HasErrors(findings):
		return made, refuse(title, findings, exitInput, "make the plan again with fleet-action plan")
	case digest != "" && digest != made.Digest:
		return made, staleDigest(made, digest)
	}
	return made, nil
}

// staleDigest refuses a plan that is not the one wanted.
func staleDigest(made plan.Plan, wanted string) error {
	return refuse("Plan "+made.Short(), []fleet.Finding{{
		Rule: "stale-digest", Severity: fleet.Error, Advice: "Start the workflow anew: it makes a new plan, which can be approved.",
		Message: fmt.Sprintf("The plan has digest %s, and not the one that was asked for: %s.", made.Digest, wanted),
	}}, exitRefused, "nothing was done")
}

func stageNamed(made plan.Plan, name string) (int, error) {
	var names []string
	for index, stage := range made.Stages {
		if stage.Name == name {
			return index, nil
		}
		names = append(names, stage.Name)
	}
	if name == "" {
		return 0, wrongInput("--stage is missing", "name one of the plan's stages: "+strings.Join(names, ", "))
	}
	return 0, wrongInput(fmt.Sprintf("the plan has no stage %q", name), "its stages are "+strings.Join(names, ", ")+": name one with --stage")
}
