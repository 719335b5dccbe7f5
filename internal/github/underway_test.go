package github_test

import (
	"slices"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestRunsUnderWayAreThoseOfAllWorkflows(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{
		{ID: 1, Status: "waiting", Created: day(3)}, {ID: 2, Conclusion: "failure", Created: day(4)}, {ID: 3, Created: day(5), Branch: "dev"},
		{ID: 4, Status: "pending", Created: day(9), Workflow: ".github/workflows/other.yml"}, {ID: 5, Status: "queued", Created: day(7)},
	}})
	runs, err := s.RunsUnderWay(t.Context())
	var got []int64
	for _, run := range runs {
		got = append(got, run.ID)
	}
	if want := []int64{4, 5, 3, 1}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, want %v, %v", got, want, err)
	}
}
