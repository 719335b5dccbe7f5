package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// approvalsGiven says who approved what, with their words: the record of an approval is worth as much as what it says.
func approvalsGiven(r fleet.Result) []block {
	if len(r.Gates) == 0 {
		return nil
	}
	t := table{noun: "approvals", columns: []column{{name: "Stage"}, {name: "Approval"}, {name: "Environment"}, {name: "By"}, {name: "Comment"}, {name: "Recorded", firm: true}}}
	for _, given := range r.Gates {
		what := "before it: " + given.Gate
		switch {
		case given.Gate == plan.GateEnvironment:
			what = "to begin"
		case plan.Approval{Gate: given.Gate}.After():
			what = "after it: " + given.Gate
		}
		t.rows = append(t.rows, []text{words(given.Stage), words(what), words(given.Environment), words(given.ApprovedBy),
			words(clip(given.Comment, maxMessage)), words(stamp(given.At))})
	}
	return []block{heading{2, words("Approvals")}, t.used()}
}
