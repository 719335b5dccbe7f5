package rollouts

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
)

// What GitHub asks for is told as the plan calls it, also where the stage was started by hand and so waited for nothing else.
func TestAnApprovalThatGitHubAsksForIsThatOfThePlan(t *testing.T) {
	made := plan.Plan{Stages: []plan.Stage{
		{Name: "canary", Environment: &fleet.Environment{Name: "aks-canary"}},
		{Name: "production", Environment: &fleet.Environment{Name: "aks-production", Reviewers: 1}},
	}}
	start := []fleet.Wait{{Stage: "production", Gate: fleet.GateStart}}
	for environment, want := range map[string]fleet.Wait{
		"AKS-production": {Stage: "production", Gate: plan.GateEnvironment, Environment: "aks-production", Reviewers: []string{"alice"}},
		"aks-canary":     {Stage: "canary", Environment: "aks-canary", Reviewers: []string{"alice"}}, // of which nobody has to approve
		"elsewhere":      {Environment: "elsewhere", Reviewers: []string{"alice"}},
	} {
		got := waitsNow(start, made, []github.PendingDeployment{{Environment: environment, Reviewers: []string{"alice"}}})
		if diff := cmp.Diff([]fleet.Wait{want}, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", environment, diff)
		}
	}
}

func TestCorrect(t *testing.T) {
	made := rollsOut(0, 0)
	failed := ran(2, byHandFile, "failure")
	going := github.Run{ID: 2, Status: "in_progress"}
	no := []github.Approval{{State: "rejected", User: "alice", Environments: []string{"aks-production"}, Comment: "not today"}}
	for _, test := range []struct {
		name    string
		state   fleet.State
		outcome fleet.Outcome
		runs    []kept // newest first
		want    fleet.State
		ends    fleet.Outcome
		note    string
	}{
		{"it has ended", fleet.Completed, fleet.OutcomeSucceeded, []kept{{Run: failed, reviews: no}}, fleet.Completed, fleet.OutcomeSucceeded, ""},
		{"it goes on", fleet.NotStarted, fleet.OutcomeUnfinished, []kept{{Run: going}}, fleet.Running, fleet.OutcomeUnfinished, ""},
		{"one of its runs goes on", fleet.Pending, fleet.OutcomeUnfinished, []kept{{Run: failed}, {Run: going}}, fleet.Running, fleet.OutcomeUnfinished, ""},
		{"what failed is tried again", fleet.Failed, fleet.OutcomeFailed, []kept{{Run: going}}, fleet.Running, fleet.OutcomeUnfinished, ""},
		{"it was cancelled", fleet.Pending, fleet.OutcomeUnfinished, []kept{{Run: ran(2, byHandFile, "cancelled"), reviews: no}}, fleet.Stopped, fleet.OutcomeUnfinished, "run 2 was cancelled"},
		{"somebody said no", fleet.Pending, fleet.OutcomeUnfinished, []kept{{Run: failed, reviews: no}}, fleet.Stopped, fleet.OutcomeUnfinished, "alice said no in the environment aks-production: not today"},
		{"somebody said no in an older run", fleet.Pending, fleet.OutcomeUnfinished, []kept{{Run: failed}, {Run: failed, reviews: no}}, fleet.Pending, fleet.OutcomeUnfinished, ""},
		{"its runner died", fleet.Running, fleet.OutcomeUnfinished, []kept{{Run: failed}}, fleet.Stopped, fleet.OutcomeUnfinished, ""},
		{"its runner died as it ended", fleet.Stopping, fleet.OutcomeUnfinished, []kept{{Run: failed}}, fleet.Stopped, fleet.OutcomeUnfinished, ""},
	} {
		s := fleet.RunStatus{State: test.state, Outcome: test.outcome, EndedAt: at(1)}
		correct(&s, made, test.runs)
		if s.State != test.want || s.Outcome != test.ends || s.Note != test.note || s.EndedAt.IsZero() != (test.want == fleet.Running) {
			t.Errorf("%s: got %+v", test.name, s)
		}
	}
}

// TestTheNewestRunCorrectsLast: where stages are started by hand, one may have been started twice.
func TestTheNewestRunCorrectsLast(t *testing.T) {
	job := func(status string) []github.Job { return []github.Job{{Name: "Stage canary / canary", Status: status}} }
	s := fleet.RunStatus{Stages: []fleet.StageStatus{{Name: "canary", State: fleet.NotStarted}}}
	correct(&s, rollsOut(0), []kept{{Run: github.Run{Status: "waiting"}, jobs: job("waiting")}, {Run: ran(1, byHandFile, "failure"), jobs: job("in_progress")}})
	if s.Stages[0].State != fleet.Pending {
		t.Errorf("got %s", s.Stages[0].State)
	}
}

func TestCorrectStage(t *testing.T) {
	for _, test := range []struct {
		name       string
		state      fleet.State
		outcome    fleet.Outcome
		status     string
		conclusion string
		want       fleet.State
		reason     string
	}{
		{"it runs", fleet.NotStarted, fleet.OutcomeUnfinished, "in_progress", "", fleet.Running, ""},
		{"it runs again", fleet.Failed, fleet.OutcomeFailed, "in_progress", "", fleet.Running, ""},
		{"it waits", fleet.NotStarted, fleet.OutcomeUnfinished, "waiting", "", fleet.Pending, ""},
		{"it waits for a runner", fleet.NotStarted, fleet.OutcomeUnfinished, "queued", "", fleet.NotStarted, ""},
		{"it left no record", fleet.NotStarted, fleet.OutcomeUnfinished, "completed", "failure", fleet.NotStarted, "its job ended with failure, and left no record"},
		{"it was skipped", fleet.NotStarted, fleet.OutcomeUnfinished, "completed", "skipped", fleet.NotStarted, ""},
		{"its runner died", fleet.Running, fleet.OutcomeUnfinished, "completed", "failure", fleet.Stopped, ""},
		{"it waits for a time", fleet.Pending, fleet.OutcomeUnfinished, "completed", "failure", fleet.Pending, ""},
		{"it is done", fleet.Completed, fleet.OutcomeSucceeded, "in_progress", "", fleet.Completed, ""},
	} {
		s := fleet.StageStatus{Name: "canary", State: test.state, Outcome: test.outcome, LookAgain: at(9)}
		jobs := []github.Job{{Name: "Plan", Status: "in_progress"}, {Name: "Stage others / others", Status: "in_progress"}, {Name: "Rollout / Stage canary / canary", Status: test.status, Conclusion: test.conclusion, StartedAt: at(3)}}
		correctStage(&s, jobs)
		if s.State != test.want || s.Reason != test.reason || test.want == fleet.Running && (!s.LookAgain.IsZero() || !s.StartedAt.Equal(at(3))) {
			t.Errorf("%s: got %+v", test.name, s)
		}
	}
}

// TestWaitsNow: what records ask for is not waited for before GitHub says so; the times that they say are.
func TestWaitsNow(t *testing.T) {
	made := rollsOut(0, 0)
	due := []fleet.Wait{
		{Stage: "canary", Gate: "after-1", Environment: "aks-accept"}, {Stage: "production", Gate: "before-1", Environment: "aks-change"}, {Stage: "production", Until: at(9)},
	}
	timer := github.PendingDeployment{Environment: "AKS-accept", Reviewers: []string{"bob"}, WaitMinutes: 30, TimerStartedAt: at(1)}
	got := waitsNow(due, made, []github.PendingDeployment{timer})
	want := []fleet.Wait{{Stage: "production", Until: at(9)}, {Stage: "canary", Gate: "after-1", Environment: "aks-accept", Reviewers: []string{"bob"}, Until: at(1).Add(30 * time.Minute)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
