package workflow

import (
	"fmt"

	"github.com/org/fleet-update-action/internal/strategy"
)

const planJob = "plan"

// planJob writes the job that makes the plan.
func (p *page) planJob(w wiring) {
	p.printf(`  # Reads the fleet, checks the environments, and pins what every stage is to carry out.
  plan:
    name: Plan
%s    runs-on:%s
    timeout-minutes: 60
    permissions:
      contents: read # %s
      actions: %s
      id-token: write # the login to Azure
    outputs:
      artifact: ${{ steps.plan.outputs.plan-artifact }}
      digest: ${{ steps.plan.outputs.plan-digest }}
      has-updates: ${{ steps.plan.outputs.has-updates }}
      stages: ${{ steps.plan.outputs.stages }}
    steps:
`, w.plan, runsOn(p.strategy.Workflow.RunsOn), p.plannerReads(), p.plannerMay())
	if !p.ofMembers() {
		p.checkoutStep()
	}
	p.planSteps()
}

// plannerReads is what the job that plans reads of the repository.
func (p *page) plannerReads() string {
	if p.ofMembers() {
		return "of a run to retry, whether its commit is on the branch"
	}
	return "the strategy"
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
%s          out: %s
%s          skip: ${{ inputs.skip }}
          retry: ${{ inputs.retry }}
%s          cloud: ${{ vars.AZURE_CLOUD }}
          client-id: ${{ vars.FLEET_PLAN_CLIENT_ID }}
          tenant-id: ${{ vars.AZURE_TENANT_ID }}
      - name: Keep the plan
%s        %s
        with:
          name: ${{ steps.plan.outputs.plan-artifact }}
          path: |
            %[8]s/plan.json
            %[8]s/strategy.yml
          include-hidden-files: true
          if-no-files-found: error
%s          retention-days: 90
`, p.uses(action), p.subject(), folder(planJob), p.target(), p.retriedRuns(), p.ifPlanned(), p.uses(upload), folder(planJob), p.overwrite())
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
		return fmt.Sprintf("          profile: ${{ !inputs.retry && '%s' || '' }} # a retry has the targets of its run\n", profile.Name)
	}
	return fmt.Sprintf(`          name: ${{ inputs.name }}
          upgrade-type: %s
          kubernetes-version: ${{ inputs.kubernetes-version }}
          node-image-selection: %s
`, p.chosen("upgrade-type"), p.chosen("node-image-selection"))
}

// retriedRuns are the runs of the stages of the one to retry, where each of them is a run.
func (p *page) retriedRuns() string {
	if !p.strategy.Workflow.ByDispatch() {
		return ""
	}
	return "          runs: ${{ inputs.runs }}\n"
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
func (p *page) chosen(input string) string {
	return fmt.Sprintf("${{ inputs.%s != '%s' && inputs.%s || '' }}", input, p.asks().unsaid, input)
}
