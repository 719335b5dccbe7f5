package rollouts

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// byDispatch is a plan whose stages are started by hand.
func byDispatch(digest string, applyable bool) *plan.Plan {
	return &plan.Plan{Digest: digest, Applyable: applyable, Policy: plan.Policy{Approvals: strategy.ApprovalsByDispatch}}
}

// titled is a run of which the name says for what it was started, or nothing.
func titled(conclusion, does string) github.Run {
	run := ran(1, byHandFile, conclusion)
	run.Title = "Fleet production" + does
	return run
}

func TestGone(t *testing.T) {
	stored := func(names ...string) (all []github.Artifact) {
		for _, name := range names {
			all = append(all, github.Artifact{Name: name})
		}
		return all
	}
	for _, test := range []struct {
		name          string
		kept, expired []github.Artifact
		age           time.Duration
		want          bool
	}{
		{"its plan is there", stored("fleet-plan-0"), nil, 0, false},
		{"a plan is there", stored("fleet-plan-1"), stored("fleet-plan-0"), 0, false},
		{"its plan has expired", stored("logs"), stored("fleet-plan-0"), 0, true},
		{"it made none", nil, nil, 0, false},
		{"GitHub lists nothing of it any more", nil, nil, artifactsKept + 1, true},
		{"it is not that old", nil, nil, artifactsKept, false},
		{"it is old, and made none", stored("logs"), nil, artifactsKept + 1, false},
	} {
		if got := gone(ran(0, byHandFile, "failure"), test.kept, test.expired, monday.Add(test.age)); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestIdle(t *testing.T) {
	for _, test := range []struct {
		name string
		run  kept
		want bool
	}{
		{"it has not ended", kept{Run: github.Run{Status: "in_progress"}}, false},
		{"its plan has expired", kept{Run: titled("success", ""), gone: true}, false},
		{"it recorded something", kept{Run: titled("success", ""), made: byDispatch("sha256:d", false), known: make([]record, 1)}, false},
		{"its plan upgrades something", kept{Run: titled("success", ""), made: byDispatch("sha256:d", true)}, false},
		{"its plan upgrades nothing", kept{Run: titled("failure", ""), made: byDispatch("sha256:d", false)}, true},
		{"it ended well", kept{Run: titled("success", "")}, true},
		{"it failed", kept{Run: titled("failure", "")}, false},
		{"a stage that failed", kept{Run: titled("failure", ": stage canary")}, false},
		{"an approval that failed", kept{Run: titled("failure", ": gate canary after-1")}, true},
		{"a report that failed", kept{Run: titled("failure", ": report")}, true},
	} {
		if got := test.run.idle(); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestByHand(t *testing.T) {
	for _, test := range []struct {
		name string
		run  kept
		want bool
	}{
		{"its plan says so", kept{made: byDispatch("sha256:d", true)}, true},
		{"its plan says otherwise", kept{made: &plan.Plan{}, known: make([]record, 1)}, false},
		{"it carried out the plan of another", kept{known: make([]record, 1)}, true},
		{"its own plan has expired", kept{known: make([]record, 1), gone: true}, false},
		{"nothing is known", kept{}, false},
	} {
		if got := test.run.byHand(); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

// TestAsk: what ended well is known by its records, and GitHub is asked for nothing else of it.
func TestAsk(t *testing.T) {
	going := github.Run{ID: 1, Status: "waiting"}
	for _, test := range []struct {
		name                   string
		run                    kept
		jobs, pending, reviews int
	}{
		{"it ended well", kept{Run: ran(1, byHandFile, "success")}, 0, 0, 0},
		{"it has expired", kept{Run: ran(1, byHandFile, "failure"), gone: true}, 0, 0, 0},
		{"it failed", kept{Run: ran(1, byHandFile, "failure")}, 1, 0, 1},
		{"it waits", kept{Run: going}, 1, 1, 0},
	} {
		r := newRepository(t)
		r.jobs[1], r.pending[1], r.reviews[1] = make([]github.Job, 1), make([]github.PendingDeployment, 1), make([]github.Approval, 1)
		err := test.run.ask(t.Context(), r)
		if err != nil || len(test.run.jobs) != test.jobs || len(test.run.pending) != test.pending || len(test.run.reviews) != test.reviews {
			t.Errorf("%s: got %+v, %v", test.name, test.run, err)
		}
	}
}
