package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
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
