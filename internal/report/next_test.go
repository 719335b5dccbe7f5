package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// said is what a "what to do next" section says, its heading left out.
func said(blocks []block) string {
	return strings.Join(strings.Fields(Text(Document{blocks: blocks[1:]}, Style{})), " ")
}

func TestPlanNext(t *testing.T) {
	approval := threeStages()
	approval.Stages = approval.Stages[1:]
	blocked := threeStages()
	blocked.Stages = []plan.Stage{{Name: "canary", Groups: []plan.Group{{Members: blocked.Stages[2].Groups[0].Members[2:3]}}}}
	complete := plan.Plan{Complete: true}
	errored := threeStages()
	errored.Errored = true
	tests := []struct {
		name string
		plan plan.Plan
		want string
	}{
		{"a stage that begins at once", threeStages(), "Read the plan, then start stage canary: fleet-action stage --stage canary"},
		{"a stage behind an approval", approval, "Read the plan, then approve the environment aks-europe to start stage europe: fleet-action stage --stage europe"},
		{"nothing possible", blocked, "Nothing can be upgraded as things are. Look at the clusters that are blocked or pending below, then plan again."},
		{"nothing to do", complete, "Nothing: every cluster is where the strategy wants it."},
		{"errors", errored, "Mend the errors above, then plan again."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := said(planNext(test.plan, byHand)); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestResultNext(t *testing.T) {
	canary := twoStagesDone()
	canary.Stages, canary.At = canary.Stages[:1], minutes(50)
	waited := canary
	waited.At = minutes(120)
	skipping := threeStages()
	skipping.Stages[1].Skip = "as asked for"
	_, failed := allFailed()
	last := threeStages()
	last.Stages = last.Stages[:2]
	onlyFailed := threeStages()
	onlyFailed.Stages = onlyFailed.Stages[:2]
	onlyFailed.Stages[1].Groups[0].Members = onlyFailed.Stages[1].Groups[0].Members[:2]
	blockedPlan, blocked := oneBlocked()
	allWell := onlyFailed
	allWell.Stages = allWell.Stages[:1]
	twoFailed := twoStagesDone()
	twoFailed.Stages[1].Groups[0].Members = append(twoFailed.Stages[1].Groups[0].Members, failedMember(upgrading("aks-eu-4", "westeurope"), 0, 9))
	waitsInVain := waitingOnly()
	waitsInVain.Stages = slices.Clone(waitsInVain.Stages)
	for i := range waitsInVain.Stages {
		waitsInVain.Stages[i].LookAgain, waitsInVain.Stages[i].Stuck = time.Time{}, true
	}
	command := func(stage string) string { return " fleet-action stage --stage " + stage }
	tests := []struct {
		name   string
		plan   plan.Plan
		result fleet.Result
		want   string
	}{
		{"the wait is not over", threeStages(), canary, "Stage europe is next, from 2026-11-23 13:47Z on, once the environment aks-europe is approved:" + command("europe")},
		{"the wait is over", threeStages(), waited, "Stage europe is next, once the environment aks-europe is approved:" + command("europe")},
		{"the next stage is skipped", skipping, waited, "Stage production is next, once the environment aks-production is approved:" + command("production")},
		{"the last stage with a failure", last, twoStagesDone(), "Mend the cluster that failed. See to aks-eu-3 (stopped), which was not upgraded, then plan again (clusters at their target are skipped), or retry what failed or was skipped with the same targets: fleet-action run --retry out/result.json"},
		{"the last stage with failures", onlyFailed, twoFailed, "Mend the 2 clusters that failed, then plan again (clusters at their target are skipped), or retry what failed with the same targets: fleet-action run --retry out/result.json"},
		{"the last stage, where some could not be upgraded", blockedPlan, blocked, "See to aks-eu-3 (stopped), aks-us-2 (changed since the plan) and aks-us-3 (blocked), which were not upgraded, then plan again (clusters at their target are skipped), or retry what failed or was skipped with the same targets: fleet-action run --retry out/result.json"},
		{"the last stage, and all is well", allWell, waited, "Nothing: every stage of the plan is done."},
		{"unfinished", threeStages(), waitingOnly(), "Run stage europe again from 2026-11-24 20:00Z on; it continues where Azure stands, and nothing is done twice:" + command("europe")},
		{"unfinished, and no time helps", threeStages(), waitsInVain, "What the clusters of stage europe wait for does not come by itself: see above what each of them needs. Make a new plan, or see to it and run the stage again:" + command("europe")},
		{"failed", threeStages(), failed, "Mend what failed in stage canary. Then run it again: clusters at their target are left alone, those that failed are tried once more, first:" + command("canary")},
		{"nothing recorded", threeStages(), fleet.Result{}, "Nothing has begun. Stage canary is first: fleet-action stage --stage canary"},
		{"a plan that cannot be run", plan.Plan{Errored: true}, fleet.Result{}, "Mend the errors above, then plan again."},
		{"nothing recorded, and nothing to do", plan.Plan{}, fleet.Result{}, "No stage has anything to upgrade as things are: plan again."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := said(resultNext(test.plan, test.plan.Stages, test.result, byHand)); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestNextIsTheStageThatHasNoRecord, wherever later ones had nothing to do.
func TestNextIsTheStageThatHasNoRecord(t *testing.T) {
	p := threeStages()
	for i := range p.Stages[2].Groups {
		for j := range p.Stages[2].Groups[i].Members {
			p.Stages[2].Groups[i].Members[j].Action = plan.ActionSkip
		}
	}
	nothing := fleet.StageResult{Name: p.Stages[2].Name, State: fleet.Skipped, Outcome: fleet.OutcomeSkipped}
	first := twoStagesDone().Stages[0]
	for name, test := range map[string]struct {
		stages []fleet.StageResult
		want   string
	}{
		"none has begun":      {[]fleet.StageResult{nothing}, "Nothing has begun. Stage canary is first"},
		"the second has not":  {[]fleet.StageResult{first, nothing}, "Stage europe is next"},
		"none but the second": {[]fleet.StageResult{twoStagesDone().Stages[1], nothing}, "Stage canary has no record, and is next"},
	} {
		if got := said(resultNext(p, p.Stages, fleet.Result{Stages: test.stages}, byHand)); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestNextWithoutACommandIsASentence(t *testing.T) {
	workflow := func(string) string { return "" }
	if got, want := said(planNext(threeStages(), workflow)), "Nothing: stage canary begins by itself, unless this was a dry run."; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
