package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// approvalsGiven says who approved what, with their words: the record of an approval is worth as much as what it says.
func approvalsGiven(p plan.Plan, r fleet.Result) []block {
	if len(r.Gates) == 0 {
		return nil
	}
	t := table{noun: "approvals", columns: []column{{name: "Stage"}, {name: "Approval"}, {name: "Environment"}, {name: "By"}, {name: "Comment"}, {name: "Recorded", firm: true}}}
	for _, given := range r.Gates {
		what := "before it: " + gateName(p, given)
		switch {
		case given.Gate == plan.GateEnvironment:
			what = "to begin"
		case given.After():
			what = "after it: " + gateName(p, given)
		}
		t.rows = append(t.rows, []text{words(given.Stage), words(what), words(given.Environment), words(given.ApprovedBy),
			words(clip(given.Comment, maxMessage)), words(stamp(given.At))})
	}
	return []block{heading{2, words("Approvals")}, t.used()}
}

// gateName is what the strategy calls a gate, or its place and number.
func gateName(p plan.Plan, given fleet.GateResult) string {
	for _, s := range p.Stages {
		before, after := s.Approvals()
		for _, approval := range append(before, after...) {
			if s.Name == given.Stage && approval.Gate == given.Gate && approval.DisplayName != "" {
				return "“" + approval.DisplayName + "”"
			}
		}
	}
	return given.Gate
}
