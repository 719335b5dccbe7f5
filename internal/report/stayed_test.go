package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Whatever has succeeded: a cluster that was blocked or stopped is named with the command that mends it, whole, and there
// is something to do.
func TestWhatStayedIsNamedWithTheCommandThatMendsIt(t *testing.T) {
	p, r := oneBlocked()
	start := "az aks start --subscription 00000000-0000-0000-0000-000000000001 --resource-group rg-fleet --name aks-eu-3"
	d := Result(p, r, byHand)
	for name, got := range map[string]string{"Markdown": Markdown(d, megabyte), "text": Text(d, Style{Width: 80})} {
		for _, want := range []string{longCommand + "\n", start + "\n", "succeeded, 1 blocked, 1 stopped, 1 changed since the plan\n", "See to aks-eu-3 (stopped)"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, got)
			}
		}
		if strings.Contains(got, "Nothing: ") || strings.Contains(got, "…") {
			t.Errorf("%s: nothing to do, or something is cut, in\n%s", name, got)
		}
	}
}

// Of a stage in which nothing could be upgraded no member is recorded; the plan has them.
func TestWhatStayedIsNamedOfAStageWithoutARecord(t *testing.T) {
	p, r := oneBlocked()
	r.Stages[1].Groups = nil
	if got := Markdown(Result(p, r, byHand), megabyte); !strings.Contains(got, "# aks-us-3\n"+longCommand+"\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestOfManyThatStayedTheCommandsAreCounted(t *testing.T) {
	all := make([]stayed, maxCommands+3)
	for i := range all {
		all[i].planned = plan.Member{Why: plan.WhyStopped, Cluster: id("aks")}
	}
	got := Text(Document{blocks: stayedBlocks(all)}, Style{})
	if n := strings.Count(got, "az aks start"); n != maxCommands || !strings.Contains(got, "# and 3 more clusters\n") {
		t.Errorf("%d commands in\n%s", n, got)
	}
}

func TestBecauseDoesNotRepeatWhatStandsBesideIt(t *testing.T) {
	for reason, want := range map[string]string{
		"blocked: no way; to mend it: az x":       "no way",
		"not started: 2 members failed":           "2 members failed",
		"not started before this run ended":       "before this run ended",
		"skipped on request (Member:aks-1)":       "on request (Member:aks-1)",
		"the cluster is stopped":                  "the cluster is stopped",
		"waits for the next run: it would not do": "waits for the next run: it would not do",
	} {
		if got := because(fleet.MemberResult{Reason: reason}, plan.Member{Command: "az x"}); got != want {
			t.Errorf("%q: got %q, want %q", reason, got, want)
		}
	}
}
