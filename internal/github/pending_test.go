package github_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestPending(t *testing.T) {
	since := time.Date(2026, 11, 20, 4, 37, 0, 0, time.UTC)
	s := enter(t, simulator.GitHubFile{
		Environments: []simulator.EnvironmentFile{{Name: "aks-a", Reviewers: []simulator.ReviewerFile{{Team: "platform"}, {User: "alice"}}}, {Name: "aks-b", WaitMinutes: 30}},
		Runs: []simulator.RunFile{{ID: 5, Jobs: []simulator.JobFile{
			{Name: "Plan", Conclusion: "success"}, {Name: "Stage a / a", Status: "waiting", Environment: "aks-a"},
			{Name: "Accept", Status: "waiting", Environment: "AKS-A"}, {Name: "Stage b / b", Status: "waiting", Environment: "aks-b", Created: since},
			{Name: "Stage c / c", Status: "in_progress", Environment: "aks-c"}}}, {ID: 6}}})
	want := []github.PendingDeployment{{Environment: "aks-a", Reviewers: []string{"platform", "alice"}}, {Environment: "aks-b", WaitMinutes: 30, TimerStartedAt: since}}
	got, err := s.Pending(t.Context(), 5)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if none, err := s.Pending(t.Context(), 6); err != nil || len(none) != 0 {
		t.Errorf("got %v, %v", none, err)
	}
	_, err = s.Pending(t.Context(), 7)
	refused(t, err, 404, "what run 7 waits for")
}
