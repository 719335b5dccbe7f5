package workflow

import (
	"slices"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// TestStagesWithoutAnEnvironment: one that has an Approval runs in the environment of that.
func TestStagesWithoutAnEnvironment(t *testing.T) {
	guarded := &fleet.Environment{Name: "aks"}
	approved := strategy.Stage{Name: "approved", BeforeGates: []strategy.Gate{{Type: strategy.GateApproval, Environment: guarded}}}
	for name, test := range map[string]struct {
		s    strategy.Strategy
		want []string
	}{
		"all have one":  {strategy.Strategy{Stages: []strategy.Stage{{Name: "canary", Environment: guarded}, approved}}, nil},
		"one has none":  {strategy.Strategy{Stages: []strategy.Stage{{Name: "canary"}, approved}}, []string{"canary"}},
		"there is none": {strategy.Strategy{}, []string{"one-by-one"}},
		"of a profile": {strategy.Strategy{Stages: []strategy.Stage{approved}, AutoUpgrade: []strategy.Profile{{Stages: []strategy.Stage{{Name: "weekly"}}}}},
			[]string{"weekly"}},
	} {
		var got []string
		for _, finding := range WithoutEnvironment(test.s) {
			stage, _, _ := strings.Cut(strings.TrimPrefix(finding.Message, "the job of stage "), " runs in no environment")
			got = append(got, stage)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
