package github_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
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

// TestARunThatMovesWhileItIsAskedFor is met all the same, once, and as it stood last: also one that an approval moves back.
func TestARunThatMovesWhileItIsAskedFor(t *testing.T) {
	for name, moves := range map[string]map[string]string{
		"approved":            {"waiting": "in_progress"},
		"approved, no runner": {"waiting": "queued"},
		"next in its group":   {"waiting": "pending"},
		"asks for approval":   {"pending": "in_progress", "waiting": "waiting"},
		"goes on":             {"in_progress": "in_progress"},
	} {
		t.Run(name, func(t *testing.T) {
			s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 1, Status: "waiting"}}})
			if name == "goes on" {
				s.GitHub().PutRun(simulator.RunFile{ID: 1, Status: "queued"})
			}
			served, last := wire.Transport(wire.Handler(s.World)), ""
			api := s.connect(t, roundTrip(func(r *http.Request) (*http.Response, error) {
				if next := moves[r.URL.Query().Get("status")]; next != "" {
					s.GitHub().PutRun(simulator.RunFile{ID: 1, Status: next})
					last = next
				}
				return served.RoundTrip(r)
			}))
			runs, err := api.RunsUnderWay(t.Context())
			if err != nil || len(runs) != 1 || runs[0].Status != last {
				t.Errorf("got %+v, want one that is %s, %v", runs, last, err)
			}
		})
	}
}
