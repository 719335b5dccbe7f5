package workflow

import (
	"strings"

	"github.com/org/fleet-update-action/internal/strategy"
)

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
