package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/plan"
)

// Where a plan is gone on with, that comes first, with what is left of it.
func TestGoingOn(t *testing.T) {
	r := twoStagesDone()
	want := "This run goes on with the plan made at 2026-11-23 12:00Z, which an earlier run has not brought to its end.\n" +
		"\n5 of 13 clusters are at the target; 1 failed, 5 not started, 1 blocked, 1 stopped.\n\nPlan 3f9a1c0de77b: out/plan.json\n"
	if got := Text(GoingOn(threeStages(), r, "out/plan.json"), Style{}); !strings.HasPrefix(got, want) || strings.Contains(got, "will be upgraded") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBrief(t *testing.T) {
	tests := []struct {
		name string
		plan plan.Plan
		want string
	}{
		{"nothing to warn of", plan.Plan{Digest: "sha256:0123456789abcdef"}, "Nothing will be upgraded, in 0 stages.\n\nPlan 0123456789ab: out/plan.json\n"},
		{"warnings and no notes", threeStages(), "9 clusters will be upgraded to Kubernetes 1.34.2 and one node image per family, in 3 stages; 2 skipped, 1 blocked, 1 pending.\n" +
			"\nPlan 3f9a1c0de77b: out/plan.json\n" +
			"\n- ▲ production / aks-pay-1 / apps: maxSurge is 1 of 40 nodes: the pool will take about 13 h (pod-disruption-budget)\n" +
			"  Set it to 33%: az aks nodepool update --max-surge 33% …\n" +
			"- ▲ fleet/production.yml:14:9: 1 member is in no stage: aks-lab-1 (group lab) (member-in-no-stage)\n" +
			"  Add its group to a stage, or remove it from the members.\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Text(Brief(test.plan, "out/plan.json"), Style{}); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
