package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestResult(t *testing.T) {
	failedPlan, failed := allFailed()
	refused := fleet.Result{Name: "production", Digest: threeStages().Digest, Outcome: fleet.OutcomeFailed, StartedAt: noon, At: noon,
		Findings: []fleet.Finding{{Rule: "stage-order", Severity: fleet.Error, Stage: "europe", Message: "stage canary has not finished: 1 of its clusters is not at its target",
			Advice: "Run stage canary to its end first."}}}
	over := twoStagesDone()
	over.Stages[1].Groups[0].Members[0] = done(threeStages().Stages[1].Groups[0].Members[0], 107, 63)
	over.Stages[1].Outcome, over.Outcome = fleet.OutcomeSucceeded, fleet.OutcomeSucceeded
	overPlan := threeStages()
	overPlan.Stages = overPlan.Stages[:2]
	blockedPlan, blocked := oneBlocked()
	tests := []struct {
		name   string
		plan   plan.Plan
		result fleet.Result
	}{
		{"result-with-failure", threeStages(), twoStagesDone()},
		{"result-all-failed", failedPlan, failed},
		{"result-refused", threeStages(), refused},
		{"result-succeeded", overPlan, over},
		{"result-blocked", blockedPlan, blocked},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := Result(test.plan, test.result, byHand)
			golden(t, test.name+".golden.md", Markdown(d, megabyte))
			golden(t, test.name+".golden.txt", Text(d, Style{Width: 140}))
		})
	}
}

func TestStageResult(t *testing.T) {
	p, r := threeStages(), twoStagesDone()
	r.Stages[1] = waitingOnly().Stages[0]
	r.Gates = []fleet.GateResult{{Stage: "canary", Gate: "before-1", ApprovedBy: "alice"}}
	d := StageResult(p, r, "europe", byHand)
	golden(t, "result-unfinished.golden.md", Markdown(d, megabyte))
	golden(t, "result-unfinished.golden.txt", Text(d, Style{Width: 140}))
}

// A document is about a stage where one is asked for, and not where one alone has been recorded.
func TestARunOfWhichOneStageIsRecordedIsARun(t *testing.T) {
	p, r := threeStages(), twoStagesDone()
	r.Stages, r.Outcome = r.Stages[:1], fleet.OutcomeUnfinished
	if got := Markdown(Result(p, r, byHand), megabyte); !strings.HasPrefix(got, "# Upgrade of production: unfinished\n\n**3 of 13 clusters are at the target**; 8 not started, 1 blocked, 1 stopped.") {
		t.Errorf("got\n%s", got)
	}
	if got := Markdown(StageResult(p, r, "canary", byHand), megabyte); !strings.HasPrefix(got, "# Stage canary of production: succeeded\n\n**3 of 3 clusters are at the target**.") {
		t.Errorf("got\n%s", got)
	}
}

// Where an approval after a stage is refused, the stage is done and the run is not.
func TestARunCanBeRefusedAfterAStage(t *testing.T) {
	p, r := threeStages(), twoStagesDone()
	r.Stages, r.Outcome = r.Stages[:1], fleet.OutcomeUnfinished
	r.Findings = []fleet.Finding{{Rule: "not-approved", Severity: fleet.Error, Stage: "canary", Message: "nobody can be asked here"}}
	for want, d := range map[string]Document{
		"# Upgrade of production: refused after stage canary\n":   Result(p, r, byHand),
		"# Stage canary of production: succeeded, then refused\n": StageResult(p, r, "canary", byHand),
	} {
		if got := Markdown(d, megabyte); !strings.HasPrefix(got, want) || !strings.Contains(got, "Do what the errors above say, then run it again:") {
			t.Errorf("want %q and what to do in\n%s", want, got)
		}
	}
}

func TestNothingButFailuresIsNeverASuccess(t *testing.T) {
	p, r := allFailed()
	got := Markdown(Result(p, r, byHand), megabyte)
	if strings.Contains(got, "succeeded") || strings.Contains(got, "Succeeded") {
		t.Errorf("5 of 5 failed is called a success:\n%s", got)
	}
	if !strings.HasPrefix(got, "# Upgrade of production: failed\n") || !strings.Contains(got, "**0 of 5 clusters are at the target**; 5 failed.") {
		t.Errorf("does not say that all failed:\n%s", got)
	}
}

func TestFailuresStandFirstInAStage(t *testing.T) {
	got := Markdown(Result(threeStages(), twoStagesDone(), byHand), megabyte)
	table := got[strings.LastIndex(got, "## 2. europe"):]
	failed, completed := strings.Index(table, "✖ failed"), strings.Index(table, "✔ completed")
	if failed < 0 || completed < 0 || failed > completed {
		t.Errorf("failed at %d, completed at %d in:\n%s", failed, completed, table)
	}
}

func TestARefusedStageIsNoFailureAndNoSuccess(t *testing.T) {
	r := twoStagesDone()
	r.Outcome = fleet.OutcomeUnfinished
	r.Stages = append(r.Stages, fleet.StageResult{Name: "production", State: fleet.NotStarted, Outcome: fleet.OutcomeUnfinished, Reason: "not approved"})
	r.Findings = []fleet.Finding{{Rule: "not-approved", Severity: fleet.Error, Stage: "production", Message: "the stage was not approved", Advice: "Run the same command again."}}
	got := Markdown(Result(threeStages(), r, byHand), megabyte)
	if !strings.HasPrefix(got, "# Upgrade of production: refused before stage production\n") {
		t.Errorf("does not say what was refused:\n%s", got)
	}
	if !strings.Contains(got, "Do what the errors above say") || strings.Contains(got, "Run stage **production** again") {
		t.Errorf("does not say what to do:\n%s", got)
	}
}

func TestASnapshotOfTwoStagesIsNamedOnce(t *testing.T) {
	r := twoStagesDone()
	r.Stages[0].Snapshots = r.Stages[1].Snapshots
	if n := strings.Count(Markdown(Result(threeStages(), r, byHand), megabyte), "production-ubuntu-202611.08.0` since stage"); n != 1 {
		t.Errorf("named %d times, want once", n)
	}
}

func TestAnInterruptedRunWasNotRefused(t *testing.T) {
	r := twoStagesDone()
	r.Outcome = fleet.OutcomeUnfinished
	r.Stages = append(r.Stages, fleet.StageResult{Name: "production", State: fleet.NotStarted, Outcome: fleet.OutcomeUnfinished})
	r.Findings = []fleet.Finding{{Rule: RuleInterrupted, Severity: fleet.Error, Message: "list clusters: connection reset"}}
	got := Markdown(Result(threeStages(), r, byHand), megabyte)
	if !strings.HasPrefix(got, "# Upgrade of production: unfinished\n") || !strings.Contains(got, "connection reset") || !strings.Contains(got, "Run stage **production** again") {
		t.Errorf("does not say what ended it and how it goes on:\n%s", got)
	}
}
