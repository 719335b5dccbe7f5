package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestApprovalsAreShownWithTheirWords(t *testing.T) {
	r := twoStagesDone()
	r.Gates = []fleet.GateResult{
		{Stage: "europe", Gate: "environment", Environment: "aks-europe", ApprovedBy: "alice", Comment: "go | ::error::x", At: noon},
		{Stage: "europe", Gate: "before-2", Environment: "aks-change"},
		{Stage: "europe", Gate: "after-1", Environment: "aks-accept", ApprovedBy: "bob"},
	}
	golden(t, "approvals.golden.md", Markdown(Document{blocks: approvalsGiven(threeStages(), r)}, megabyte))
	if got := Markdown(Result(threeStages(), r, byHand), megabyte); !strings.Contains(got, "alice") {
		t.Errorf("the summary does not say who approved:\n%s", got)
	}
}

func TestNoApprovalsIsNoSection(t *testing.T) {
	if blocks := approvalsGiven(threeStages(), fleet.Result{}); blocks != nil {
		t.Errorf("%v", blocks)
	}
}
