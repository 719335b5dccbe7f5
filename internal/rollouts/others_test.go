package rollouts

import (
	"testing"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

// TestOthers: what has ended and is to go on is found beside what is under way, and nothing twice.
func TestOthers(t *testing.T) {
	going := github.Run{ID: 3, Attempt: 2, Workflow: byHandFile, Status: "in_progress", CreatedAt: at(3)}
	own := github.Run{ID: 9, Workflow: profileFile, Status: "in_progress"}
	for _, test := range []struct {
		name string
		runs []github.Run
		want []int64
	}{
		{"itself", []github.Run{own}, nil},
		{"one that waits for a time", []github.Run{ran(2, byHandFile, "failure")}, []int64{2}},
		{"one under way, that had recorded a time", []github.Run{going}, []int64{3}},
		{"both", []github.Run{going, ran(2, byHandFile, "failure")}, []int64{3}}, // which goes on instead
		{"one that plans", []github.Run{{ID: 4, Workflow: profileFile, Status: "in_progress", CreatedAt: at(4)}, ran(2, byHandFile, "failure")}, []int64{2}},
	} {
		r := newRepository(t, test.runs...)
		r.records(2, "result-canary-1", at(2), isToBegin)
		r.records(3, "result-canary-1", at(2), isToBegin)
		x := tick{search: search{r, production(strategy.OnWaitingHold), at(5)}, repository: r, own: own}
		found, err := x.others(t.Context())
		if err != nil || len(found) != len(test.want) {
			t.Errorf("%s: got %+v, %v", test.name, found, err)
			continue
		}
		for i, o := range found {
			if o.run.ID != test.want[i] {
				t.Errorf("%s: got run %d", test.name, o.run.ID)
			}
		}
	}
}
