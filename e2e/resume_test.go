//go:build e2e

package e2e

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// patientStrategy has its second stage wait longer than a job may take.
const patientStrategy = `version: 1
name: prod
members: [{discover: {subscriptions: [` + subscription + `], tags: {fleet: prod}, groupTag: ring}}]
upgrade: {type: Full, kubernetesVersion: "1.34"}
stages:
  - {name: canary, groups: [{name: dev}, {name: test}], afterStageWaitInSeconds: 25200}
  - {name: production, groups: [{name: live, maxConcurrency: 2}]}
workflow: {resume: "17 * * * *"}
`

const resumeWorkflow = "fleet-prod-resume.yml"

// waitingResumed: the second stage ends at once, as its job is too short for the wait. The schedule leaves the run alone
// until its time has come; then it has the run's failed jobs run again, and the stage begins.
func waitingResumed(t *testing.T) {
	c := simulate(t, strings.Replace(rolloutFleet(), "actions: read", "actions: write", 1))
	w := newWorkflowRun(t, c, patientStrategy)
	rollout := w.act(t, rolloutWorkflow)
	production := rollout.job(t, jobProduction)
	if production.result != "failure" || production.exitCode != "3" {
		t.Fatalf("production: %q, exit code %q, want failure and 3\n%s", production.result, production.exitCode, rollout.text)
	}
	checkUntouched(t, c, "aks-live")
	c.moved(t, runID, `{"status": "completed", "conclusion": "failure"}`)

	w.run, w.event, w.sent = "4712", "schedule", `{"schedule": "17 * * * *"}`
	checkResumed(t, w, "stage production waits until", 1)
	for _, result := range []string{"result-canary-1", "result-production-1"} {
		c.upload(t, result, c.eightHoursAgo(t, result))
	}
	checkResumed(t, w, "the failed jobs are run again", 2)
	checkResumed(t, w, "run "+runID+" is under way", 2)

	plan := rollout.job(t, jobPlan).outputs
	again := newRunner(t, c, nil).step(t, step{attempt: 2, inputs: map[string]string{
		"command": "stage", "stage": "production", "out": out, "plan-artifact": plan["plan-artifact"], "plan-digest": plan["plan-digest"], "poll-interval": "100ms",
	}})
	if again.failed() {
		t.Errorf("the second attempt: exit code %d\n%s", again.exitCode, strings.Join(again.log, "\n"))
	}
	checkUpgraded(t, c, 4)
}

// checkResumed runs the schedule's workflow, and checks what it says and which attempt of the rollout there is then.
func checkResumed(t testing.TB, w *workflowRun, says string, attempt int) {
	t.Helper()
	result := w.act(t, resumeWorkflow)
	job := result.job(t, "Resume")
	if job.result != "success" || !strings.Contains(job.summaries, says) {
		t.Errorf("the job: %q, want success and a summary with %q\n%s", job.result, says, result.text)
	}
	var run struct {
		Attempt int `json:"run_attempt"`
	}
	w.cloud.read(t, w.cloud.endpoint+"/api/v3/repos/"+repositoryName+"/actions/runs/"+runID, jobToken, &run)
	if run.Attempt != attempt {
		t.Errorf("the rollout is in attempt %d, want %d", run.Attempt, attempt)
	}
}

// eightHoursAgo is an artifact with a record, as it were had its job run eight hours earlier: nobody waits here.
func (c *cloud) eightHoursAgo(t testing.TB, artifact string) []byte {
	t.Helper()
	record := regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`).ReplaceAllFunc(c.kept(t, runID, artifact, "result.json"), func(text []byte) []byte {
		at, err := time.Parse(time.RFC3339Nano, string(text))
		must(t, err)
		return []byte(at.Add(-8 * time.Hour).Format(time.RFC3339Nano))
	})
	return packed(t, "result.json", record)
}

// kept reads a file in an artifact of a run.
func (c *cloud) kept(t testing.TB, run, artifact, file string) []byte {
	t.Helper()
	var kept struct {
		Artifacts []struct {
			Name    string
			Size    int    `json:"size_in_bytes"`
			Archive string `json:"archive_download_url"`
		}
	}
	c.read(t, c.endpoint+"/api/v3/repos/"+repositoryName+"/actions/runs/"+run+"/artifacts", jobToken, &kept)
	for _, one := range kept.Artifacts {
		if one.Name != artifact {
			continue
		}
		archive, err := zip.NewReader(bytes.NewReader(c.archive(t, one.Archive)), int64(one.Size))
		must(t, err)
		content, err := fs.ReadFile(archive, file)
		must(t, err)
		return content
	}
	t.Fatalf("the run has no artifact %s", artifact)
	return nil
}

// archive is what an artifact's address leads to: where it is stored, nobody is to come with GitHub's token.
func (c *cloud) archive(t testing.TB, address string) []byte {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	must(t, err)
	request.Header.Set("Authorization", "Bearer "+jobToken)
	led, err := c.client.Transport.RoundTrip(request)
	must(t, err)
	must(t, led.Body.Close())
	stored, err := c.client.Get(led.Header.Get("Location"))
	must(t, err)
	defer func() { _ = stored.Body.Close() }()
	content, err := io.ReadAll(stored.Body)
	must(t, err)
	return content
}
