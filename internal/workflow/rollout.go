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
	if s.Workflow.Approvals == strategy.ApprovalsByDispatch {
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
	if p.follows() == nil {
		p.targetInputs()
	}
	p.printf(`      skip:
        description: What to leave out, such as Stage:canary Group:eu Member:aks-1 AfterStageWait:canary
        type: string
        default: ''
`)
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

func (p *page) planJob(w wiring) {
	p.printf(`  # Reads the fleet, checks the environments, and pins what every stage is to carry out.
  plan:
    name: Plan
%s    runs-on:%s
    timeout-minutes: 60
    permissions:
      contents: read # the strategy
      actions: %s
      id-token: write # the login to Azure
    outputs:
      artifact: ${{ steps.plan.outputs.plan-artifact }}
      digest: ${{ steps.plan.outputs.plan-digest }}
      has-updates: ${{ steps.plan.outputs.has-updates }}
      stages: ${{ steps.plan.outputs.stages }}
    steps:
`, w.plan, runsOn(p.strategy.Workflow.RunsOn), p.plannerMay())
	p.checkoutStep()
	p.planSteps()
}

// plannerMay is what the job that plans may do to the runs of the repository.
func (p *page) plannerMay() string {
	switch profile := p.follows(); {
	case profile == nil:
		return "read # the environments"
	case profile.OnWaiting == strategy.OnWaitingSupersede:
		return "write # the environments, and to cancel a rollout of which no stage has begun"
	default:
		return "read # the environments, and whether another rollout is under way"
	}
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
%s          skip: ${{ inputs.skip }}
          client-id: ${{ vars.FLEET_PLAN_CLIENT_ID }}
          tenant-id: ${{ vars.AZURE_TENANT_ID }}
      - name: Keep the plan
%s        %s
        with:
          name: ${{ steps.plan.outputs.plan-artifact }}
          path: %s/plan.json
          include-hidden-files: true
          if-no-files-found: error
%s          retention-days: 90
`, p.uses(action), scalar(p.options.StrategyPath), folder(planJob), p.target(), p.ifPlanned(), p.uses(upload), folder(planJob), p.overwrite())
}

// overwrite has the plan of a job that is run again take the place of the one before; v3 does so unasked.
func (p *page) overwrite() string {
	if p.v3() {
		return ""
	}
	return "          overwrite: true\n"
}

// target says what the plan is to upgrade to.
func (p *page) target() string {
	if profile := p.follows(); profile != nil {
		return "          profile: " + scalar(profile.Name) + "\n"
	}
	return fmt.Sprintf(`          upgrade-type: %s
          kubernetes-version: ${{ inputs.kubernetes-version }}
          node-image-selection: %s
`, chosen("upgrade-type"), chosen("node-image-selection"))
}

// ifPlanned is the condition of what needs a plan: a profile that is disabled has none.
func (p *page) ifPlanned() string {
	if p.follows() == nil {
		return ""
	}
	return "        if: ${{ steps.plan.outputs.plan-artifact != '' }}\n"
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
	stage, gate := p.called()
	if j.gate == "" {
		p.printf("    %s\n    with:\n      stage: %s\n", p.uses(stage), scalar(j.stage.Name))
		if j.environment != "" {
			p.printf("      environment: %s\n", scalar(j.environment))
		}
		p.printf("      runs-on: %s\n", runsOnJSON(p.strategy.StageRunsOn(j.stage)))
		p.printf("      job-limit-minutes: %d\n      deadline: %s\n", int(j.stage.JobLimit.Minutes()), deadline(j.stage.JobLimit))
	} else {
		p.printf("    %s\n    with:\n      stage: %s\n      gate: %s\n", p.uses(gate), scalar(j.stage.Name), j.gate)
		p.printf("      environment: %s\n      runs-on: %s\n", scalar(j.environment), runsOnJSON(p.strategy.Workflow.RunsOn))
	}
	p.told("      ", w)
}

// called are the workflows of stages and gates that fit the server's artifacts.
func (p *page) called() (stage, gate string) {
	if p.v3() {
		return action + stageV3Workflow, action + gateV3Workflow
	}
	return action + stageWorkflow, action + gateWorkflow
}

// v3 reports whether the server takes no other artifacts than those of v3. Its API tells of them only when their run is
// over, so that jobs of the same run have to download them.
func (p *page) v3() bool { return p.strategy.Workflow.Artifacts == strategy.ArtifactsV3 }

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
`, w.report, runsOn(p.strategy.Workflow.RunsOn), readBranches)
	records := folder("report") + "-records"
	if p.v3() {
		p.printf(`      - name: Fetch what the other jobs left
        %s
        with:
          path: %s
`, p.uses(download), records)
	}
	p.printf(`      - name: Report
        %s
        with:
          command: status
          out: %s
`, p.uses(action), folder("report"))
	if p.v3() {
		p.printf("          records: %s\n", records)
	}
	p.told("          ", w)
}
