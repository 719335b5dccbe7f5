package workflow

import (
	"slices"

	"github.com/org/fleet-update-action/internal/strategy"
)

// fromHere tells pull requests of this repository from those of forks, which get neither a login nor a comment; the
// command validate tells them so.
const fromHere = "github.event.pull_request.head.repo.full_name == github.repository"

// pullRequest is the workflow that checks a change of the strategy, or of one of its other workflows, and shows its plan.
func pullRequest(s strategy.Strategy, o Options, others []*page) *page {
	p := newPage(pullRequestFile(s.Name), "Fleet "+s.Name+" pull request", s, o)
	p.printf("\non:\n  pull_request:\n    paths:\n      - %s\n", scalar(o.StrategyPath))
	for _, changed := range slices.Concat(others, []*page{p}) {
		p.printf("      - %s\n", Folder+"/"+changed.name)
	}
	p.printf(`
permissions: {}

concurrency:
  group: fleet-%s-pull-request-${{ github.event.pull_request.number }}
  cancel-in-progress: true # nothing is upgraded here

jobs:
`, s.Name)
	p.validateJob()
	p.previewJob()
	return p
}

func (p *page) validateJob() {
	p.printf(`  validate:
    name: Validate
    runs-on:%s
    timeout-minutes: 15
    permissions:
      contents: read # the strategy and the workflows
    steps:
`, runsOn(p.strategy.Workflow.RunsOn))
	p.checkoutStep()
	for _, step := range []struct{ name, command string }{
		{"Validate the strategy", "validate"}, {"Check the workflows", "workflow check"},
	} {
		p.printf(`      - name: %s
        %s
        with:
          command: %s
          strategy: %s
`, step.name, p.uses(action), step.command, scalar(p.options.StrategyPath))
	}
}

func (p *page) previewJob() {
	p.printf(`
  # Plans with an identity that can only read, and keeps one comment with the plan, or with what is wrong with the strategy.
  # It names no environment: that would ask reviewers, and change the subject of the login.
  plan:
    name: Plan
    needs: [validate]
    if: ${{ !cancelled() && %s }}
    runs-on:%s
    timeout-minutes: 60
    permissions:
      contents: read # the strategy
      actions: read # the environments
      id-token: write # the login to Azure
      pull-requests: write # the comment
    steps:
`, fromHere, runsOn(p.strategy.Workflow.RunsOn))
	p.checkoutStep()
	p.printf(`      - name: Plan
        %s
        with:
          command: plan
          strategy: %s
          out: %s
          comment: true
          cloud: ${{ vars.AZURE_CLOUD }}
          client-id: ${{ vars.FLEET_PULL_REQUEST_CLIENT_ID }}
          tenant-id: ${{ vars.AZURE_TENANT_ID }}
`, p.uses(action), scalar(p.options.StrategyPath), folder(planJob))
}
