package execute

import (
	"flag"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

var (
	oneSeed  = flag.Int("seed", -1, "replay one seed of TestInvariants, with all that happens in it")
	allSeeds = flag.Int("seeds", 250, "how many seeds TestInvariants runs")
)

// TestInvariants executes stages in a small world with faults, once through and again with the process killed at calls
// chosen by the seed and started again, with its last record or without. What must always hold is checked at every
// write; where nothing ends badly, killed runs must come to the same end as whole ones.
func TestInvariants(t *testing.T) {
	from, to := 0, *allSeeds
	if *oneSeed >= 0 {
		from, to = *oneSeed, *oneSeed+1
	}
	runs, failures := 0, 0
	for seed := from; seed < to; seed++ {
		for _, hostile := range []bool{false, true} {
			whole := replayed(t, seed, hostile)
			end := whole.rollout(t, 0)
			whole.report(t, 0)
			failures += end.Failures
			for k := range 3 {
				w := replayed(t, seed, hostile)
				kill := 1 + w.pick(whole.count, fmt.Sprint("kill", k))
				again := w.rollout(t, kill)
				if got, want := fates(again), fates(end); !hostile && got != want {
					w.complain("ends with\n%s\nnot\n%s", got, want)
				}
				w.report(t, kill)
				runs++
			}
		}
	}
	if *oneSeed < 0 && failures < (to-from)/10 {
		t.Errorf("%d failures over all seeds: the world is too kind to show anything", failures)
	}
	t.Logf("%d seeds, %d killed runs, %d failures in whole ones", to-from, runs, failures)
}

func replayed(t *testing.T, seed int, hostile bool) *world {
	w := newWorld(seed, hostile)
	if *oneSeed >= 0 {
		w.log = t.Logf
		t.Logf("seed %d, hostile %t", seed, hostile)
	}
	return w
}

func (w *world) report(t *testing.T, kill int) {
	t.Helper()
	if len(w.wrong) > 0 {
		t.Fatalf("seed %d, hostile %t, killed at call %d (replay with -run TestInvariants -v -seed %d):\n%s",
			w.seed, w.hostile, kill, w.seed, strings.Join(w.wrong, "\n"))
	}
}

// rollout executes the stage until it is at its end: the process dies once at the call kill, and ends by itself at its
// deadlines.
func (w *world) rollout(t *testing.T, kill int) fleet.StageResult {
	p := plan.Plan{Name: "prod", Digest: "sha256:d", Stages: []plan.Stage{w.stage}, Policy: plan.Policy{StoppedClusters: "skip", WindowClose: "finish"}}
	if w.hold {
		p.Policy.WindowClose = "hold"
	}
	p.Upgrade.Images = "Consistent"
	w.kill = kill
	var record fleet.StageResult
	for process := 0; process < 40; process++ {
		c := Config{Wait: w.wait, Poll: 15 * time.Minute, Parallel: 1, Record: func(r fleet.StageResult) {
			if !w.dead {
				record = r
				w.told(r)
			}
		}}
		if w.pick(3, "deadline") == 0 {
			c.Deadline = w.at.Add(6 * time.Hour)
		}
		r, err := Stage(t.Context(), w, p, 0, record, c)
		switch {
		case w.dead:
			w.restart(&record)
			continue
		case err != nil:
			w.dead = true
			w.restart(&record)
			continue
		case r.Outcome == fleet.OutcomeUnfinished:
			if r.LookAgain.IsZero() && r.Failures == 0 { // else the donor of others may be the one that failed
				w.complain("unfinished, and nobody says when to come back")
			}
			w.advance(r.LookAgain)
			w.newProcess()
			continue
		}
		w.judge(r)
		return r
	}
	w.complain("not at its end after 40 processes")
	return record
}

// restart is what a kill leaves: nothing in memory, and the record, or not even that.
func (w *world) restart(record *fleet.StageResult) {
	w.dead, w.kill = false, 0
	if w.pick(2, "record is lost") == 0 {
		*record = fleet.StageResult{}
		w.started = map[fleet.ClusterID]bool{}
		w.recorded, w.before = map[fleet.ClusterID]bool{}, map[fleet.ClusterID]bool{}
	}
	w.advance(w.at.Add(time.Duration(w.pick(90, "downtime")) * time.Minute))
	w.newProcess()
}

// newProcess makes failures that were told to an earlier process those that are to be tried again first.
func (w *world) newProcess() {
	maps.DeleteFunc(w.recorded, func(_ fleet.ClusterID, failed bool) bool { return !failed })
	maps.Copy(w.before, w.recorded)       // what died with the process before it was recorded is found out again
	for id, cluster := range w.clusters { // an operation that ended badly with nobody there
		if cluster.State == fleet.ProvisioningFailed {
			w.before[id] = true
		}
	}
	w.failed, w.retried = map[fleet.ClusterID]bool{}, map[fleet.ClusterID]bool{}
}

// fates are the members' states and nothing else.
func fates(r fleet.StageResult) string { return states(r) + " " + string(r.State) }
