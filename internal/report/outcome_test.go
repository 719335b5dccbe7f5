package report

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestOutcomeNeverLeavesAFailureOut(t *testing.T) {
	tests := []struct {
		recorded fleet.Outcome
		failed   int
		want     string
	}{
		{fleet.OutcomeSucceeded, 0, "succeeded"},
		{fleet.OutcomeWithFailures, 1, "succeeded with 1 failure"},
		{fleet.OutcomeWithFailures, 2, "succeeded with 2 failures"},
		{fleet.OutcomeFailed, 1, "failed"},
		{fleet.OutcomeSkipped, 0, "skipped"},
		{"", 0, "unfinished"},
	}
	for _, test := range tests {
		s := standing{Outcome: outcomeOf(fleet.StageResult{Outcome: test.recorded}), states: map[fleet.State]int{fleet.Failed: test.failed}}
		if got := s.outcomeWords(); got != test.want {
			t.Errorf("%q with %d failed: got %q, want %q", test.recorded, test.failed, got, test.want)
		}
	}
}

func TestClustersOfStagesThatHaveNotBegunAreCounted(t *testing.T) {
	refused := twoStagesDone()
	refused.Stages = append(refused.Stages, fleet.StageResult{Name: "production", State: fleet.NotStarted})
	for name, r := range map[string]fleet.Result{"stage absent": twoStagesDone(), "stage refused": refused} {
		if got := stand(threeStages().Stages, r, r.Outcome); got.total != 13 || got.states[fleet.NotStarted] != 5 || got.stayed[causeBlocked] != 1 {
			t.Errorf("%s: %d clusters, %d of them not started, %d blocked; the plan has 13, of which 6 are in the third stage, one blocked", name, got.total, got.states[fleet.NotStarted], got.stayed[causeBlocked])
		}
	}
}

// Every cluster that is not at its target is counted by what kept it from there.
func TestSkippedClustersAreCountedByWhy(t *testing.T) {
	for want, planned := range map[string]plan.Member{
		"succeeded, 1 blocked, 1 blocked":                               {Action: plan.ActionBlocked},
		"succeeded, 1 stopped, 1 stopped":                               {Action: plan.ActionSkip, Why: plan.WhyStopped},
		"succeeded, 1 changed since the plan, 1 changed since the plan": {Action: plan.ActionUpgrade},
		"succeeded, 1 left out on request":                              {Action: plan.ActionSkip, Why: plan.WhyRequested},
		"succeeded, 1 not retried":                                      {Action: plan.ActionSkip, Why: plan.WhyNotRetried},
		"succeeded, 1 skipped":                                          {Action: plan.ActionSkip, Why: plan.WhyOther},
		"succeeded, ":                                                   {Action: plan.ActionSkip, Why: plan.WhyAtTarget},
	} {
		s := newStanding()
		s.Outcome = fleet.OutcomeSucceeded
		s.count(fleet.MemberResult{State: fleet.Skipped}, planned)
		if got := s.headline() + ", " + s.others(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What a retry leaves out for having been there is there; what it leaves out for another reason is not said to be.
func TestWhatARetryLeavesOutIsCountedByWhereItIs(t *testing.T) {
	for why, want := range map[plan.Why]int{plan.WhyAtTarget: 1, plan.WhyReached: 1, plan.WhyNotRetried: 0, plan.WhyRequested: 0} {
		s := newStanding()
		if s.count(fleet.MemberResult{State: fleet.Skipped}, plan.Member{Why: why}); s.atTarget != want {
			t.Errorf("%s: %d at the target, want %d", why, s.atTarget, want)
		}
	}
}

func TestTheNumberOfClustersAgreesWithItsVerb(t *testing.T) {
	for want, s := range map[string]standing{
		"0 of 1 cluster is at the target.":   {total: 1},
		"0 of 2 clusters are at the target.": {total: 2},
		"1 of 2 clusters is at the target.":  {total: 2, atTarget: 1},
		"2 of 2 clusters are at the target.": {total: 2, atTarget: 2},
	} {
		if got := flat(s.words()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
