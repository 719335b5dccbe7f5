package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Approval says what became of one gate of a stage: who approved it, or why it does not count. Where stages are started by
// hand, command is how.
func Approval(p plan.Plan, stage, gate string, r fleet.Result, command StageCommand) Document {
	d := Document{whole: "`result.json`"}
	outcome := "given"
	if fleet.HasErrors(r.Findings) {
		outcome = "refused"
	}
	d.add(heading{1, words("Approval " + gate + " of stage " + stage + " of " + called(p.Name, p.Run) + ": " + outcome)}, paragraph{resultFacts(r)})
	d.add(findingBlocks(r.Findings, fleet.Error)...)
	d.add(approvalNext(p, stage, r, command)...)
	d.add(approvalsGiven(p, r)...)
	d.add(findingBlocks(r.Findings, fleet.Warning, fleet.Note)...)
	return d
}

// approvalNext says which stage a gate that was passed leads to.
func approvalNext(p plan.Plan, stage string, r fleet.Result, command StageCommand) []block {
	if command == nil || len(r.Gates) == 0 {
		return nil
	}
	if following, _ := stageAfter(p, stage); r.Gates[0].After() && following != nil {
		stage = following.Name
	} else if r.Gates[0].After() {
		return nil
	}
	return nextBy(text{plain("Go on with stage "), strong(stage), plain(" by hand")}, command, stage)
}
