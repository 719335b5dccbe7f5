package github_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestAlike(t *testing.T) {
	run := github.Run{ID: 1, Workflow: "fleet.yml", HeadBranch: "main", HeadRepository: "org/fleet"}
	for _, other := range []github.Run{
		{Workflow: "other.yml", HeadBranch: "main", HeadRepository: "org/fleet"}, {Workflow: "fleet.yml", HeadBranch: "feature", HeadRepository: "org/fleet"},
		{Workflow: "fleet.yml", HeadBranch: "main", HeadRepository: "fork/fleet"},
	} {
		if run.Alike(other) {
			t.Errorf("%+v is alike", other)
		}
	}
	another := run
	another.ID = 2
	if !run.Alike(another) {
		t.Error("a run is not like the next")
	}
}

func TestRun(t *testing.T) {
	created := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Workflow: ".github/workflows/fleet-prod.yml", Branch: "release/1", SHA: "c0ffee", HeadRepository: "fork/fleet", Event: "push",
		Actor: "alice", TriggeringActor: "bob", Attempt: 3, Conclusion: "failure", Title: "Fleet prod", Created: created}}})
	want := github.Run{ID: 5, Attempt: 3, Status: "completed", Conclusion: "failure", Workflow: ".github/workflows/fleet-prod.yml", HeadBranch: "release/1", HeadSHA: "c0ffee", HeadRepository: "fork/fleet",
		Event: "push", Actor: "alice", TriggeringActor: "bob", CreatedAt: created, StartedAt: created, UpdatedAt: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Title: "Fleet prod", URL: "https://github.example/org/fleet/actions/runs/5"}
	got, err := s.Run(t.Context(), 5)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestTheWorkflowOfARunIsItsFile(t *testing.T) {
	s := scripted(t, func(*http.Request) *http.Response {
		return says(200, `{"id":1,"path":".github/workflows/fleet.yml@refs/heads/main"}`)
	})
	if got, err := s.Run(t.Context(), 1); err != nil || got.Workflow != ".github/workflows/fleet.yml" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRunsAreListedNewestFirst(t *testing.T) {
	start := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	var file simulator.GitHubFile
	for i := range 250 {
		file.Runs = append(file.Runs, simulator.RunFile{ID: int64(1 + i), Branch: []string{"main", "dev"}[i%2], Created: start.Add(time.Duration(i) * time.Hour)})
	}
	file.Runs[249].Status, file.Runs[248].Conclusion = "waiting", "failure"
	file.Runs = append(file.Runs, simulator.RunFile{ID: 999, Workflow: ".github/workflows/other.yml"})
	for _, test := range []struct {
		name  string
		query github.RunQuery
		first int64
		count int
	}{
		{"all", github.RunQuery{}, 250, 250},
		{"the newest", github.RunQuery{Newest: 101}, 250, 200},
		{"as many as there are", github.RunQuery{Newest: 500}, 250, 250},
		{"since", github.RunQuery{Since: start.Add(240 * time.Hour)}, 250, 10},
		{"of a branch", github.RunQuery{Branch: "main"}, 249, 125},
		{"of a status", github.RunQuery{Status: "waiting"}, 250, 1},
		{"of a conclusion", github.RunQuery{Status: "failure", Branch: "main"}, 249, 1},
		{"of a branch, since", github.RunQuery{Branch: "dev", Since: start.Add(200 * time.Hour)}, 250, 25},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := enter(t, file).Runs(t.Context(), "fleet.yml", test.query)
			if err != nil || len(got) != test.count || got[0].ID != test.first {
				t.Fatalf("got %d runs, the first of them %+v, %v", len(got), got[:min(1, len(got))], err)
			}
			for i := range got[1:] {
				if got[i].CreatedAt.Before(got[i+1].CreatedAt) {
					t.Errorf("run %d stands before %d", got[i].ID, got[i+1].ID)
				}
			}
		})
	}
}

// A run that begins between two pages moves the last of the first page to the second.
func TestARunThatStandsOnTwoPagesIsListedOnce(t *testing.T) {
	s := scripted(t, func(r *http.Request) *http.Response {
		if r.URL.Query().Get("page") == "1" {
			return says(200, `{"workflow_runs":[{"id":3},{"id":2}]}`, "Link", `<`+r.URL.Scheme+`://h/?page=2>; rel="next"`)
		}
		return says(200, `{"workflow_runs":[{"id":2},{"id":1}]}`)
	})
	got, err := s.Runs(t.Context(), "fleet.yml", github.RunQuery{})
	if err != nil || len(got) != 3 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPagesInACircleEnd(t *testing.T) {
	s := scripted(t, func(*http.Request) *http.Response {
		return says(200, `{"workflow_runs":[{"id":3}]}`, "Link", `<https://h/?page=1>; rel="next"`)
	})
	if got, err := s.Runs(t.Context(), "fleet.yml", github.RunQuery{}); err != nil || len(got) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRerunFailed(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Conclusion: "failure"}}})
	if err := s.RerunFailed(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	run, err := s.Run(t.Context(), 5)
	if err != nil || run.Attempt != 2 || run.Status != "queued" || run.Conclusion != "" {
		t.Errorf("got %+v, %v", run, err)
	}
	if diff := cmp.Diff([]simulator.Rerun{{Run: 5, Attempt: 2, At: s.Now()}}, s.GitHub().Reruns()); diff != "" {
		t.Error(diff)
	}
}

// GitHub refuses these with the same status as a missing permission, which is not what is wrong.
func TestRunsThatCannotBeRunAgain(t *testing.T) {
	for _, test := range []struct {
		name string
		file simulator.RunFile
		want string
	}{
		{"running", simulator.RunFile{ID: 5}, "already running"},
		{"old", simulator.RunFile{ID: 5, Conclusion: "failure", Created: time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)}, "over a month ago"},
		{"worn out", simulator.RunFile{ID: 5, Conclusion: "failure", Attempt: 51}, "too many times"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{test.file}})
			err := s.RerunFailed(t.Context(), 5)
			refused(t, err, 403, "re-running the failed jobs of run 5", test.want)
			if strings.Contains(err.Error(), "permissions") || len(s.GitHub().Reruns()) != 0 {
				t.Errorf("error %q, re-runs %v", err, s.GitHub().Reruns())
			}
		})
	}
}

func TestCancel(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Status: "waiting"}, {ID: 6, Conclusion: "success"}}})
	if err := s.Cancel(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	run, err := s.Run(t.Context(), 5)
	if err != nil || run.Status != "completed" || run.Conclusion != "cancelled" {
		t.Errorf("got %+v, %v", run, err)
	}
	refused(t, s.Cancel(t.Context(), 6), 409, "cancelling run 6 of org/fleet", "Cannot cancel a workflow run that is completed")
	refused(t, s.Cancel(t.Context(), 7), 404, "cancelling run 7")
	if diff := cmp.Diff([]int64{5}, s.GitHub().Cancellations()); diff != "" {
		t.Error(diff)
	}
}
