package execute

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// What is to be done next, for the run or on the way to a stage that somebody named.
func TestNext(t *testing.T) {
	p := threeStages()
	p.Stages[0].AfterGates = p.Stages[1].AfterGates
	dispatch := p
	dispatch.Policy.Approvals = strategy.ApprovalsByDispatch
	canary := endedWith(p, 0, fleet.Completed, fleet.OutcomeSucceeded, fleet.Completed, fleet.Completed)
	production := endedWith(p, 1, fleet.Completed, fleet.OutcomeSucceeded, fleet.Completed, fleet.Completed)
	failed := endedWith(p, 1, fleet.Failed, fleet.OutcomeFailed, fleet.Failed, fleet.NotStarted)
	failed.Stages[0].StartedAt = time.Time{}
	accepted, changed := approvedIn("canary", "after-1"), approvedIn("production", "before-1")
	for name, test := range map[string]struct {
		plan  plan.Plan
		known []fleet.Result
		last  string
		want  string
	}{
		"nothing is known":                   {p, nil, "", "canary"},
		"nor on the way to another":          {p, nil, "production", "canary"},
		"an approval after a stage":          {p, []fleet.Result{canary}, "", "production: canary after-1, production environment, production before-1"},
		"of those by hand, with jobs":        {dispatch, []fleet.Result{canary}, "", "production: canary after-1, production before-1"},
		"all that have jobs are given":       {dispatch, []fleet.Result{canary, accepted, changed}, "", "production"},
		"what failed was approved":           {p, []fleet.Result{canary, accepted, failed}, "", "production"},
		"a stage that is named, and is over": {p, []fleet.Result{canary}, "canary", "canary"},
		"a stage with nothing to do":         {p, []fleet.Result{canary, accepted, production}, "rest", "rest: production after-1"},
		"all is done, and not accepted":      {p, []fleet.Result{canary, accepted, production}, "", ": production after-1"},
	} {
		stage, asked := Next(test.plan, Recorded(test.plan, test.known), test.last)
		var words []string
		for _, one := range asked {
			words = append(words, one.Stage.Name+" "+one.Gate)
		}
		got := stage.Name
		if len(words) > 0 {
			got += ": " + strings.Join(words, ", ")
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
