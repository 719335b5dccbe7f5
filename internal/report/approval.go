package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Approval says what became of one gate of a stage: who approved it, or why it does not count.
func Approval(p plan.Plan, stage, gate string, r fleet.Result) Document {
	d := Document{whole: "`result.json`"}
	outcome := "given"
	if fleet.HasErrors(r.Findings) {
		outcome = "refused"
	}
	d.add(heading{1, words("Approval " + gate + " of stage " + stage + " of " + called(p.Name, p.Run) + ": " + outcome)}, paragraph{resultFacts(r)})
	d.add(findingBlocks(r.Findings, fleet.Error)...)
	d.add(approvalsGiven(p, r)...)
	d.add(findingBlocks(r.Findings, fleet.Warning, fleet.Note)...)
	return d
}
