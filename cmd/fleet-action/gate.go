package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
)

func gateCommand() command {
	return command{
		name:    "gate",
		summary: "records that a gate of a stage was approved, in the job that its environment let begin",
		example: "fleet-action gate --plan-artifact fleet-plan-0123456789ab --stage production --gate after-1",
		options: []string{
			"plan-artifact", "plan-digest", "stage", "gate", "environment", "out", "format",
			"cloud", "token", "repository", "runs", "records",
		},
		run: runGate,
	}
}

func runGate(ctx context.Context, c call) (answer, error) {
	if !c.inJob() {
		return answer{}, wrongInput("a gate is recorded by a job of GitHub Actions, and this is none", "on a terminal, run asks for every approval itself")
	}
	j, err := jobWithPlan(ctx, c)
	if err != nil {
		return answer{}, err
	}
	q, err := gateNamed(j.made, c.values["stage"], c.values["gate"])
	if err != nil {
		return answer{}, err
	}
	result := fleet.Result{
		SchemaVersion: 1, Digest: j.made.Digest, Name: j.made.Name, Run: j.made.Run, Outcome: fleet.OutcomeUnfinished, StartedAt: c.now(), Stages: []fleet.StageResult{},
	}
	known, given, findings, err := j.pass(ctx, q, c.values["environment"])
	if err != nil {
		return answer{}, err
	}
	result.At, result.Findings = c.now(), findings
	if !fleet.HasErrors(findings) {
		given.At = result.At
		result.Gates = []fleet.GateResult{given}
	}
	var next report.StageCommand
	if j.made.Policy.ByDispatch() {
		next = j.dispatched(j.made, func() fleet.Result { return execute.Recorded(j.made, append(known, result)) })
	}
	return c.answerGate(j.made, q, result, next)
}

// pass says who approved a gate, or why the approval does not count, and what was recorded before.
func (j *job) pass(ctx context.Context, q question, said string) (known []fleet.Result, given fleet.GateResult, findings []fleet.Finding, err error) {
	refused, err := j.guard(ctx, q.approval.Environment, said)
	if err != nil || len(refused) > 0 {
		return nil, given, refused, err
	}
	known, findings, err = rollouts.Records(ctx, j.store, j.runs()...)
	if err != nil {
		return nil, given, nil, err
	}
	recorded := execute.Recorded(j.made, known)
	if q.approval.After() && q.stage.Open() > 0 && !recorded.Stage(q.stage.Name).Outcome.Good() {
		return known, given, append(findings, fleet.Finding{
			Rule: "gate-too-early", Severity: fleet.Error, Stage: q.stage.Name,
			Message: "the approval after stage " + q.stage.Name + " is about its end, and no good end of it is recorded for this plan",
			Advice:  "let the stage run to its end first",
		}), nil
	}
	given, err = j.granted(ctx, q)
	if err == nil || codeOf(err) != exitRefused {
		return known, given, findings, err
	}
	what, next := explain(err)
	return known, fleet.GateResult{}, append(findings, fleet.Finding{Rule: "not-approved", Severity: fleet.Error, Stage: q.stage.Name, Message: what, Advice: next}), nil
}

// answerGate records what became of a gate and shows it, with the command for what comes next, where somebody has to type it.
func (c call) answerGate(made plan.Plan, q question, result fleet.Result, next report.StageCommand) (answer, error) {
	if err := writeResult(c.out(), result); err != nil {
		return answer{}, err
	}
	said := answer{
		document: report.Approval(made, q.stage.Name, q.approval.Gate, result, next), data: result, findings: result.Findings,
		outputs: map[string]string{outputDigest: made.Digest, outputState: "approved", outputResultFile: c.outFile(resultFile)},
	}
	if fleet.HasErrors(result.Findings) {
		said.code, said.outputs[outputState], said.next = exitRefused, stateRefused, fleet.FirstError(result.Findings).Advice
	}
	return said, c.publish(said.document)
}

// gateNamed finds a gate that has a job of its own.
func gateNamed(made plan.Plan, name, gate string) (question, error) {
	index, err := stageNamed(made, name)
	if err != nil {
		return question{}, err
	}
	stage := made.Stages[index]
	before, after := stage.Approvals()
	var known []string
	for _, q := range questions(made, stage, slices.Concat(before, after)) {
		if stage.Given(q.approval) {
			continue
		}
		if q.approval.Gate == gate {
			return q, nil
		}
		known = append(known, q.approval.Gate)
	}
	if len(known) == 0 {
		return question{}, wrongInput(fmt.Sprintf("stage %s has no gate that a job of its own records", name), "generate the workflow again with fleet-action workflow generate")
	}
	return question{}, wrongInput(fmt.Sprintf("stage %s has no gate %q", name, gate), "its gates are "+strings.Join(known, ", ")+": name one with --gate")
}
