package rollouts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// TestAdd: stages that are started by hand are put together by their plan; every other run is a rollout of its own.
func TestAdd(t *testing.T) {
	planned := kept{Run: ran(1, byHandFile, "success"), made: byDispatch("sha256:d", true)}
	carries := func(id int64) kept {
		return kept{Run: ran(id, byHandFile, "failure"), known: []record{recorded(1, recordOf())}}
	}
	chained := kept{Run: ran(1, byHandFile, "failure"), made: &plan.Plan{Digest: "sha256:d", Applyable: true}}
	again := chained
	again.Run = ran(2, byHandFile, "failure")
	for _, test := range []struct {
		name string
		runs []kept
		want string // the runs of each rollout
		left int
	}{
		{"a plan and its stages", []kept{carries(3), carries(2), planned}, "3 2 1", 0},
		{"one plan in two chains", []kept{again, chained}, "2; 1", 0},
		{"a stage beside a chain", []kept{carries(3), chained}, "3; 1", 0},
		{"a stage before a chain", []kept{again, carries(1)}, "2; 1", 0},
		{"one that did nothing", []kept{{Run: titled("success", "")}, planned}, "1", 1},
		{"one that left nothing", []kept{{Run: titled("failure", "")}}, "1", 0},
	} {
		h := history{}
		for _, run := range test.runs {
			h.add(run)
		}
		var got []string
		for _, p := range h.passed {
			var ids []string
			for _, run := range p.runs {
				ids = append(ids, fmt.Sprint(run.ID))
			}
			got = append(got, strings.Join(ids, " "))
		}
		if said := strings.Join(got, "; "); said != test.want || h.LeftOut != test.left {
			t.Errorf("%s: got %s, and %d left out", test.name, said, h.LeftOut)
		}
	}
	h := history{}
	h.add(carries(3))
	if h.add(planned); h.passed[0].made == nil {
		t.Error("the plan of a rollout is not taken from the run that made it")
	}
}

func TestEnough(t *testing.T) {
	whole, searching, lost := &passed{made: byDispatch("sha256:d", true), runs: make([]kept, 1)}, &passed{runs: []kept{{known: make([]record, 1)}}}, &passed{runs: make([]kept, 1)}
	for _, test := range []struct {
		name   string
		found  []*passed
		wanted int
		want   bool
	}{
		{"too few", []*passed{whole}, 2, false},
		{"as many", []*passed{whole, lost}, 2, true},
		{"the plan of one may be in an older run", []*passed{whole, searching}, 2, false},
		{"that of one that is not wanted", []*passed{whole, searching}, 1, true},
	} {
		h := history{passed: test.found}
		if got := h.enough(test.wanted); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestLast(t *testing.T) {
	made, content := planned(t, "canary")
	dry := ran(4, byHandFile, "failure")
	dry.Title = "Fleet production (dry run)"
	r := newRepository(t, dry, ran(3, byHandFile, "failure"), ran(2, profileFile, "success"), ran(1, profileFile, "success"), ran(0, byHandFile, "failure"))
	for _, run := range []int64{1, 2, 3} {
		r.stores(run, PlanArtifact(made), at(0), content) // of 2 nothing was begun: another was under way
	}
	r.records(1, "result-canary-1", at(1), fleet.Result{Digest: made.Digest, Stages: []fleet.StageResult{done("canary", 1)}})
	r.stores(3, "result-canary-1", at(1), "{}")
	last, err := Last(t.Context(), r, production(strategy.OnWaitingHold), 2, at(9))
	if err != nil || len(last.Rollouts) != 2 || last.LeftOut != 2 || len(last.Findings) != 1 {
		t.Fatalf("got %+v, %v", last, err)
	}
	for i, want := range []fleet.State{fleet.NotStarted, fleet.Completed} {
		if got := last.Rollouts[i].Status; got.State != want || got.Workflows[0].ID != []int64{3, 1}[i] {
			t.Errorf("got %+v", got)
		}
	}
	if r.listed[len(r.listed)-1] == 0 {
		t.Error("a run was read that is older than those that were wanted")
	}
	r.err = errDown
	if _, err := Last(t.Context(), r, production(strategy.OnWaitingHold), 2, at(9)); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
}

// Where stages are started by hand, a run that ended well and recorded nothing may be the one of the plan.
func TestThePlanOfStagesStartedByHandIsLookedFor(t *testing.T) {
	_, content := planned(t, "canary")
	s := production(strategy.OnWaitingHold)
	s.Workflow.Approvals = strategy.ApprovalsByDispatch
	r := newRepository(t, ran(1, byHandFile, "success"))
	r.stores(1, "fleet-plan-0", at(0), content)
	last, err := Last(t.Context(), r, s, 1, at(9))
	if err != nil || len(last.Rollouts) != 1 {
		t.Errorf("got %+v, %v", last, err)
	}
}

func TestMoreRunsThanAreLookedAt(t *testing.T) {
	var runs []github.Run
	for id := range int64(maxLooked + 5) {
		runs = append(runs, ran(id, profileFile, "success"))
	}
	r := newRepository(t, runs...)
	last, err := Last(t.Context(), r, production(strategy.OnWaitingHold), 1, at(9))
	if err != nil || last.LeftOut != maxLooked || len(r.listed) != maxLooked {
		t.Errorf("got %d left out, %v; %d were asked for", last.LeftOut, err, len(r.listed))
	}
}
