package main

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/rollouts"
)

// held is what GitHub does before a job in an environment begins: the wait timer passes, and costs nothing.
func (p *pipeline) held(environment string) {
	p.t.Helper()
	found, ok := p.world.GitHub().Environment(environment)
	if !ok {
		p.t.Fatalf("there is no environment %s", environment)
	}
	p.world.AdvanceTo(p.world.Now().Add(time.Duration(found.WaitMinutes) * time.Minute))
}

// timed is a run whose second stage begins a day after the first, with a wait timer of so many minutes on its environment.
func timed(t *testing.T, minutes string) *pipeline {
	t.Helper()
	return newPipeline(t, "afterStageWaitInSeconds: 600", "afterStageWaitInSeconds: 86400",
		"    - {name: aks-second, ", "    - {name: aks-second, waitMinutes: "+minutes+", ", "    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}\n", "")
}

// begun carries the first stage out, and has GitHub hold the second one's job as long as its timer says.
func (p *pipeline) begun() (firstEnded time.Time) {
	p.t.Helper()
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	firstEnded = p.world.Now()
	p.approved("aks-second", "alice")
	p.held("aks-second")
	return firstEnded
}

// startedAfter is how long after a time a stage began, by its record.
func (p *pipeline) startedAfter(done ended, stage string, from time.Time) time.Duration {
	p.t.Helper()
	result, err := rollouts.DecodeResult(done.files[resultFile])
	if err != nil {
		p.t.Fatal(err)
	}
	return result.Stage(stage).StartedAt.Sub(from)
}

// TestATimerIsPartOfTheWait: of a wait of a day, a stage sleeps what its environment's timer leaves of it and no more.
func TestATimerIsPartOfTheWait(t *testing.T) {
	for minutes, hours := range map[string][2]time.Duration{ // how long GitHub holds the job, and when the stage begins
		"1440": {24, 24}, "1320": {22, 24}, "2880": {48, 48},
	} {
		t.Run(minutes, func(t *testing.T) {
			p := timed(t, minutes)
			ended := p.begun()
			if held := p.world.Now().Sub(ended); held != hours[0]*time.Hour {
				t.Fatalf("GitHub held the job for %s", held)
			}
			done := p.stage("aks-second", "second")
			p.must(done, exitDone)
			if after := p.startedAfter(done, "second", ended); after != hours[1]*time.Hour {
				t.Errorf("it began %s after the first had ended", after)
			}
		})
	}
}

// TestATimerThatLeavesTooMuchIsNotWaitedForTwice: the stage ends at once, and its job is run again so early that GitHub
// has held it when the time comes.
func TestATimerThatLeavesTooMuchIsNotWaitedForTwice(t *testing.T) {
	p := timed(t, "600")
	ended := p.begun()
	p.must(p.stage("aks-second", "second"), exitAgain, "not before")
	p.ends("failure")
	p.world.AdvanceTo(ended.Add(14*time.Hour - time.Minute))
	p.must(p.resume(), exitDone, "run 7: stage second waits until")
	p.world.AdvanceTo(ended.Add(14 * time.Hour))
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again, as the wait timer of environment aks-second holds that of stage second until")
	if reruns := p.world.GitHub().Reruns(); len(reruns) != 1 {
		t.Fatalf("re-runs are %+v", reruns)
	}
	p.again()
	p.held("aks-second")
	done := p.stage("aks-second", "second")
	p.must(done, exitDone)
	if after := p.startedAfter(done, "second", ended); after != 24*time.Hour {
		t.Errorf("it began %s after the first had ended", after)
	}
}

// TestATimerOnAnApprovalHoldsTheRolloutOnce: the job of the approval ended well, so that running failed jobs again leaves
// it alone.
func TestATimerOnAnApprovalHoldsTheRolloutOnce(t *testing.T) {
	p := newPipeline(t, "afterStageWaitInSeconds: 600}", "afterStageWaitInSeconds: 86400, afterGates: [{type: Approval, environment: {name: aks-accept}}]}",
		"    - {name: aks-accept, ", "    - {name: aks-accept, waitMinutes: 1440, ", "    afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]\n", "")
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	ended := p.world.Now()
	p.held("aks-accept")
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "first", "after-1"), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second", "--deadline", "11m"), exitAgain)
	p.again()
	done := p.stage("aks-second", "second")
	p.must(done, exitDone)
	if after := p.startedAfter(done, "second", ended); after != 24*time.Hour {
		t.Errorf("it began %s after the first had ended", after)
	}
}

func TestEnvironmentsCheckKnowsTimers(t *testing.T) {
	check := func(p *pipeline) ended { return p.job("", nil, "environments check", "--strategy", p.strategy) }
	const put = `{"wait_timer":1440,"prevent_self_review":true,"can_admins_bypass":false,"reviewers":[{"type":"User","id":`
	p := timed(t, "0")
	p.must(check(p), exitDone, "title=wait-timer::", "A wait timer of 1440 minutes on environment aks-second, that of the stage itself, makes the wait cost nothing", put,
		`"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}`, "gh api --hostname", "--method PUT repos/org/fleet/environments/aks-second --input -", "In a private repository that takes GitHub Enterprise")
	p = timed(t, "1440")
	p.must(check(p), exitDone, "title=wait-timer-enough", "pass in wait timers (aks-second 1440 minutes)")
	p = timed(t, "2880")
	p.must(check(p), exitDone, "::warning", "title=wait-timer-long", "hold stage second back for 2 days", put)
	if p = newPipeline(t); strings.Contains(check(p).log, "wait-timer") {
		t.Error("ten minutes are not worth a timer")
	}
}
