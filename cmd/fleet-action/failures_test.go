package main

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

// The reason of a member ends with the advice, which an annotation has on a line of its own.
func TestAFailureIsAnnotatedWithItsAdviceOnce(t *testing.T) {
	finding := failedMember("early", fleet.MemberResult{Name: "aks-1", Reason: "the upgrade failed: Quota: none left (Ask for more.)", Problem: &fleet.Problem{Advice: "Ask for more."}}, fleet.Error)
	if finding.Message != "early / aks-1: the upgrade failed: Quota: none left" || finding.Advice != "Ask for more." {
		t.Errorf("got %+v", finding)
	}
}
