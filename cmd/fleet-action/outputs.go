package main

import (
	"encoding/json"
	"strconv"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/rollouts"
)

// The outputs of the action's step. None carries the id of a resource: GitHub drops an output in which it masks a
// subscription's id.
const (
	outputDigest     = "plan-digest"
	outputArtifact   = "plan-artifact"
	outputHasUpdates = "has-updates"
	outputStages     = "stages"
	outputRunName    = "run-name"
	outputState      = "state"
	outputResultFile = "result-file"
)

// output is one output of the action's step, as action.yml describes it.
type output struct{ name, help string }

// outputTable lists every output once; action.yml and the README are made from it.
func outputTable() []output {
	return []output{
		{outputDigest, "the digest of the plan, which every stage is held to"},
		{outputArtifact, "plan: the name of the artifact to upload the plan as"},
		{outputHasUpdates, "plan: true where there is anything to upgrade, else false"},
		{outputStages, "plan: what each stage needs, a JSON object by the stage's name: run and accept (true or false), members, environment"},
		{outputRunName, "plan, stage, run: the name of the run: the one asked for, of a profile auto-PROFILE-CHANNEL-VERSION-HASH, else the strategy's"},
		{outputState, "refused, where nothing was done; plan: updates, no-updates or errored, of a profile also held (another rollout is under way) or disabled; gate: approved; status: no-plan where the job of the plan failed; otherwise the outcome of the stage or of the run"},
		{outputResultFile, "stage, run, gate: the file that holds the result"},
	}
}

// stateRefused is the state of what was refused.
const stateRefused = "refused"

// The states of a profile's plan that is not begun.
const (
	stateHeld     = "held"     // another rollout is under way
	stateDisabled = "disabled" // there is no plan
)

// noStages is the output of stages where none is to run, whatever else a workflow looks at.
const noStages = "{}"

// stageNeed is what a workflow has to know of a stage before it starts its job.
type stageNeed struct {
	Run         bool   `json:"run"`     // there is something to upgrade, and the plan does not skip the stage
	Accept      bool   `json:"accept"`  // the approvals after it are to be asked for
	Members     int    `json:"members"` // to upgrade, now or later
	Environment string `json:"environment,omitempty"`
}

// planOutputs are the outputs of a plan.
func planOutputs(made plan.Plan) map[string]string {
	state := "no-updates"
	switch {
	case made.Errored:
		state = "errored"
	case made.Applyable:
		state = "updates"
	}
	return map[string]string{
		outputDigest: made.Digest, outputArtifact: rollouts.PlanArtifact(made), outputHasUpdates: strconv.FormatBool(made.Applyable),
		outputStages: stageNeeds(made), outputState: state, outputRunName: made.Run,
	}
}

func stageNeeds(made plan.Plan) string {
	needs := map[string]stageNeed{}
	for i, stage := range made.Stages {
		need := stageNeed{Members: stage.Open()}
		need.Run = made.Applyable && stage.Skip == "" && need.Members > 0
		need.Accept = made.Applyable && made.Accepts(i)
		if environment := stage.JobEnvironment(); environment != nil {
			need.Environment = environment.Name
		}
		needs[stage.Name] = need
	}
	content, err := json.Marshal(needs)
	if err != nil {
		return noStages // strings and numbers cannot fail to encode
	}
	return string(content)
}
