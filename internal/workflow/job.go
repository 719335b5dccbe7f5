package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/strategy"
)

// The reusable workflows of this repository, and the same for servers that take no other artifacts than those of v3.
const (
	stageWorkflow   = "/.github/workflows/stage.yml"
	gateWorkflow    = "/.github/workflows/gate.yml"
	stageV3Workflow = "/.github/workflows/stage-v3.yml"
	gateV3Workflow  = "/.github/workflows/gate-v3.yml"
)

// ourWorkflows is all that workflows call of this repository.
func ourWorkflows() []string {
	return []string{action, action + stageWorkflow, action + gateWorkflow, action + stageV3Workflow, action + gateV3Workflow}
}

// job is a job that is made from the strategy: a stage, or an approval before or after one.
type job struct {
	id          string
	name        string
	does        string // in a manual start: what is to be done
	stage       strategy.Stage
	gate        string // before-1, after-2, …; "" for the stage itself
	environment string // "": none
	needs       []string
}

// jobs returns the jobs of a strategy in the order in which they come up, after those that are there already. A job needs
// all that come up before it, not the last ones alone: where those in between are skipped, one that was cancelled would
// otherwise be forgotten.
func jobs(s strategy.Strategy, earlier ...string) []job {
	stages := s.Stages
	if len(stages) == 0 {
		stages = []strategy.Stage{strategy.OneByOneStage()}
	}
	var all []job
	for _, stage := range stages {
		environment, before := guard(stage)
		upgrade := job{id: "stage-" + stage.Name, name: "Stage " + stage.Name, does: DoStage(stage.Name), stage: stage, environment: environment}
		before = needing(before, earlier)
		earlier = appendIDs(earlier, before)
		upgrade.needs = earlier
		earlier = appendIDs(earlier, []job{upgrade})
		after := needing(approvals(stage, "after", stage.AfterGates), earlier)
		earlier = appendIDs(earlier, after)
		all = append(append(append(all, before...), upgrade), after...)
	}
	return all
}

// guard returns the environment of a stage's job, and the approvals before it that have jobs of their own. A stage that
// names no environment takes that of its first approval; approvals of the same environment are given to the stage's job.
func guard(stage strategy.Stage) (environment string, before []job) {
	before = approvals(stage, "before", stage.BeforeGates)
	switch {
	case stage.Environment != nil:
		environment = stage.Environment.Name
	case len(before) > 0:
		environment = before[0].environment
	}
	return environment, slices.DeleteFunc(before, func(j job) bool { return strings.EqualFold(j.environment, environment) })
}

// StageEnvironment is the environment that the job of a stage runs in, or "".
func StageEnvironment(stages []strategy.Stage, name string) string {
	for _, stage := range stages {
		if stage.Name == name {
			environment, _ := guard(stage)
			return environment
		}
	}
	return ""
}

// approvals returns the jobs of the Approval gates at one place. They are numbered as they stand among all gates.
func approvals(stage strategy.Stage, place string, gates []strategy.Gate) []job {
	var all []job
	for i, gate := range gates {
		if gate.Type != strategy.GateApproval {
			continue
		}
		number := fmt.Sprintf("%s-%d", place, i+1)
		name := gate.DisplayName
		if name == "" {
			name = "Approval " + place + " stage " + stage.Name
		}
		all = append(all, job{
			id: "gate-" + stage.Name + "-" + number, name: name, does: DoGate(stage.Name, number),
			stage: stage, gate: number, environment: gate.Environment.Name,
		})
	}
	return all
}

func needing(jobs []job, needs []string) []job {
	for i := range jobs {
		jobs[i].needs = needs
	}
	return jobs
}

func appendIDs(ids []string, jobs []job) []string {
	all := append([]string(nil), ids...)
	for _, job := range jobs {
		all = append(all, job.id)
	}
	return all
}

// deadline is when a stage's job is to end by itself.
func deadline(limit time.Duration) string {
	text := strategy.Deadline(limit).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = strings.TrimSuffix(text, zero[1:])
		}
	}
	return text
}
