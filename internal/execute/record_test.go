package execute

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// twoStages is a plan whose first stage is accepted by others before the second begins.
func twoStages() plan.Plan {
	upgrading := []plan.Group{{Members: []plan.Member{{Name: "m", Action: plan.ActionUpgrade}}}}
	accept := []plan.Gate{{Type: "Approval", Environment: &fleet.Environment{Name: "accept", Reviewers: 1}}}
	return plan.Plan{Digest: "sha256:d", Name: "p", Stages: []plan.Stage{{Name: "one", Groups: upgrading, AfterGates: accept}, {Name: "two", Groups: upgrading}}}
}

func endedAs(name, digest string, outcome fleet.Outcome) fleet.Result {
	return fleet.Result{Stages: []fleet.StageResult{{Name: name, Digest: digest, Outcome: outcome}}}
}

func acceptedBy(by, digest string) fleet.Result {
	return fleet.Result{Gates: []fleet.GateResult{{Stage: "one", Gate: "after-1", Digest: digest, ApprovedBy: by}}}
}

func TestWhatCountsOfRecords(t *testing.T) {
	p := twoStages()
	good, failed := endedAs("one", p.Digest, fleet.OutcomeSucceeded), endedAs("one", p.Digest, fleet.OutcomeFailed)
	tests := []struct {
		name    string
		records []fleet.Result
		stage   fleet.Outcome
		by      string
	}{
		{"nothing", nil, "", ""},
		{"the last record of a stage", []fleet.Result{failed, good}, fleet.OutcomeSucceeded, ""},
		{"not a record of another plan", []fleet.Result{failed, endedAs("one", "sha256:x", fleet.OutcomeSucceeded), acceptedBy("eve", "sha256:x")}, fleet.OutcomeFailed, ""},
		{"the last approval", []fleet.Result{good, acceptedBy("alice", p.Digest), acceptedBy("bob", p.Digest)}, fleet.OutcomeSucceeded, "bob"},
		{"no approval of an earlier end", []fleet.Result{good, acceptedBy("alice", p.Digest), good}, fleet.OutcomeSucceeded, ""},
		{"an approval of the last end", []fleet.Result{failed, good, acceptedBy("alice", p.Digest)}, fleet.OutcomeSucceeded, "alice"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Recorded(p, test.records)
			by := ""
			for _, gate := range got.Gates {
				by += gate.ApprovedBy
			}
			if got.Stage("one").Outcome != test.stage || by != test.by || len(got.Stages) > 1 {
				t.Errorf("stage %q, approved by %q, want %q and %q", got.Stage("one").Outcome, by, test.stage, test.by)
			}
			if missing := len(Unaccepted(p, p.Stages[0], got.Gates)); (missing == 0) != (test.by != "") {
				t.Errorf("%d approvals are missing", missing)
			}
		})
	}
}

// A run that has ended is as it was at its end, and one that has not is as of now.
func TestAWholeRunIsAsOfItsEnd(t *testing.T) {
	p, end, now := twoStages(), time.Unix(5, 0), time.Unix(9, 0)
	ended := func(name string) fleet.Result {
		r := endedAs(name, p.Digest, fleet.OutcomeSucceeded)
		r.Stages[0].FinishedAt = end
		return r
	}
	if whole := Whole(p, Recorded(p, []fleet.Result{ended("one"), ended("two")}), now); !whole.At.Equal(end) {
		t.Errorf("ended, and as of %s", whole.At)
	}
	if whole := Whole(p, Recorded(p, []fleet.Result{ended("one")}), now); !whole.At.Equal(now) {
		t.Errorf("not at its end, and as of %s", whole.At)
	}
}

func TestWholeRun(t *testing.T) {
	p := twoStages()
	nothing := twoStages()
	nothing.Stages[0].Groups[0].Members[0].Action = plan.ActionSkip
	nothing.Stages[1].Groups = []plan.Group{{Members: []plan.Member{{Name: "n", Action: plan.ActionUpgrade}}}}
	skipped := twoStages()
	skipped.Stages[1].Skip = "on request"
	errored := twoStages()
	errored.Errored, errored.Stages[1].Skip = true, "on request"
	good := func(name string) fleet.Result { return endedAs(name, p.Digest, fleet.OutcomeSucceeded) }
	tests := []struct {
		name    string
		plan    plan.Plan
		records []fleet.Result
		want    string
	}{
		{"nothing ran", p, nil, "unfinished:"},
		{"one of two", p, []fleet.Result{good("one")}, "unfinished: one=succeeded"},
		{"both, recorded in another order", p, []fleet.Result{good("two"), good("one")}, "succeeded: one=succeeded two=succeeded"},
		{"the worst counts", p, []fleet.Result{good("one"), endedAs("two", p.Digest, fleet.OutcomeFailed)}, "failed: one=succeeded two=failed"},
		{"failures within the budget", p, []fleet.Result{endedAs("one", p.Digest, fleet.OutcomeWithFailures), good("two")}, "succeeded with failures: one=succeeded with failures two=succeeded"},
		{"a stage with nothing to do", nothing, []fleet.Result{good("two")}, "succeeded: one=skipped two=succeeded"},
		{"a plan with errors", errored, nil, "errored:"},
		{"a stage skipped on request", skipped, []fleet.Result{good("one")}, "succeeded: one=succeeded two=skipped"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			whole := Whole(test.plan, Recorded(test.plan, test.records), time.Unix(9, 0))
			got := string(whole.Outcome) + ":"
			for _, stage := range whole.Stages {
				got += fmt.Sprintf(" %s=%s", stage.Name, stage.Outcome)
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWhatARunWaitsFor(t *testing.T) {
	at := time.Unix(1000, 0)
	waiting := func(name string, until time.Time) fleet.Result {
		r := endedAs(name, "sha256:d", fleet.OutcomeUnfinished)
		r.Stages[0].LookAgain = until
		return r
	}
	tests := []struct {
		name    string
		records []fleet.Result
		want    string
	}{
		{"nothing recorded", nil, ""},
		{"nothing waits", []fleet.Result{endedAs("one", "sha256:d", fleet.OutcomeSucceeded)}, ""},
		{"one waits", []fleet.Result{endedAs("one", "sha256:d", fleet.OutcomeSucceeded), waiting("two", at)}, "two"},
		{"the earliest", []fleet.Result{waiting("one", at.Add(1)), waiting("two", at)}, "two"},
		{"one failed", []fleet.Result{endedAs("one", "sha256:d", fleet.OutcomeFailed), waiting("two", at)}, ""},
		{"one was refused", []fleet.Result{waiting("one", at), waiting("two", time.Time{})}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stage, opens := Waits(test.records)
			if stage != test.want || opens.IsZero() != (test.want == "") {
				t.Errorf("%q until %s, want %q", stage, opens, test.want)
			}
		})
	}
}

func TestAPlanThatUpgradesNothingLaterIsNotAccepted(t *testing.T) {
	p := twoStages()
	if !p.Accepts(0) || p.Accepts(1) {
		t.Error("the stage with a gate is to be accepted, the one without is not")
	}
	p.Stages[0].Groups = nil
	if !p.Accepts(0) {
		t.Error("a later stage is built on it")
	}
	p.Stages[1].Groups = nil
	if p.Accepts(0) {
		t.Error("nothing is built on it")
	}
	if got := (plan.Plan{Digest: "sha256:" + strings.Repeat("a", 64)}).Short(); got != "aaaaaaaaaaaa" {
		t.Errorf("short digest %q", got)
	}
}
