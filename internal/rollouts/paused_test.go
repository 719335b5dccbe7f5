package rollouts

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

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
		if !o.opens.Equal(test.opens) || o.resumed != test.resumed || (o.stage == "canary") != (!test.opens.IsZero()) || o.begun != stageBegun([]fleet.Result{test.record}) || o.plan != "fleet-plan-d" {
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
		x := tick{search: search{strategy: s}, repository: newRepository(t)}
		if got, err := x.resumedBy(t.Context(), test.run); got != test.want || err != nil {
			t.Errorf("%s: got %q, %v", test.name, got, err)
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
		x := tick{search: search{r, production(strategy.OnWaitingHold), at(2.5)}, repository: r, own: github.Run{ID: test.own}, made: made}
		found, err := x.paused(t.Context())
		if err != nil || len(found) != 1 || found[0].run.ID != test.want {
			t.Errorf("%s: got %+v, %v", test.name, found, err)
		}
	}
}

// TestToGoOn: what waits for a time, unless another has done more since, or its plan has expired.
func TestToGoOn(t *testing.T) {
	made, content := planned(t, "canary", "production")
	waits := waiting("canary", 4)
	waits.Digest = made.Digest
	other := past{ran(2, byHandFile, "failure"), []fleet.Result{{Digest: made.Digest, Stages: []fleet.StageResult{waits}}}}
	good := []github.Run{ran(3, profileFile, "success")}
	for _, test := range []struct {
		name string
		last newest
		did  bool // the newer one had something to do
		now  time.Time
		want int
	}{
		{"none", newest{}, false, at(3), 0},
		{"one that is to begin", newest{waits: other}, false, at(3), 1},
		{"one that has begun", newest{begun: other}, false, at(3), 1},
		{"its time has come, and nothing resumes it", newest{begun: other}, false, at(4), 0},
		{"another has done more since", newest{waits: other, good: good}, true, at(3), 0},
		{"another found nothing", newest{waits: other, good: good}, false, at(3), 1},
	} {
		r := newRepository(t)
		r.stores(2, PlanArtifact(made), at(0), content)
		if test.did {
			r.records(3, "result-canary-1", at(3), hasBegun)
		}
		x := tick{search: search{r, production(strategy.OnWaitingHold), test.now}, repository: r}
		if found, err := x.toGoOn(t.Context(), test.last); err != nil || len(found) != test.want {
			t.Errorf("%s: got %+v, %v", test.name, found, err)
		}
	}
}

func TestExpired(t *testing.T) {
	made, content := planned(t, "canary")
	p := past{ran(2, byHandFile, "failure"), []fleet.Result{{Digest: made.Digest}}}
	r := newRepository(t)
	if expired, err := p.expired(t.Context(), r, made.ExpiresAt); expired || err != nil {
		t.Errorf("a plan that is gone: %t, %v", expired, err)
	}
	r.stores(2, PlanArtifact(made), at(0), content)
	for now, want := range map[time.Time]bool{made.ExpiresAt.Add(-time.Second): false, made.ExpiresAt: true} {
		if expired, err := p.expired(t.Context(), r, now); expired != want || err != nil {
			t.Errorf("at %s: %t, %v", now, expired, err)
		}
	}
}

// TestApart: of one run one wait is told, the later.
func TestApart(t *testing.T) {
	one, two := github.Run{ID: 1}, github.Run{ID: 2}
	for _, test := range []struct {
		name         string
		waits, soaks []other
		want         int
	}{
		{"nothing", nil, nil, 0},
		{"of two runs", []other{{run: one, opens: at(1)}}, []other{{run: two, opens: at(2)}}, 2},
		{"it waits for longer", []other{{run: one, opens: at(3)}}, []other{{run: one, opens: at(2)}}, 2},
		{"what was upgraded is watched for longer", []other{{run: one, opens: at(1)}}, []other{{run: one, opens: at(2)}}, 1},
	} {
		if found := apart(test.waits, test.soaks); len(found) != test.want {
			t.Errorf("%s: got %+v", test.name, found)
		}
	}
}
