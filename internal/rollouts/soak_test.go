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
		c := carried{made: test.made, result: test.record, ended: at(4), began: map[string]bool{}}
		for _, stage := range strings.Fields(test.began) {
			c.began[stage] = true
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

// TestCarriedOut: of the plans of a run that counts of which a stage has begun, by a record or by its job.
func TestCarriedOut(t *testing.T) {
	first, content := planned(t, "canary", "production")
	second, newer := planned(t, "canary")
	of := func(made plan.Plan, stage fleet.StageResult) fleet.Result {
		stage.Digest = made.Digest
		return fleet.Result{Digest: made.Digest, Stages: []fleet.StageResult{stage}}
	}
	job := github.Job{Name: "Stage production / production", Status: "completed", Conclusion: "failure", Runner: "one"}
	for _, test := range []struct {
		name  string
		fill  func(r *repository)
		plan  string
		began int
	}{
		{"it has no plan", func(r *repository) { r.artifacts[1] = nil; r.jobs[1] = []github.Job{job} }, "", 0},
		{"it began nothing", func(*repository) {}, second.Digest, 0},
		{"the newest has begun", func(r *repository) { r.records(1, "result-canary-2", at(4), of(second, done("canary", 4))) }, second.Digest, 1},
		{"the newest waits", func(r *repository) {
			r.records(1, "result-canary-1", at(2), of(first, done("canary", 2)))
			r.records(1, "result-canary-2", at(4), of(second, waiting("canary", 9)))
		}, first.Digest, 1},
		{"the records are lost", func(r *repository) {
			r.jobs[1] = []github.Job{job, {Name: "Plan", Status: "completed", Conclusion: "success"}}
		}, second.Digest, 1},
		{"its job was cancelled before it began", func(r *repository) {
			r.jobs[1] = []github.Job{{Name: "Stage production / production", Status: "completed", Conclusion: "cancelled"}}
		}, second.Digest, 0},
		{"the plan is gone", func(r *repository) {
			r.records(1, "result-canary-1", at(2), recordOf(done("canary", 2)))
		}, "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t)
			r.stores(1, PlanArtifact(first), at(1), content)
			r.stores(1, PlanArtifact(second), at(3), newer)
			test.fill(r)
			c, err := carriedOut(t.Context(), r, ran(1, byHandFile, "failure"))
			if err != nil || c.made.Digest != test.plan || len(c.began) != test.began || !c.ended.Equal(at(1)) {
				t.Errorf("got plan %q, began %v, ended %s, %v", c.made.Digest, c.began, c.ended, err)
			}
		})
	}
}

// TestSoaksOfRuns: a run that ended longer ago than any wait lasts is not asked, and the same stage in a newer run counts.
func TestSoaksOfRuns(t *testing.T) {
	made, content := planned(t, "canary", "production")
	ended := done("canary", 3)
	ended.Digest = made.Digest
	soaking := func(r *repository, id int64) {
		r.stores(id, PlanArtifact(made), at(1), content)
		r.records(id, "result-canary-1", at(3), fleet.Result{Digest: made.Digest, Stages: []fleet.StageResult{ended}})
	}
	again := ran(3, profileFile, "success")
	again.Attempt = 2
	for _, test := range []struct {
		name  string
		runs  []github.Run
		now   time.Time
		want  string
		asked int
	}{
		{"in its wait", []github.Run{ran(3, byHandFile, "failure")}, at(3.9), "3", 1},
		{"after it", []github.Run{ran(3, byHandFile, "failure")}, at(4), "", 0},
		{"a profile that ended well", []github.Run{ran(3, profileFile, "success")}, at(3.9), "", 0},
		{"unless it was run again", []github.Run{again}, at(3.9), "3", 1},
		{"the same stage in a newer run", []github.Run{ran(4, byHandFile, "failure"), ran(3, byHandFile, "failure")}, at(3.9), "4", 2},
	} {
		r := newRepository(t, test.runs...)
		for _, run := range test.runs {
			soaking(r, run.ID)
		}
		x := tick{search: search{r, production(strategy.OnWaitingHold), test.now}, made: made}
		found, err := x.soaks(t.Context(), test.runs)
		var got []string
		for _, o := range found {
			got = append(got, fmt.Sprint(o.run.ID))
			if o.begun != "canary" || o.stage != "canary" || !o.soaks || !o.opens.Equal(at(4)) {
				t.Errorf("%s: %+v", test.name, o)
			}
		}
		if strings.Join(got, " ") != test.want || len(r.listed) != test.asked || err != nil {
			t.Errorf("%s: got %v, asked %v, %v", test.name, got, r.listed, err)
		}
	}
}
