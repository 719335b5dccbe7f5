package rollouts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
)

// What GitHub asks for is told as the plan calls it, also where the stage was started by hand and so waited for nothing else.
func TestAnApprovalThatGitHubAsksForIsThatOfThePlan(t *testing.T) {
	made := plan.Plan{Stages: []plan.Stage{
		{Name: "canary", Environment: &fleet.Environment{Name: "aks-canary"}},
		{Name: "production", Environment: &fleet.Environment{Name: "aks-production", Reviewers: 1}},
	}}
	start := []fleet.Wait{{Stage: "production", Gate: fleet.GateStart}}
	for environment, want := range map[string]fleet.Wait{
		"AKS-production": {Stage: "production", Gate: plan.GateEnvironment, Environment: "aks-production", Reviewers: []string{"alice"}},
		"aks-canary":     {Stage: "canary", Environment: "aks-canary", Reviewers: []string{"alice"}}, // of which nobody has to approve
		"elsewhere":      {Environment: "elsewhere", Reviewers: []string{"alice"}},
	} {
		got := waitsNow(start, made, []github.PendingDeployment{{Environment: environment, Reviewers: []string{"alice"}}})
		if diff := cmp.Diff([]fleet.Wait{want}, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", environment, diff)
		}
	}
}
