package main

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

// docs/auto-upgrade.md quotes what ticks say. What it shows is said; what they say of other rollouts is internal/rollouts'.
func TestTheDocumentationQuotesTicks(t *testing.T) {
	made := plan.Plan{Digest: "sha256:66d7506b2e43", Name: "production", Profile: &plan.Profile{Name: "stable", Channel: "Stable"},
		Stages: []plan.Stage{{Name: "all", Groups: []plan.Group{{Members: make([]plan.Member, 214)}}}}}
	made.Upgrade.Kubernetes.Major, made.Upgrade.Kubernetes.Minor, made.Upgrade.Kubernetes.Patch = 1, 34, 2
	for member := range made.Members() {
		member.Action, member.Why = plan.ActionSkip, plan.WhyAtTarget
	}
	s := strategy.Strategy{Name: "production", Upgrade: strategy.Upgrade{Follows: &strategy.Profile{Name: "stable", Disabled: true}}}
	disabled, _ := call{system: system{getenv: func(string) string { return "schedule" }}}.disabled(s)

	quoted := string(readFile(t, "../../docs/auto-upgrade.md"))
	for _, said := range []string{
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
