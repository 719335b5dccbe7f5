package rollouts

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

// What a run recorded: a stage that has begun, one that waits for its beginning, and an approval.
var (
	hasBegun   = fleet.Result{Digest: "sha256:d", Stages: []fleet.StageResult{{Name: "canary", State: fleet.Running, StartedAt: at(1)}}}
	isToBegin  = fleet.Result{Digest: "sha256:d", Stages: []fleet.StageResult{{Name: "canary", State: fleet.Pending, Outcome: fleet.OutcomeUnfinished, LookAgain: at(9)}}}
	isApproved = fleet.Result{Digest: "sha256:d", Gates: []fleet.GateResult{{Stage: "canary", Gate: "before-1", Digest: "sha256:" + "0000000000000000000000000000000000000000000000000000000000000000"}}}
)

// ran is a run that has ended, begun so many hours after Monday as its id says.
func ran(id int64, workflow, conclusion string) github.Run {
	return github.Run{
		ID: id, Attempt: 1, Workflow: workflow, Status: "completed", Conclusion: conclusion, HeadBranch: "main",
		CreatedAt: at(float64(id)), StartedAt: at(float64(id)), UpdatedAt: at(float64(id)),
	}
}

func TestTheNewestRollout(t *testing.T) {
	again := ran(2, profileFile, "success")
	again.Attempt = 2
	dry := ran(3, byHandFile, "failure")
	dry.Title = "Fleet production (dry run)"
	going := github.Run{ID: 3, Workflow: byHandFile, Status: "in_progress", CreatedAt: at(3)}
	later := ran(1, byHandFile, "failure")
	later.Attempt, later.StartedAt = 2, at(5)
	old := ran(1, byHandFile, "failure")
	old.CreatedAt = at(10).Add(-strategy.RerunAge - time.Second)
	for _, test := range []struct {
		name         string
		runs         []github.Run
		records      map[int64]fleet.Result
		begun, waits int64
		good         int
	}{
		{"none", nil, nil, 0, 0, 0},
		{"the newest that has begun", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "cancelled")}, map[int64]fleet.Result{1: hasBegun, 2: hasBegun}, 2, 0, 0},
		{"one that recorded nothing", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "failure")}, map[int64]fleet.Result{1: hasBegun}, 1, 0, 0},
		{"one that only was approved", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "failure")}, map[int64]fleet.Result{1: hasBegun, 2: isApproved}, 1, 0, 0},
		{"one that waits for its beginning", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "failure")}, map[int64]fleet.Result{1: hasBegun, 2: isToBegin}, 1, 2, 0},
		{"two that wait", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "failure")}, map[int64]fleet.Result{1: isToBegin, 2: isToBegin}, 0, 2, 0},
		{"a dry run", []github.Run{ran(1, byHandFile, "failure"), dry}, map[int64]fleet.Result{1: hasBegun, 3: hasBegun}, 1, 0, 0},
		{"a profile that ended well is not asked", []github.Run{ran(1, byHandFile, "failure"), ran(2, profileFile, "success")}, map[int64]fleet.Result{1: hasBegun, 2: hasBegun}, 1, 0, 1},
		{"unless it was run again", []github.Run{ran(1, byHandFile, "failure"), again}, map[int64]fleet.Result{1: hasBegun, 2: hasBegun}, 2, 0, 1},
		{"one by hand that ended well", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "success")}, map[int64]fleet.Result{1: hasBegun, 2: hasBegun}, 2, 0, 0},
		{"the one that was run again last", []github.Run{later, ran(2, byHandFile, "failure")}, map[int64]fleet.Result{1: hasBegun, 2: hasBegun}, 1, 0, 0},
		{"one that cannot be run again", []github.Run{old}, map[int64]fleet.Result{1: hasBegun}, 0, 0, 0},
		{"one that was cancelled before its beginning", []github.Run{ran(1, byHandFile, "failure"), ran(2, byHandFile, "cancelled")}, map[int64]fleet.Result{1: hasBegun, 2: isToBegin}, 1, 0, 0},
		{"one under way, of which it is said", []github.Run{ran(1, byHandFile, "failure"), going}, map[int64]fleet.Result{1: hasBegun}, 3, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t, test.runs...)
			for id, result := range test.records {
				r.records(id, "result-canary-1", at(float64(id)), result)
			}
			ends := func(github.Run) ([]fleet.Result, bool, error) { return nil, true, nil }
			s := search{r, production(strategy.OnWaitingHold), at(10)}
			runs, err := s.runs(t.Context(), monday, "")
			if err != nil {
				t.Fatal(err)
			}
			n, err := s.newest(t.Context(), runs, ends)
			if err != nil || n.begun.run.ID != test.begun || n.waits.run.ID != test.waits || len(n.good) != test.good {
				t.Errorf("got %+v, %v", n, err)
			}
			if latest := n.latest().run.ID; latest != max(test.begun, test.waits) {
				t.Errorf("run %d is resumed", latest)
			}
		})
	}
}

func TestSuperseded(t *testing.T) {
	old := ran(1, byHandFile, "failure")
	again := old
	again.Attempt, again.StartedAt = 2, at(3.5)
	good := []github.Run{ran(5, profileFile, "success"), ran(4, profileFile, "success"), ran(3, profileFile, "success")}
	for _, test := range []struct {
		name  string
		run   github.Run
		did   int64 // which of the newer ones had something to do
		limit int
		by    int64
		asked int
	}{
		{"by none", old, 0, 9, 0, 3},
		{"by the newest", old, 5, 9, 5, 1},
		{"by the oldest", old, 3, 9, 3, 3},
		{"further than is asked", old, 3, 2, 0, 2},
		{"within what is asked", old, 4, 2, 4, 2},
		{"by one that is older", ran(6, byHandFile, "failure"), 5, 9, 0, 0},
		{"by itself", good[0], 5, 9, 0, 0},
		{"by one before its last attempt", again, 3, 9, 0, 2},
		{"by one since its last attempt", again, 4, 9, 4, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t)
			if test.did > 0 {
				r.records(test.did, "result-canary-1", at(6), hasBegun)
			}
			by, is, err := newest{good: good}.superseded(t.Context(), r, test.run, test.limit)
			if err != nil || by.ID != test.by || is != (test.by > 0) || len(r.listed) != test.asked {
				t.Errorf("by run %d, %t, %v; asked were %v", by.ID, is, err, r.listed)
			}
		})
	}
}
