//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// byHandStrategy has nobody approve, as GitHub knows no reviewers where it is used: who starts a job by hand approves it.
const byHandStrategy = `version: 1
name: prod
members: [{discover: {subscriptions: [` + subscription + `], tags: {fleet: prod}, groupTag: ring}}]
upgrade: {type: Full, kubernetesVersion: "1.34"}
stages:
  - name: canary
    groups: [{name: dev}, {name: test}]
    environment: {name: aks-dev}
    afterGates: [{type: Approval, displayName: Accept what canary runs, environment: {name: aks-acceptance}}]
  - name: production
    groups: [{name: live, maxConcurrency: 2}]
    environment: {name: aks-live, preventSelfReview: true}
workflow: {approvals: dispatch}
`

// byHandFleet has a GitHub whose environments know branches and nothing else, and a run of another workflow.
func byHandFleet() string {
	fleet, _, _ := strings.Cut(rolloutFleet(), "  environments:")
	return fleet + `  plan: team
  environments: [{name: aks-dev, branches: [main]}, {name: aks-acceptance, branches: [main]}, {name: aks-live, branches: [main]}]
  runs: [{id: ` + foreignRun + `, workflow: .github/workflows/other.yml, actor: mallory}]
`
}

const (
	foreignRun = "4001"
	absentRun  = "4002"
)

// dispatched is a run that somebody starts by hand, with the inputs that were typed.
func dispatched(t testing.TB, w *workflowRun, run, actor string, inputs map[string]string) actResult {
	t.Helper()
	w.cloud.moved(t, run, `{"workflow": ".github/workflows/`+rolloutWorkflow+`", "event": "workflow_dispatch", "actor": "`+actor+`", "status": "in_progress"}`)
	w.run, w.actor, w.inputs = run, actor, inputs
	result := w.act(t, rolloutWorkflow)
	ran := 0
	for _, job := range result.jobs {
		if job.result != "" {
			ran++
		}
	}
	if ran != 1 {
		t.Errorf("%v: %d jobs ran, want 1:\n%s", inputs, ran, result.text)
	}
	return result
}

// typed is the command that a summary gives for what comes next.
var typed = regexp.MustCompile(`gh workflow run ` + rolloutWorkflow + ` --repo \S*` + repositoryName + ` --ref main( -f .*)`)

// field is one of its inputs, quoted for a shell where that is needed.
var field = regexp.MustCompile(` -f (?:'([\w-]+)=([^']*)'|([\w-]+)=(\S+))`)

// next reads it from a job's summary.
func (j *actJob) next(t testing.TB) map[string]string {
	t.Helper()
	command := typed.FindStringSubmatch(j.summaries)
	if command == nil {
		t.Fatalf("the summary names no next step:\n%s", j.summaries)
	}
	inputs := map[string]string{}
	for _, match := range field.FindAllStringSubmatch(command[1], -1) {
		inputs[match[1]+match[3]] = match[2] + match[4]
	}
	return inputs
}

// startedByHand: each step is a run of its own, started with what the summary of the one before says.
func startedByHand(t *testing.T) {
	c := simulate(t, byHandFleet())
	w := newWorkflowRun(t, c, byHandStrategy)
	next := map[string]string{"do": "plan"}
	for _, step := range []struct{ do, run, actor, job string }{
		{"plan", "4711", "maria", jobPlan},
		{"stage canary", "4712", "maria", jobCanary},
		{"gate canary after-1", "4713", "maria", "Accept what canary runs/Gate/canary after-1"},
		{"stage production", "4714", "alice", jobProduction},
		{"report", "4715", "alice", jobReport},
	} {
		if next["do"] != step.do {
			t.Fatalf("the next step is %q, want %s", next, step.do)
		}
		if step.do == "stage production" {
			checkUntouched(t, c, "aks-live")
		}
		result := dispatched(t, w, step.run, step.actor, next)
		job := result.job(t, step.job)
		if job.result != "success" {
			t.Fatalf("%s: %q\n%s", step.do, job.result, result.text)
		}
		checkOutputs(t, stepResult{outputs: job.outputs})
		switch step.do {
		case "plan":
			next = job.next(t)
			checkSaved(t, c.kept(t, step.run, next["plan"], "strategy.yml"))
		case "stage production": // the last one: nothing has to follow
			next["do"], next["runs"] = "report", next["runs"]+" "+step.run
		case "report":
		default:
			next = job.next(t)
		}
	}
	checkUpgraded(t, c, 4)
}

// checkSaved checks the strategy that a plan is kept as beside it.
func checkSaved(t *testing.T, content []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "saved.yml")
	write(t, file, string(content))
	must(t, run(exec.Command(fleetAction(), "validate", "--strategy", file)))
	if got := strings.Count(string(content), "- {id: "); got != 4 {
		t.Errorf("it has %d clusters, want 4:\n%s", got, content)
	}
}

// otherRunsRefused: whoever starts a stage names the runs that it builds on. One of another workflow and one too few are
// refused; one that is not there is a slip of the hand.
func otherRunsRefused(t *testing.T) {
	c := simulate(t, byHandFleet())
	w := newWorkflowRun(t, c, byHandStrategy)
	planned := dispatched(t, w, "4711", "maria", map[string]string{"do": "plan"}).job(t, jobPlan).next(t)
	for _, test := range []struct{ do, run, runs, job, code, says string }{
		{"stage canary", "4712", "4711 " + foreignRun, jobCanary, "4", "run " + foreignRun + " is of .github/workflows/other.yml"},
		{"stage canary", "4713", "4711 " + absentRun, jobCanary, "2", "run " + absentRun + " of " + repositoryName + ": GitHub answered 404"},
		{"stage production", "4714", "4711", jobProduction, "4", "stage-unfinished"},
	} {
		planned["do"], planned["runs"] = test.do, test.runs
		result := dispatched(t, w, test.run, "alice", planned)
		job := result.job(t, test.job)
		if job.result != "failure" || job.exitCode != test.code || !strings.Contains(job.log, test.says) {
			t.Errorf("%s with runs %q: %q, exit code %q, want failure, %s and %q\n%s", test.do, test.runs, job.result, job.exitCode, test.code, test.says, result.text)
		}
	}
	checkUntouched(t, c, "aks")
}
