package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestFailureWordsSayAzuresErrorOnce(t *testing.T) {
	problem := &fleet.Problem{Code: "QuotaExceeded", Message: "no cores left", Advice: "Ask for more cores."}
	tests := []struct {
		name string
		in   fleet.MemberResult
		want string
	}{
		{"a reason that repeats it", fleet.MemberResult{Reason: "the upgrade of pool apps failed: QuotaExceeded: no cores left (Ask for more cores.)", Problem: problem},
			"the upgrade of pool apps failed<br>`QuotaExceeded` no cores left<br>Ask for more cores."},
		{"a reason of its own", fleet.MemberResult{Reason: "pool apps is at 1.33.8", Problem: problem}, "pool apps is at 1.33.8<br>`QuotaExceeded` no cores left<br>Ask for more cores."},
		{"a reason alone", fleet.MemberResult{Reason: "the cluster is gone"}, "the cluster is gone"},
		{"an error alone", fleet.MemberResult{Problem: &fleet.Problem{Message: "no cores left"}}, "no cores left"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := inline(failureWords(test.in)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Our own words and the advice may be commands, of which half is another command.
func TestCommandsOfFailuresAreNotCutShort(t *testing.T) {
	command := "az aks update " + strings.Repeat("x", 1000) + " --yes"
	got := inline(failureWords(fleet.MemberResult{Reason: "reconcile it: " + command, Problem: &fleet.Problem{Message: "no", Advice: command}}))
	if strings.Count(got, "x ") != 2 {
		t.Errorf("got %s", got)
	}
}

func TestManyFailuresOfOneKindAreOneItem(t *testing.T) {
	g := fleet.GroupResult{Name: "dev"}
	for i := range 12 {
		g.Members = append(g.Members, fleet.MemberResult{Name: fmt.Sprintf("aks-%02d", i), State: fleet.Failed, Reason: "no cores left"})
	}
	blocks := failures(fleet.Result{Stages: []fleet.StageResult{{Name: "canary", Groups: []fleet.GroupResult{g}}}})
	items := blocks[1].(list).items
	if got := flat(items[0]); len(items) != 1 || !strings.Contains(got, "aks-09 and 2 more (canary / dev): no cores left") {
		t.Errorf("got %d items, the first %q", len(items), got)
	}
}
