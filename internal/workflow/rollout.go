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

// asks are the words in which the form of a workflow asks about the plan.
type asks struct {
	unsaid                                      string // the choice that leaves a setting to whoever else says it
	upgrade, version, images, skip, retry, name string
}

func (p *page) asks() asks {
	if p.ofMembers() {
		return asksByMembers()
	}
	return asks{
		unsaid:  asInStrategy,
		upgrade: "What to upgrade",
		version: "The Kubernetes version, such as 1.34 or 1.34.2; empty is as the strategy says",
		images:  "Which node images",
		skip:    "What to leave out, such as Stage:canary Group:eu Member:aks-1 AfterStageWait:canary ScheduledStart:eu",
		retry:   "The id of a run of this workflow, to try again what failed or was skipped in it, with its targets",
		name:    "A name of its own for the run, to carry out the strategy a second time",
	}
}

func (p *page) planInputs() {
	a := p.asks()
	if p.ofMembers() {
		p.printf(`      members:
        description: The resource ids of Fleet resources or of clusters, with blanks between them
        type: string
        required: true
`)
	}
	if p.follows() == nil {
		p.choice("upgrade-type", a.upgrade, a.unsaid, string(strategy.Full), string(strategy.ControlPlaneOnly), string(strategy.NodeImageOnly))
		p.input("kubernetes-version", a.version)
		p.choice("node-image-selection", a.images, a.unsaid, string(strategy.Latest), string(strategy.Consistent))
	}
	p.input("skip", a.skip)
	p.input("retry", a.retry)
	if p.follows() == nil {
		p.input("name", a.name)
	}
}

// input asks for a text that may be left empty.
func (p *page) input(name, description string) {
	p.printf("      %s:\n        description: %s\n        type: string\n        default: ''\n", name, description)
}

// choice asks for one of several, of which the first is the default.
func (p *page) choice(name, description string, options ...string) {
	p.printf("      %s:\n        description: %s\n        type: choice\n        default: %s\n        options:\n", name, description, options[0])
	for _, option := range options {
		p.printf("          - %s\n", option)
	}
}
