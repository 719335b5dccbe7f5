package workflow

import "github.com/org/fleet-update-action/internal/strategy"

// asInStrategy is the choice of a manual start that leaves a setting to the strategy.
const asInStrategy = "as the strategy says"

// rollout is the workflow that upgrades the fleet.
func rollout(s strategy.Strategy, o Options) *page {
	if s.Workflow.ByDispatch() {
		return startedByHand(s, o, RolloutFile(s.Name), "Fleet "+s.Name)
	}
	p := newPage(RolloutFile(s.Name), "Fleet "+s.Name, s, o)
	all := jobs(s, planJob)
	p.rollout(chain(s, all), all)
	return p
}

// startedByHand is the workflow that upgrades the fleet stage by stage, each of which somebody starts.
func startedByHand(s strategy.Strategy, o Options, file, title string) *page {
	p := newPage(file, title, s, o)
	all := jobs(s)
	p.rollout(byHand(s, title, all), all)
	return p
}

// rollout writes a workflow that plans, carries out stages and reports.
func (p *page) rollout(w wiring, all []job) {
	p.rolloutTriggers(w)
	p.printf(`
permissions: {}

# One rollout at a time. What changes nothing does not wait for it.
concurrency:
  group: %s

jobs:
`, w.group)
	p.planJob(w)
	p.printf("%s", w.heading)
	for _, job := range all {
		p.calling(job, w)
	}
	p.reportJob(w)
}

func (p *page) rolloutTriggers(w wiring) {
	p.printf("run-name: %s\n\non:\n", w.runName)
	p.schedule()
	p.printf("  workflow_dispatch:\n    inputs:\n%s", w.before)
	p.planInputs()
	p.printf("%s", w.after)
	if p.strategy.Workflow.OnStrategyChange && p.follows() == nil {
		p.printf("  push:\n    branches: %s\n    paths: %s\n", list([]string{p.strategy.Workflow.Branch}), list([]string{p.options.StrategyPath}))
	}
}

// follows is the profile whose runs the workflow makes; nil: those of the strategy itself.
func (p *page) follows() *strategy.Profile { return p.strategy.Upgrade.Follows }

func (p *page) planInputs() {
	if p.ofMembers() {
		p.membersInputs()
		return
	}
	if p.follows() == nil {
		p.targetInputs()
	}
	p.printf(`      skip:
        description: What to leave out, such as Stage:canary Group:eu Member:aks-1 AfterStageWait:canary ScheduledStart:eu
        type: string
        default: ''
      retry:
        description: The id of a run of this workflow, to try again what failed or was skipped in it, with its targets
        type: string
        default: ''
`)
	if p.follows() == nil {
		p.printf(`      name:
        description: A name of its own for the run, to carry out the strategy a second time
        type: string
        default: ''
`)
	}
}

func (p *page) targetInputs() {
	p.printf(`      upgrade-type:
        description: What to upgrade
        type: choice
        default: %[1]s
        options:
          - %[1]s
          - %[2]s
          - %[3]s
          - %[4]s
      kubernetes-version:
        description: The Kubernetes version, such as 1.34 or 1.34.2; empty is as the strategy says
        type: string
        default: ''
      node-image-selection:
        description: Which node images
        type: choice
        default: %[1]s
        options:
          - %[1]s
          - %[5]s
          - %[6]s
`, asInStrategy, strategy.Full, strategy.ControlPlaneOnly, strategy.NodeImageOnly, strategy.Latest, strategy.Consistent)
}
