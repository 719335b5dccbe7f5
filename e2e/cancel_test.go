//go:build e2e

package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// stageRecord is what a test reads of result.json.
type stageRecord struct {
	Digest string
	Stages []struct {
		Name   string
		Groups []struct {
			Members []struct {
				Name, State, Reason, Operation string
			}
		}
	}
}

// TestCancelledStageRecordsAndARerunGoesOn: the runner signals the docker command, not the container. The container ends
// in time all the same, and leaves the record of what goes on in Azure without it; the next attempt takes that up.
func TestCancelledStageRecordsAndARerunGoesOn(t *testing.T) {
	t.Parallel()
	c := simulate(t, fleetFile("4s"))
	first := newRunner(t, c, map[string]string{strategyFile: strategy})
	planned := first.planned(t)
	started := first.start(t, stageStep(planned))
	c.await(t, "the upgrade of both control planes", func(writes []string) bool { return len(writes) == 2 })
	if took := started.cancel(); took > 5*time.Second || !started.gone() {
		t.Errorf("cancelled %s ago; the container is gone: %v", took, started.gone())
	}
	cancelled := started.result()
	first.checkCancelled(t, cancelled)

	c.upload(t, "result-only-1", first.packed(t, "result.json"))
	c.moved(t, runID, `{"attempt": 2}`)
	second := stageStep(planned)
	second.attempt = 2
	again := newRunner(t, c, nil).step(t, second)
	if again.failed() {
		t.Fatalf("the second attempt failed: %d %v\n%s", again.exitCode, again.problems, strings.Join(again.log, "\n"))
	}
	checkUpgraded(t, c, 2)
	writes := c.writes()
	slices.Sort(writes)
	if len(writes) != 4 || len(slices.Compact(slices.Clone(writes))) != 4 {
		t.Errorf("want one operation on each control plane and each pool, whoever began it; there were\n%s", strings.Join(writes, "\n"))
	}
}

// checkCancelled checks what a cancelled stage leaves behind.
func (r *runner) checkCancelled(t testing.TB, cancelled stepResult) {
	t.Helper()
	if cancelled.exitCode != 3 || len(cancelled.problems) > 0 {
		t.Errorf("exit code %d, want 3; problems %v\n%s", cancelled.exitCode, cancelled.problems, strings.Join(cancelled.log, "\n"))
	}
	checkOutputs(t, cancelled)
	var recorded stageRecord
	must(t, json.Unmarshal(r.file(t, "result.json"), &recorded))
	for _, member := range recorded.Stages[0].Groups[0].Members {
		if member.State != "Running" || member.Operation == "" || member.Reason == "" {
			t.Errorf("the operation in Azure is not recorded: %+v", member)
		}
		if !strings.Contains(cancelled.summary, member.Name) {
			t.Errorf("the summary does not name %s, whose upgrade goes on:\n%s", member.Name, cancelled.summary)
		}
	}
	if !strings.Contains(cancelled.summary, "What to do next") {
		t.Errorf("the summary does not say what to do:\n%s", cancelled.summary)
	}
}
