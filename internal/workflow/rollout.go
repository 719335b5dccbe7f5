package workflow

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/strategy"
)

const planJob = "plan"

// asInStrategy is the choice of a manual start that leaves a setting to the strategy.
const asInStrategy = "as the strategy says"

// rollout is the workflow that upgrades the fleet.
func rollout(s strategy.Strategy, o Options) *page {
	p := newPage(RolloutFile(s.Name), "Fleet "+s.Name, s, o)
	all := jobs(s)
	w := chain(s, all)
	if s.Workflow.Approvals == strategy.ApprovalsByDispatch {
		w = byHand(s, all)
	}
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
	return p
}

func (p *page) rolloutTriggers(w wiring) {
	p.printf("run-name: %s\n\non:\n  workflow_dispatch:\n    inputs:\n%s", w.runName, w.before)
	p.planInputs()
	p.printf("%s", w.after)
	if p.strategy.Workflow.OnStrategyChange {
		p.printf("  push:\n    branches: %s\n    paths: %s\n", list([]string{p.strategy.Workflow.Branch}), list([]string{p.options.StrategyPath}))
	}
}

func (p *page) planInputs() {
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
      skip:
        description: What to leave out, such as Stage:canary Group:eu Member:aks-1 AfterStageWait:canary
        type: string
        default: ''
`, asInStrategy, strategy.Full, strategy.ControlPlaneOnly, strategy.NodeImageOnly, strategy.Latest, strategy.Consistent)
}

func (p *page) planJob(w wiring) {
	p.printf(`  # Reads the fleet, checks the environments, and pins what every stage is to carry out.
  plan:
    name: Plan
%s    runs-on:%s
    timeout-minutes: 60
    permissions:
      contents: read # the strategy
      actions: read # the environments
      id-token: write # the login to Azure
    outputs:
      artifact: ${{ steps.plan.outputs.plan-artifact }}
      digest: ${{ steps.plan.outputs.plan-digest }}
      has-updates: ${{ steps.plan.outputs.has-updates }}
      stages: ${{ steps.plan.outputs.stages }}
    steps:
`, w.plan, runsOn(p.strategy.Workflow.RunsOn))
	p.checkoutStep()
	p.planSteps()
}

func (p *page) checkoutStep() {
	p.printf(`      - name: Check out the strategy
        %s
        with:
          persist-credentials: false
`, p.uses(checkout))
}

func (p *page) planSteps() {
	p.printf(`      - name: Plan
        id: plan
        %s
        with:
          command: plan
          strategy: %s
          out: %s
          upgrade-type: %s
          kubernetes-version: ${{ inputs.kubernetes-version }}
          node-image-selection: %s
          skip: ${{ inputs.skip }}
          client-id: ${{ vars.FLEET_PLAN_CLIENT_ID }}
          tenant-id: ${{ vars.AZURE_TENANT_ID }}
      - name: Keep the plan
        %s
        with:
          name: ${{ steps.plan.outputs.plan-artifact }}
          path: %s/plan.json
          include-hidden-files: true
          if-no-files-found: error
          overwrite: true
          retention-days: 90
`, p.uses(action), scalar(p.options.StrategyPath), folder(planJob), chosen("upgrade-type"), chosen("node-image-selection"), p.uses(upload), folder(planJob))
}

// folder is where a job writes its files: one that no other job has had, because runners that stay keep them.
func folder(job string) string { return ".fleet/${{ github.run_id }}-${{ github.run_attempt }}-" + job }

// chosen is an input with choices, empty where it leaves the setting to the strategy.
func chosen(input string) string {
	return fmt.Sprintf("${{ inputs.%s != '%s' && inputs.%s || '' }}", input, asInStrategy, input)
}

// calling is the job of a stage or gate, which calls a workflow of this repository.
func (p *page) calling(j job, w wiring) {
	p.printf("\n%s  %s:\n    name: %s\n%s", j.comment(), j.id, scalar(strings.Join(strings.Fields(j.name), " ")), w.job(j))
	p.printf(`    permissions:
      actions: read # the plan and the records of other jobs
      contents: read # %s
      id-token: write # %s
`, readBranches, j.loginFor())
	if j.gate == "" {
		p.printf("    %s\n    with:\n      stage: %s\n", p.uses(action+stageWorkflow), scalar(j.stage.Name))
		if j.environment != "" {
			p.printf("      environment: %s\n", scalar(j.environment))
		}
		p.printf("      runs-on: %s\n", runsOnJSON(p.strategy.StageRunsOn(j.stage)))
		p.printf("      job-limit-minutes: %d\n      deadline: %s\n", int(j.stage.JobLimit.Minutes()), deadline(j.stage.JobLimit))
	} else {
		p.printf("    %s\n    with:\n      stage: %s\n      gate: %s\n", p.uses(action+gateWorkflow), scalar(j.stage.Name), j.gate)
		p.printf("      environment: %s\n      runs-on: %s\n", scalar(j.environment), runsOnJSON(p.strategy.Workflow.RunsOn))
	}
	p.told("      ", w)
}

// readBranches is what jobs read of the repository that take what other runs left.
const readBranches = "whether branches are protected, and that no tag bears the branch's name"

// wanted is what the plan says of a stage when this job of it is wanted.
func (j job) wanted() string {
	if strings.HasPrefix(j.gate, "after-") {
		return "accept"
	}
	return "run"
}

func (j job) comment() string {
	switch {
	case strings.HasPrefix(j.gate, "before"):
		return "  # Waits for the approval of its environment.\n"
	case j.gate != "":
		return "  # Waits for the approval of its environment, while the wait after the stage runs.\n"
	default:
		return ""
	}
}

func (j job) loginFor() string {
	if j.gate != "" {
		return "the proof of its environment"
	}
	return "the login to Azure, and the proof of its environment"
}

// told writes what a job is told of the plan and the jobs before it.
func (p *page) told(indent string, w wiring) {
	for _, line := range w.told {
		p.printf("%s%s\n", indent, line)
	}
}

func (p *page) reportJob(w wiring) {
	p.printf(`
  # Says what became of every stage; fails where one with updates was neither run nor planned to be skipped.
  report:
    name: Report
%s    runs-on:%s
    timeout-minutes: 15
    permissions:
      actions: read # the plan and the records of the stages
      contents: read # %s
    steps:
      - name: Report
        %s
        with:
          command: status
          out: %s
`, w.report, runsOn(p.strategy.Workflow.RunsOn), readBranches, p.uses(action), folder("report"))
	p.told("          ", w)
}
