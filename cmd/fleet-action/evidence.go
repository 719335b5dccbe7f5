package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// The artifacts in which the jobs of a run leave what they know to each other. Their names begin so; result and gate
// go on with the stage, the gate, and the attempt of the run, because an artifact cannot be written twice.
const (
	planArtifacts   = "fleet-plan-"
	resultArtifacts = "result-"
	gateArtifacts   = "gate-"
)

// planArtifact is the name of the artifact that holds a plan: the same for the same plan.
func planArtifact(made plan.Plan) string { return planArtifacts + shortDigest(made) }

// storedPlan reads a plan from the artifacts of the run, and says which run made it.
func (j *job) storedPlan(ctx context.Context, name string) (content []byte, run int64, err error) {
	for _, run := range j.runs() {
		artifacts, _, err := j.api.Artifacts(ctx, run, name)
		if err != nil {
			return nil, 0, err
		}
		for _, artifact := range artifacts {
			if artifact.Name == name {
				content, err = j.api.ArtifactFile(ctx, artifact, planFile)
				return content, run, err
			}
		}
	}
	return nil, 0, &failure{
		rule: "plan-missing", code: exitRefused, err: fmt.Errorf("the run has no artifact %q with a plan, or it has expired", name),
		next: "start the workflow anew: it makes a new plan",
	}
}

// recorded collects what the jobs of the run recorded, any attempt, in the order in which they did. Whose plan a record
// is of is for its reader to heed. The findings are about artifacts that are no records.
func (j *job) recorded(ctx context.Context) (known fleet.Result, findings []fleet.Finding, err error) {
	for _, run := range j.runs() {
		for _, prefix := range []string{resultArtifacts, gateArtifacts} {
			artifacts, expired, err := j.api.Artifacts(ctx, run, prefix)
			if err != nil {
				return known, nil, err
			}
			for _, gone := range expired {
				findings = append(findings, unreadable(gone.Name, "it has expired"))
			}
			for _, artifact := range artifacts {
				content, err := j.api.ArtifactFile(ctx, artifact, resultFile)
				if err != nil {
					return known, nil, err
				}
				result, err := decodeResult(content)
				if err != nil {
					findings = append(findings, unreadable(artifact.Name, err.Error()))
				}
				known.Stages = append(known.Stages, result.Stages...)
				known.Gates = append(known.Gates, result.Gates...)
			}
		}
	}
	return known, findings, nil
}

func unreadable(artifact, why string) fleet.Finding {
	return fleet.Finding{
		Rule: "record-unreadable", Severity: fleet.Warning,
		Message: fmt.Sprintf("the artifact %s is not used: %s", artifact, strings.TrimSuffix(why, ".")),
		Advice:  "a stage whose record is missing is run again; what is at its target is left alone",
	}
}

// lastOf returns what was recorded last of a stage of the plan, or a zero value.
func lastOf(known fleet.Result, made plan.Plan, stage string) fleet.StageResult {
	var last fleet.StageResult
	for _, record := range known.Stages {
		if record.Name == stage && record.Digest == made.Digest {
			last = record
		}
	}
	return last
}

// ofPlan keeps the records of one plan: the last of each stage, and of each gate.
func ofPlan(known fleet.Result, made plan.Plan) (stages []fleet.StageResult, gates []fleet.GateResult) {
	for _, stage := range made.Stages {
		if last := lastOf(known, made, stage.Name); last.Name != "" {
			stages = append(stages, last)
		}
	}
	for _, gate := range known.Gates {
		if gate.Digest != made.Digest {
			continue
		}
		for i, other := range gates {
			if other.SameGate(gate) {
				gates = append(gates[:i], gates[i+1:]...)
				break
			}
		}
		gates = append(gates, gate)
	}
	return stages, gates
}
