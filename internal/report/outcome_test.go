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
		if got := standOfRun(threeStages(), r); got.total != 13 || got.states[fleet.NotStarted] != 6 {
			t.Errorf("%s: %d clusters, %d of them not started; the plan has 13, of which 6 are in the third stage", name, got.total, got.states[fleet.NotStarted])
		}
	}
}

func TestADocumentOfOneStageHasTheOutcomeOfTheStage(t *testing.T) {
	r := twoStagesDone()
	r.Stages, r.Outcome = r.Stages[:1], fleet.OutcomeUnfinished // the run goes on with the next stage
	got := standOfRun(threeStages(), r)
	if got.outcomeWords() != "succeeded" || got.total != 3 {
		t.Errorf("%q with %d clusters; the stage succeeded and has 3", got.outcomeWords(), got.total)
	}
}

// What a retry leaves out for having been there is there; what it leaves out for another reason is not said to be.
func TestWhatARetryLeavesOutIsCountedByWhereItIs(t *testing.T) {
	for why, want := range map[plan.Why]int{plan.WhyAtTarget: 1, plan.WhyReached: 1, plan.WhyNotRetried: 0, plan.WhyRequested: 0} {
		s := standing{states: map[fleet.State]int{}}
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
