package rollouts

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestLeftAlone(t *testing.T) {
	waits := recordOf(waiting("canary", 9))
	no := []github.Approval{{State: "approved", User: "bob"}, {State: "rejected", User: "alice"}}
	for _, test := range []struct {
		name    string
		run     github.Run
		record  fleet.Result
		reviews []github.Approval
		rule    string
	}{
		{"it waits", ran(1, byHandFile, "failure"), waits, no[:1], ""},
		{"it ended well", ran(1, byHandFile, "success"), waits, nil, "rollout-over"},
		{"it was cancelled", ran(1, byHandFile, "cancelled"), waits, no, "rollout-over"},
		{"somebody said no", ran(1, byHandFile, "failure"), waits, no, "rollout-rejected"},
		{"it waits for no time", ran(1, byHandFile, "failure"), recordOf(done("canary", 1)), nil, "rollout-not-waiting"},
	} {
		finding, leave := leftAlone(test.run, []fleet.Result{test.record}, test.reviews)
		if finding.Rule != test.rule || leave != (test.rule != "") {
			t.Errorf("%s: got %+v, %t", test.name, finding, leave)
		}
	}
}

func TestWaitsFor(t *testing.T) {
	older := recordOf(waiting("canary", 5))
	other := recordOf(waiting("canary", 7))
	other.Digest, other.Stages[0].Digest = "sha256:e", "sha256:e"
	for _, test := range []struct {
		name  string
		known []fleet.Result
		stage string
		opens time.Time
	}{
		{"what was recorded last", []fleet.Result{older, recordOf(waiting("canary", 6))}, "canary", at(6)},
		{"it is done since", []fleet.Result{older, recordOf(done("canary", 5))}, "", time.Time{}},
		{"of the last plan", []fleet.Result{older, other}, "canary", at(7)},
		{"the next stage", []fleet.Result{recordOf(done("canary", 5)), recordOf(waiting("production", 8))}, "production", at(8)},
	} {
		stage, opens := waitsFor(test.known)
		if stage != test.stage || !opens.Equal(test.opens) {
			t.Errorf("%s: got %q at %s", test.name, stage, opens)
		}
	}
}

func TestStagesOf(t *testing.T) {
	s := production(strategy.OnWaitingHold)
	s.Stages = []strategy.Stage{{Name: "of the strategy"}}
	if got := stagesOf(s, github.Run{Workflow: profileFile}); got[0].Name != "of the strategy" {
		t.Errorf("a profile without stages carries out %q", got[0].Name)
	}
	s.AutoUpgrade[0].Stages = []strategy.Stage{{Name: "of the profile"}}
	if got := stagesOf(s, github.Run{Workflow: profileFile}); got[0].Name != "of the profile" {
		t.Errorf("a profile carries out %q", got[0].Name)
	}
	if got := stagesOf(s, github.Run{Workflow: byHandFile}); got[0].Name != "of the strategy" {
		t.Errorf("by hand is carried out %q", got[0].Name)
	}
}

func TestResume(t *testing.T) {
	often := ran(1, byHandFile, "failure")
	often.Attempt = strategy.Reruns + 1
	lastTime := often
	lastTime.Attempt--
	for _, test := range []struct {
		name  string
		runs  []github.Run
		now   time.Time
		timer int // of the environment, in minutes
		did   bool
		want  string
		rerun bool
	}{
		{"its time has come", []github.Run{ran(1, byHandFile, "failure")}, at(9), 0, false, "rollout-resumed", true},
		{"its time is to come", []github.Run{ran(1, byHandFile, "failure")}, at(8.9), 0, false, "rollout-waits", false},
		{"GitHub would hold it until then", []github.Run{ran(1, byHandFile, "failure")}, at(8), 60, false, "rollout-resumed", true},
		{"GitHub would not hold it for long enough", []github.Run{ran(1, byHandFile, "failure")}, at(8), 59, false, "rollout-waits", false},
		{"it was run again too often", []github.Run{often}, at(9), 0, false, "rerun-limit", false},
		{"it is run again for the last time", []github.Run{lastTime}, at(9), 0, false, "rollout-resumed", true},
		{"another is under way", []github.Run{ran(1, byHandFile, "failure"), {ID: 2, Workflow: byHandFile, Status: "waiting", CreatedAt: at(2)}}, at(9), 0, false, "rollout-under-way", false},
		{"a profile plans", []github.Run{ran(1, byHandFile, "failure"), {ID: 2, Workflow: profileFile, Status: "in_progress", CreatedAt: at(2)}}, at(9), 0, false, "rollout-resumed", true},
		{"an older one is under way", []github.Run{ran(1, byHandFile, "failure"), {ID: 2, Workflow: byHandFile, Status: "waiting", CreatedAt: at(0.5)}}, at(9), 0, false, "rollout-under-way", false},
		{"another that waits is planned anew", []github.Run{ran(2, byHandFile, "failure"), {ID: 1, Attempt: 2, Workflow: profileFile, Status: "in_progress", CreatedAt: at(1), StartedAt: at(3)}}, at(9), 0, false, "rollout-under-way", false},
		{"a profile found nothing since", []github.Run{ran(1, byHandFile, "failure"), ran(2, profileFile, "success")}, at(9), 0, false, "rollout-resumed", true},
		{"a profile did more since", []github.Run{ran(1, byHandFile, "failure"), ran(2, profileFile, "success")}, at(9), 0, true, "rollout-over", false},
		{"nothing waits", []github.Run{ran(2, profileFile, "success")}, at(9), 0, false, "rollout-over", false},
		{"there is none", nil, at(9), 0, false, "no-rollout", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t, test.runs...)
			r.jobs[1] = []github.Job{{Name: "Plan", Attempt: 2, Status: "in_progress"}} // of one that is run again
			r.protections["aks-canary"] = fleet.Protection{WaitMinutes: test.timer}
			r.records(1, "result-canary-1", at(1), isToBegin)
			if test.did {
				r.records(2, "result-canary-1", at(2), hasBegun)
			}
			s := production(strategy.OnWaitingHold)
			s.Stages = []strategy.Stage{{Name: "canary", Environment: &fleet.Environment{Name: "aks-canary"}}}
			finding, err := Resume(t.Context(), r, s, "main", test.now)
			if err != nil || finding.Rule != test.want || slices.Equal(r.rerun, []int64{1}) != test.rerun {
				t.Errorf("got %+v, %v; run again were %v", finding, err, r.rerun)
			}
			if test.timer == 60 && !strings.HasSuffix(finding.Message, "as the wait timer of environment aks-canary holds that of stage canary until 2026-03-02 16:00Z") {
				t.Errorf("got %s", finding.Message)
			}
		})
	}
}
