//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestReportNamesWhatFailed: after a stage that failed, the report's job still runs, and is red. (act ends a run there.)
func TestReportNamesWhatFailed(t *testing.T) {
	t.Parallel()
	c := simulate(t, fleetFile("100ms")+"faults: {exact: [{kind: fail, cluster: aks-1, code: CreateVMSSFailed, message: no zone has such machines}]}\n")
	r := newRunner(t, c, map[string]string{strategyFile: strategy})
	planned := r.planned(t)
	if staged := r.step(t, stageStep(planned)); staged.exitCode != 1 {
		t.Fatalf("the stage: exit code %d, want 1\n%s", staged.exitCode, strings.Join(staged.log, "\n"))
	}
	c.upload(t, "result-only-1", r.packed(t, "result.json"))
	reported := newRunner(t, c, nil).step(t, step{attempt: 1, inputs: map[string]string{
		"command": "status", "out": out, "plan-artifact": planned.outputs["plan-artifact"], "plan-digest": planned.outputs["plan-digest"],
	}})
	if reported.exitCode != 1 || len(reported.problems) > 0 || reported.outputs["state"] != "failed" {
		t.Errorf("exit code %d, state %q, want 1 and failed; problems %v\n%s", reported.exitCode, reported.outputs["state"], reported.problems, strings.Join(reported.log, "\n"))
	}
	for _, piece := range []string{"aks-1", "no zone has such machines"} {
		if !strings.Contains(reported.summary, piece) {
			t.Errorf("the summary lacks %q:\n%s", piece, reported.summary)
		}
	}
	checkOutputs(t, reported)
}
