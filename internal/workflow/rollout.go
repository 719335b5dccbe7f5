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
	p := newPage(RolloutFile(s.Name), "Fleet "+s.Name, o)
	all := jobs(s)
	byHand := s.Workflow.Approvals == strategy.ApprovalsByDispatch
	p.rolloutTriggers(s, all, byHand)
	p.printf(`
permissions: {}

# One rollout at a time. What changes nothing does not wait for it.
concurrency:
  group: %s

jobs:
`, concurrency(s.Name, byHand))
	p.planJob(s, byHand)
	if !byHand {
		p.printf("\n  # From here on, a job runs when nothing before it failed or was cancelled and the plan has something for its stage.\n")
	}
	for _, job := range all {
		p.chained(s, job, byHand)
	}
	p.reportJob(s, all, byHand)
	return p
}

func concurrency(name string, byHand bool) string {
	if byHand {
		return fmt.Sprintf("${{ (startsWith(inputs.do, 'stage ') || startsWith(inputs.do, 'gate ')) && 'fleet-%s' || format('fleet-%s-{0}', github.run_id) }}", name, name)
	}
	return fmt.Sprintf("${{ inputs.dry-run && format('fleet-%s-dry-run-{0}', github.run_id) || 'fleet-%s' }}", name, name)
}

func (p *page) rolloutTriggers(s strategy.Strategy, all []job, byHand bool) {
	if byHand {
		p.printf("run-name: \"Fleet %s: ${{ inputs.do || 'plan' }}\"\n", s.Name)
	} else {
		p.printf("run-name: Fleet %s${{ inputs.dry-run && ' (dry run)' || '' }}\n", s.Name)
	}
	p.printf("\non:\n  workflow_dispatch:\n    inputs:\n")
	if byHand {
		p.doInputs(all)
	}
	p.planInputs()
	if !byHand {
		p.printf(`      dry-run:
        description: Plan only; nothing is upgraded
        type: boolean
        default: false
`)
	}
	if s.Workflow.OnStrategyChange {
		p.printf("  push:\n    branches: %s\n    paths: %s\n", list([]string{s.Workflow.Branch}), list([]string{p.options.StrategyPath}))
	}
}

// doInputs are what a manual start needs to know where nothing but manual starts connects the stages.
func (p *page) doInputs(all []job) {
	p.printf(`      do:
        description: What to do
        type: choice
        default: plan
        options:
          - plan
`)
	for _, job := range all {
		p.printf("          - %s\n", job.does)
	}
	p.printf(`          - report
      plan:
        description: "Not for plan: the artifact of the plan to carry out, as its summary names it (fleet-plan-…)"
        type: string
        default: ''
      runs:
        description: "Not for plan: the ids of the runs so far, that of the plan first, with blanks between them"
        type: string
        default: ''
`)
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

func (p *page) planJob(s strategy.Strategy, byHand bool) {
	p.printf("  # Reads the fleet, checks the environments, and pins what every stage is to carry out.\n  plan:\n    name: Plan\n")
	switch {
	case byHand && s.Workflow.OnStrategyChange:
		p.printf("    if: ${{ inputs.do == 'plan' || github.event_name == 'push' }}\n")
	case byHand:
		p.printf("    if: ${{ inputs.do == 'plan' }}\n")
	}
	p.printf(`    runs-on:%s
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
`, runsOn(s.Workflow.RunsOn))
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
          out: .fleet
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
          path: .fleet/plan.json
          include-hidden-files: true
          if-no-files-found: error
          overwrite: true
          retention-days: 90
`, p.uses(action), scalar(p.options.StrategyPath), chosen("upgrade-type"), chosen("node-image-selection"), p.uses(upload))
}

// chosen is an input with choices, empty where it leaves the setting to the strategy.
func chosen(input string) string {
	return fmt.Sprintf("${{ inputs.%s != '%s' && inputs.%s || '' }}", input, asInStrategy, input)
}

// chained is the job of a stage or gate.
func (p *page) chained(s strategy.Strategy, j job, byHand bool) {
	p.printf("\n%s  %s:\n    name: %s\n", j.comment(), j.id, scalar(strings.Join(strings.Fields(j.name), " ")))
	if byHand {
		p.printf("    if: ${{ inputs.do == '%s' }}\n", j.does)
	} else {
		p.printf(`    needs:%s
    if: >-
      ${{ !cancelled() && !failure() && !contains(needs.*.result, 'cancelled') && !inputs.dry-run
      && fromJSON(needs.plan.outputs.stages || '{}')['%s'].%s }}
`, needs(j.needs), j.stage.Name, j.wanted())
	}
	p.printf("    permissions:\n      actions: read # the plan and the records of other jobs\n      id-token: write # %s\n", j.loginFor())
	if j.gate == "" {
		p.printf("    %s\n    with:\n      stage: %s\n", p.uses(action+stageWorkflow), scalar(j.stage.Name))
		if j.environment != "" {
			p.printf("      environment: %s\n", scalar(j.environment))
		}
		p.printf("      runs-on: %s\n", runsOnJSON(s.StageRunsOn(j.stage)))
		p.printf("      job-limit-minutes: %d\n      deadline: %s\n", int(j.stage.JobLimit.Minutes()), deadline(j.stage.JobLimit))
	} else {
		p.printf("    %s\n    with:\n      stage: %s\n      gate: %s\n", p.uses(action+gateWorkflow), scalar(j.stage.Name), j.gate)
		p.printf("      environment: %s\n      runs-on: %s\n", scalar(j.environment), runsOnJSON(s.Workflow.RunsOn))
	}
	p.printf("%s", handedOn("      ", byHand))
}

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

// handedOn is what a job is told of the plan and the jobs before it.
func handedOn(indent string, byHand bool) string {
	lines := []string{"plan-artifact: ${{ needs.plan.outputs.artifact }}", "plan-digest: ${{ needs.plan.outputs.digest }}"}
	if byHand {
		lines = []string{"plan-artifact: ${{ inputs.plan }}", "runs: ${{ inputs.runs }}"}
	}
	return indent + strings.Join(lines, "\n"+indent) + "\n"
}

func (p *page) reportJob(s strategy.Strategy, all []job, byHand bool) {
	p.printf("\n  # Says what became of every stage; fails where one with updates was neither run nor planned to be skipped.\n  report:\n    name: Report\n")
	if byHand {
		p.printf("    if: ${{ inputs.do == 'report' }}\n")
	} else {
		p.printf("    needs:%s\n    if: ${{ always() && needs.plan.outputs.artifact != '' && !inputs.dry-run }}\n", needs(appendIDs([]string{planJob}, all)))
	}
	p.printf(`    runs-on:%s
    timeout-minutes: 15
    permissions:
      actions: read # the plan and the records of the stages
    steps:
      - name: Report
        %s
        with:
          command: status
          out: .fleet
%s`, runsOn(s.Workflow.RunsOn), p.uses(action), handedOn("          ", byHand))
}
