package report

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestOutcome(t *testing.T) {
	tests := []struct {
		claimed           fleet.Outcome
		failed, succeeded int
		want              string
	}{
		{fleet.OutcomeSucceeded, 0, 3, "succeeded"},
		{fleet.OutcomeSucceeded, 1, 3, "succeeded with 1 failure"},
		{fleet.OutcomeWithFailures, 2, 3, "succeeded with 2 failures"},
		{fleet.OutcomeWithFailures, 2, 0, "failed"},
		{fleet.OutcomeSucceeded, 0, 0, "succeeded"},
		{fleet.OutcomeFailed, 1, 9, "failed"},
		{fleet.OutcomeUnfinished, 1, 9, "unfinished"},
		{fleet.OutcomeSkipped, 0, 0, "skipped"},
		{"", 0, 0, "unfinished"},
	}
	for _, test := range tests {
		s := standing{Outcome: checked(test.claimed, test.failed, test.succeeded), states: map[fleet.State]int{fleet.Failed: test.failed}}
		if got := s.outcomeWords(); got != test.want {
			t.Errorf("%q with %d failed, %d succeeded: got %q, want %q", test.claimed, test.failed, test.succeeded, got, test.want)
		}
	}
}
