package rollouts

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// rollsOut is a plan of stages with something to upgrade in each, and waits of so many seconds after them.
func rollsOut(waits ...int) plan.Plan {
	made := plan.Plan{Digest: "sha256:d", Name: "production", CreatedAt: monday}
	names := []string{"canary", "production", "rest"}
	for i, wait := range waits {
		made.Stages = append(made.Stages, plan.Stage{Name: names[i], WaitSeconds: wait, Groups: []plan.Group{{Members: []plan.Member{{Action: plan.ActionUpgrade}}}}})
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

func TestSoak(t *testing.T) {
	failed := done("production", 2)
	failed.State, failed.Outcome = fleet.Failed, fleet.OutcomeFailed
	for _, test := range []struct {
		name   string
		made   plan.Plan
		record fleet.Result
		stage  string
		until  time.Time
	}{
		{"nothing has begun", rollsOut(3600, 0), recordOf(), "", time.Time{}},
		{"the first is done", rollsOut(3600, 0), recordOf(done("canary", 1)), "canary", at(2)},
		{"there is no wait", rollsOut(0, 0), recordOf(done("canary", 1)), "", time.Time{}},
		{"all are done", rollsOut(3600, 3600), recordOf(done("canary", 1), done("production", 1)), "", time.Time{}},
		{"the wait that ends last", rollsOut(36000, 3600, 0), recordOf(done("canary", 1), done("production", 2)), "canary", at(11)},
		{"the next failed", rollsOut(3600, 3600, 0), recordOf(done("canary", 1), failed), "canary", at(2)},
		{"the last of them alone has a wait", rollsOut(0, 3600), recordOf(done("canary", 1)), "", time.Time{}},
	} {
		stage, until := soak(test.made, test.record, at(1))
		if stage != test.stage || !until.Equal(test.until) {
			t.Errorf("%s: got %q until %s", test.name, stage, until)
		}
	}
}

// TestGoesOn: a rollout is left to be resumed for a day after its time, if anything resumes it.
func TestGoesOn(t *testing.T) {
	const by = "fleet-production-resume.yml"
	no := []github.Approval{{State: "rejected", User: "alice"}}
	cancelled := ran(1, byHandFile, "cancelled")
	for _, test := range []struct {
		name    string
		run     github.Run
		record  fleet.Result
		reviews []github.Approval
		by      string
		now     time.Time
		opens   time.Time
		resumed string
	}{
		{"its time is to come", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), nil, by, at(8), at(9), ""},
		{"its time is to come, and nothing resumes it", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), nil, "", at(8), at(9), ""},
		{"its time has come", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), nil, by, at(9), at(9), by},
		{"its time has come, and nothing resumes it", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), nil, "", at(9), time.Time{}, ""},
		{"less than a day ago", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), nil, by, at(32.9), at(9), by},
		{"a day ago", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), nil, by, at(33), time.Time{}, ""},
		{"somebody said no", ran(1, byHandFile, "failure"), recordOf(waiting("canary", 9)), no, by, at(8), time.Time{}, ""},
		{"it was cancelled", cancelled, recordOf(waiting("canary", 9)), nil, by, at(8), time.Time{}, ""},
		{"it waits for nothing", ran(1, byHandFile, "failure"), recordOf(done("canary", 1)), nil, by, at(8), time.Time{}, ""},
	} {
		o := past{test.run, []fleet.Result{test.record}}.goesOn(test.reviews, test.by, test.now)
		if !o.opens.Equal(test.opens) || o.resumed != test.resumed || (o.begun == "canary") != (!test.opens.IsZero()) {
			t.Errorf("%s: got %+v", test.name, o)
		}
	}
}

func TestResumedBy(t *testing.T) {
	often, elsewhere := ran(1, byHandFile, "failure"), ran(1, byHandFile, "failure")
	often.Attempt, elsewhere.HeadBranch = strategy.Reruns+1, "feature"
	last := often
	last.Attempt--
	for _, test := range []struct {
		name, schedule string
		run            github.Run
		want           string
	}{
		{"its schedule", "23 * * * *", last, "fleet-production-resume.yml"},
		{"there is none", "", last, ""},
		{"run again too often", "23 * * * *", often, ""},
		{"of another branch", "23 * * * *", elsewhere, ""},
	} {
		s := production(strategy.OnWaitingHold)
		s.Workflow.Resume = test.schedule
		x := tick{search: search{strategy: s}}
		if got := x.resumedBy(test.run); got != test.want {
			t.Errorf("%s: got %q", test.name, got)
		}
	}
}

// TestPaused: of runs that have not ended, those count that had begun or wait, and are rollouts by now.
func TestPaused(t *testing.T) {
	again := github.Run{ID: 3, Attempt: 2, Workflow: profileFile, Status: "in_progress", CreatedAt: at(3)}
	plans := []github.Job{{Name: "Plan", Attempt: 2, Status: "in_progress"}}
	for _, test := range []struct {
		name string
		jobs []github.Job
		own  int64
		want int64
	}{
		{"it goes on", []github.Job{{Name: "Rollout", Attempt: 2, Status: "queued"}}, 9, 3},
		{"it plans anew", plans, 9, 2},
		{"it asks itself", []github.Job{{Name: "Rollout", Attempt: 2, Status: "queued"}}, 3, 2},
	} {
		made, content := planned(t, "canary", "production")
		r := newRepository(t, again, ran(2, byHandFile, "cancelled"))
		r.jobs[3] = test.jobs
		r.records(3, "result-canary-1", at(3), isToBegin)
		r.stores(2, PlanArtifact(made), at(0), content)
		ended := done("canary", 2)
		ended.Digest = made.Digest
		r.records(2, "result-canary-1", at(2), fleet.Result{Digest: made.Digest, Stages: []fleet.StageResult{ended}})
		x := tick{search: search{r, production(strategy.OnWaitingHold), at(2.5)}, own: github.Run{ID: test.own}}
		found, err := x.paused(t.Context())
		if err != nil || len(found) != 1 || found[0].run.ID != test.want {
			t.Errorf("%s: got %+v, %v", test.name, found, err)
		}
	}
}

// TestWaitsOf: of one run one wait is told, the later; of what another has done more since, none.
func TestWaitsOf(t *testing.T) {
	made, content := planned(t, "canary", "production")
	ofPlan := func(stages ...fleet.StageResult) fleet.Result {
		result := fleet.Result{Digest: made.Digest}
		for _, stage := range stages {
			stage.Digest = made.Digest
			result.Stages = append(result.Stages, stage)
		}
		return result
	}
	soaking := past{ran(1, byHandFile, "cancelled"), []fleet.Result{ofPlan(done("canary", 1))}}
	refused := past{soaking.run, append(soaking.known, recordOf())} // a newer plan in the same run
	anew := past{soaking.run, append([]fleet.Result{recordOf(done("canary", 1))}, soaking.known...)}
	both := past{ran(1, byHandFile, "failure"), []fleet.Result{ofPlan(done("canary", 1), waiting("production", 2))}}
	later := past{ran(1, byHandFile, "failure"), []fleet.Result{ofPlan(done("canary", 1), waiting("production", 1.7))}}
	other := past{ran(2, byHandFile, "failure"), []fleet.Result{recordOf(waiting("canary", 4))}}
	good := []github.Run{ran(3, profileFile, "success")}
	const soaks, goesOn = "is in the wait after its stage canary until 2026-03-02 09:00Z", "is to go on with stage canary at 2026-03-02 11:00Z"
	for _, test := range []struct {
		name string
		last newest
		did  bool // the newer one had something to do
		want string
	}{
		{"none", newest{}, false, ""},
		{"one is to go on", newest{waits: other}, false, goesOn},
		{"and another has done more since", newest{waits: other, good: good}, true, ""},
		{"and another found nothing", newest{waits: other, good: good}, false, goesOn},
		{"a wait after a stage", newest{begun: soaking}, false, soaks},
		{"whose run was refused since", newest{begun: refused}, false, soaks},
		{"of the last plan that has begun", newest{begun: anew}, false, soaks},
		{"of each run one", newest{begun: soaking, waits: other}, false, goesOn + ", " + soaks},
		{"of one run the wait", newest{begun: later}, false, soaks},
		{"of one run what waits for it", newest{begun: both}, false, "is to go on with stage production at 2026-03-02 09:00Z, " + soaks},
		{"one whose plan is gone", newest{begun: past{ran(9, byHandFile, "cancelled"), soaking.known}}, false, ""},
	} {
		r := newRepository(t)
		r.stores(1, PlanArtifact(made), at(0), content)
		if test.did {
			r.records(3, "result-canary-1", at(3), hasBegun)
		}
		x := tick{search: search{r, production(strategy.OnWaitingHold), at(1.5)}}
		found, err := x.waitsOf(t.Context(), test.last)
		var said []string
		for _, o := range found {
			said = append(said, o.doing())
		}
		if got := strings.Join(said, ", "); got != test.want || err != nil {
			t.Errorf("%s: got %q, %v", test.name, got, err)
		}
	}
}
