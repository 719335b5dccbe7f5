package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/rollouts"
)

// It is Monday, 2 March 2026, 7:00 UTC in these, and Saturday 22:00 at +01:00 is five days away.
const saturday = "{type: ScheduledStart, scheduledStartConfiguration: {startDay: Saturday, startTime: \"22:00\", utcOffset: \"+01:00\"}}"

var saturdayNight = time.Date(2026, 3, 7, 21, 0, 0, 0, time.UTC)

// starting is a run whose second stage, or its group, begins on Saturday night. It needs no approval, so that nothing else
// holds it.
func starting(t *testing.T, clusters, second string, change ...string) *pipeline {
	t.Helper()
	return newPipelineOn(t, clusters, append([]string{
		"    groups: [{name: second, maxConcurrency: 2}]\n", second,
		"    environment: {name: aks-second, reviewers: 1, preventSelfReview: true, adminBypass: false, branches: [main]}\n", "    environment: {name: aks-second, branches: [main]}\n",
		"    afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]\n", "",
		"    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}\n", "",
	}, change...)...)
}

const (
	stageStarts = "    groups: [{name: second, maxConcurrency: 2}]\n    beforeGates: [" + saturday + "]\n"
	groupStarts = "    groups: [{name: second, maxConcurrency: 2, beforeGates: [" + saturday + "]}]\n"
)

// endsAtOnce fails the test unless the job of the second stage ends without waiting, and says when to come back.
func (p *pipeline) endsAtOnce(says ...string) {
	p.t.Helper()
	before := p.world.Now()
	p.must(p.stage("aks-second", "second"), exitAgain, says...)
	if waited := p.world.Now().Sub(before); waited != 0 {
		p.t.Errorf("a runner was held for %s", waited)
	}
	p.untouched("two", "three")
	p.ends("failure")
}

// resumedAt has the schedule look a minute before a time, and then at it.
func (p *pipeline) resumedAt(at time.Time) {
	p.t.Helper()
	reruns := len(p.world.GitHub().Reruns())
	p.world.AdvanceTo(at.Add(-time.Minute))
	p.must(p.resume(), exitDone, "run 7: stage second waits until "+at.Format("2006-01-02 15:04Z"))
	p.world.AdvanceTo(at)
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again, because the time of stage second has come")
	if now := len(p.world.GitHub().Reruns()); now != reruns+1 {
		p.t.Errorf("%d re-runs, want %d", now, reruns+1)
	}
	p.again()
}

// startsAt fails the test unless a stage has begun at a time, by its record.
func (p *pipeline) startsAt(done ended, at time.Time) {
	p.t.Helper()
	p.must(done, exitDone)
	if after := p.startedAfter(done, "second", at); after != 0 {
		p.t.Errorf("it began %s after %s", after, at)
	}
}

func TestAStageBeginsAtItsScheduledStart(t *testing.T) {
	p := starting(t, fmt.Sprintf(rolloutFleet, level), stageStarts)
	p.must(p.plan(), exitDone, "starts on Saturday at 22:00 (UTC+01:00)")
	p.must(p.stage("aks-first", "first"), exitDone)
	p.endsAtOnce("not before 2026-03-07 21:00Z", "re-run the failed jobs of this run after 2026-03-07 21:00Z")
	p.resumedAt(saturdayNight)
	p.startsAt(p.stage("aks-second", "second"), saturdayNight)
}

func TestAGroupBeginsAtItsScheduledStart(t *testing.T) {
	p := starting(t, fmt.Sprintf(rolloutFleet, level), groupStarts)
	p.must(p.plan(), exitDone, "before group second: starts on Saturday at 22:00 (UTC+01:00)")
	p.must(p.stage("aks-first", "first"), exitDone)
	p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute)) // the wait after the first
	began := p.world.Now()
	p.endsAtOnce("its group starts at 2026-03-07 21:00Z", "re-run the failed jobs of this run after 2026-03-07 21:00Z")
	p.resumedAt(saturdayNight)
	done := p.stage("aks-second", "second")
	p.must(done, exitDone)
	result, err := rollouts.DecodeResult(done.files[resultFile])
	if err != nil {
		t.Fatal(err)
	}
	stage := result.Stage("second")
	for _, member := range stage.Groups[0].Members {
		if !member.StartedAt.Equal(saturdayNight) {
			t.Errorf("%s began at %s", member.Name, member.StartedAt)
		}
	}
	if !stage.StartedAt.Equal(began) {
		t.Errorf("the stage began at %s, and when its group starts is counted from %s", began, stage.StartedAt)
	}
}

// TestAGroupThatIsResumedLateDoesNotWaitForTheNextWeek: its start is counted from when the stage was reached.
func TestAGroupThatIsResumedLateDoesNotWaitForTheNextWeek(t *testing.T) {
	p := starting(t, fmt.Sprintf(rolloutFleet, level), groupStarts)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute))
	p.endsAtOnce()
	p.world.AdvanceTo(saturdayNight.Add(90 * time.Minute))
	p.again()
	p.must(p.stage("aks-second", "second"), exitDone)
}

func TestAStartWithinTheJobIsWaitedFor(t *testing.T) {
	p := starting(t, fmt.Sprintf(rolloutFleet, level), stageStarts)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.world.AdvanceTo(saturdayNight.Add(-4 * time.Hour))
	p.startsAt(p.stage("aks-second", "second"), saturdayNight)
}

// TestWindowAndScheduledStartMustBothAllow: the window opens on Sunday at 3:00 UTC.
func TestWindowAndScheduledStartMustBothAllow(t *testing.T) {
	const window = "windows: {aksManagedNodeOSUpgradeSchedule: {schedule: {daily: {intervalDays: 1}}, startTime: \"03:00\", durationHours: 4, utcOffset: \"+00:00\"}}"
	for name, second := range map[string]string{"stage": stageStarts, "group": groupStarts} {
		t.Run(name, func(t *testing.T) {
			const cluster = "tags: {ring: second}, pools: [*system, *linux]"
			p := starting(t, strings.ReplaceAll(fmt.Sprintf(rolloutFleet, level), cluster, cluster+", "+window), second)
			opens := time.Date(2026, 3, 8, 3, 0, 0, 0, time.UTC)
			p.must(p.plan(), exitDone)
			p.must(p.stage("aks-first", "first"), exitDone)
			p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute))
			p.endsAtOnce("2026-03-07 21:00Z") // the window of Tuesday does not do
			p.resumedAt(saturdayNight)
			p.endsAtOnce("its maintenance window opens next at 2026-03-08 03:00Z")
			p.resumedAt(opens)
			p.must(p.stage("aks-second", "second"), exitDone)
		})
	}
}

// TestAnApprovalThatComesLateWaitsForTheNextStart: the stage is reached with it.
func TestAnApprovalThatComesLateWaitsForTheNextStart(t *testing.T) {
	p := starting(t, fmt.Sprintf(rolloutFleet, level), stageStarts, "afterStageWaitInSeconds: 600}", "afterGates: [{type: Approval, environment: {name: aks-accept}}]}")
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.world.AdvanceTo(saturdayNight.Add(time.Hour))
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "first", "after-1"), exitDone)
	p.endsAtOnce("not before 2026-03-14 21:00Z")
	p.resumedAt(saturdayNight.AddDate(0, 0, 7))
	p.startsAt(p.stage("aks-second", "second"), saturdayNight.AddDate(0, 0, 7))
}

// TestAScheduledStartIsCompletedByHand: by a new plan that does not wait for it. The first stage has nothing to upgrade by
// then, and its wait is not kept again.
func TestAScheduledStartIsCompletedByHand(t *testing.T) {
	for name, second := range map[string]string{"stage": stageStarts, "group": groupStarts} {
		t.Run(name, func(t *testing.T) {
			p := starting(t, fmt.Sprintf(rolloutFleet, level), second)
			p.must(p.plan(), exitDone)
			p.must(p.stage("aks-first", "first"), exitDone)
			p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute))
			p.endsAtOnce()
			p.run = 11
			p.world.GitHub().PutRun(runFile(11))
			p.must(p.plan("--skip", "ScheduledStart:second"), exitDone, "starts on Saturday at 22:00 (UTC+01:00), skipped on request (ScheduledStart:second)")
			now := p.world.Now()
			p.startsAt(p.stage("aks-second", "second"), now)
		})
	}
}

// ticking is a profile's run whose first stage begins on Saturday night; its plan is made on Monday.
func ticking(t *testing.T) *pipeline {
	t.Helper()
	p := newTicks(t, "- {name: first, groups: [{name: first}]}", "- {name: first, groups: [{name: first}], beforeGates: ["+saturday+"]}")
	p.must(p.tick(20, "stable"), exitDone)
	return p
}

// TestAStartThatPassesInTheGroupIsMissed: the run of a profile has its plan before it has its turn, and the hour is over then.
func TestAStartThatPassesInTheGroupIsMissed(t *testing.T) {
	p := ticking(t)
	p.world.AdvanceTo(saturdayNight.Add(37 * time.Hour))
	p.must(p.rollsOut("", "first"), exitAgain, "not before 2026-03-14 21:00Z")
	p.untouched("one")
}

// TestAStartThatPassesBeforeTheApprovalIsKept: the turn had come, and it is the reviewer who was late.
func TestAStartThatPassesBeforeTheApprovalIsKept(t *testing.T) {
	p := ticking(t)
	p.asks(20, called("first"), "aks-first")
	p.world.AdvanceTo(saturdayNight.Add(37 * time.Hour))
	p.must(p.rollsOut("", "first"), exitDone)
}
