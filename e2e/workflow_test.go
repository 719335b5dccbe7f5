//go:build e2e

package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// rolloutFleet has a cluster for each of two stages and two for the third, and a GitHub whose environments are as
// rolloutStrategy requires. Entra knows the subject of each environment, and that of a job without one.
func rolloutFleet() string {
	fleet, _, _ := strings.Cut(fleetFile("100ms"), "github:")
	return fleet + `clusters:
  - {name: aks-dev, location: northeurope, version: 1.33.5, tags: {fleet: prod, ring: dev}, pools: [{name: system, image: AKSUbuntu-2204gen2containerd-202401.05.0}]}
  - {name: aks-test, location: northeurope, version: 1.33.5, tags: {fleet: prod, ring: test}, pools: [{name: system, image: AKSUbuntu-2204gen2containerd-202401.05.0}]}
  - {name: "aks-live-{n}", count: 2, location: northeurope, version: 1.33.5, tags: {fleet: prod, ring: live}, pools: [{name: system, image: AKSUbuntu-2204gen2containerd-202401.05.0}]}
github:
  repository: ` + repositoryName + `
  private: true
  permissions: {actions: read, contents: read}
  federatedSubjects:
    - repo:` + repositoryName + `:ref:refs/heads/main
    - repo:` + repositoryName + `:environment:aks-dev
    - repo:` + repositoryName + `:environment:aks-acceptance
    - repo:` + repositoryName + `:environment:aks-live
  environments:
    - {name: aks-dev, branches: [main]}
    - {name: aks-acceptance, reviewers: [{user: alice}], branches: [main]}
    - {name: aks-live, reviewers: [{user: alice}], preventSelfReview: true, adminBypass: false, branches: [main]}
  runs:
    - {id: ` + runID + `, workflow: .github/workflows/fleet-prod.yml, actor: maria}
`
}

const rolloutStrategy = `version: 1
name: prod
members: [{discover: {subscriptions: [` + subscription + `], tags: {fleet: prod}, groupTag: ring}}]
upgrade: {type: Full, kubernetesVersion: "1.34"}
stages:
  - {name: canary, groups: [{name: dev}], environment: {name: aks-dev, branches: [main]}, afterStageWaitInSeconds: 2}
  - name: early
    groups: [{name: test}]
    afterGates: [{type: Approval, displayName: Accept what early runs, environment: {name: aks-acceptance, reviewers: 1, branches: [main]}}]
  - name: production
    groups: [{name: live, maxConcurrency: 2}]
    environment: {name: aks-live, reviewers: 1, preventSelfReview: true, adminBypass: false, branches: [main]}
`

const rolloutWorkflow = "fleet-prod.yml"

// The jobs of the workflow, as act names them.
const (
	jobPlan       = "Plan"
	jobCanary     = "Stage canary/Stage/canary"
	jobEarly      = "Stage early/Stage/early"
	jobGate       = "Accept what early runs/Gate/early after-1"
	jobProduction = "Stage production/Stage/production"
	jobReport     = "Report"
)

// TestGeneratedWorkflow runs the generated workflow, as it is, in containers. Its runs are one after another: act names
// its containers after jobs.
func TestGeneratedWorkflow(t *testing.T) {
	t.Parallel()
	t.Run("rollout", rollout)
	t.Run("nobody approved", nobodyApproved)
	t.Run("gate is refused", gateRefused)
	t.Run("environment is missing", environmentMissing)
	t.Run("plan was exchanged", planExchanged)
	t.Run("pull request", pullRequestCommented)
	t.Run("pull request of a fork", forkValidated)
	t.Run("by hand", startedByHand)
	t.Run("by hand with other runs", otherRunsRefused)
	t.Run("resumed on a schedule", waitingResumed)
	t.Run("upgraded on a schedule", upgradedOnASchedule)
}

// rollout: plan, three stages, the gate between two of them, and the report.
func rollout(t *testing.T) {
	c := simulate(t, rolloutFleet())
	c.approve(t, "Go ahead", "aks-acceptance", "aks-live")
	result := newWorkflowRun(t, c, rolloutStrategy).act(t, rolloutWorkflow)
	for _, name := range []string{jobPlan, jobCanary, jobEarly, jobGate, jobProduction, jobReport} {
		job := result.job(t, name)
		if job.result != "success" {
			t.Errorf("job %s: %q", name, job.result)
		}
		if job.summaries == "" {
			t.Errorf("job %s has no summary", name)
		}
		checkOutputs(t, stepResult{outputs: job.outputs})
	}
	checkUpgraded(t, c, 4)
	if t.Failed() {
		t.Log(result.text)
	}
	if !strings.Contains(result.job(t, jobProduction).summaries, "alice") {
		t.Errorf("the summary of the last stage does not say who approved it:\n%s", result.job(t, jobProduction).summaries)
	}
	checkOrder(t, c, "aks-dev", "aks-test", "aks-live")
}

// checkOrder checks that clusters of one stage were written to before those of the next.
func checkOrder(t testing.TB, c *cloud, prefixes ...string) {
	t.Helper()
	last := 0
	for _, path := range c.writes() {
		stage := slices.IndexFunc(prefixes, func(prefix string) bool { return strings.Contains(path, "/"+prefix) })
		if stage < last {
			t.Errorf("%s came after a write of a later stage:\n%s", path, strings.Join(c.writes(), "\n"))
		}
		last = max(last, stage)
	}
}

// nobodyApproved: act knows no environments, so that jobs begin without the approval that GitHub would have waited for, as
// they do where an administrator lets them pass. The strategy allows that for the gate and forbids it for the last stage.
func nobodyApproved(t *testing.T) {
	c := simulate(t, rolloutFleet())
	result := newWorkflowRun(t, c, rolloutStrategy).act(t, rolloutWorkflow)
	gate := result.job(t, jobGate)
	if gate.result != "success" || !strings.Contains(gate.summaries, "administrator") {
		t.Errorf("the gate's job: %q, want success and who let it pass\n%s", gate.result, result.text)
	}
	production := result.job(t, jobProduction)
	if production.result != "failure" || production.exitCode != "4" || !strings.Contains(production.log, "aks-live") {
		t.Errorf("production: %q, exit code %q, want failure, 4 and the environment\n%s", production.result, production.exitCode, result.text)
	}
	checkUntouched(t, c, "aks-live")
}

// gateRefused: the gate's environment lets no administrator pass either, and so nobody let its job begin. The stage
// before the gate is done by then; the one after it is not to begin.
func gateRefused(t *testing.T) {
	c := simulate(t, strings.ReplaceAll(rolloutFleet(), "{name: aks-acceptance,", "{name: aks-acceptance, adminBypass: false,"))
	c.approve(t, "Go ahead", "aks-live") // were production to begin, then nothing else would stop it
	strict := strings.ReplaceAll(rolloutStrategy, "{name: aks-acceptance,", "{name: aks-acceptance, adminBypass: false,")
	result := newWorkflowRun(t, c, strict).act(t, rolloutWorkflow)
	gate := result.job(t, jobGate)
	if gate.result != "failure" || gate.exitCode != "4" || gate.outputs["state"] != "refused" {
		t.Errorf("the gate's job: %q, exit code %q, state %q, want failure, 4 and refused", gate.result, gate.exitCode, gate.outputs["state"])
	}
	if !strings.Contains(gate.log, "not-approved") || !strings.Contains(gate.log, "aks-acceptance") {
		t.Error("the gate's job does not say not-approved and in which environment")
	}
	if early := result.job(t, jobEarly); early.result != "success" {
		t.Errorf("the stage before the gate: %q, want success", early.result)
	}
	if result.jobs[jobProduction] != nil {
		t.Error("the job of the stage after the gate ran")
	}
	checkUntouched(t, c, "aks-live")
	if t.Failed() {
		t.Log(result.text)
	}
}

// environmentMissing: GitHub would make the environment, without any protection, when the first job names it. The plan's
// job is red, and the report says that nothing was upgraded.
func environmentMissing(t *testing.T) {
	c := simulate(t, strings.ReplaceAll(rolloutFleet(), "{name: aks-live,", "{name: aks-other,"))
	c.post(t, http.MethodPut, runID+"/jobs", "application/json", []byte(`{"name": "Plan", "conclusion": "failure"}`)) // of which act tells GitHub nothing
	result := newWorkflowRun(t, c, rolloutStrategy).act(t, rolloutWorkflow)
	plan := result.job(t, jobPlan)
	if plan.result != "failure" || plan.exitCode != "4" {
		t.Errorf("the plan's job: %q, exit code %q, want failure and 4\n%s", plan.result, plan.exitCode, result.text)
	}
	report := result.job(t, jobReport)
	if report.result != "success" || report.outputs["state"] != "no-plan" || !strings.Contains(report.summaries, "nothing was upgraded") {
		t.Errorf("the report: %q, state %q, want success, no-plan, and that nothing was upgraded\n%s", report.result, report.outputs["state"], result.text)
	}
	if len(result.jobs) != 2 {
		t.Errorf("other jobs ran as well:\n%s", result.text)
	}
	checkUntouched(t, c, "aks")
}

// planExchanged: somebody puts another plan in the place of the one that the approvers have seen.
func planExchanged(t *testing.T) {
	c := simulate(t, rolloutFleet())
	c.approve(t, "Go ahead", "aks-acceptance", "aks-live")
	other := newRunner(t, c, map[string]string{strategyFile: strings.Replace(rolloutStrategy, "maxConcurrency: 2", "maxConcurrency: 1", 1)})
	other.step(t, step{attempt: 1, inputs: map[string]string{"command": "plan", "out": out}})
	c.after("fleet-plan-", func(name string) { c.upload(t, name, other.packed(t, "plan.json")) })
	result := newWorkflowRun(t, c, rolloutStrategy).act(t, rolloutWorkflow)
	stage := result.job(t, jobCanary)
	if stage.result != "failure" || stage.exitCode != "4" || !strings.Contains(stage.log, "digest") {
		t.Errorf("the first stage: %q, exit code %q, want failure, 4 and a word on the digest\n%s", stage.result, stage.exitCode, result.text)
	}
	checkUntouched(t, c, "aks")
}

// checkUntouched checks that nothing was written to clusters whose names begin so.
func checkUntouched(t testing.TB, c *cloud, prefix string) {
	t.Helper()
	for _, path := range c.writes() {
		if strings.Contains(path, "/"+prefix) {
			t.Errorf("written: %s", path)
		}
	}
}
