package github_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestConfigurationsThatCannotWork(t *testing.T) {
	good := github.APIConfig{Repository: "org/fleet", Token: "t", Now: time.Now, Wait: func(context.Context, time.Time) error { return nil }}
	for _, test := range []struct {
		name   string
		change func(*github.APIConfig)
		want   string
	}{
		{"good", func(*github.APIConfig) {}, ""},
		{"no clock", func(c *github.APIConfig) { c.Now = nil }, "needs a clock"},
		{"no way to wait", func(c *github.APIConfig) { c.Wait = nil }, "a way to wait"},
		{"no token", func(c *github.APIConfig) { c.Token = "" }, "GitHub's token is missing: in a job leave the action's input token at its default, elsewhere set GITHUB_TOKEN"},
		{"no repository", func(c *github.APIConfig) { c.Repository = "" }, "OWNER/NAME"},
		{"no owner", func(c *github.APIConfig) { c.Repository = "fleet" }, "OWNER/NAME"},
		{"a path", func(c *github.APIConfig) { c.Repository = "org/fleet/more" }, "OWNER/NAME"},
		{"a way up", func(c *github.APIConfig) { c.Repository = "org/.." }, "OWNER/NAME"},
		{"no URL", func(c *github.APIConfig) { c.BaseURL = "github.example" }, "is not a URL"},
		{"in the clear", func(c *github.APIConfig) { c.BaseURL = "http://github.example/api/v3" }, "is not https"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := good
			test.change(&config)
			_, err := github.NewAPI(config)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestRepository(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Private: true, DefaultBranch: "trunk"})
	got, err := s.Repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := github.Repository{Host: "github.example", Owner: "org", OwnerType: "Organization", Name: "fleet", Private: true, DefaultBranch: "trunk"}
	if got != want || got.FullName() != "org/fleet" {
		t.Errorf("got %+v", got)
	}
}

// An error says what was being done, to what, and which line of the workflow is missing.
func TestErrorsNameThePermission(t *testing.T) {
	nothing := simulator.GitHubFile{Permissions: map[string]string{}, Environments: []simulator.EnvironmentFile{{Name: "aks"}}, Runs: []simulator.RunFile{{ID: 1, Conclusion: "failure"}}}
	for _, test := range []struct {
		name, what, permission string
		call                   func(ctx context.Context, a *github.API) error
	}{
		{"environment", `environment "aks" of org/fleet`, "actions: read", func(ctx context.Context, a *github.API) error { _, err := a.Protection(ctx, "aks"); return err }},
		{"tag", `a tag "v1" of org/fleet`, "contents: read", func(ctx context.Context, a *github.API) error { _, err := a.TagExists(ctx, "v1"); return err }},
		{"approvals", "approvals of run 1", "actions: read", func(ctx context.Context, a *github.API) error { _, err := a.Approvals(ctx, 1); return err }},
		{"run", "reading run 1", "actions: read", func(ctx context.Context, a *github.API) error { _, err := a.Run(ctx, 1); return err }},
		{"runs", "fleet.yml", "actions: read", func(ctx context.Context, a *github.API) error {
			_, err := a.Runs(ctx, "fleet.yml", github.RunQuery{})
			return err
		}},
		{"runs under way", "listing the runs that are requested", "actions: read", func(ctx context.Context, a *github.API) error { _, err := a.RunsUnderWay(ctx); return err }},
		{"jobs", "jobs of run 1", "actions: read", func(ctx context.Context, a *github.API) error { _, err := a.Jobs(ctx, 1); return err }},
		{"pending", "what run 1 waits for", "actions: read", func(ctx context.Context, a *github.API) error { _, err := a.Pending(ctx, 1); return err }},
		{"cancel", "cancelling run 1", "actions: write", func(ctx context.Context, a *github.API) error { return a.Cancel(ctx, 1) }},
		{"rerun", "re-running", "actions: write", func(ctx context.Context, a *github.API) error { return a.RerunFailed(ctx, 1) }},
		{"artifacts", "artifacts of run 1", "actions: read", func(ctx context.Context, a *github.API) error { _, _, err := a.Artifacts(ctx, 1, ""); return err }},
		{"archive", `plan.json in artifact "plan"`, "actions: read", func(ctx context.Context, a *github.API) error {
			_, err := a.ArtifactFile(ctx, github.Artifact{ID: 1, Name: "plan"}, "plan.json")
			return err
		}},
		{"comments", "pull request #7", "pull-requests: write", func(ctx context.Context, a *github.API) error { _, err := a.FindComment(ctx, 7, "m"); return err }},
		{"comment", "pull request #7", "pull-requests: write", func(ctx context.Context, a *github.API) error {
			return a.PutComment(ctx, 7, "m", github.Comment{}, "m")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			refused(t, test.call(t.Context(), enter(t, nothing).API), 403, test.what, "permissions: "+test.permission, "Resource not accessible by integration")
			gone := scripted(t, func(*http.Request) *http.Response { return says(404, `{"message":"Not Found"}`) })
			if err := test.call(t.Context(), gone.API); test.name != "environment" && test.name != "tag" { // one that is not there is an answer
				refused(t, err, 404, "permissions: "+test.permission)
			}
			stale := scripted(t, func(*http.Request) *http.Response { return says(401, `{"message":"Bad credentials"}`) })
			refused(t, test.call(t.Context(), stale.API), 401, "permissions: "+test.permission, "Bad credentials")
		})
	}
}

func TestErrorsHoldNoToken(t *testing.T) {
	for name, response := range map[string]*http.Response{
		"an echo":  says(400, `{"message":"bad header Bearer `+token+`","errors":[{"message":"`+token+`"}]}`),
		"a page":   says(400, "<html>"+token),
		"no JSON":  says(200, "<html>"+token),
		"of words": says(200, `"`+token+`"`),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scripted(t, func(*http.Request) *http.Response { return response }).Run(t.Context(), 1)
			if err == nil || strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), "reading run 1 of org/fleet") {
				t.Errorf("error is %v", err)
			}
		})
	}
}
