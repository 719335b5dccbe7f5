package main

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

// watchedFor is the first stage with a wait of so many seconds after it.
func watchedFor(seconds string) []string {
	return []string{"- {name: first, groups: [{name: first}]}", "- {name: first, groups: [{name: first}], afterStageWaitInSeconds: " + seconds + "}"}
}

const threeDays = "259200"

// TestAWaitIsKeptWithoutAGoodRecord: the stage is at its target, and nobody recorded that it came to a good end.
func TestAWaitIsKeptWithoutAGoodRecord(t *testing.T) {
	for name, act := range map[string]func(p *pipeline){
		"its record was lost with its runner": func(p *pipeline) {
			p.put(called("first"), "in_progress")
			p.must(p.job("", nil, "stage", "--stage", "first", "--plan-artifact", p.outputs[outputArtifact], "--plan-digest", p.outputs[outputDigest], "--poll-interval", "1m", "--deadline", "5h"), exitDone)
			p.putIn(20, simulator.JobFile{Name: called("first"), Status: "completed", Conclusion: "failure"})
		},
		"its deadline came while its last pool was upgraded": func(p *pipeline) {
			p.must(p.rollsOut("", "first", "--deadline", "17m"), exitAgain)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newTicks(t, watchedFor(threeDays)...)
			p.must(p.tick(20, "stable"), exitDone)
			act(p)
			p.ends("failure")
			ended := p.world.Now()
			p.world.AdvanceTo(ended.Add(72*time.Hour - time.Minute))
			p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded stable) is in the wait after its stage first until "+ended.Add(72*time.Hour).Format("2006-01-02 15:04Z"))
			p.untouched("two")
			p.world.AdvanceTo(ended.Add(72 * time.Hour))
			p.must(p.tick(22, "stable"), exitDone, "will be upgraded")
		})
	}
}

// TestAWaitIsKeptAfterARunThatEndedWell: its later stage was left out, or had nothing to upgrade at that hour.
func TestAWaitIsKeptAfterARunThatEndedWell(t *testing.T) {
	p := newTicks(t, watchedFor(threeDays)...)
	p.must(p.tick(20, "stable", "--skip", "Stage:second"), exitDone)
	p.must(p.rollsOut("", "first"), exitDone)
	p.ends("success")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded stable) is in the wait after its stage first")
	p.world.AdvanceTo(p.world.Now().Add(72 * time.Hour))
	p.must(p.tick(22, "stable"), exitDone, "will be upgraded")
}

// TestAStageThatIsBegunAnewHasItsWaitAnew: what is open in it is upgraded by the new plan, with the wait after that.
func TestAStageThatIsBegunAnewHasItsWaitAnew(t *testing.T) {
	p := newTicks(t, watchedFor(threeDays)...)
	p.must(p.tick(20, "stable"), exitDone)
	p.put(called("first"), "in_progress")
	p.putIn(20, simulator.JobFile{Name: called("first"), Status: "completed", Conclusion: "failure"})
	p.ends("failure")
	p.must(p.tick(21, "stable"), exitDone, "2 clusters will be upgraded")
}

// TestAWaitIsKeptWhateverRanSince: a run that did not do the stage itself upgraded something else.
func TestAWaitIsKeptWhateverRanSince(t *testing.T) {
	p := newTicks(t, watchedFor(threeDays)...)
	p.must(p.tick(20, "stable"), exitDone)
	p.must(p.rollsOut("", "first"), exitDone)
	p.ends("failure")
	did := func(run int64, stage string) {
		p.byHand(run)
		p.recorded(fleet.Result{Stages: []fleet.StageResult{{Name: stage, State: fleet.Completed, Outcome: fleet.OutcomeSucceeded, StartedAt: p.world.Now(), FinishedAt: p.world.Now(), Groups: []fleet.GroupResult{}}}})
		p.ends("success")
	}
	did(30, "second")
	p.mustHold(p.tick(31, "stable"), "run 20 (Fleet guarded stable) is in the wait after its stage first")
	did(40, "first") // which has had nothing to upgrade
	p.must(p.tick(41, "stable"), exitDone, "will be upgraded")
}

// TestAWaitIsKeptOfARunThatWasRunAgain after a newer one began, by a tick and by whoever resumes.
func TestAWaitIsKeptOfARunThatWasRunAgain(t *testing.T) {
	p := newTicks(t, append(watchedFor(threeDays), "version: 1\n", "version: 1\n"+hourly)...)
	p.must(p.tick(20, "stable"), exitDone)
	planned := p.outputs
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(24 * time.Hour))
	p.must(p.tick(30, "stable"), exitDone)
	p.must(p.rollsOut("", "first", "--deadline", "2m"), exitAgain)
	p.ends("cancelled")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.run, p.attempt, p.outputs = 20, 1, planned
	p.again()
	p.must(p.rollsOut("", "first"), exitDone)
	p.must(p.rollsOut("aks-first", "second"), exitAgain)
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.mustHold(p.tick(31, "stable"), "run 20 (Fleet guarded stable) is to go on with stage second at 2026-03-06")
	p.must(p.resume(), exitDone, "run 20: stage second waits until 2026-03-06")
}

// TestAWaitIsKeptLongerThanARunCanBeRunAgain: what was upgraded is still watched when GitHub would not go on with the run.
func TestAWaitIsKeptLongerThanARunCanBeRunAgain(t *testing.T) {
	p := newTicks(t, append(watchedFor("3456000"), "version: 1\n", "version: 1\nplanMaxAge: 60d\n")...)
	p.must(p.tick(20, "stable"), exitDone)
	p.must(p.rollsOut("", "first"), exitDone)
	ended := p.world.Now()
	p.must(p.rollsOut("aks-first", "second"), exitAgain)
	p.ends("failure")
	p.world.AdvanceTo(ended.AddDate(0, 0, 40).Add(-time.Minute))
	p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded stable) is in the wait after its stage first")
	p.world.AdvanceTo(ended.AddDate(0, 0, 40))
	p.must(p.tick(22, "stable"), exitDone, "will be upgraded")
}

// TestAMonthlyWindowIsMet: a plan lives for fourteen days, and the window of the fleet is open for a night in the month. Each
// day a tick looks, and every six hours a waiting rollout is resumed.
func TestAMonthlyWindowIsMet(t *testing.T) {
	const window = "windows: {aksManagedNodeOSUpgradeSchedule: {schedule: {absoluteMonthly: {dayOfMonth: 1, intervalMonths: 1}}, startTime: \"00:00\", durationHours: 4, utcOffset: \"+00:00\"}}"
	p := newTicks(t, "version: 1\n", "version: 1\nworkflow: {resume: \"17 * * * *\"}\n", "pools: [*system, *linux]}", "pools: [*system, *linux], "+window+"}",
		"    tags: {ring: first}\n", "    tags: {ring: first}\n    "+window+"\n")
	month := calendar{pipeline: p, run: 100}
	for day := time.Date(2026, 3, 3, 0, 17, 0, 0, time.UTC); day.Before(time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
		for _, hour := range []int{0, 6, 12, 18} {
			p.world.AdvanceTo(day.Add(time.Duration(hour) * time.Hour))
			month.resumes()
			if hour == 6 {
				month.ticks()
			}
		}
	}
	p.runs(map[string]string{"one": all("1.34.2", "202602.28.0"), "two": "1.33.7 system=1.33.7/202602.28.0 linux=1.33.7/202601.05.0"}) // where a pool fails once
}

// calendar is a fleet that is upgraded by schedules alone.
type calendar struct {
	*pipeline
	run     int64             // of the last tick
	going   int64             // the rollout that is to go on
	attempt int               // its last
	outputs map[string]string // of its plan
}

// resumes is what the resume workflow begins.
func (c *calendar) resumes() {
	before := len(c.world.GitHub().Reruns())
	c.must(c.resume(), exitDone)
	if len(c.world.GitHub().Reruns()) > before {
		c.pipeline.run, c.pipeline.attempt, c.pipeline.outputs = c.going, c.attempt+1, c.outputs
		c.stages()
	}
}

// ticks is what the schedule of the profile begins each day.
func (c *calendar) ticks() {
	c.run++
	if c.tick(c.run, "images").outputs[outputHasUpdates] == "true" {
		c.going, c.outputs = c.run, c.pipeline.outputs
		c.stages()
	}
}

// stages is the one stage of the rollout, which ends at once where its time has not come.
func (c *calendar) stages() {
	c.attempt = c.pipeline.attempt
	if done := c.stage("", "everything"); done.code == exitDone {
		c.ends("success")
		return
	}
	c.ends("failure")
}
