package rollouts

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
)

func recorded(hours float64, result fleet.Result) record {
	return record{github.Artifact{CreatedAt: at(hours)}, result}
}

func TestTakes(t *testing.T) {
	first := kept{Run: ran(1, byHandFile, "success"), made: byDispatch("sha256:d", true)}
	next := kept{Run: ran(2, byHandFile, "success"), known: []record{recorded(2, fleet.Result{Digest: "sha256:e"}), recorded(3, recordOf())}}
	for name, change := range map[string]func(run *kept){
		"of another plan":       func(run *kept) { run.known = run.known[:1] },
		"of another workflow":   func(run *kept) { run.Workflow = profileFile },
		"of another branch":     func(run *kept) { run.HeadBranch = "feature" },
		"of another repository": func(run *kept) { run.HeadRepository = "mallory/fleet" },
	} {
		own, other := passed{runs: []kept{first}}, next
		if !own.takes(other) {
			t.Fatal("a stage of the plan is not part of its rollout")
		}
		if change(&other); own.takes(other) {
			t.Errorf("a run %s is part of it", name)
		}
	}
}

func TestKnown(t *testing.T) {
	p := passed{runs: []kept{{known: []record{recorded(3, stage("third"))}}, {known: []record{recorded(1, stage("first")), recorded(2, stage("second"))}}}}
	for i, result := range p.known() {
		if want := []string{"first", "second", "third"}[i]; result.Stages[0].Name != want {
			t.Errorf("got %s, want %s", result.Stages[0].Name, want)
		}
	}
}

func TestWhyThereIsNoPlan(t *testing.T) {
	going := github.Run{Title: "Fleet production", Status: "in_progress"}
	stageGoing := going
	stageGoing.Title += ": stage canary"
	for _, test := range []struct {
		name string
		run  kept
		want string
	}{
		{"its job failed", kept{Run: titled("failure", "")}, noteNoPlan},
		{"it was cancelled", kept{Run: titled("cancelled", "")}, noteCancelled},
		{"it goes on", kept{Run: going}, noteNotYet},
		{"it has expired", kept{Run: titled("failure", ""), gone: true}, noteExpired},
		{"it is in another run", kept{Run: titled("failure", ": stage canary"), known: []record{recorded(1, stage("canary"))}}, noteElsewhere},
		{"its stage left no record", kept{Run: titled("failure", ": stage canary")}, noteNoRecord},
		{"its stage goes on", kept{Run: stageGoing}, noteUnknown},
		{"its gate is approved", kept{Run: titled("success", ": gate canary after-1")}, noteUnknown},
	} {
		p := passed{runs: []kept{test.run}}
		if _, note := p.plan(); note != test.want {
			t.Errorf("%s: got %q", test.name, note)
		}
	}
	p := passed{made: &plan.Plan{Name: "production"}, runs: make([]kept, 1)}
	if made, note := p.plan(); made.Name != "production" || note != "" {
		t.Errorf("got %s, %q", made.Name, note)
	}
}

// TestWhatRecordsTellOfAPlan: of the plan that was carried out last.
func TestWhatRecordsTellOfAPlan(t *testing.T) {
	older := fleet.Result{Digest: "sha256:e", Stages: []fleet.StageResult{{Name: "gone", Digest: "sha256:e"}}}
	p := passed{runs: []kept{{known: []record{recorded(1, older), recorded(2, recordOf(done("canary", 1))), recorded(3, recordOf(done("canary", 1), waiting("production", 9)))}}}}
	made, _ := p.plan()
	if len(made.Stages) != 2 || made.Stages[0].Name != "canary" || made.Stages[1].Name != "production" || made.Digest != "sha256:d" {
		t.Errorf("got %+v", made)
	}
}

func TestStandingOf(t *testing.T) {
	for _, test := range []struct {
		status, conclusion string
		state              fleet.State
		outcome            fleet.Outcome
	}{
		{"completed", "success", fleet.Completed, fleet.OutcomeSucceeded},
		{"completed", "cancelled", fleet.Stopped, fleet.OutcomeUnfinished},
		{"completed", "failure", fleet.Failed, fleet.OutcomeFailed},
		{"completed", "timed_out", fleet.Failed, fleet.OutcomeFailed},
		{"in_progress", "", fleet.Running, fleet.OutcomeUnfinished},
		{"waiting", "", fleet.Pending, fleet.OutcomeUnfinished},
		{"requested", "", fleet.Pending, fleet.OutcomeUnfinished},
	} {
		if state, outcome := standingOf(github.Run{Status: test.status, Conclusion: test.conclusion}); state != test.state || outcome != test.outcome {
			t.Errorf("%s %s: got %s, %s", test.status, test.conclusion, state, outcome)
		}
	}
}

func TestStanding(t *testing.T) {
	planless := passed{runs: []kept{{Run: titled("failure", "")}}}
	if r := planless.standing(at(2)); r.Status.State != fleet.Failed || r.Status.Name != "Fleet production" || r.Status.Note != noteNoPlan || !r.Status.StartedAt.Equal(at(1)) {
		t.Errorf("got %+v", r.Status)
	}
	made := rollsOut(0, 0)
	scheduled := ran(1, profileFile, "success")
	scheduled.Event = "schedule"
	p := passed{made: &made, runs: []kept{{Run: ran(2, profileFile, "success"), known: []record{recorded(1, recordOf(done("canary", 1)))}}, {Run: scheduled}}}
	r := p.standing(at(3))
	if r.Status.Trigger != fleet.TriggerAuto || len(r.Status.Workflows) != 2 || r.Status.Stages[0].State != fleet.Completed || r.Result.Stage("canary").Name == "" || len(r.Plan.Stages) != 2 {
		t.Errorf("got %+v", r)
	}
}
