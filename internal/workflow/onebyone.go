package workflow

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// OneByOneFile is the name of the workflow that upgrades named members without a strategy.
const OneByOneFile = strategy.OneByOne + ".yml"

// oneByOneEnvironment guards the one stage of such a run.
const oneByOneEnvironment = "aks-one-by-one"

// asUsual is the choice of a manual start that leaves a setting to the action, where no strategy says it.
const asUsual = "default"

// OneByOne is the workflow that upgrades members without a strategy: that of a rollout with one stage, whose form asks for
// the members, and whose plan is told which environment guards them. It is an example to copy and belongs to no strategy.
func OneByOne(pins Pins) File {
	stage := strategy.OneByOneStage()
	stage.Environment = &fleet.Environment{Name: oneByOneEnvironment}
	s := strategy.Strategy{Name: strategy.OneByOne, Stages: []strategy.Stage{stage}, Workflow: strategy.Workflow{
		RunsOn: strategy.RunsOn{Labels: []string{"ubuntu-latest"}}, Approvals: strategy.ApprovalsByEnvironments, Artifacts: strategy.ArtifactsV4,
	}}
	p := &page{name: OneByOneFile, strategy: s, options: Options{Pins: pins}}
	p.printf(`# Upgrades Fleet resources or clusters one by one, without a strategy. Copy it to .github/workflows, and give the
# environment %s reviewers and a branch policy: they approve the plan, once it is there.
name: Fleet %s
`, oneByOneEnvironment, s.Name)
	all := jobs(s, planJob)
	p.rollout(chain(s, all), all)
	return File{Name: p.name, Content: p.text.String()}
}

// ofMembers reports whether members are named in the form, and there is no strategy.
func (p *page) ofMembers() bool { return p.options.StrategyPath == "" }

// subject says what the plan is to be made of.
func (p *page) subject() string {
	if p.ofMembers() {
		return "          members: ${{ inputs.members }}\n          environment: " + scalar(oneByOneEnvironment) + " # literally, as the stage has it\n"
	}
	return "          strategy: " + scalar(p.options.StrategyPath) + "\n"
}

// asksByMembers are the words of the form where there is no strategy.
func asksByMembers() asks {
	return asks{
		unsaid:  asUsual,
		upgrade: "What to upgrade; the default is Full with a version, else NodeImageOnly",
		version: "The Kubernetes version, such as 1.34 or 1.34.2; needed for Full and ControlPlaneOnly",
		images:  "Which node images; the default is Latest",
		skip:    "What to leave out, such as Member:aks-1",
		retry:   "The id of a run of this workflow with the same members, to try again what failed or was skipped in it, with its targets",
		name:    "A name of its own for the run",
	}
}
