package github_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

// An attempt that runs failed jobs again has the others as they ended before.
func TestJobsOfARun(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 20, 8, minute, 0, 0, time.UTC) }
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Attempt: 2, Jobs: []simulator.JobFile{
		{Name: "Plan", Attempt: 1, Conclusion: "success", Runner: "r1", Created: at(0), Started: at(1), Completed: at(2)},
		{Name: "Stage a / a", Attempt: 1, Conclusion: "failure", Created: at(2), Started: at(3), Completed: at(4)},
		{Name: "Stage a / a", Status: "waiting", Environment: "aks-a", Created: at(9)},
	}}, {ID: 6}}})
	plan := github.Job{Name: "Plan", Attempt: 1, Status: "completed", Conclusion: "success", Runner: "r1", CreatedAt: at(0), StartedAt: at(1)}
	failed := github.Job{Name: "Stage a / a", Attempt: 1, Status: "completed", Conclusion: "failure", Runner: "GitHub Actions 1", CreatedAt: at(2), StartedAt: at(3)}
	waits := github.Job{Name: "Stage a / a", Attempt: 2, Status: "waiting", CreatedAt: at(9), StartedAt: at(9)}
	all, err := s.JobsOfAllAttempts(t.Context(), 5)
	if diff := cmp.Diff([]github.Job{plan, failed, waits}, all, cmpopts.IgnoreFields(github.Job{}, "ID")); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	latest, err := s.Jobs(t.Context(), 5)
	if diff := cmp.Diff([]github.Job{plan, waits}, latest, cmpopts.IgnoreFields(github.Job{}, "ID")); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if none, err := s.Jobs(t.Context(), 6); err != nil || len(none) != 0 {
		t.Errorf("got %v, %v", none, err)
	}
	_, err = s.Jobs(t.Context(), 7)
	refused(t, err, 404, "listing the jobs of run 7")
}

func TestManyJobsAreReadToTheEnd(t *testing.T) {
	var jobs []simulator.JobFile
	for range 250 {
		jobs = append(jobs, simulator.JobFile{Name: "Stage " + string(rune('a'+len(jobs)%26)) + string(rune('a'+len(jobs)/26))})
	}
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Jobs: jobs}}})
	if got, err := s.Jobs(t.Context(), 5); err != nil || len(got) != 250 {
		t.Errorf("got %d jobs, %v", len(got), err)
	}
}
