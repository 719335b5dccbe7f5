package github_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func names(artifacts []github.Artifact) (text string) {
	for _, artifact := range artifacts {
		text += artifact.Name + " "
	}
	return text
}

func TestArtifactsAreListedOldestFirst(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Artifacts: []simulator.ArtifactFile{
		{Name: "result-canary-1"}, {Name: "plan"}, {Name: "result-canary-2", Expired: true}}}, {ID: 6, Artifacts: []simulator.ArtifactFile{{Name: "result-canary-9"}}}}})
	s.AdvanceTo(s.Now().Add(time.Hour))
	s.GitHub().PutRun(simulator.RunFile{ID: 5, Attempt: 2})
	for _, name := range []string{"result-canary-3", "result-canary-1"} {
		if _, err := s.GitHub().PutArtifact(5, name, []byte("zip"), false); err != nil {
			t.Fatal(err)
		}
	}
	kept, expired, err := s.Artifacts(t.Context(), 5, "result-")
	if err != nil || names(kept) != "result-canary-1 result-canary-3 result-canary-1 " || names(expired) != "result-canary-2 " {
		t.Errorf("kept %s expired %s %v", names(kept), names(expired), err)
	}
	if kept[1].Size != 3 || !kept[1].CreatedAt.Equal(s.Now()) {
		t.Errorf("got %+v", kept[1])
	}
}

func TestArtifactsOfAllPagesAreListed(t *testing.T) {
	run := simulator.RunFile{ID: 5}
	for i := range 210 {
		run.Artifacts = append(run.Artifacts, simulator.ArtifactFile{Name: fmt.Sprintf("result-%d", i)})
	}
	kept, _, err := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{run}}).Artifacts(t.Context(), 5, "result-")
	if err != nil || len(kept) != 210 || kept[0].Name != "result-0" || kept[209].Name != "result-209" {
		t.Errorf("got %d, %v", len(kept), err)
	}
}

func TestAnArtifactThatStandsOnTwoPagesIsListedOnce(t *testing.T) {
	s := scripted(t, func(r *http.Request) *http.Response {
		if r.URL.Query().Get("page") == "1" {
			return says(200, `{"artifacts":[{"id":3},{"id":2}]}`, "Link", `<https://h/?page=2>; rel="next"`)
		}
		return says(200, `{"artifacts":[{"id":2},{"id":1}]}`)
	})
	kept, _, err := s.Artifacts(t.Context(), 5, "")
	if err != nil || len(kept) != 3 || kept[0].ID != 1 {
		t.Errorf("got %+v, %v", kept, err)
	}
}
