package rollouts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// rollsOut is a plan with a cluster to upgrade in each of three stages, named after it, and waits of so many hours after them.
func rollsOut(waits ...int) plan.Plan {
	made := plan.Plan{Digest: "sha256:d", Name: "production", CreatedAt: monday}
	for i, name := range []string{"canary", "production", "rest"}[:len(waits)] {
		made.Stages = append(made.Stages, plan.Stage{Name: name, WaitSeconds: waits[i] * 3600, Groups: []plan.Group{{Members: []plan.Member{
			{Name: name, Cluster: fleet.ClusterID(name), Action: plan.ActionUpgrade},
		}}}})
	}
	return made
}

// toUpgrade is a plan for some of those clusters.
func toUpgrade(names string) plan.Plan {
	made := rollsOut(0, 0, 0)
	for i := range made.Stages {
		if !strings.Contains(names, made.Stages[i].Name) {
			made.Stages[i].Groups[0].Members[0].Action = plan.ActionSkip
		}
	}
	return made
}

// done is the record of a stage that ended well so many hours after Monday.
func done(name string, hours float64) fleet.StageResult {
	return fleet.StageResult{Name: name, Digest: "sha256:d", State: fleet.Completed, Outcome: fleet.OutcomeSucceeded, StartedAt: monday, FinishedAt: at(hours)}
}

// waiting is the record of a stage that waits for a time.
func waiting(name string, hours float64) fleet.StageResult {
	return fleet.StageResult{Name: name, Digest: "sha256:d", State: fleet.Pending, Outcome: fleet.OutcomeUnfinished, LookAgain: at(hours)}
}

func recordOf(stages ...fleet.StageResult) fleet.Result {
	return fleet.Result{Digest: "sha256:d", Stages: stages}
}

// TestSoaks: the waits after stages that are in the way of what is to be upgraded now. The run ended at four.
func TestSoaks(t *testing.T) {
	failed := done("canary", 2)
	failed.State, failed.Outcome = fleet.Failed, fleet.OutcomeFailed
	nothing := rollsOut(1, 0)
	nothing.Stages[0].Groups[0].Members[0].Action = plan.ActionSkip
	for _, test := range []struct {
		name   string
		made   plan.Plan
		record fleet.Result
		began  string
		next   string // is to be upgraded
		want   string // stage and hour
	}{
		{"nothing has begun", rollsOut(1, 0), recordOf(), "", "production", ""},
		{"the first is done", rollsOut(1, 0), recordOf(done("canary", 1)), "canary", "production", "canary 2"},
		{"and has more to upgrade", rollsOut(1, 0), recordOf(done("canary", 1)), "canary", "canary production", "canary 2"},
		{"nothing after it is to be upgraded", rollsOut(1, 0), recordOf(done("canary", 1)), "canary", "canary", ""},
		{"something after the next", rollsOut(1, 0, 0), recordOf(done("canary", 1)), "canary", "rest", "canary 2"},
		{"there is no wait", rollsOut(0, 0), recordOf(done("canary", 1)), "canary", "production", ""},
		{"nothing was to be upgraded in it", nothing, recordOf(done("canary", 1)), "canary", "production", ""},
		{"two waits", rollsOut(10, 1, 0), recordOf(done("canary", 1), done("production", 2)), "canary production", "rest", "canary 11, production 3"},
		{"it failed, and was mended", rollsOut(1, 0), recordOf(failed), "canary", "production", "canary 5"},
		{"it failed, and is to be upgraded", rollsOut(1, 0), recordOf(failed), "canary", "canary production", ""},
		{"its record was lost", rollsOut(1, 0), recordOf(), "canary", "production", "canary 5"},
		{"there is no plan", plan.Plan{}, recordOf(done("canary", 1)), "canary", "production", ""},
	} {
		c := carried{made: test.made, result: test.record, ended: at(4), began: map[string]time.Time{}}
		for _, stage := range strings.Fields(test.began) {
			c.began[stage] = monday
		}
		var got []string
		for _, s := range c.soaks(toUpgrade(test.next)) {
			got = append(got, fmt.Sprint(s.stage, " ", s.until.Sub(monday).Hours()))
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestEndOf(t *testing.T) {
	run := github.Run{Status: "completed", StartedAt: at(1), UpdatedAt: at(2)}
	if got := endOf(run); !got.Equal(at(2)) {
		t.Errorf("it ended at %s", got)
	}
	run.Status = "in_progress"
	if got := endOf(run); !got.Equal(at(1)) {
		t.Errorf("its attempt before ended at %s", got)
	}
}

// TestCarriedOut: what a run began of each of its plans, by a record or by a job.
func TestCarriedOut(t *testing.T) {
	first, content := planned(t, "canary", "production") // as of Monday
	second, newer := planned(t, "canary")
	of := func(made plan.Plan, stage fleet.StageResult) fleet.Result {
		stage.Digest = made.Digest
		return fleet.Result{Digest: made.Digest, Stages: []fleet.StageResult{stage}}
	}
	job := github.Job{Name: "Stage production / production", Status: "completed", Conclusion: "failure", Runner: "one", CreatedAt: at(2), StartedAt: at(2)}
	for _, test := range []struct {
		name string
		fill func(r *repository)
		want string // what was begun of the newest plan, and of the one before
	}{
		{"it has no plan", func(r *repository) { r.artifacts[1] = nil; r.jobs[1] = []github.Job{job} }, ""},
		{"it began nothing", func(*repository) {}, "map[] map[]"},
		{"the newest has begun", func(r *repository) { r.records(1, "result-canary-2", at(4), of(second, done("canary", 4))) }, "map[canary:0] map[]"},
		{"both have begun", func(r *repository) {
			r.records(1, "result-canary-1", at(2), of(first, done("canary", 2)))
			r.records(1, "result-canary-2", at(4), of(second, done("canary", 4)))
		}, "map[canary:0] map[canary:0]"},
		{"the newest waits", func(r *repository) {
			r.records(1, "result-canary-1", at(2), of(first, done("canary", 2)))
			r.records(1, "result-canary-2", at(4), of(second, waiting("canary", 9)))
			r.jobs[1] = []github.Job{{Name: "Stage canary / canary", Status: "completed", Conclusion: "failure", Runner: "one", CreatedAt: at(4), StartedAt: at(4)}}
		}, "map[] map[canary:0]"},
		{"a record is lost", func(r *repository) {
			r.jobs[1] = []github.Job{job, {Name: "Plan", Status: "completed", Conclusion: "success", CreatedAt: at(1)}}
		}, "map[production:2] map[]"},
		{"its job was cancelled before it began", func(r *repository) {
			r.jobs[1] = []github.Job{{Name: job.Name, Status: "completed", Conclusion: "cancelled", CreatedAt: at(2)}}
		}, "map[] map[]"},
		{"the records are of another plan", func(r *repository) { r.records(1, "result-canary-1", at(2), recordOf(done("canary", 2))) }, "map[] map[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t)
			r.stores(1, PlanArtifact(first), at(1), content)
			r.stores(1, PlanArtifact(second), at(3), newer)
			test.fill(r)
			all, err := carriedOut(t.Context(), r, ran(1, byHandFile, "failure"))
			var got []string
			for _, c := range all {
				hours := map[string]float64{}
				for stage, began := range c.began {
					hours[stage] = began.Sub(monday).Hours()
				}
				got = append(got, fmt.Sprint(hours))
			}
			if strings.Join(got, " ") != test.want || err != nil {
				t.Errorf("got %v, %v, want %s", got, err, test.want)
			}
		})
	}
}

// TestAJobIsOfThePlanThatWasThere when it came up.
func TestAJobIsOfThePlanThatWasThere(t *testing.T) {
	older, newer := rollsOut(1), rollsOut(1)
	newer.CreatedAt = at(3)
	all := []carried{{made: newer, began: map[string]time.Time{}}, {made: older, began: map[string]time.Time{}}}
	begin(all, "canary", github.Job{CreatedAt: at(2), StartedAt: at(2)})
	begin(all, "production", github.Job{CreatedAt: at(4), StartedAt: at(4)})
	if len(all[0].began) != 1 || len(all[1].began) != 1 || !all[1].began["canary"].Equal(at(2)) {
		t.Errorf("got %v", all)
	}
}

// TestSoaksOfRuns: a run that ended longer ago than any wait lasts is not asked, and the same stage in a newer run counts.
func TestSoaksOfRuns(t *testing.T) {
	made, content := planned(t, "canary", "production")
	for _, test := range []struct {
		name  string
		runs  []github.Run
		ended map[int64]float64 // when the stage was done in them
		now   time.Time
		want  string
		asked int
	}{
		{"in its wait", []github.Run{ran(3, byHandFile, "failure")}, map[int64]float64{3: 3}, at(3.9), "3", 1},
		{"after it", []github.Run{ran(3, byHandFile, "failure")}, map[int64]float64{3: 3}, at(4), "", 0},
		{"after it, in a run that went on", []github.Run{ran(3, byHandFile, "failure")}, map[int64]float64{3: 2}, at(3.9), "", 1},
		{"of a profile, that ended well", []github.Run{lasting(ran(3, profileFile, "success"), 30*time.Minute, 1)}, map[int64]float64{3: 3}, at(3.9), "3", 1},
		{"in seconds", []github.Run{lasting(ran(3, profileFile, "success"), 30*time.Second, 1)}, map[int64]float64{3: 3}, at(3.9), "", 0},
		{"and was run again", []github.Run{lasting(ran(3, profileFile, "success"), 30*time.Second, 2)}, map[int64]float64{3: 3}, at(3.9), "3", 1},
		{"the same stage in a newer run", []github.Run{ran(4, byHandFile, "failure"), ran(3, byHandFile, "failure")}, map[int64]float64{4: 4.5, 3: 3}, at(3.9), "4", 2},
		{"of which the older was run again", []github.Run{ran(4, byHandFile, "failure"), ran(3, byHandFile, "failure")}, map[int64]float64{4: 2.5, 3: 3.5}, at(3.9), "3", 2},
	} {
		r := newRepository(t, test.runs...)
		finished := test.ended
		for _, run := range test.runs {
			ended := done("canary", finished[run.ID])
			ended.Digest, ended.StartedAt = made.Digest, at(finished[run.ID]-0.2)
			r.stores(run.ID, PlanArtifact(made), at(1), content)
			r.records(run.ID, "result-canary-1", at(3), fleet.Result{Digest: made.Digest, Stages: []fleet.StageResult{ended}})
		}
		x := tick{search: search{r, production(strategy.OnWaitingHold), test.now}, made: made}
		found, err := x.soaks(t.Context(), test.runs)
		var got []string
		for _, o := range found {
			got = append(got, fmt.Sprint(o.run.ID))
			if o.begun != "canary" || o.stage != "canary" || !o.soaks || !o.opens.Equal(at(finished[o.run.ID]+1)) {
				t.Errorf("%s: %+v", test.name, o)
			}
		}
		if strings.Join(got, " ") != test.want || len(r.listed) != test.asked || err != nil {
			t.Errorf("%s: got %v, asked %v, %v", test.name, got, r.listed, err)
		}
	}
}

// lasting is a run that took so long, in the last of so many attempts.
func lasting(run github.Run, took time.Duration, attempts int) github.Run {
	run.Attempt, run.UpdatedAt = attempts, run.StartedAt.Add(took)
	return run
}

// TestSoaksOfManyRuns: so many are asked, and no more.
func TestSoaksOfManyRuns(t *testing.T) {
	var runs []github.Run
	for id := range int64(80) {
		run := ran(3, profileFile, "failure")
		run.ID = id + 1
		runs = append(runs, run)
	}
	r := newRepository(t, runs...)
	x := tick{search: search{r, production(strategy.OnWaitingHold), at(3.5)}}
	if found, err := x.soaks(t.Context(), runs); len(found) != 0 || err != nil || len(r.listed) != maxWatched {
		t.Errorf("got %v, %v, asked %d", found, err, len(r.listed))
	}
}
