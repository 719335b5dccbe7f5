package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

func stageCommand() command {
	return command{
		name:    "stage",
		summary: "executes one stage of a plan",
		example: "fleet-action stage --plan out/plan.json --stage canary --out out",
		options: []string{
			"plan", "plan-artifact", "plan-digest", "stage", "environment", "out", "format", "poll-interval", "deadline",
			"cloud", "azure-endpoint", "client-id", "tenant-id", "token", "repository", "runs",
		},
		run: runStage,
	}
}

func runStage(ctx context.Context, c call) (answer, error) {
	if c.inJob() {
		return stageInJob(ctx, c)
	}
	made, refused, err := readPlan(c.values["plan"], c.values["plan-digest"])
	if err != nil || refused.code != exitDone {
		return refused, err
	}
	index, err := stageNamed(made, c.values["stage"])
	if err != nil {
		return answer{}, err
	}
	sh, err := realShells(c)
	if err != nil {
		return answer{}, err
	}
	r, err := newRollout(sh, made, c, terminalApprover(c.system))
	if err != nil {
		return answer{}, err
	}
	result, err := r.finish(r.accompanied(ctx, index))
	return r.ofStage(result, made.Stages[index].Name), err
}

// ofStage makes the outputs those of one stage.
func (r *rollout) ofStage(result answer, stage string) answer {
	result.outputs[outputState] = string(recorded(r.result, stage).Outcome)
	return result
}

// stageInJob executes a stage in a job of its own: what went before is read from the artifacts of the run, and who
// approves are the environments. Files that an earlier job left in the folder count for nothing.
func stageInJob(ctx context.Context, c call) (answer, error) {
	j, err := newJob(c)
	if err != nil {
		return answer{}, err
	}
	made, planned, refused, err := j.plan(ctx, c)
	if err != nil || refused.code != exitDone {
		return refused, err
	}
	index, err := stageNamed(made, c.values["stage"])
	if err != nil {
		return answer{}, err
	}
	sh, err := realShells(c)
	if err != nil {
		return answer{}, err
	}
	folder := c.folder
	c.folder = func(path string) disk { return fresh{folder(path)} }
	r, err := newRollout(sh, made, c, nil)
	if err != nil {
		return answer{}, err
	}
	result, err := r.finish(j.carryOut(ctx, r, index, planned, c.values["environment"]))
	return r.ofStage(result, made.Stages[index].Name), err
}

// carryOut executes a stage as far as its job is allowed to.
func (j *job) carryOut(ctx context.Context, r *rollout, index int, planned int64, said string) (verdict, error) {
	stage := r.plan.Stages[index]
	r.again, r.redo = j.again(stage.Name), "re-run the failed jobs of this run"
	if r.plan.Policy.Approvals == strategy.ApprovalsByDispatch {
		r.again, r.redo = j.dispatched, "start the stage again"
	}
	refused, err := j.guard(ctx, stage.JobEnvironment(), said, r.plan.Policy.Approvals)
	if err != nil {
		return proceed, err
	}
	if len(refused) > 0 {
		r.refuse(stage, refused)
		return verdict{exitRefused, refused[0].Advice}, r.write()
	}
	known, findings, err := j.recorded(ctx)
	if err != nil {
		return proceed, err
	}
	r.known, r.approve = known, j.approver(r.plan, planned, known)
	r.result.Findings = append(r.result.Findings, findings...)
	if before := lastOf(known, r.plan, stage.Name); before.Name != "" {
		r.result.Stages = []fleet.StageResult{before}
	}
	return r.one(ctx, index)
}

// readPlan reads plan.json and checks it against its schema and its digest, and against the digest that is wanted,
// where one is.
func readPlan(file, digest string) (plan.Plan, answer, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return plan.Plan{}, answer{}, wrongInput(fmt.Sprintf("reading the plan: %v", err), "make one with fleet-action plan, or name it with --plan")
	}
	made, refused := decodePlan(file, content, digest)
	return made, refused, nil
}

// plan reads the plan that a job is to act on, and says which run made it.
func (j *job) plan(ctx context.Context, c call) (made plan.Plan, run int64, refused answer, err error) {
	name, digest := c.values["plan-artifact"], c.values["plan-digest"]
	if name == "" {
		made, refused, err = readPlan(c.values["plan"], digest)
		return made, j.run, refused, err
	}
	content, run, err := j.storedPlan(ctx, name)
	if err != nil {
		return plan.Plan{}, 0, answer{}, err
	}
	made, refused = decodePlan(planFile, content, digest)
	if refused.code == exitDone && strings.HasPrefix(name, planArtifacts) && name != planArtifact(made) {
		return made, run, answer{}, &failure{
			rule: "stale-digest", code: exitRefused, err: fmt.Errorf("the artifact %q holds the plan %s", name, shortDigest(made)),
			next: "start the workflow anew: it makes a new plan, which can be approved",
		}
	}
	return made, run, refused, nil
}

// decodePlan checks a plan. One that was changed, or that is another than the one wanted, is refused.
func decodePlan(file string, content []byte, digest string) (plan.Plan, answer) {
	made, findings := plan.Decode(file, content)
	refused := answer{
		document: report.Findings("Plan "+file, findings), data: map[string]any{"valid": false, "findings": findings},
		findings: findings, inFile: true, next: "make the plan again with fleet-action plan", code: exitInput,
	}
	switch {
	case !fleet.HasErrors(findings) && (digest == "" || digest == made.Digest):
		return made, answer{}
	case !fleet.HasErrors(findings):
		refused.findings = []fleet.Finding{{
			Rule: "stale-digest", Severity: fleet.Error, Position: fleet.Position{File: file, Line: 1, Column: 1},
			Message: fmt.Sprintf("The plan has digest %s, and %s was approved.", made.Digest, digest),
			Advice:  "Start the workflow anew: it makes a new plan, which can be approved.",
		}}
		refused.document, refused.code = report.Findings("Plan "+file, refused.findings), exitRefused
		refused.data = map[string]any{"valid": false, "findings": refused.findings}
	case slices.ContainsFunc(findings, func(f fleet.Finding) bool { return f.Rule == plan.RuleDigestMismatch }):
		refused.code = exitRefused
	}
	return made, refused
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
