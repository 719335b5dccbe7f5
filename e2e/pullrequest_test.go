//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

const (
	pullRequestWorkflow = "fleet-prod-pull-request.yml"
	pullRequestNumber   = 12
	jobValidate         = "Validate"
)

// pullRequestFleet is one of whose jobs none may log in but those of pull requests, which may write comments.
func pullRequestFleet() string {
	return strings.NewReplacer("contents: read}", "contents: read, pull-requests: write}", ":ref:refs/heads/main", ":pull_request").Replace(rolloutFleet())
}

// pullRequestRun is a run of the workflow for pull requests, for one that comes from a branch of the repository from.
func pullRequestRun(t testing.TB, c *cloud, from string) *workflowRun {
	t.Helper()
	w := newWorkflowRun(t, c, rolloutStrategy)
	w.event, w.ref = "pull_request", fmt.Sprintf("refs/pull/%d/merge", pullRequestNumber)
	w.sent = fmt.Sprintf(`{"action": "synchronize", "number": %[1]d, "repository": {"full_name": %[2]q}, "pull_request": {"number": %[1]d,
		"head": {"ref": "narrower", "repo": {"full_name": %[3]q}}, "base": {"ref": "main", "repo": {"full_name": %[2]q}}}}`, pullRequestNumber, repositoryName, from)
	return w
}

// comment is what the simulated GitHub keeps on a pull request.
type comment struct {
	ID   int64
	Body string
}

func (c *cloud) comments(t testing.TB) []comment {
	t.Helper()
	var found []comment
	c.read(t, fmt.Sprintf("%s/api/v3/repos/%s/issues/%d/comments", c.endpoint, repositoryName, pullRequestNumber), jobToken, &found)
	return found
}

// pullRequestCommented: a pull request that is pushed to keeps one comment. It shows the plan of what was pushed last, and
// strikes out the one that somebody may have read before.
func pullRequestCommented(t *testing.T) {
	c := simulate(t, pullRequestFleet())
	w := pullRequestRun(t, c, repositoryName)
	first, before := previewed(t, w)
	write(t, filepath.Join(w.folder, strategyFile), strings.Replace(rolloutStrategy, "maxConcurrency: 2", "maxConcurrency: 1", 1))
	second, after := previewed(t, w)
	if first == second {
		t.Fatalf("both plans have the digest %s; the second is of another strategy", first)
	}
	if before.ID != after.ID {
		t.Errorf("comment %d was followed by %d, and not written anew", before.ID, after.ID)
	}
	if strings.Contains(before.Body, "Superseded") {
		t.Errorf("the first comment supersedes something:\n%s", before.Body)
	}
	if old, now := struck(first), struck(second); !strings.Contains(after.Body, old) || strings.Contains(after.Body, now) {
		t.Errorf("%s is to be superseded, and %s is not:\n%s", old, now, after.Body)
	}
	write(t, filepath.Join(w.folder, strategyFile), strings.Replace(rolloutStrategy, "maxConcurrency: 2", "maxConcurency: 2", 1))
	result := w.act(t, pullRequestWorkflow)
	if got := result.job(t, jobPlan).result; got != "failure" {
		t.Errorf("the plan of a strategy with an error: %q\n%s", got, result.text)
	}
	wrong := c.comments(t)
	if body := wrong[0].Body; len(wrong) != 1 || wrong[0].ID != before.ID || !strings.Contains(body, "maxConcurency") || !strings.Contains(body, struck(second)) {
		t.Errorf("%d comments, want one with what is wrong and both plans superseded:\n%s", len(wrong), body)
	}
	checkUntouched(t, c, "aks")
}

// struck is how a comment names a plan that another has taken the place of.
func struck(digest string) string { return "~~`" + strings.TrimPrefix(digest, "sha256:")[:12] + "`~~" }

// previewed runs the workflow, and returns the digest of the plan and the one comment that shows it.
func previewed(t testing.TB, w *workflowRun) (digest string, shown comment) {
	t.Helper()
	result := w.act(t, pullRequestWorkflow)
	for _, name := range []string{jobValidate, jobPlan} {
		if job := result.job(t, name); job.result != "success" {
			t.Fatalf("job %s: %q\n%s", name, job.result, result.text)
		}
	}
	if strings.Contains(result.job(t, jobValidate).log, "fork") {
		t.Errorf("it is no fork:\n%s", result.job(t, jobValidate).log)
	}
	plan := result.job(t, jobPlan)
	checkOutputs(t, stepResult{outputs: plan.outputs})
	comments := w.cloud.comments(t)
	if len(comments) != 1 {
		t.Fatalf("%d comments on the pull request, want 1\n%s", len(comments), result.text)
	}
	digest, shown = plan.outputs["plan-digest"], comments[0]
	for _, piece := range []string{"# Upgrade plan: prod", "aks-live-2", "<!-- digests: " + digest} {
		if !strings.Contains(shown.Body, piece) {
			t.Errorf("the comment lacks %q:\n%s", piece, shown.Body)
		}
	}
	return digest, shown
}

// forkValidated: a job for a fork has no identity. Nothing is asked of Azure, and GitHub gets no comment.
func forkValidated(t *testing.T) {
	c := simulate(t, rolloutFleet())
	result := pullRequestRun(t, c, "mallory/fleet").act(t, pullRequestWorkflow)
	validate := result.job(t, jobValidate)
	if validate.result != "success" || !strings.Contains(validate.log, "comes from a fork (mallory/fleet)") {
		t.Errorf("the validation: %q, want success and a word on the fork\n%s", validate.result, result.text)
	}
	if result.jobs[jobPlan] != nil {
		t.Errorf("the plan's job ran:\n%s", result.text)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.requests) > 0 {
		t.Errorf("asked for: %v", c.requests)
	}
}
