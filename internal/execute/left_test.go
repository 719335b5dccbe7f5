package execute

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestAPlanLeadsOnWhileSomethingCanBeTried(t *testing.T) {
	ended := func(outcome fleet.Outcome, member fleet.MemberResult) fleet.Result {
		return fleet.Result{Outcome: outcome, Stages: []fleet.StageResult{{Groups: []fleet.GroupResult{{Members: []fleet.MemberResult{member}}}}}}
	}
	for _, test := range []struct {
		name   string
		result fleet.Result
		want   bool
	}{
		{"work left", ended(fleet.OutcomeUnfinished, fleet.MemberResult{State: fleet.Pending}), true},
		{"an upgrade failed", ended(fleet.OutcomeFailed, fleet.MemberResult{State: fleet.Failed, Attempts: 1}), true},
		{"it was never begun, as the cluster is stopped", ended(fleet.OutcomeFailed, fleet.MemberResult{State: fleet.Failed}), false},
		{"too few are at their target", ended(fleet.OutcomeFailed, fleet.MemberResult{State: fleet.Skipped}), false},
		{"failed within the budget", ended(fleet.OutcomeWithFailures, fleet.MemberResult{State: fleet.Failed, Attempts: 1}), false},
	} {
		if got := LeadsOn(test.result); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

// What a run owes by its records: stages whose turn had come, and approvals of what is at its end.
func TestWhatIsLeftOfARun(t *testing.T) {
	p := threeStages()
	canary := endedWith(p, 0, fleet.Completed, fleet.OutcomeSucceeded, fleet.Completed, fleet.Completed)
	failed := endedWith(p, 0, fleet.Failed, fleet.OutcomeFailed, fleet.Failed, fleet.NotStarted)
	production := endedWith(p, 1, fleet.Completed, fleet.OutcomeSucceeded, fleet.Completed, fleet.Completed)
	nothing := threeStages()
	nothing.Stages[0].AfterGates = nothing.Stages[1].AfterGates
	for i := range nothing.Stages[0].Groups[0].Members {
		nothing.Stages[0].Groups[0].Members[i].Action = plan.ActionSkip
	}
	for name, test := range map[string]struct {
		plan  plan.Plan
		known []fleet.Result
		want  string
	}{
		"not begun":              {p, nil, "canary production"},
		"after a failure":        {p, []fleet.Result{failed}, ""},
		"one is done":            {p, []fleet.Result{canary}, "production"},
		"not accepted":           {p, []fleet.Result{canary, production}, "production after-1"},
		"done":                   {p, []fleet.Result{canary, production, approvedIn("production", "after-1")}, ""},
		"after one with nothing": {nothing, nil, "production canary after-1"},
	} {
		whole := Whole(test.plan, Recorded(test.plan, test.known), monday)
		var got []string
		for _, stage := range NotRun(test.plan, whole) {
			got = append(got, stage.Name)
		}
		for _, asked := range NotAccepted(test.plan, whole) {
			got = append(got, asked.Stage.Name+" "+asked.Gate)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
