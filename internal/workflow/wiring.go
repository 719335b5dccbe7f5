package workflow

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/strategy"
)

// wiring is what is different between rollouts whose jobs start each other and those whose jobs are started by hand.
// Whole lines end with their line break.
type wiring struct {
	runName string
	before  string // the lines of the form before those about the plan
	after   string // and those after them
	group   string // the concurrency group
	plan    string // the lines of the plan's job that say when it runs
	heading string // the lines between it and the jobs of stages and gates
	job     func(job) string
	report  string   // the lines of the report's job that say when it runs
	told    []string // what a job is told of the plan, and of the jobs and runs before it
}

const dryRunInput = `      dry-run:
        description: Plan only; nothing is upgraded
        type: boolean
        default: false
`

// chain is the rollout that runs from the plan to the report, and waits for approvals on the way.
func chain(s strategy.Strategy, all []job) wiring {
	return wiring{
		runName: dryRunName("Fleet " + s.Name + "${{ inputs.name && format(' {0}', inputs.name) || '' }}"),
		after:   dryRunInput,
		group:   fmt.Sprintf("${{ inputs.dry-run && format('fleet-%s-dry-run-{0}', github.run_id) || 'fleet-%s' }}", s.Name, s.Name),
		heading: "\n  # From here on, a job runs when nothing before it failed or was cancelled and the plan has something for its stage.\n",
		job:     chained,
		report:  fmt.Sprintf("    needs:%s\n    if: ${{ always() && !inputs.dry-run }}\n", needs(appendIDs([]string{planJob}, all))),
		told:    []string{"plan-artifact: ${{ needs.plan.outputs.artifact }}", "plan-digest: ${{ needs.plan.outputs.digest }}"},
	}
}

// chained says when the job of a stage or gate runs by itself.
func chained(j job) string {
	return fmt.Sprintf(`    needs:%s
    if: >-
      ${{ %s && !inputs.dry-run
      && fromJSON(needs.plan.outputs.stages || '{}')['%s'].%s }}
`, needs(j.needs), nothingWrong, j.stage.Name, j.wanted())
}

// nothingWrong holds where nothing before a job failed or was cancelled.
const nothingWrong = "!cancelled() && !failure() && !contains(needs.*.result, 'cancelled')"

// called is the rollout of a plan that another workflow has made, which calls this one.
func called(all []job) wiring {
	return wiring{
		job: func(j job) string {
			if len(j.needs) == 0 {
				return fmt.Sprintf("    if: ${{ fromJSON(inputs.stages || '{}')['%s'].%s }}\n", j.stage.Name, j.wanted())
			}
			return fmt.Sprintf(`    needs:%s
    if: >-
      ${{ %s
      && fromJSON(inputs.stages || '{}')['%s'].%s }}
`, needs(j.needs), nothingWrong, j.stage.Name, j.wanted())
		},
		report: fmt.Sprintf("    needs:%s\n    if: ${{ always() }}\n", needs(appendIDs(nil, all))),
		told:   []string{"plan-artifact: ${{ inputs.plan-artifact }}", "plan-digest: ${{ inputs.plan-digest }}"},
	}
}

// byHand is the rollout of which each job is started by hand, in a run of its own.
func byHand(s strategy.Strategy, title string, all []job) wiring {
	planned := "inputs.do == 'plan'"
	switch {
	case s.Upgrade.Follows != nil:
		planned += " || github.event_name == 'schedule'"
	case s.Workflow.OnStrategyChange:
		planned += " || github.event_name == 'push'"
	}
	return wiring{
		runName: `"` + title + `: ${{ inputs.do || 'plan' }}"`,
		before:  doInputs(all),
		group:   fmt.Sprintf("${{ (startsWith(inputs.do, 'stage ') || startsWith(inputs.do, 'gate ')) && 'fleet-%s' || format('fleet-%s-{0}', github.run_id) }}", s.Name, s.Name),
		plan:    "    if: ${{ " + planned + " }}\n",
		job:     func(j job) string { return "    if: ${{ inputs.do == '" + j.does + "' }}\n" },
		report:  "    if: ${{ inputs.do == 'report' }}\n",
		told:    []string{"plan-artifact: ${{ inputs.plan }}", "runs: ${{ inputs.runs }}"},
	}
}

// doInputs are what a start by hand needs to know where nothing else connects the stages. A form cannot require an input
// for some choices alone: the action refuses a job without a plan.
func doInputs(all []job) string {
	var does strings.Builder
	for _, job := range all {
		fmt.Fprintf(&does, "          - %s\n", job.does)
	}
	return `      do:
        description: What to do
        type: choice
        default: plan
        options:
          - plan
` + does.String() + `          - report
      plan:
        description: "Needed for all but plan: the artifact of the plan to carry out, as its summary names it (fleet-plan-…)"
        type: string
        default: ''
      runs:
        description: "Needed for all but plan: the ids of the runs so far, that of the plan first, with blanks between them; of plan with retry, those of the stages that are retried"
        type: string
        default: ''
`
}
