//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

const profileWorkflow = "fleet-prod-auto-newest.yml"

// scheduledStrategy is rolloutStrategy with a profile, which upgrades to the same version.
const scheduledStrategy = rolloutStrategy + `autoUpgrade: {profiles: [{name: newest, channel: Rapid, schedule: {cron: "37 4 * * *", timezone: Europe/Berlin}}]}
`

// tick is a run of the profile's workflow that the clock begins.
func (w *workflowRun) tick(t testing.TB, run string) actResult {
	t.Helper()
	w.cloud.moved(t, run, `{"workflow": ".github/workflows/`+profileWorkflow+`", "event": "schedule", "actor": "maria", "status": "in_progress"}`)
	w.run, w.event, w.sent = run, "schedule", `{"schedule": "37 4 * * *"}`
	return w.act(t, profileWorkflow)
}

// upgradedOnASchedule: the clock begins the rollout of a profile; the next time there is nothing to do, and nothing is
// approved or begun.
func upgradedOnASchedule(t *testing.T) {
	c := simulate(t, rolloutFleet())
	c.approve(t, "Go ahead", "aks-acceptance", "aks-live")
	w := newWorkflowRun(t, c, scheduledStrategy)
	result := w.tick(t, runID)
	for _, name := range []string{jobPlan, jobCanary, jobEarly, jobGate, jobProduction, "Rollout/Fleet prod stages/Report"} {
		if job := result.job(t, name); job.result != "success" || job.summaries == "" {
			t.Errorf("job %s: %q", name, job.result)
		}
	}
	checkUpgraded(t, c, 4)
	checkOrder(t, c, "aks-dev", "aks-test", "aks-live")
	if t.Failed() {
		t.Fatal(result.text)
	}
	c.moved(t, runID, `{"status": "completed", "conclusion": "success"}`)
	next := w.tick(t, "4712")
	plan := next.job(t, jobPlan)
	if plan.result != "success" || plan.outputs["has-updates"] != "false" || !strings.Contains(plan.summaries, "Nothing") {
		t.Errorf("the next time: %q, has-updates %q\n%s", plan.result, plan.outputs["has-updates"], plan.summaries)
	}
	for name, job := range next.jobs {
		if name != jobPlan && job.result != "" {
			t.Errorf("job %s ran, and there is nothing to do", name)
		}
	}
}
