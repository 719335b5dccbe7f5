package main

import (
	"fmt"
	"testing"
	"time"

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
			p.ends("failure")
		}, "GitHub runs a run again 50 times at most"},
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

func TestADryRunSupersedesNothing(t *testing.T) {
	p := waits(t)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	dry := runFile(11)
	dry.Status, dry.Conclusion = "completed", "success"
	p.world.GitHub().PutRun(dry)
	p.must(p.resume(), exitDone, "run 7: the failed jobs are run again")
	if got := fmt.Sprint(len(p.world.GitHub().Reruns())); got != "1" {
		t.Errorf("%s re-runs", got)
	}
}
