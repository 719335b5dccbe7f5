package main

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// docs/auto-upgrade.md quotes what ticks say. What it shows is said.
func TestTheDocumentationQuotesTicks(t *testing.T) {
	at := time.Date(2026, 11, 20, 4, 37, 0, 0, time.UTC)
	made := plan.Plan{Digest: "sha256:66d7506b2e43", Name: "production", Profile: &plan.Profile{Name: "stable", Channel: "Stable"},
		Stages: []plan.Stage{{Name: "all", Groups: []plan.Group{{Members: make([]plan.Member, 214)}}}}}
	made.Upgrade.Kubernetes.Major, made.Upgrade.Kubernetes.Minor, made.Upgrade.Kubernetes.Patch = 1, 34, 2
	for member := range made.Members() {
		member.Action, member.Why = plan.ActionSkip, plan.WhyAtTarget
	}
	run := github.Run{ID: 123, Title: "Fleet production"}
	waits := other{run: run, plan: "fleet-plan-0", jobs: []github.Job{{Name: "Stage production / production", Status: "waiting", CreatedAt: at}},
		pending: []github.PendingDeployment{{Environment: "aks-production", Reviewers: []string{"platform-team", "alice"}}}}
	same := waits
	same.plan = planArtifact(made)
	runs := other{run: run, begun: "canary", jobs: []github.Job{{Name: "Stage canary / canary", Status: "in_progress", StartedAt: at}}}
	later := other{run: run, stage: "production", opens: time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)}
	resumed, soaks, covers := later, later, waits
	resumed.resumed = workflow.ResumeFile("production")
	soaks.stage, soaks.soaks = "canary", true
	covers.covers = true
	held := func(o other, onWaiting string) string {
		return "Held: " + o.because(o.stays(onWaiting, made)).Sentence()
	}
	s := strategy.Strategy{Name: "production", Upgrade: strategy.Upgrade{Follows: &strategy.Profile{Name: "stable", Disabled: true}}}
	disabled, _ := call{system: system{getenv: func(string) string { return "schedule" }}}.disabled(s)

	quoted := string(readFile(t, "../../docs/auto-upgrade.md"))
	for _, said := range []string{
		held(waits, strategy.OnWaitingHold), held(runs, strategy.OnWaitingHold), held(later, strategy.OnWaitingHold),
		held(resumed, strategy.OnWaitingSupersede), held(soaks, strategy.OnWaitingHold), held(covers, strategy.OnWaitingSupersede),
		held(runs, strategy.OnWaitingSupersede), held(same, strategy.OnWaitingSupersede), superseded(waits).Message,
		report.Text(report.Plan(made, fleet.Reading{}, nil), report.Style{}), report.Text(disabled.document, report.Style{}),
	} {
		said = strings.Join(strings.Fields(said), " ")
		found := false
		for _, block := range strings.Split(quoted, "```") {
			found = found || strings.Join(strings.Fields(strings.TrimPrefix(block, "text\n")), " ") == said
		}
		if !found {
			t.Errorf("docs/auto-upgrade.md does not quote %s", said)
		}
	}
}
