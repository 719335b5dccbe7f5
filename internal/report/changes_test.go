package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestChanges(t *testing.T) {
	begun := halfway()
	waiting := waitingOnly()
	waiting.Stages = append(begun.Stages[:1:1], waiting.Stages...)
	first, second := twoStagesDone(), twoStagesDone()
	second.At = minutes(2012)
	tests := []struct {
		name          string
		before, after fleet.Result
	}{
		{"nothing before", fleet.Result{}, begun},
		{"no change", first, second},
		{"a member completes and the stage pauses", begun, waiting},
		{"the stage ends", waiting, twoStagesDone()},
	}
	var log strings.Builder
	for _, test := range tests {
		fmt.Fprintf(&log, "# %s\n", test.name)
		for _, line := range Changes(threeStages(), test.before, test.after) {
			log.WriteString(line + "\n")
		}
	}
	golden(t, "changes.golden.txt", log.String())
}

// A stage stops or waits because of its members, which are told first; that it runs is told before them.
func TestWhatAMemberCausesInItsStageIsToldAfterIt(t *testing.T) {
	for state, first := range map[fleet.State]bool{fleet.Running: true, fleet.Pending: false, fleet.Stopping: false, fleet.Stopped: false, fleet.Failed: false} {
		after := fleet.Result{Stages: []fleet.StageResult{{Name: "canary", State: state, Groups: []fleet.GroupResult{{Name: "dev", Members: []fleet.MemberResult{{Name: "aks-1", State: fleet.Failed}}}}}}}
		lines := Changes(plan.Plan{}, fleet.Result{}, after)
		if len(lines) != 2 || strings.Contains(lines[0], "Stage") != first {
			t.Errorf("%s: %q", state, lines)
		}
	}
}

func TestAReasonDoesNotRepeatItsState(t *testing.T) {
	after := fleet.Result{Stages: []fleet.StageResult{{Name: "canary", State: fleet.Failed, Groups: []fleet.GroupResult{{Members: []fleet.MemberResult{
		{Name: "aks-1", Cluster: id("aks-1"), State: fleet.Skipped, Reason: "blocked: no way; to mend it: az x"}, {Name: "aks-2", State: fleet.Skipped, Reason: "skipped on request (Member:aks-2)"}}}}}}}
	p := plan.Plan{Stages: []plan.Stage{{Name: "canary", Groups: []plan.Group{{Members: []plan.Member{{Cluster: id("aks-1"), Command: "az x", Action: plan.ActionBlocked}}}}}}}
	got := strings.Join(Changes(p, fleet.Result{}, after), "\n")
	for _, want := range []string{"aks-1  Skipped: blocked: no way\n", "aks-2  Skipped: on request (Member:aks-2)\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestChangesSaysEachStepOnceAndNoProgress(t *testing.T) {
	before, after := halfway(), halfway()
	member := &after.Stages[1].Groups[1].Members[0]
	member.Progress = "2/3 nodes completed"
	if lines := Changes(threeStages(), before, after); len(lines) != 0 {
		t.Errorf("progress alone is told: %q", lines)
	}
	member.Step = &fleet.Step{Kind: fleet.PoolVersion, Pool: "apps", Version: v1342}
	want := "2026-11-23 15:00Z  europe/eu-batch  aks-batch-1  Running: upgrading node pool apps to 1.34.2 (expected 17 min)"
	if lines := Changes(threeStages(), before, after); len(lines) != 1 || lines[0] != want {
		t.Errorf("got %q, want only %q", lines, want)
	}
}
