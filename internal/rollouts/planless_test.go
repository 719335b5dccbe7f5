package rollouts

import (
	"testing"

	"github.com/org/fleet-update-action/internal/github"
)

func TestPlanless(t *testing.T) {
	job := func(status, conclusion string) []github.Job {
		return []github.Job{{Status: status, Conclusion: conclusion}}
	}
	failed := job("completed", "failure")
	for _, test := range []struct {
		name          string
		jobs          []github.Job
		kept, expired string
		want          string
	}{
		{"its job failed", failed, "", "", noteNoPlan},
		{"it was cancelled", job("completed", "cancelled"), "", "", noteNoPlan},
		{"beside one that was done", append(job("completed", "success"), failed...), "", "", noteNoPlan},
		{"with something else in it", failed, "logs", "logs", noteNoPlan},
		{"none failed", job("completed", "success"), "", "", ""},
		{"one was left out", job("completed", "skipped"), "", "", ""},
		{"a check that says nothing", job("completed", "neutral"), "", "", ""},
		{"it runs", job("in_progress", ""), "", "", ""},
		{"it holds a plan", failed, "fleet-plan-0", "", ""},
		{"it held a plan", failed, "", "fleet-plan-0", ""},
		{"it holds a record", failed, "result-first-1", "", ""},
		{"it held an approval", failed, "", "gate-first-after-1-1", ""},
	} {
		r := newRepository(t)
		r.jobs[1], r.artifacts[1], r.expired[1] = test.jobs, []github.Artifact{{Name: test.kept}}, []github.Artifact{{Name: test.expired}}
		if got, err := Planless(t.Context(), r, r, 1); got != test.want || err != nil {
			t.Errorf("%s: got %q, %v", test.name, got, err)
		}
	}
}
