package workflow

import "github.com/org/fleet-update-action/internal/strategy"

// resume is the workflow that goes on with rollouts that had to wait.
func resume(s strategy.Strategy, o Options) *page {
	p := newPage(ResumeFile(s.Name), "Fleet "+s.Name+" resume", s, o)
	p.printf(`
on:
  schedule:
    - cron: %s
  workflow_dispatch:

permissions: {}

concurrency:
  group: fleet-%s-resume

jobs:
  # Runs the failed jobs of waiting rollouts again, when their time has come.
  resume:
    name: Resume
    runs-on:%s
    timeout-minutes: 15
    permissions:
      contents: read # the strategy
      actions: write # to run jobs again
    steps:
`, scalar(s.Workflow.Resume), s.Name, runsOn(s.Workflow.RunsOn))
	p.checkoutStep()
	p.printf(`      - name: Resume
        %s
        with:
          command: resume
          strategy: %s
`, p.uses(action), scalar(o.StrategyPath))
	return p
}
