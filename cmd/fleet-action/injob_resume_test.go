package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func runFile(id int64) simulator.RunFile {
	return simulator.RunFile{ID: id, Workflow: ".github/workflows/fleet-guarded.yml", Actor: "octocat", Status: "in_progress"}
}

// waits is a rollout whose second stage waits for the time after the first.
func waits(t *testing.T) *pipeline {
	t.Helper()
	p := newPipeline(t, "    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}\n", "")
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second", "--deadline", "5m"), exitAgain)
	p.ends("failure")
	return p
}

func (p *pipeline) ends(conclusion string) {
	p.world.GitHub().PutRun(simulator.RunFile{ID: p.run, Attempt: p.attempt, Status: "completed", Conclusion: conclusion})
}

func (p *pipeline) resume() ended {
	p.t.Helper()
	return p.job("", nil, "resume", "--strategy", p.strategy)
}

func TestAWaitingRolloutIsResumedWhenItsTimeHasCome(t *testing.T) {
	p := waits(t)
	p.must(p.resume(), exitDone, "run 7: stage second waits until 2026-03-02")
	if reruns := p.world.GitHub().Reruns(); len(reruns) != 0 {
		t.Fatalf("it was run again before its time: %+v", reruns)
	}
	p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute))
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again, because the time of stage second has come")
	if reruns := p.world.GitHub().Reruns(); len(reruns) != 1 || reruns[0].Run != 7 {
		t.Fatalf("re-runs are %+v", reruns)
	}
	p.must(p.resume(), exitDone, "run 7 is under way")
	p.attempt = 2
	p.must(p.stage("aks-second", "second"), exitDone)
	p.ends("success")
	p.must(p.resume(), exitDone, "run 7 ended with success")
}

// What resume did is said once, and as JSON like the findings of any other command.
func TestResumeSaysOnceWhatItDid(t *testing.T) {
	p := waits(t)
	said, _, _ := strings.Cut(p.resume().log, "::add-mask")
	if n := strings.Count(said, "run 7: stage second waits"); n != 1 || strings.Count(said, "1 note") != 1 {
		t.Errorf("said %d times:\n%s", n, said)
	}
	var printed struct{ Findings []fleet.Finding }
	log := p.job("", nil, "resume", "--strategy", p.strategy, "--format", "json").log
	if err := json.NewDecoder(strings.NewReader(log[strings.Index(log, "{"):])).Decode(&printed); err != nil || len(printed.Findings) != 1 {
		t.Errorf("%v: %s", err, log)
	}
}

func TestWhatIsNotResumed(t *testing.T) {
	tests := []struct {
		name string
		act  func(p *pipeline)
		want string
	}{
		{"a run that somebody cancelled", func(p *pipeline) { p.ends("cancelled") }, "run 7 ended with cancelled"},
		{"a run that failed for another reason", func(p *pipeline) {
			p.again()
			p.must(p.stage("aks-first", "second"), exitRefused)
			p.ends("failure")
		}, "run 7 failed, and does not wait for a time"},
		{"a run that a newer one supersedes", func(p *pipeline) {
			p.world.AdvanceTo(p.world.Now().Add(time.Hour))
			p.world.GitHub().PutRun(runFile(11))
		}, "run 11 is under way"},
		{"a run that was run again too often", func(p *pipeline) {
			p.attempt = 51
			p.keep("result-second", ended{files: memory{resultFile: p.stored("result-second-1")}})
			p.ends("failure")
		}, "GitHub runs a run again 50 times at most"},
		{"a stage that was rejected since", func(p *pipeline) {
			p.again() // the job never runs, and nothing is uploaded
			p.world.GitHub().PutApproval(7, simulator.ApprovalFile{Environments: []string{"aks-second"}, State: "rejected", User: "alice", Comment: "no"})
			p.ends("failure")
		}, "run 7 is not resumed: alice said no in it"},
		{"a run whose earlier stage failed since", func(p *pipeline) {
			p.again()
			failed := strings.ReplaceAll(string(p.stored("result-first-1")), `"outcome": "succeeded"`, `"outcome": "failed"`)
			p.keep("result-first", ended{files: memory{resultFile: []byte(failed)}})
			p.ends("failure")
		}, "run 7 failed, and does not wait for a time"},
		{"a run that is too old", func(p *pipeline) { p.world.AdvanceTo(p.world.Now().AddDate(0, 0, 31)) }, "no rollout of fleet-guarded.yml has begun in the last 30 days"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := waits(t)
			test.act(p)
			p.world.AdvanceTo(p.world.Now().Add(20 * time.Minute))
			p.must(p.resume(), exitDone, test.want)
			if reruns := p.world.GitHub().Reruns(); len(reruns) != 0 {
				t.Errorf("re-runs are %+v", reruns)
			}
		})
	}
}

// TestAnAttemptThatRecordedNothingIsGoneOnFrom: its runner died, or only the report was run again.
func TestAnAttemptThatRecordedNothingIsGoneOnFrom(t *testing.T) {
	p := waits(t)
	p.again()
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(20 * time.Minute))
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again")
}

func TestARolloutIsResumedOnTheBranchThatTheScheduleRunsOn(t *testing.T) {
	p := waits(t)
	p.world.AdvanceTo(p.world.Now().Add(20 * time.Minute))
	p.must(p.job("", map[string]string{"GITHUB_REF_NAME": "master"}, "resume", "--strategy", p.strategy), exitDone, "no rollout of fleet-guarded.yml has begun")
	p.must(p.job("", map[string]string{"GITHUB_REF_NAME": ""}, "resume", "--strategy", p.strategy), exitDone, "run 7: the failed jobs are run again")
}

func TestARunOfAnotherBranchSupersedesNothing(t *testing.T) {
	p := waits(t)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	other := runFile(11)
	other.Branch = "feature"
	p.world.GitHub().PutRun(other)
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again")
}

// TestAStageThatItsDeadlineEndedIsResumed: in the middle of its work.
func TestAStageThatItsDeadlineEndedIsResumed(t *testing.T) {
	p := newPipeline(t, "    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}\n", "")
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first", "--deadline", "11m"), exitAgain)
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(2 * time.Hour))
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again")
}

func TestADryRunSupersedesNothing(t *testing.T) {
	p := waits(t)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	under := runFile(12)
	under.Title = "Fleet guarded (dry run)"
	p.world.GitHub().PutRun(under)
	dry := runFile(11)
	dry.Status, dry.Conclusion = "completed", "success"
	p.world.GitHub().PutRun(dry)
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again")
	if got := fmt.Sprint(len(p.world.GitHub().Reruns())); got != "1" {
		t.Errorf("%s re-runs", got)
	}
}

// ofProfile is a fleet with a profile, whose second stage waits for the time after the first.
func ofProfile(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := newTicks(t, append([]string{"- {name: first, groups: [{name: first}]}", "- {name: first, groups: [{name: first}], afterStageWaitInSeconds: 3600}"}, change...)...)
	p.must(p.tickBy("workflow_dispatch", 20, "fast"), exitDone)
	p.must(p.rollsOut("", "first"), exitDone)
	p.must(p.rollsOut("aks-first", "second", "--deadline", "20m"), exitAgain)
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	return p
}

// TestARolloutOfAProfileIsResumed: whichever workflow it is of, and however many ticks have found nothing to begin since.
func TestARolloutOfAProfileIsResumed(t *testing.T) {
	p := ofProfile(t, "  private: true\n", "  private: true\n  workflows: [fleet-guarded.yml, fleet-guarded-auto-fast.yml, fleet-guarded-auto-images.yml]\n")
	planned := p.outputs
	for run := int64(21); run < 24; run++ {
		p.must(p.tick(run, "images", "--skip", "Group:first Group:second"), exitDone)
	}
	p.world.GitHub().PutRun(simulator.RunFile{ID: 24, Workflow: ".github/workflows/fleet-guarded-auto-images.yml", Status: "in_progress"})
	p.putIn(24, simulator.JobFile{Name: "Plan", Status: "in_progress"}) // it may yet find nothing
	p.must(p.resume(), exitDone, "run 20: the failed jobs are run again, because the time of stage second has come")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 24, Status: "completed", Conclusion: "success"})
	p.must(p.resume(), exitDone, "run 20 is under way")
	p.run, p.outputs = 20, planned
	p.again()
	p.must(p.rollsOut("aks-first", "second"), exitFailed) // a pool fails once
	p.ends("failure")
	p.must(p.resume(), exitDone, "run 20 failed, and does not wait for a time")
}

func TestWhatSupersedesARolloutOfAProfile(t *testing.T) {
	for _, test := range []struct {
		name string
		act  func(p *pipeline)
		want string
	}{
		{"a run of another profile that upgraded something", func(p *pipeline) {
			p.must(p.tick(21, "images"), exitDone, "1 cluster will be upgraded")
			p.must(p.rollsOut("", "everything"), exitFailed)
			p.again()
			p.must(p.rollsOut("", "everything"), exitDone)
			p.ends("success")
			p.must(p.tick(22, "images"), exitDone, "Nothing is new")
		}, "run 21 ended with success: nothing waits"},
		{"a run by hand that failed", func(p *pipeline) {
			p.startsByHand(21)
			p.run = 21
			p.must(p.plan("--skip", "Member:one"), exitDone)
			p.recorded(fleet.Result{Stages: []fleet.StageResult{{Name: "second", State: fleet.Failed, Outcome: fleet.OutcomeFailed, StartedAt: p.world.Now(), Groups: []fleet.GroupResult{}}}})
			p.ends("failure")
		}, "run 21 failed, and does not wait for a time"},
		{"a rollout that waits for approval", func(p *pipeline) {
			p.must(p.tick(21, "images"), exitDone)
			p.asks(21, called("everything"), "aks-second")
		}, "run 21 is under way (waiting)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := ofProfile(t)
			test.act(p)
			p.must(p.resume(), exitDone, test.want)
			if reruns := p.world.GitHub().Reruns(); len(reruns) != 0 {
				t.Errorf("re-runs are %+v", reruns)
			}
		})
	}
}

// TestARunThatBeganNothingTakesNoOtherFromResume, once nothing of it is under way: the older one still waits for its time.
func TestARunThatBeganNothingTakesNoOtherFromResume(t *testing.T) {
	for name, act := range beganNothing {
		t.Run(name, func(t *testing.T) {
			p := ofProfile(t)
			p.byHand(30)
			act(p)
			p.must(p.resume(), exitDone) // one that asks for approval is under way
			p.ends("cancelled")
			p.must(p.resume(), exitDone)
			if reruns := p.world.GitHub().Reruns(); len(reruns) != 1 || reruns[0].Run != 20 {
				t.Errorf("re-runs are %+v", reruns)
			}
		})
	}
}

// TestAllThatEndedWellAreAskedBeforeARolloutIsResumed, however many ticks were held since one of them did something.
func TestAllThatEndedWellAreAskedBeforeARolloutIsResumed(t *testing.T) {
	p := ofProfile(t)
	p.heldTicks(100, 150)
	content := p.content(20, "result-first-1", resultFile)
	p.run = 100
	p.upload("result-first-1", resultFile, content)
	p.must(p.resume(), exitDone, "run 100 ended with success: nothing waits")
}

func TestAfterProfilesThatEndedWellNothingWaits(t *testing.T) {
	p := newTicks(t)
	p.must(p.tick(20, "images", "--skip", "Group:first Group:second"), exitDone)
	p.must(p.resume(), exitDone, "run 20 ended with success: nothing waits")
}
