package wire_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

const repository = "/api/v3/repos/org/fleet"

func withGitHub(file simulator.GitHubFile) func(*simulator.Description) {
	return func(d *simulator.Description) { d.GitHub = &file }
}

// refusedByGitHub checks an error in the shape that GitHub gives it.
func refusedByGitHub(t *testing.T, got answer, status int, message string) {
	t.Helper()
	body := got.json(t)
	text, _ := body["message"].(string)
	if got.status != status || !strings.Contains(text, message) || body["documentation_url"] == "" || body["status"] != fmt.Sprint(status) {
		t.Errorf("got %d %s, want %d %s", got.status, got.body, status, message)
	}
}

func TestGitHubNamesItsRepositoryInAnyCase(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Repository: "Contoso/Fleet.Config"}))
	for _, name := range []string{"Contoso/Fleet.Config", "contoso/fleet.config"} {
		if body := c.get("/api/v3/repos/" + name).json(t); body["full_name"] != "Contoso/Fleet.Config" || at(body, "owner", "type") != "Organization" {
			t.Errorf("got %v", body)
		}
	}
	refusedByGitHub(t, c.send("GET", "/api/v3/repos/contoso/other", ""), 404, "Not Found")
	refusedByGitHub(t, c.send("GET", "/api/v3/nothing", ""), 404, "Not Found")
}

func TestBranchesAndTags(t *testing.T) {
	for _, test := range []struct {
		name      string
		file      simulator.GitHubFile
		all, kept string // names; of those that are protected
	}{
		{"nothing is said", simulator.GitHubFile{DefaultBranch: "trunk"}, "trunk ", "trunk "},
		{"none is protected", simulator.GitHubFile{ProtectedBranches: []string{}}, "main ", ""},
		{"another is protected", simulator.GitHubFile{ProtectedBranches: []string{"release/1"}}, "release/1 main ", "release/1 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := small(t, withGitHub(test.file))
			for query, want := range map[string]string{"": test.all, "?protected=true": test.kept} {
				var branches []struct {
					Name      string `json:"name"`
					Protected bool   `json:"protected"`
				}
				if err := json.Unmarshal([]byte(c.get(repository+"/branches"+query).body), &branches); err != nil {
					t.Fatal(err)
				}
				names := ""
				for _, branch := range branches {
					names += branch.Name + " "
					if branch.Protected != strings.Contains(test.kept, branch.Name) {
						t.Errorf("%+v", branch)
					}
				}
				if names != want {
					t.Errorf("%q: got %q, want %q", query, names, want)
				}
			}
		})
	}
	c := small(t, withGitHub(simulator.GitHubFile{Tags: []string{"release/1"}}))
	if body := c.get(repository + "/git/ref/tags/release/1").json(t); body["ref"] != "refs/tags/release/1" {
		t.Errorf("got %v", body)
	}
	refusedByGitHub(t, c.send("GET", repository+"/git/ref/tags/release", ""), 404, "Not Found")
}

func TestBranchesByTheirNames(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{ProtectedBranches: []string{"release/1"}, Tags: []string{"v1"}, Runs: []simulator.RunFile{{Branch: "dev"}, {Branch: "v1"}}}))
	for path, protected := range map[string]bool{"release/1": true, "release%2F1": true, "main": false, "dev": false} {
		if body := c.get(repository + "/branches/" + path).json(t); body["protected"] != protected || body["name"] != strings.ReplaceAll(path, "%2F", "/") {
			t.Errorf("%s: got %v", path, body)
		}
	}
	for _, name := range []string{"release", "v1"} {
		refusedByGitHub(t, c.send("GET", repository+"/branches/"+name, ""), 404, "Not Found")
	}
}

func TestComparisonsOfABranchWithACommit(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Tags: []string{"main"}, StrayCommits: []string{"d"}, Runs: []simulator.RunFile{
		{SHA: "a"}, {SHA: "b"}, {SHA: "c", Branch: "release/1"}, {SHA: "d"}, {SHA: "e", HeadRepository: "mallory/fleet"}}}))
	for path, want := range map[string]string{
		"refs/heads/main...a": "behind", "main...b": "identical", "refs/heads/release/1...c": "identical", "release%2F1...c": "identical",
		"refs/heads/main...c": "diverged", "refs/heads/main...d": "diverged", "refs/heads/main...e": "diverged",
	} {
		if got := c.get(repository + "/compare/" + path).json(t)["status"]; got != want {
			t.Errorf("%s: got %v, want %s", path, got, want)
		}
	}
	for _, path := range []string{"refs/heads/main...f", "refs/heads/dev...a", "refs/tags/main...a", "main", "main...", "main..a"} {
		refusedByGitHub(t, c.send("GET", repository+"/compare/"+path, ""), 404, "Not Found")
	}
}

func TestGitHubWantsAToken(t *testing.T) {
	c := small(t)
	c.token = ""
	refusedByGitHub(t, c.send("GET", repository, ""), 401, "Requires authentication")
	refusedByGitHub(t, c.send("GET", repository, "", "Authorization", "Basic eDp5"), 401, "Requires authentication")
	if got := c.send("GET", repository, "", "Authorization", "Bearer whatever"); got.status != http.StatusOK {
		t.Errorf("got %d", got.status)
	}
}

func TestGitHubKeepsToThePermissionsOfAToken(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Permissions: map[string]string{"actions": "read"}, Environments: []simulator.EnvironmentFile{{Name: "aks"}}, Runs: []simulator.RunFile{{ID: 5}}}))
	c.get(repository + "/environments/aks")
	for _, action := range []string{"rerun-failed-jobs", "cancel"} {
		refusedByGitHub(t, c.send("POST", repository+"/actions/runs/5/"+action, ""), 403, "Resource not accessible by integration")
	}
	refusedByGitHub(t, c.send("GET", repository+"/issues/7/comments", ""), 403, "Resource not accessible by integration")
	refusedByGitHub(t, c.send("GET", "/api/v3/user", ""), 403, "Resource not accessible by integration")
}

func TestGitHubPagesItsLists(t *testing.T) {
	file := simulator.GitHubFile{Comments: []simulator.CommentFile{{Issue: 8, Body: "on another"}}}
	for i := range 105 {
		file.Comments = append(file.Comments, simulator.CommentFile{Issue: 7, Body: fmt.Sprint(i)})
	}
	c := small(t, withGitHub(file))
	list := repository + "/issues/7/comments"
	for _, test := range []struct {
		query   string
		entries int
		links   string
	}{
		{"", 30, `<https://management.simulator` + list + `?page=2>; rel="next", <https://management.simulator` + list + `?page=4>; rel="last"`},
		{"?page=4", 15, `<https://management.simulator` + list + `?page=3>; rel="prev", <https://management.simulator` + list + `?page=1>; rel="first"`},
		{"?per_page=105", 100, `<https://management.simulator` + list + `?page=2&per_page=105>; rel="next", <https://management.simulator` + list + `?page=2&per_page=105>; rel="last"`},
		{"?per_page=1000&page=2", 5, `<https://management.simulator` + list + `?page=1&per_page=1000>; rel="prev", <https://management.simulator` + list + `?page=1&per_page=1000>; rel="first"`},
	} {
		got := c.get(list + test.query)
		var entries []any
		if err := json.Unmarshal([]byte(got.body), &entries); err != nil || len(entries) != test.entries {
			t.Errorf("%s: %d entries, %v", test.query, len(entries), err)
		}
		if diff := cmp.Diff(test.links, got.header.Get("Link")); diff != "" {
			t.Errorf("%s: %s", test.query, diff)
		}
	}
}

func TestEnvironmentAsGitHubShowsIt(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Environments: []simulator.EnvironmentFile{
		{Name: "Aks", Reviewers: []simulator.ReviewerFile{{User: "alice", ID: 11}, {Team: "platform", ID: 12}}, WaitMinutes: 30, Branches: []string{"main"}}, {Name: "open"}}}))
	body := c.get(repository + "/environments/aks").json(t)
	for _, test := range []struct {
		path []any
		want any
	}{
		{[]any{"name"}, "Aks"}, {[]any{"can_admins_bypass"}, true}, {[]any{"protection_rules", 0, "type"}, "wait_timer"}, {[]any{"protection_rules", 0, "wait_timer"}, 30.0},
		{[]any{"protection_rules", 1, "type"}, "required_reviewers"}, {[]any{"protection_rules", 1, "reviewers", 0, "reviewer", "login"}, "alice"},
		{[]any{"protection_rules", 1, "reviewers", 1, "reviewer", "slug"}, "platform"}, {[]any{"protection_rules", 1, "prevent_self_review"}, false},
		{[]any{"protection_rules", 2, "type"}, "branch_policy"}, {[]any{"deployment_branch_policy", "custom_branch_policies"}, true},
	} {
		if got := at(body, test.path...); got != test.want {
			t.Errorf("%v is %v, want %v", test.path, got, test.want)
		}
	}
	open := c.get(repository + "/environments/open").json(t)
	if policy, there := open["deployment_branch_policy"]; !there || policy != nil || len(open["protection_rules"].([]any)) != 0 {
		t.Errorf("got %v", open)
	}
}

func zipOf(t *testing.T, name, content string) string {
	t.Helper()
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	file, err := writer.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// A job's upload step is stood in for; what it stored is read by the API.
func TestArtifactsStoredByAStandIn(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5}}}))
	upload := "/api/v3/_simulator/runs/5/artifacts?name="
	content := zipOf(t, "plan.json", "{}")
	for _, test := range []struct {
		path, body string
		status     int
	}{
		{upload + "plan", content, 201}, {upload + "plan", content, 409}, {upload + "plan&overwrite=true", content, 201},
		{upload, content, 400}, {upload + "other", "no zip", 400}, {"/api/v3/_simulator/runs/6/artifacts?name=plan", content, 404},
	} {
		if got := c.send("POST", test.path, test.body); got.status != test.status {
			t.Errorf("%s: %d %s, want %d", test.path, got.status, got.body, test.status)
		}
	}
	list := c.get(repository + "/actions/runs/5/artifacts").json(t)
	if list["total_count"] != 1.0 || at(list, "artifacts", 0, "name") != "plan" {
		t.Fatalf("got %v", list)
	}
	c.send("PUT", "/api/v3/_simulator/runs/5", `{"attempt":2}`)
	if got := c.send("POST", upload+"plan", content); got.status != http.StatusCreated {
		t.Errorf("another attempt has names of its own: %d %s", got.status, got.body)
	}
	address := c.send("GET", at(list, "artifacts", 0, "archive_download_url").(string), "")
	location := address.header.Get("Location")
	if address.status != http.StatusFound || strings.Contains(location, "/api/") {
		t.Fatalf("got %d %s", address.status, location)
	}
	if got := c.send("GET", location, ""); got.status != http.StatusBadRequest {
		t.Errorf("with a token: %d", got.status)
	}
	c.token = ""
	if got := c.send("GET", location, ""); got.status != http.StatusOK || got.body != content {
		t.Errorf("got %d", got.status)
	}
	for _, wrong := range []string{location + "x", strings.Replace(location, "se=", "se=9", 1)} {
		if got := c.send("GET", wrong, ""); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", wrong, got.status)
		}
	}
	c.step(time.Minute)
	if got := c.send("GET", location, ""); got.status != http.StatusForbidden {
		t.Errorf("a minute later: %d", got.status)
	}
}

func TestRunsAndApprovalsByStandIns(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Actor: "alice", Branch: "dev"}}}))
	c.send("PUT", "/api/v3/_simulator/runs/5", `{"status":"completed","conclusion":"failure"}`)
	c.send("PUT", "/api/v3/_simulator/runs/9", `{"workflow":".github/workflows/other.yml","triggeringActor":"carol","sha":"c0ffee"}`)
	c.send("POST", "/api/v3/_simulator/runs/5/approvals", `{"environments":["aks"],"user":"bob","comment":"go"}`)
	run := c.get(repository + "/actions/runs/5").json(t)
	if run["status"] != "completed" || run["conclusion"] != "failure" || at(run, "actor", "login") != "alice" || run["head_branch"] != "dev" || run["run_attempt"] != 1.0 {
		t.Errorf("got %v", run)
	}
	c.step(time.Hour)
	c.send("PUT", "/api/v3/_simulator/runs/5", `{"attempt":2,"status":"in_progress","sha":"c0ffee"}`)
	run = c.get(repository + "/actions/runs/5").json(t)
	if run["conclusion"] != nil || run["run_attempt"] != 2.0 || run["run_started_at"] == run["created_at"] || run["head_sha"] != "c0ffee" {
		t.Errorf("got %v", run)
	}
	if other := c.get(repository + "/actions/runs/9").json(t); other["path"] != ".github/workflows/other.yml" || other["status"] != "in_progress" || at(other, "triggering_actor", "login") != "carol" || other["head_sha"] != "c0ffee" {
		t.Errorf("got %v", other)
	}
	var approvals []any
	if err := json.Unmarshal([]byte(c.get(repository+"/actions/runs/5/approvals").body), &approvals); err != nil || at(approvals, 0, "user", "login") != "bob" || at(approvals, 0, "state") != "approved" {
		t.Errorf("got %v, %v", approvals, err)
	}
	refusedByGitHub(t, c.send("PUT", "/api/v3/_simulator/runs/5", "{"), 400, "Problems parsing JSON")
}

func TestFaultsOfGitHub(t *testing.T) {
	for _, test := range []struct {
		kind    simulator.FaultKind
		status  int
		headers map[string]string
	}{
		{simulator.RateLimit, 403, map[string]string{"X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": fmt.Sprint(time.Date(2026, 3, 2, 6, 10, 0, 0, time.UTC).Unix()), "Retry-After": ""}},
		{simulator.SecondaryLimit, 403, map[string]string{"Retry-After": "60", "X-Ratelimit-Remaining": ""}},
		{simulator.Throttle, 429, map[string]string{"Retry-After": "30"}},
		{simulator.BadGateway, 502, map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{simulator.ServerFail, 500, nil},
		{simulator.Unready, 503, nil},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			c := small(t, func(d *simulator.Description) {
				d.Faults.Exact = []simulator.Fault{{Kind: test.kind, Path: "get " + repository, Call: 1}}
			})
			got := c.send("GET", repository, "")
			if got.status != test.status {
				t.Errorf("got %d %s", got.status, got.body)
			}
			for name, want := range test.headers {
				if value := got.header.Get(name); value != want {
					t.Errorf("%s is %q, want %q", name, value, want)
				}
			}
			c.get(repository)
		})
	}
}

// GitHub's faults at a rate are GitHub's alone: a rollout's history does not change with them.
func TestRatesOfGitHubsFaultsAreItsOwn(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.Faults.Rates = map[simulator.FaultKind]float64{simulator.BadGateway: 1}
	})
	if got := c.send("GET", repository, ""); got.status != http.StatusBadGateway {
		t.Errorf("got %d", got.status)
	}
	c.get(one + version)
	faults := 0
	for _, event := range c.world.History() {
		if event.Kind == simulator.Faulted {
			faults++
		}
	}
	if faults != 1 {
		t.Errorf("there were %d faults", faults)
	}
}

func TestRunsAreListedNewestFirst(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 2, d, 0, 0, 0, 0, time.UTC) }
	c := small(t, withGitHub(simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 1, Created: day(3)}, {ID: 2, Created: day(9)}, {ID: 3, Created: day(6), Branch: "dev"}}}))
	list := repository + "/actions/workflows/fleet.yml/runs"
	for query, want := range map[string][]any{"": {2.0, 3.0, 1.0}, "?created=%3E%3D2026-02-06T00:00:00Z": {2.0, 3.0}, "?branch=dev": {3.0}, "?status=in_progress": {2.0, 3.0, 1.0}, "?status=failure": {}} {
		body := c.get(list + query).json(t)
		for i, id := range want {
			if got := at(body, "workflow_runs", i, "id"); got != id || body["total_count"] != float64(len(want)) {
				t.Errorf("%q: run %d is %v of %v, want %v", query, i, got, body["total_count"], id)
			}
		}
	}
	refusedByGitHub(t, c.send("GET", list+"?created=%3E%3Dyesterday", ""), 422, "Validation Failed")
	c = small(t, withGitHub(simulator.GitHubFile{Workflows: []string{"fleet.yml"}}))
	c.get(list)
	refusedByGitHub(t, c.send("GET", repository+"/actions/workflows/other.yml/runs", ""), 404, "Not Found")
}

func TestIDTokensSayWhereTheJobRuns(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Repository: "contoso/fleet", DefaultBranch: "trunk"}))
	for query, want := range map[string]map[string]any{
		"":                          {"sub": "repo:contoso/fleet:ref:refs/heads/trunk", "ref": "refs/heads/trunk", "environment": nil},
		"&environment=Aks%20Canary": {"sub": "repo:contoso/fleet:environment:Aks Canary", "ref": "refs/heads/trunk", "environment": "Aks Canary"},
		"&ref=refs/heads/feature":   {"sub": "repo:contoso/fleet:ref:refs/heads/feature", "ref": "refs/heads/feature", "environment": nil},
		"&ref=refs/pull/12/merge":   {"sub": "repo:contoso/fleet:pull_request", "ref": "refs/pull/12/merge", "environment": nil},
		"&environment=preview&ref=refs/pull/12/merge": {"sub": "repo:contoso/fleet:environment:preview", "ref": "refs/pull/12/merge", "environment": "preview"},
	} {
		said := claimsOf(t, c.idToken(query))
		want["repository"], want["iss"], want["aud"] = "contoso/fleet", "https://token.actions.githubusercontent.com", "api://AzureADTokenExchange"
		for name, value := range want {
			if said[name] != value {
				t.Errorf("%q: %s is %v, want %v", query, name, said[name], value)
			}
		}
	}
}

func TestEntraTrustsTheSubjectsItKnows(t *testing.T) {
	c := small(t)
	for _, test := range []struct {
		name     string
		subjects []string
		trusted  bool
	}{
		{"none is listed", nil, true},
		{"this one", []string{"repo:org/fleet:ref:refs/heads/main", "repo:org/fleet:environment:aks-canary"}, true},
		{"another", []string{"repo:org/fleet:environment:aks-production"}, false},
		{"in another case", []string{"repo:org/fleet:environment:AKS-canary"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := simulator.GitHubFile{FederatedSubjects: test.subjects}
			d := simulator.Description{Start: c.world.Now(), GitHub: &file}
			world, err := simulator.New(d)
			if err != nil {
				t.Fatal(err)
			}
			c := &client{t: t, world: world, handler: wire.Handler(world)}
			got := c.exchange(c.idToken("&environment=aks-canary"))
			switch {
			case test.trusted && got.status != http.StatusOK:
				t.Errorf("got %d %s", got.status, got.body)
			case !test.trusted && (got.status != http.StatusUnauthorized ||
				!strings.Contains(got.body, "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:org/fleet:environment:aks-canary'")):
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestJobsByStandIns(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{
		Environments: []simulator.EnvironmentFile{{Name: "aks", Reviewers: []simulator.ReviewerFile{{Team: "platform"}}, WaitMinutes: 5}},
		Runs:         []simulator.RunFile{{ID: 5, Jobs: []simulator.JobFile{{Name: "Plan", Conclusion: "success"}}}},
	}))
	const jobs = "/api/v3/_simulator/runs/5/jobs"
	waits := c.send("PUT", jobs, `{"name":"Stage a / a","status":"waiting","environment":"aks"}`).json(t)
	if waits["status"] != "waiting" || waits["started_at"] != waits["created_at"] || waits["runner_name"] != nil || waits["created_at"] != "2026-03-02T06:00:00Z" || waits["run_attempt"] != 1.0 {
		t.Errorf("got %v", waits)
	}
	var pending []any
	if err := json.Unmarshal([]byte(c.get(repository+"/actions/runs/5/pending_deployments").body), &pending); err != nil || at(pending, 0, "environment", "name") != "aks" ||
		at(pending, 0, "reviewers", 0, "reviewer", "slug") != "platform" || at(pending, 0, "wait_timer") != 5.0 || at(pending, 0, "wait_timer_started_at") != "2026-03-02T06:00:00Z" {
		t.Errorf("got %v, %v", pending, err)
	}
	c.step(time.Hour)
	runs := c.send("PUT", jobs, `{"name":"Stage a / a","status":"in_progress"}`).json(t)
	if runs["id"] != waits["id"] || runs["started_at"] != "2026-03-02T07:00:00Z" || runs["completed_at"] != nil || runs["runner_name"] == nil {
		t.Errorf("got %v", runs)
	}
	if body := c.get(repository + "/actions/runs/5/pending_deployments").body; body != "[]" {
		t.Errorf("got %s", body)
	}
	list := c.get(repository + "/actions/runs/5/jobs").json(t)
	if list["total_count"] != 2.0 || at(list, "jobs", 0, "conclusion") != "success" || at(list, "jobs", 0, "completed_at") != "2026-03-02T06:00:00Z" {
		t.Errorf("got %v", list)
	}
	refusedByGitHub(t, c.send("PUT", jobs, `{}`), 400, "want the name of a job")
	refusedByGitHub(t, c.send("PUT", "/api/v3/_simulator/runs/6/jobs", `{"name":"Plan"}`), 404, "Not Found")
}

// The run ends with its last job: one that is in progress is told to end, and ends when it will.
func TestARunIsCancelled(t *testing.T) {
	c := small(t, withGitHub(simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Status: "waiting", Jobs: []simulator.JobFile{{Name: "Stage a / a", Status: "waiting"}}},
		{ID: 6, Jobs: []simulator.JobFile{{Name: "Stage a / a", Status: "in_progress"}, {Name: "Stage b", Status: "queued"}}}}}))
	for _, test := range []struct{ run, status, job string }{{"5", "completed", "completed"}, {"6", "in_progress", "in_progress"}} {
		path := repository + "/actions/runs/" + test.run
		if got := c.send("POST", path+"/cancel", ""); got.status != http.StatusAccepted {
			t.Errorf("got %d %s", got.status, got.body)
		}
		if run, job := c.get(path).json(t), at(c.get(path+"/jobs").json(t), "jobs", 0, "status"); run["status"] != test.status || job != test.job {
			t.Errorf("run %v, its job %v", run["status"], job)
		}
	}
	refusedByGitHub(t, c.send("POST", repository+"/actions/runs/5/cancel", ""), 409, "Cannot cancel a workflow run that is completed.")
}
