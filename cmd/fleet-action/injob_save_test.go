package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// TestTheStagesOfAPlanAreKeptInAJob: planned again from the strategy beside it, a plan is the same.
func TestTheStagesOfAPlanAreKeptInAJob(t *testing.T) {
	p := newPipeline(t)
	first := p.plan()
	p.strategy = filepath.Join(t.TempDir(), "saved.yml")
	if err := os.WriteFile(p.strategy, first.files[strategyFile], 0o600); err != nil {
		t.Fatal(err)
	}
	again := p.plan()
	p.must(again, exitDone)
	if diff := cmp.Diff(planOf(t, first), planOf(t, again), cmpopts.IgnoreTypes(fleet.Position{})); diff != "" {
		t.Errorf("(-planned +planned again)\n%s", diff)
	}
}

func planOf(t *testing.T, done ended) plan.Plan {
	t.Helper()
	made, findings := plan.Decode(planFile, done.files[planFile])
	if fleet.HasErrors(findings) {
		t.Fatal(findings)
	}
	return made
}

// TestWhatIsNotToBeSavedIsNotKept: the plan of a part of a run would be saved without gates.
func TestWhatIsNotToBeSavedIsNotKept(t *testing.T) {
	p := newPipeline(t)
	done := p.plan("--skip", "Stage:first")
	p.must(done, exitDone)
	if content, kept := done.files[strategyFile]; kept {
		t.Errorf("it has\n%s", content)
	}
}

// TestASavedStrategySaysWhatIsCalledOtherwise: whoever finds it in an artifact has not seen what saving it has printed.
func TestASavedStrategySaysWhatIsCalledOtherwise(t *testing.T) {
	made := planOf(t, newPipeline(t).plan())
	made.Stages[1].Groups[0].Name = made.Stages[0].Groups[0].Name
	content, _, err := savedStrategy(made, "")
	if said := "\n# The group first of stage second of the plan is called first-2 in the strategy.\n"; err != nil || !strings.Contains(string(content), said) {
		t.Errorf("%v; it does not say %q\n%s", err, said, content)
	}
}
