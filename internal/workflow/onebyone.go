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

// unsaid is the choice that leaves a setting to whoever else says it.
func (p *page) unsaid() string {
	if p.ofMembers() {
		return asUsual
	}
	return asInStrategy
}

// membersInputs are the form where there is no strategy.
func (p *page) membersInputs() {
	p.printf(`      members:
        description: The resource ids of Fleet resources or of clusters, with blanks between them
        type: string
        required: true
      upgrade-type:
        description: What to upgrade; the default is Full with a version, else NodeImageOnly
        type: choice
        default: %[1]s
        options:
          - %[1]s
          - %[2]s
          - %[3]s
          - %[4]s
      kubernetes-version:
        description: The Kubernetes version, such as 1.34 or 1.34.2; needed for Full and ControlPlaneOnly
        type: string
        default: ''
      node-image-selection:
        description: Which node images; the default is Latest
        type: choice
        default: %[1]s
        options:
          - %[1]s
          - %[5]s
          - %[6]s
      skip:
        description: What to leave out, such as Member:aks-1
        type: string
        default: ''
      retry:
        description: The id of a run of this workflow with the same members, to try again what failed or was skipped in it, with its targets
        type: string
        default: ''
      name:
        description: A name of its own for the run
        type: string
        default: ''
`, asUsual, strategy.Full, strategy.ControlPlaneOnly, strategy.NodeImageOnly, strategy.Latest, strategy.Consistent)
}
