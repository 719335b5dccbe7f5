package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
	"github.com/org/fleet-update-action/internal/workflow"
)

// Runs of the workflows that follow profiles, as GitHub has them while their jobs run.

// newTicks is the fleet of the profiles, with nothing under way.
func newTicks(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := newProfilePipeline(t, change...)
	p.ends("success")
	return p
}

// tick is a run of a profile's workflow that its schedule begins, up to the end of its plan. Where that has nothing to
// begin, the run is at its end.
func (p *pipeline) tick(run int64, profile string, more ...string) ended {
	p.t.Helper()
	return p.tickBy("schedule", run, profile, more...)
}

func (p *pipeline) tickBy(event string, run int64, profile string, more ...string) ended {
	p.t.Helper()
	p.run, p.attempt = run, 1
	p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: workflow.Folder + "/" + workflow.ProfileFile("guarded", profile), Event: event,
		Title: "Fleet guarded " + profile, Status: "in_progress"})
	return p.ticks(event, profile, more...)
}

// ticks is the job that plans a run of a profile's workflow.
func (p *pipeline) ticks(event, profile string, more ...string) ended {
	p.t.Helper()
	p.put("Plan", "in_progress")
	done := p.job("", map[string]string{"GITHUB_EVENT_NAME": event}, append([]string{"plan", "--strategy", p.strategy, "--profile", profile}, more...)...)
	p.outputs = done.outputs
	if name := done.outputs[outputArtifact]; name != "" {
		p.upload(name, planFile, done.files[planFile])
	}
	p.put("Plan", "completed")
	switch {
	case done.code != exitDone:
		p.ends("failure")
	case done.outputs[outputHasUpdates] != "true":
		p.ends("success")
	}
	return done
}

// put moves a job of the run on.
func (p *pipeline) put(name, status string) {
	p.t.Helper()
	p.putIn(p.run, simulator.JobFile{Name: name, Status: status})
}

func (p *pipeline) putIn(run int64, job simulator.JobFile) {
	p.t.Helper()
	if job.Status == "completed" && job.Conclusion == "" {
		job.Conclusion = "success"
	}
	if _, known := p.world.GitHub().PutJob(run, job); !known {
		p.t.Fatalf("there is no run %d", run)
	}
}

// called is the job of a stage in a workflow that a profile's calls.
func called(stage string) string { return "Rollout / Stage " + stage + " / " + stage }

// rollsOut is the job of a stage of a profile's run.
func (p *pipeline) rollsOut(environment, stage string, more ...string) ended {
	p.t.Helper()
	p.put(called(stage), "in_progress")
	done := p.stage(environment, stage, more...)
	p.put(called(stage), "completed")
	return done
}

// asks leaves the run waiting for the reviewers of an environment.
func (p *pipeline) asks(run int64, job, environment string) {
	p.t.Helper()
	p.world.GitHub().PutRun(simulator.RunFile{ID: run, Status: "waiting"})
	p.putIn(run, simulator.JobFile{Name: job, Status: "waiting", Environment: environment})
}

// startsByHand begins a run that is started by hand.
func (p *pipeline) startsByHand(run int64) {
	p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: workflow.Folder + "/fleet-guarded.yml", Title: "Fleet guarded", Status: "in_progress"})
}

// mustHold fails the test unless a tick began nothing, and said all of the pieces, each in its summary and in its log.
func (p *pipeline) mustHold(done ended, pieces ...string) {
	p.t.Helper()
	p.must(done, exitDone)
	said := strings.Join(strings.Fields(done.log), " ")
	for _, piece := range pieces {
		if !strings.Contains(done.summary, piece) || !strings.Contains(said, piece) {
			p.t.Errorf("nothing says %q\n%s\n%s", piece, done.log, done.summary)
		}
	}
	if done.outputs[outputState] != stateHeld || done.outputs[outputHasUpdates] != "false" || done.outputs[outputStages] != "{}" {
		p.t.Errorf("the outputs are %q", done.outputs)
	}
	if done.outputs[outputArtifact] == "" || len(done.files[planFile]) == 0 {
		p.t.Error("there is no plan to look at")
	}
}

// cancelled fails the test unless these runs, and no others, were cancelled.
func (p *pipeline) cancelled(want ...int64) {
	p.t.Helper()
	if got := p.world.GitHub().Cancellations(); !slices.Equal(got, want) {
		p.t.Errorf("cancelled are %v, want %v", got, want)
	}
}

// watched has a look at each request of the jobs before it is sent, and may answer it.
func (p *pipeline) watched(look func(method, path string) *http.Response) {
	next := wire.Transport(wire.Handler(p.world))
	p.context, p.transport = context.Background(), roundTripper(func(r *http.Request) (*http.Response, error) {
		if answer := look(r.Method, strings.TrimPrefix(r.URL.Path, "/api/v3/repos/org/fleet")); answer != nil {
			answer.Request, answer.Body, answer.Header = r, http.NoBody, http.Header{}
			return answer, nil
		}
		return next.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestTicksCatchUp: each compares the fleet with the channel, whatever happened or was missed before.
func TestTicksCatchUp(t *testing.T) {
	p := newTicks(t)
	p.must(p.tick(20, "stable"), exitDone, "2 clusters will be upgraded", "three: the cluster is stopped")
	p.must(p.rollsOut("", "first"), exitDone)
	p.must(p.rollsOut("aks-first", "second"), exitFailed)
	p.ends("failure")

	p.must(p.tick(21, "stable"), exitDone, "1 cluster will be upgraded") // what failed half-way, although nothing was released since
	p.must(p.rollsOut("aks-first", "second"), exitDone)
	p.ends("success")
	p.runs(map[string]string{"one": all("1.34.2", level), "two": all("1.34.2", level)})

	p.world.AdvanceTo(p.world.Now().Add(48 * time.Hour)) // the cluster that was stopped is started meanwhile
	p.must(p.tick(22, "stable"), exitDone, "1 cluster will be upgraded")
	p.must(p.rollsOut("aks-first", "second"), exitDone)
	p.ends("success")
	p.runs(map[string]string{"three": all("1.34.2", level)})

	var asked []string
	p.watched(func(method, path string) *http.Response { asked = append(asked, method+" "+path); return nil })
	done := p.tick(23, "stable")
	p.must(done, exitDone, "Nothing is new for the profile stable of guarded (Stable, Kubernetes 1.34.2): 3 clusters are at its target.")
	if said := shownLines(done.log); len(said) != 1 || done.outputs[outputState] != "no-updates" || done.outputs[outputHasUpdates] != "false" {
		t.Errorf("said in %d lines: %q; outputs %q", len(said), said, done.outputs)
	}
	if slices.ContainsFunc(asked, func(request string) bool { return strings.Contains(request, "/actions/") }) {
		t.Errorf("with nothing to begin, GitHub was asked for other runs: %q", asked)
	}
}

// TestAProfileThatIsAddedLater has missed nothing: the image came out days before.
func TestAProfileThatIsAddedLater(t *testing.T) {
	p := newTicks(t, "- {name: images,", "- {name: pictures,")
	p.must(p.tick(20, "images"), exitInput, `there is no auto-upgrade profile "images"`)
	p.world.AdvanceTo(p.world.Now().Add(300 * time.Hour))
	if err := os.WriteFile(p.strategy, []byte(profileStrategy), 0o600); err != nil {
		t.Fatal(err)
	}
	p.must(p.tick(21, "images"), exitDone, "3 clusters will be upgraded", "202602.28.0")
}

func TestADisabledProfileIsLeftAloneByItsSchedule(t *testing.T) {
	p := newTicks(t)
	p.watched(func(method, path string) *http.Response {
		t.Errorf("asked %s %s", method, path)
		return nil
	})
	done := p.tick(20, "fast")
	p.must(done, exitDone, "The profile fast of guarded is disabled: its schedule looks at nothing.")
	if want := map[string]string{outputState: stateDisabled, outputHasUpdates: "false", outputStages: "{}"}; !maps.Equal(done.outputs, want) || len(shownLines(done.log)) != 1 {
		t.Errorf("the outputs are %q, and the log is\n%s", done.outputs, done.log)
	}
	p.context = nil
	p.must(p.tickBy("workflow_dispatch", 21, "fast"), exitDone, "2 clusters will be upgraded towards Kubernetes 1.35.0")
}

func TestATickIsHeldByARolloutThatWaitsForApproval(t *testing.T) {
	p := newTicks(t)
	p.startsByHand(20)
	p.world.AdvanceTo(p.world.Now().Add(40 * time.Minute))
	p.asks(20, "Accept it / second after-1", "aks-accept")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	const line = "run 20 (Fleet guarded) waits for approval of aks-accept by platform since 2026-03-02 07:40Z: nothing is begun (onWaiting: hold)"
	done := p.tick(21, "stable")
	p.mustHold(done, line, "https://azure.simulated/org/fleet/actions/runs/20", "2 clusters would be upgraded")
	if !strings.Contains(done.log, "::notice title=rollout-held::"+line) {
		t.Errorf("no annotation says so:\n%s", done.log)
	}
	p.ends("success")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Status: "completed", Conclusion: "success"})
	p.must(p.tick(22, "stable"), exitDone, "2 clusters will be upgraded")
}

// TestWhatOthersDoIsSaid: which run does or waits for what, since when.
func TestWhatOthersDoIsSaid(t *testing.T) {
	since := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		jobs []simulator.JobFile
		want string
	}{
		{"a plan", []simulator.JobFile{{Name: "Plan", Status: "in_progress", Started: since}}, "makes its plan since 2026-03-02 08:30Z"},
		{"nothing yet", nil, "is under way since 2026-03-02 07:00Z"},
		{"a stage", []simulator.JobFile{{Name: "Plan", Conclusion: "success"}, {Name: "Stage first / first", Status: "in_progress", Started: since}}, "runs stage first since 2026-03-02 08:30Z"},
		{"a report", []simulator.JobFile{{Name: "Report", Status: "in_progress", Started: since}}, "runs its job “Report” since 2026-03-02 08:30Z"},
		{"a runner", []simulator.JobFile{{Name: "Stage first / first", Status: "queued", Created: since}}, "waits for a runner since 2026-03-02 08:30Z"},
		{"its turn", []simulator.JobFile{{Name: "Rollout", Status: "pending", Created: since}}, "waits for its turn since 2026-03-02 08:30Z"},
		{"a timer", []simulator.JobFile{{Name: "Stage first / first", Status: "waiting", Environment: "aks-timed", Created: since}},
			"waits for the wait timer of aks-timed until 2026-03-02 09:00Z since 2026-03-02 08:30Z"},
		{"a rule of somebody's own", []simulator.JobFile{{Name: "Stage first / first", Status: "waiting", Environment: "aks-first", Created: since}}, "waits for the protection rules of aks-first since 2026-03-02 08:30Z"},
		{"two at once", []simulator.JobFile{{Name: "A / first after-1", Status: "waiting", Environment: "aks-second", Created: since.Add(time.Minute)}, {Name: "B / first after-2", Status: "waiting", Environment: "aks-accept", Created: since}},
			"waits for approval of aks-second by alice and for approval of aks-accept by platform since 2026-03-02 08:30Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newTicks(t, "environments:\n", "environments:\n    - {name: aks-timed, waitMinutes: 30}\n")
			p.startsByHand(20)
			for _, job := range test.jobs {
				p.putIn(20, job)
			}
			p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded) "+test.want+": nothing is begun")
		})
	}
}

// TestWhatIsNoRolloutHoldsNothing: neither runs that have ended, nor such as only plan, nor those of others.
func TestWhatIsNoRolloutHoldsNothing(t *testing.T) {
	for _, test := range []struct {
		name string
		run  simulator.RunFile
		jobs []simulator.JobFile
	}{
		{"a dry run", simulator.RunFile{Workflow: "fleet-guarded.yml", Title: "Fleet guarded (dry run)"}, []simulator.JobFile{{Name: "Plan", Status: "in_progress"}}},
		{"a rollout of another strategy", simulator.RunFile{Workflow: "fleet-guarded-too.yml"}, []simulator.JobFile{{Name: "Stage first / first", Status: "in_progress"}}},
		{"one that has ended", simulator.RunFile{Workflow: "fleet-guarded.yml", Conclusion: "failure"}, []simulator.JobFile{{Name: "Stage first / first", Conclusion: "failure"}}},
		{"a profile that is being planned", simulator.RunFile{Workflow: "fleet-guarded-auto-fast.yml"}, []simulator.JobFile{{Name: "Plan", Status: "in_progress"}}},
		{"a profile that found nothing", simulator.RunFile{Workflow: "fleet-guarded-auto-fast.yml"}, []simulator.JobFile{{Name: "Plan", Conclusion: "success"}, {Name: "Rollout", Conclusion: "skipped"}}},
		{"a profile that is planned again", simulator.RunFile{Workflow: "fleet-guarded-auto-fast.yml", Attempt: 2}, []simulator.JobFile{{Name: called("first"), Attempt: 1, Conclusion: "failure"}, {Name: "Plan", Status: "in_progress"}}},
		{"a report by hand", simulator.RunFile{Workflow: "fleet-guarded-auto-fast.yml"}, []simulator.JobFile{{Name: "Plan", Conclusion: "skipped"}, {Name: "Stage first", Conclusion: "skipped"}, {Name: "Report", Status: "in_progress"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newTicks(t)
			test.run.ID, test.run.Workflow = 20, workflow.Folder+"/"+test.run.Workflow
			p.world.GitHub().PutRun(test.run)
			for _, job := range test.jobs {
				p.putIn(20, job)
			}
			p.must(p.tick(21, "stable"), exitDone, "2 clusters will be upgraded")
		})
	}
}

// TestRunsOfProfilesThatAreRollouts, although no job of a stage is listed of them.
func TestRunsOfProfilesThatAreRollouts(t *testing.T) {
	planned := simulator.JobFile{Name: "Plan", Conclusion: "success"}
	for _, test := range []struct {
		name string
		run  simulator.RunFile
		jobs []simulator.JobFile
		want string
	}{
		{"one that is next in the group", simulator.RunFile{Status: "pending"}, []simulator.JobFile{planned}, "waits for its turn since 2026-03-02 07:00Z"},
		{"one that is about to wait", simulator.RunFile{Status: "waiting"}, []simulator.JobFile{planned}, "is under way since 2026-03-02 07:00Z"},
		{"one whose failed jobs are run again", simulator.RunFile{Attempt: 2, Status: "queued"}, []simulator.JobFile{{Name: called("first"), Attempt: 1, Conclusion: "failure"}}, "is under way"},
		{"the same, with the plan that it has", simulator.RunFile{Attempt: 2}, []simulator.JobFile{{Name: called("first"), Attempt: 1, Conclusion: "failure"}, planned}, "is under way"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newTicks(t)
			test.run.ID, test.run.Workflow, test.run.Title = 20, workflow.Folder+"/fleet-guarded-auto-fast.yml", "Fleet guarded fast"
			p.world.GitHub().PutRun(test.run)
			for _, job := range test.jobs {
				p.putIn(20, job)
			}
			p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded fast) "+test.want)
		})
	}
}

// TestStagesStartedByHandHoldATick: each is a run of its own. Plans and reports are none of them.
func TestStagesStartedByHandHoldATick(t *testing.T) {
	dispatch := []string{"version: 1\n", "version: 1\nworkflow: {approvals: dispatch}\n"}
	for job, held := range map[string]bool{"Stage first / first": true, "Accept it / first after-1": true, "Plan": false, "Report": false} {
		p := newTicks(t, dispatch...)
		p.startsByHand(20)
		p.putIn(20, simulator.JobFile{Name: "Stage second", Conclusion: "skipped"})
		p.putIn(20, simulator.JobFile{Name: job, Status: "in_progress"})
		if done := p.tick(21, "stable"); (done.outputs[outputState] == stateHeld) != held {
			t.Errorf("%s: %q", job, done.outputs)
		}
	}
}

// TestTheSamePlanIsNotAskedForTwice: whatever the profile says of others, and however often it is looked after.
func TestTheSamePlanIsNotAskedForTwice(t *testing.T) {
	for _, change := range []string{"channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n"} {
		p := newTicks(t, "channel: Stable}\n", change)
		p.must(p.tick(20, "stable"), exitDone, "2 clusters will be upgraded")
		p.asks(20, called("second"), "aks-second")
		for run := int64(21); run < 24; run++ {
			p.world.AdvanceTo(p.world.Now().Add(3 * time.Hour))
			p.mustHold(p.tick(run, "stable"), "run 20 (Fleet guarded stable) waits for approval of aks-second by alice since 2026-03-02 07:00Z: it carries out this very plan, and nothing else is begun")
		}
		p.cancelled()
	}
}

// TestTheSamePlanIsAskedForAgainOnceItHasExpired: the stages of the run that waits would refuse it.
func TestTheSamePlanIsAskedForAgainOnceItHasExpired(t *testing.T) {
	for profile, superseded := range map[string]bool{"channel: Stable}\n": false, "channel: Stable, onWaiting: supersede}\n": true} {
		p := newTicks(t, "channel: Stable}\n", profile, "version: 1\n", "version: 1\nplanMaxAge: 12h\n")
		p.must(p.tick(20, "stable"), exitDone, "2 clusters will be upgraded")
		p.asks(20, called("second"), "aks-second")
		p.world.AdvanceTo(p.world.Now().Add(12*time.Hour - time.Minute))
		p.mustHold(p.tick(21, "stable"), "it carries out this very plan, and nothing else is begun")
		p.world.AdvanceTo(p.world.Now().Add(time.Minute))
		if !superseded {
			p.mustHold(p.tick(22, "stable"), "its plan has expired, so that it is approved in vain: cancel it; nothing is begun (onWaiting: hold)")
			p.cancelled()
			continue
		}
		p.must(p.tick(22, "stable"), exitDone, "2 clusters will be upgraded", "title=rollout-superseded")
		p.cancelled(20)
	}
}

// TestARolloutThatIsToGoOnLaterHoldsATick: its run has ended. A new plan would know nothing of the wait that has begun.
func TestARolloutThatIsToGoOnLaterHoldsATick(t *testing.T) {
	p := waitsAfterwards(t)
	p.mustHold(p.tick(21, "images"), "run 20 (Fleet guarded fast) is to go on with stage second at 2026-03-05", "nothing is begun (onWaiting: hold)")
	p.mustHold(p.tick(22, "stable"), "its stage first has begun, so it is not superseded")
	p.cancelled()
	p.untouched("two")
	p.world.AdvanceTo(p.world.Now().Add(48 * time.Hour))
	p.must(p.tick(23, "stable"), exitDone, "2 clusters will be upgraded")
}

// soaks is a rollout of the profile fast whose second stage waits for three days after the first: its run has ended.
func soaks(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := newTicks(t, append([]string{
		"- {name: first, groups: [{name: first}]}", "- {name: first, groups: [{name: first}], afterStageWaitInSeconds: 259200}",
		"channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n",
	}, change...)...)
	p.must(p.tickBy("workflow_dispatch", 20, "fast"), exitDone)
	p.must(p.rollsOut("", "first"), exitDone)
	return p
}

// waitsAfterwards is soaks, whose second stage recorded that it waits.
func waitsAfterwards(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := soaks(t, change...)
	p.must(p.rollsOut("aks-first", "second"), exitAgain)
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(24 * time.Hour))
	return p
}

// TestARolloutThatIsToGoOnLaterHoldsATickBesideOthers: of which one alone would be superseded.
func TestARolloutThatIsToGoOnLaterHoldsATickBesideOthers(t *testing.T) {
	p := waitsAfterwards(t)
	p.startsByHand(30)
	p.run = 30
	p.must(p.plan(), exitDone)
	p.asks(30, "Stage second / second", "aks-second")
	p.mustHold(p.tick(31, "stable"), "run 20 (Fleet guarded fast) is to go on with stage second at 2026-03-05")
	p.cancelled()
}

// TestAWaitBetweenStagesHoldsATick, although no stage recorded that it waits: what has been upgraded is watched for as long
// as the strategy says, however its run ended.
func TestAWaitBetweenStagesHoldsATick(t *testing.T) {
	dies := simulator.JobFile{Name: called("second"), Status: "completed", Conclusion: "failure"}
	for _, test := range []struct {
		name string
		act  func(p *pipeline)
	}{
		{"the runner of the next stage was lost", func(p *pipeline) { p.putIn(20, dies); p.ends("failure") }},
		{"it was cancelled", func(p *pipeline) { p.ends("cancelled") }},
		{"somebody said no", func(p *pipeline) {
			p.must(p.rollsOut("aks-first", "second"), exitAgain)
			p.world.GitHub().PutApproval(20, simulator.ApprovalFile{Environments: []string{"aks-first"}, State: "rejected", User: "alice"})
			p.ends("failure")
		}},
		{"all of it is planned anew", func(p *pipeline) {
			p.putIn(20, dies)
			p.again()
			p.putIn(20, simulator.JobFile{Name: "Plan", Status: "in_progress"})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := soaks(t)
			ended := p.world.Now()
			test.act(p)
			p.world.AdvanceTo(ended.Add(72*time.Hour - time.Minute))
			const line = "run 20 (Fleet guarded fast) is in the wait after its stage first until 2026-03-05 07:38Z: "
			p.mustHold(p.tick(21, "images"), line+"nothing is begun (onWaiting: hold)")
			p.mustHold(p.tick(22, "stable"), line+"its stage first has begun, so it is not superseded")
			p.cancelled()
			p.untouched("two")
			p.world.AdvanceTo(ended.Add(72 * time.Hour))
			p.must(p.tick(23, "images"), exitDone, "will be upgraded")
		})
	}
}

// beganNothing are ends of a run by hand that upgraded nothing.
var beganNothing = map[string]func(p *pipeline){
	"its stage was refused": func(p *pipeline) {
		p.must(p.stage("aks-second", "second"), exitRefused, "environment-mismatch")
		p.ends("failure")
	},
	"it was approved, and cancelled": func(p *pipeline) { p.recorded(approvedOnce); p.ends("cancelled") },
	"it was approved, and ended well": func(p *pipeline) {
		p.recorded(approvedOnce)
		p.world.GitHub().PutRun(simulator.RunFile{ID: p.run, Workflow: workflow.Folder + "/fleet-guarded-auto-images.yml", Status: "completed", Conclusion: "success"})
	},
	"it is approved, and asks again": func(p *pipeline) {
		p.recorded(approvedOnce)
		p.asks(p.run, "Stage second / second", "aks-second")
	},
}

var approvedOnce = fleet.Result{Stages: []fleet.StageResult{}, Gates: []fleet.GateResult{{Stage: "first", Gate: "before-1"}}}

// recorded stores a record in the run, of the plan that it made.
func (p *pipeline) recorded(result fleet.Result) {
	p.t.Helper()
	result.SchemaVersion, result.Name, result.Digest, result.Outcome = 1, "guarded", p.outputs[outputDigest], fleet.OutcomeUnfinished
	for i := range result.Stages {
		result.Stages[i].Digest = result.Digest
	}
	for i := range result.Gates {
		result.Gates[i].Digest = result.Digest
	}
	content, err := json.Marshal(result)
	if err == nil {
		_, err = rollouts.DecodeResult(content)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.upload("gate-first-before-1-1", resultFile, content)
}

// byHand is a run that is started by hand, up to its plan.
func (p *pipeline) byHand(run int64) {
	p.t.Helper()
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.startsByHand(run)
	p.run, p.attempt = run, 1
	p.must(p.plan(), exitDone)
}

// TestARunThatBeganNothingEndsNoWait of an older one: it upgraded nothing since.
func TestARunThatBeganNothingEndsNoWait(t *testing.T) {
	const line = "run 20 (Fleet guarded fast) is in the wait after its stage first until 2026-03-05 07:38Z: its stage first has begun, so it is not superseded"
	for name, act := range beganNothing {
		t.Run(name, func(t *testing.T) {
			p := soaks(t)
			p.ends("failure")
			p.byHand(30)
			act(p)
			p.mustHold(p.tick(31, "stable"), line)
			p.cancelled()
		})
	}
	t.Run("it is to begin later", func(t *testing.T) {
		p := soaks(t)
		p.ends("failure")
		p.byHand(30)
		later := p.world.Now().Add(24 * time.Hour)
		p.recorded(fleet.Result{Stages: []fleet.StageResult{{Name: "first", State: fleet.Pending, Outcome: fleet.OutcomeUnfinished, LookAgain: later, Groups: []fleet.GroupResult{}}}})
		p.ends("failure")
		p.mustHold(p.tick(31, "images"), "run 20 (Fleet guarded fast) is in the wait after its stage first", "run 30 (Fleet guarded) is to go on with stage first at ")
		p.world.AdvanceTo(later)
		p.mustHold(p.tick(32, "stable"), line)
		p.cancelled()
	})
	t.Run("the run itself was refused since", func(t *testing.T) {
		p := soaks(t)
		p.ends("failure")
		p.again()
		p.outputs[outputDigest] = "sha256:" + strings.Repeat("0", 64)
		p.recorded(approvedOnce)
		p.ends("failure")
		p.mustHold(p.tick(31, "stable"), line)
	})
}

// TestAllOfARolloutRunAgainInItsWait is held for what it upgraded itself, and so is the next tick, as it then ended well.
func TestAllOfARolloutRunAgainInItsWait(t *testing.T) {
	p := soaks(t)
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.again()
	const line = "run 20 (Fleet guarded fast) is in the wait after its stage first until 2026-03-05 07:38Z: "
	p.mustHold(p.ticks("workflow_dispatch", "fast"), line+"nothing is begun (onWaiting: hold)")
	p.mustHold(p.tick(21, "stable"), line+"its stage first has begun, so it is not superseded")
	p.untouched("two")
	p.must(p.resume(), exitDone, "run 20 ended with success: nothing waits")
	p.world.AdvanceTo(p.world.Now().Add(72 * time.Hour))
	p.must(p.tick(22, "stable"), exitDone, "will be upgraded")
	p.cancelled()
}

// heldTicks are runs of a profile that ended well at the present, as those do that are held.
func (p *pipeline) heldTicks(first, last int64) {
	for run := first; run <= last; run++ {
		p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: workflow.Folder + "/fleet-guarded-auto-images.yml", Created: p.world.Now(), Status: "completed", Conclusion: "success"})
	}
}

// artifactLists counts from now on how often the artifacts of runs are listed, by the path.
func (p *pipeline) artifactLists() map[string]int {
	lists := map[string]int{}
	p.watched(func(_, path string) *http.Response {
		if strings.HasSuffix(path, "/artifacts") {
			lists[path]++
		}
		return nil
	})
	return lists
}

// TestHeldTicksCostTheNextNoMore than so many requests, one for each of the newest.
func TestHeldTicksCostTheNextNoMore(t *testing.T) {
	p := startsOnSaturday(t, "")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.heldTicks(100, 149)
	asked := p.artifactLists()
	p.mustHold(p.tick(200, "images"), "run 20 (Fleet guarded fast) is to go on with stage first")
	want := map[string]int{"/actions/runs/7/artifacts": 1, "/actions/runs/20/artifacts": 3, "/actions/runs/200/artifacts": 1} // of 20 the records, and the plan twice
	for run := 130; run < 150; run++ {
		want[fmt.Sprintf("/actions/runs/%d/artifacts", run)] = 1
	}
	if !maps.Equal(asked, want) {
		t.Errorf("listed were %v, want %v", asked, want)
	}
}

// TestHeldTicksBeforeARolloutWasRunAgainAreNotAsked: its last attempt is newer than they are.
func TestHeldTicksBeforeARolloutWasRunAgainAreNotAsked(t *testing.T) {
	p := startsOnSaturday(t, "")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.heldTicks(100, 104)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.again()
	p.put(called("first"), "completed")
	p.ends("failure")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.heldTicks(105, 106)
	asked := p.artifactLists()
	p.mustHold(p.tick(200, "images"), "run 20 (Fleet guarded fast) is to go on with stage first")
	if asked["/actions/runs/104/artifacts"] != 0 || asked["/actions/runs/105/artifacts"] != 1 {
		t.Errorf("listed were %v", asked)
	}
}

// TestWaitsThatHoldNothing: one that was skipped on request, and one whose plan is gone.
func TestWaitsThatHoldNothing(t *testing.T) {
	t.Run("it was skipped", func(t *testing.T) {
		p := newTicks(t, "- {name: first, groups: [{name: first}]}", "- {name: first, groups: [{name: first}], afterStageWaitInSeconds: 259200}")
		p.must(p.tickBy("workflow_dispatch", 20, "fast", "--skip", "AfterStageWait:first"), exitDone)
		p.must(p.rollsOut("", "first"), exitDone)
		p.ends("failure")
		p.must(p.tick(21, "stable"), exitDone, "will be upgraded")
	})
	t.Run("a plan that is gone", func(t *testing.T) {
		p := soaks(t)
		p.ends("failure")
		for _, artifact := range p.world.GitHub().Artifacts(20) {
			if strings.HasPrefix(artifact.Name, rollouts.PlanArtifacts) {
				p.world.GitHub().ExpireArtifact(artifact.ID)
			}
		}
		p.must(p.tick(21, "stable"), exitDone, "will be upgraded")
	})
}

// startsOnSaturday is a rollout of the profile fast whose first stage waits for its scheduled start, and whose run has ended.
func startsOnSaturday(t *testing.T, resume string) *pipeline {
	t.Helper()
	p := newTicks(t, "version: 1\n", "version: 1\n"+resume, "channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n",
		"- {name: first, groups: [{name: first}]}", "- {name: first, groups: [{name: first}], beforeGates: ["+saturday+"]}")
	p.must(p.tickBy("workflow_dispatch", 20, "fast"), exitDone)
	p.must(p.rollsOut("", "first"), exitAgain)
	p.ends("failure")
	return p
}

const hourly = "workflow: {resume: \"23 * * * *\"}\n"

// TestATickLeavesARolloutWhoseTimeHasComeToResume: a new plan would start a week later, and take its place.
func TestATickLeavesARolloutWhoseTimeHasComeToResume(t *testing.T) {
	p := startsOnSaturday(t, hourly)
	for i, at := range []time.Time{saturdayNight.Add(-time.Minute), saturdayNight, saturdayNight.Add(7 * time.Minute), saturdayNight.Add(24*time.Hour - time.Minute)} {
		p.world.AdvanceTo(at)
		profile, why := "stable", "its time has come, and it is resumed by fleet-guarded-resume.yml"
		if at.Before(saturdayNight) {
			profile, why = "images", "nothing is begun (onWaiting: hold)"
		}
		p.mustHold(p.tick(int64(21+i), profile), "run 20 (Fleet guarded fast) is to go on with stage first at 2026-03-07 21:00Z: "+why)
	}
	p.cancelled()
	p.must(p.resume(), exitDone, "run 20: the failed jobs are run again, because the time of stage first has come")
	done := p.tick(25, "images")
	p.mustHold(done, "run 20 (Fleet guarded fast) is under way")
	if said := strings.Count(done.log, "title=rollout-held"); said != 1 {
		t.Errorf("it is said %d times", said)
	}
}

// TestARolloutThatIsResumedWhileOthersAreListedHoldsATick: when runs under way were listed it was none.
func TestARolloutThatIsResumedWhileOthersAreListedHoldsATick(t *testing.T) {
	p := startsOnSaturday(t, "")
	p.world.AdvanceTo(saturdayNight)
	p.watched(func(_, path string) *http.Response {
		if path == "/actions/workflows/fleet-guarded.yml/runs" {
			p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Attempt: 2, Status: "in_progress"})
			p.putIn(20, simulator.JobFile{Name: called("first"), Status: "in_progress"})
		}
		return nil
	})
	p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded fast) runs stage first since 2026-03-07 21:00Z: its stage first has begun, so it is not superseded")
}

// TestARolloutThatIsNotResumedHoldsNoTick after its time; one that somebody said no to does not before it either.
func TestARolloutThatIsNotResumedHoldsNoTick(t *testing.T) {
	soon := saturdayNight.Add(7 * time.Minute)
	no := func(p *pipeline) {
		p.world.GitHub().PutApproval(20, simulator.ApprovalFile{Environments: []string{"aks-first"}, State: "rejected", User: "alice"})
	}
	for _, test := range []struct {
		name, resume string
		act          func(p *pipeline)
		at           time.Time
	}{
		{"nothing resumes it", "", func(*pipeline) {}, soon},
		{"a day has passed", hourly, func(*pipeline) {}, saturdayNight.Add(24 * time.Hour)},
		{"somebody said no", hourly, no, soon},
		{"somebody said no, before its time", hourly, no, saturdayNight.Add(-time.Hour)},
		{"it was cancelled", hourly, func(p *pipeline) { p.ends("cancelled") }, soon},
		{"it was run again too often", hourly, func(p *pipeline) { p.attempt = 51; p.ends("failure") }, soon},
		{"it is of another branch", hourly, func(p *pipeline) {
			p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Branch: "feature", Status: "completed", Conclusion: "failure"})
		}, soon},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := startsOnSaturday(t, test.resume)
			test.act(p)
			p.world.AdvanceTo(test.at)
			p.must(p.tick(21, "stable"), exitDone, "will be upgraded")
		})
	}
}

// secondOnSaturday is a rollout of the profile fast whose second stage waits for its scheduled start, and whose run has ended.
func secondOnSaturday(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := newTicks(t, append([]string{"environment: {name: aks-first}}\nautoUpgrade", "environment: {name: aks-first}, beforeGates: [" + saturday + "]}\nautoUpgrade"}, change...)...)
	p.must(p.tickBy("workflow_dispatch", 20, "fast"), exitDone)
	p.must(p.rollsOut("", "first"), exitDone)
	p.must(p.rollsOut("aks-first", "second"), exitAgain)
	p.ends("failure")
	p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded fast) is to go on with stage second at 2026-03-07 21:00Z")
	return p
}

// TestARolloutThatWillNotGoOnHoldsNothing: a newer one has begun since, however it ended.
func TestARolloutThatWillNotGoOnHoldsNothing(t *testing.T) {
	begins := func(p *pipeline, conclusion string) {
		p.byHand(30)
		p.recorded(fleet.Result{Stages: []fleet.StageResult{{Name: "second", State: fleet.Completed, Outcome: fleet.OutcomeSucceeded, StartedAt: p.world.Now(), FinishedAt: p.world.Now(), Groups: []fleet.GroupResult{}}}})
		p.ends(conclusion)
	}
	for name, act := range map[string]func(p *pipeline){
		"a newer one that ended well":    func(p *pipeline) { begins(p, "success") },
		"a newer one that was cancelled": func(p *pipeline) { begins(p, "cancelled") },
		"a newer one that failed":        func(p *pipeline) { begins(p, "failure") },
		"a newer one of another profile, that ended well": func(p *pipeline) {
			content := p.content(20, "result-first-1", resultFile)
			p.world.AdvanceTo(p.world.Now().Add(time.Hour))
			p.world.GitHub().PutRun(simulator.RunFile{ID: 30, Workflow: workflow.Folder + "/fleet-guarded-auto-lost.yml", Status: "completed", Conclusion: "success"})
			p.run = 30
			p.upload("result-first-1", resultFile, content)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := secondOnSaturday(t)
			act(p)
			p.must(p.tick(31, "stable"), exitDone, "will be upgraded")
			p.cancelled()
		})
	}
}

// supersedes is a rollout of the profile fast that waits for its first approval, where the profile stable supersedes others.
func supersedes(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := newTicks(t, append([]string{"channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n"}, change...)...)
	p.must(p.tickBy("workflow_dispatch", 20, "fast"), exitDone)
	p.asks(20, called("second"), "aks-second")
	return p
}

func TestATickSupersedesARolloutThatHasNotBegun(t *testing.T) {
	p := supersedes(t)
	done := p.tick(21, "stable")
	p.must(done, exitDone, "2 clusters will be upgraded",
		"::notice title=rollout-superseded::run 20 (Fleet guarded fast) waits for approval of aks-second by alice since 2026-03-02 07:00Z; no stage of it has begun, and it was cancelled (onWaiting: supersede) https://azure.simulated/org/fleet/actions/runs/20")
	if done.outputs[outputHasUpdates] != "true" || done.outputs[outputState] != "updates" || strings.Contains(string(done.files[planFile]), "superseded") {
		t.Errorf("the outputs are %q", done.outputs)
	}
	p.cancelled(20)
}

// TestAPlanThatDoesLessSupersedesNothing: a cluster that was stopped overnight makes another plan, whose approvals would
// be asked for anew at each tick. One that was started has to be in it.
func TestAPlanThatDoesLessSupersedesNothing(t *testing.T) {
	p := newTicks(t, "channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n", "cluster: three, at: 48h}]", "cluster: three, at: 48h}, {kind: stop, cluster: two, at: 10h}]")
	p.must(p.tick(20, "stable"), exitDone, "2 clusters will be upgraded")
	p.asks(20, called("second"), "aks-first")
	for run := int64(21); run < 23; run++ {
		p.world.AdvanceTo(p.world.Now().Add(12 * time.Hour))
		p.mustHold(p.tick(run, "stable"), "since 2026-03-02 07:00Z: it does all of this, and nothing else is begun", "1 cluster would be upgraded")
	}
	p.cancelled()
	p.world.AdvanceTo(p.world.Now().Add(25 * time.Hour))
	p.must(p.tick(23, "stable"), exitDone, "2 clusters will be upgraded", "title=rollout-superseded")
	p.cancelled(20)
}

// TestAWaitingPlanThatCannotBeReadIsSuperseded: nobody can carry it out.
func TestAWaitingPlanThatCannotBeReadIsSuperseded(t *testing.T) {
	p := newTicks(t, "channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n")
	p.startsByHand(20)
	p.run = 20
	p.upload(rollouts.PlanArtifacts+"1", planFile, []byte("{}"))
	p.asks(20, called("second"), "aks-first")
	p.must(p.tick(21, "stable"), exitDone, "2 clusters will be upgraded", "title=rollout-superseded")
	p.cancelled(20)
}

// TestARunThatNeverBeganMayHaveSeveralAttempts: its stage was cancelled while it waited, and waits again.
func TestARunThatNeverBeganMayHaveSeveralAttempts(t *testing.T) {
	p := supersedes(t)
	p.putIn(20, simulator.JobFile{Name: called("second"), Status: "completed", Conclusion: "cancelled"})
	p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Attempt: 2})
	p.asks(20, called("second"), "aks-second")
	p.must(p.tick(21, "stable"), exitDone, "2 clusters will be upgraded", "title=rollout-superseded")
	p.cancelled(20)
}

func TestWhatIsNotSuperseded(t *testing.T) {
	for _, test := range []struct {
		name string
		act  func(p *pipeline)
		want string
	}{
		{"a stage that runs", func(p *pipeline) { p.putIn(20, simulator.JobFile{Name: called("first"), Status: "in_progress"}) }, "its stage first has begun, so it is not superseded"},
		{"a stage that ended", func(p *pipeline) { p.putIn(20, simulator.JobFile{Name: called("first"), Conclusion: "failure"}) }, "its stage first has begun"},
		{"a stage that ran in an earlier attempt", func(p *pipeline) {
			p.putIn(20, simulator.JobFile{Name: called("first"), Conclusion: "failure"})
			p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Attempt: 2})
			p.asks(20, called("first"), "aks-second")
		}, "its stage first has begun"},
		{"a stage that left a result and no more", func(p *pipeline) { p.upload("result-first-of-all-1", resultFile, []byte("{}")) }, "its stage first-of-all has begun"},
		{"one beside another that has begun", func(p *pipeline) {
			p.startsByHand(30)
			p.putIn(30, simulator.JobFile{Name: "Stage first / first", Status: "in_progress"})
		}, "run 30 (Fleet guarded) runs stage first since 2026-03-02 07:00Z: its stage first has begun"},
		{"one whose plan is not there yet", func(p *pipeline) {
			p.world.GitHub().CancelRun(20)
			p.startsByHand(30)
			p.putIn(30, simulator.JobFile{Name: "Plan", Status: "in_progress"})
		}, "run 30 (Fleet guarded) makes its plan since 2026-03-02 07:00Z: its plan is not known, so it is not superseded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := supersedes(t)
			test.act(p)
			before := p.world.GitHub().Cancellations()
			p.mustHold(p.tick(21, "stable"), test.want)
			p.cancelled(before...)
		})
	}
}

// TestAnApprovalOvertakesACancellation: it is given while a tick is about to cancel the run, and the stage begins.
func TestAnApprovalOvertakesACancellation(t *testing.T) {
	begins := func(p *pipeline) *http.Response {
		p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Status: "in_progress"})
		p.putIn(20, simulator.JobFile{Name: called("second"), Status: "in_progress"})
		return nil
	}
	for _, test := range []struct {
		name, at  string
		act       func(p *pipeline) *http.Response
		want      string // "": the plan is begun
		cancelled []int64
	}{
		{"before it is looked at again", "GET /actions/runs/20", begins, "its stage second has begun, so it is not superseded", nil},
		{"right before it is cancelled", "POST /actions/runs/20/cancel", begins, "it was told to end, but its stage second has begun meanwhile", []int64{20}},
		{"and somebody else has cancelled it", "GET /actions/runs/20", func(p *pipeline) *http.Response {
			p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Status: "completed", Conclusion: "cancelled"})
			return nil
		}, "", nil},
		{"and it has ended before it is cancelled", "POST /actions/runs/20/cancel", func(p *pipeline) *http.Response {
			p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Status: "completed", Conclusion: "cancelled"})
			return nil
		}, "", nil},
		{"and it has gone through before it is cancelled", "POST /actions/runs/20/cancel", func(p *pipeline) *http.Response {
			begins(p)
			p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Status: "completed", Conclusion: "success"})
			return nil
		}, "runs stage second since 2026-03-02 07:00Z: its stage second has begun meanwhile", nil},
		{"and GitHub cannot cancel it now", "POST /actions/runs/20/cancel", func(*pipeline) *http.Response { return &http.Response{StatusCode: http.StatusConflict} }, "GitHub does not cancel it now", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := supersedes(t)
			once := false
			p.watched(func(method, path string) *http.Response {
				if once || method+" "+path != test.at {
					return nil
				}
				once = true
				return test.act(p)
			})
			done := p.tick(21, "stable")
			if !once {
				t.Fatalf("%s was not asked", test.at)
			}
			if test.want == "" {
				p.must(done, exitDone, "2 clusters will be upgraded")
			} else {
				p.mustHold(done, test.want)
			}
			p.cancelled(test.cancelled...)
		})
	}
}

// TestATickThatMayNotAskBeginsNothing, and says which permission it lacks.
func TestATickThatMayNotAskBeginsNothing(t *testing.T) {
	p := newTicks(t, "  private: true\n", "  private: true\n  permissions: {contents: read}\n")
	done := p.tick(20, "images")
	p.must(done, exitRefused, "reading run 20 of org/fleet: GitHub answered 403: Resource not accessible by integration. The job needs permissions: actions: read.")
	if done.outputs[outputHasUpdates] == "true" || done.outputs[outputStages] != "" {
		t.Errorf("the outputs are %q", done.outputs)
	}
	p = supersedes(t, "  private: true\n", "  private: true\n  permissions: {contents: read, actions: read}\n")
	done = p.tick(21, "stable")
	p.must(done, exitRefused, "cancelling run 20 of org/fleet: GitHub answered 403: Resource not accessible by integration. The job needs permissions: actions: write.")
	if done.outputs[outputHasUpdates] == "true" {
		t.Errorf("the outputs are %q", done.outputs)
	}
	p.cancelled()
}

// TestADryRunDisturbsNobody: it shows its plan, whatever is under way, and cancels nothing.
func TestADryRunDisturbsNobody(t *testing.T) {
	p := supersedes(t)
	p.world.GitHub().PutRun(simulator.RunFile{ID: 21, Title: "Fleet guarded stable (dry run)"})
	p.run = 21
	p.must(p.job("", map[string]string{"GITHUB_EVENT_NAME": "workflow_dispatch"}, "plan", "--strategy", p.strategy, "--profile", "stable"), exitDone, "2 clusters will be upgraded")
	p.cancelled()
}

// TestTwoProfilesAtOnce: while both plan, neither is a rollout. The first whose plan is there is one for the other.
func TestTwoProfilesAtOnce(t *testing.T) {
	p := newTicks(t)
	p.must(p.tick(20, "stable"), exitDone, "2 clusters will be upgraded")
	p.must(p.tick(21, "images"), exitDone, "2 clusters will be upgraded")
	p.asks(20, called("second"), "aks-second")
	p.mustHold(p.tick(22, "images"), "run 20 (Fleet guarded stable) waits for approval of aks-second by alice")
	p.putIn(21, simulator.JobFile{Name: "Rollout", Status: "pending"})
	p.mustHold(p.tick(23, "images"), "run 20 (Fleet guarded stable)", "run 21 (Fleet guarded images) waits for its turn since 2026-03-02 07:00Z: it carries out this very plan")
}

// A plan by hand and the plan of a pull request ask for nobody.
func TestOnlyProfilesAreHeld(t *testing.T) {
	p := newTicks(t)
	p.startsByHand(20)
	p.must(p.plan(), exitDone, "1 cluster will be upgraded")
	p.must(p.job("", pullRequest(t, "org/fleet"), "plan", "--strategy", p.strategy, "--profile", "stable"), exitDone, "This is a preview")
}

// TestARolloutThatIsToBeginIsSuperseded: nothing of it has begun, so the newer plan takes its place; there is no run to cancel.
func TestARolloutThatIsToBeginIsSuperseded(t *testing.T) {
	p := startsOnSaturday(t, hourly)
	p.must(p.tick(21, "stable"), exitDone, "will be upgraded", "title=rollout-superseded",
		"run 20 (Fleet guarded fast) is to go on with stage first at 2026-03-07 21:00Z; no stage of it has begun, and this newer plan takes its place (onWaiting: supersede)")
	p.cancelled()
}

// TestARolloutWithAnExpiredPlanHoldsNothing: its stages would refuse the plan, so it is not gone on with either.
func TestARolloutWithAnExpiredPlanHoldsNothing(t *testing.T) {
	p := startsOnSaturday(t, hourly+"planMaxAge: 2d\n")
	p.world.AdvanceTo(p.world.Now().Add(48*time.Hour - 10*time.Minute))
	p.mustHold(p.tick(21, "images"), "run 20 (Fleet guarded fast) is to go on with stage first at 2026-03-07 21:00Z")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.must(p.tick(22, "images"), exitDone, "will be upgraded")
	p.ends("failure")
	p.must(p.resume(), exitDone, "title=rollout-expired", "run 20 is not resumed: its plan has expired")
}

// TestARunThatGitHubNeverEndsHoldsNothing after the time that a run may last.
func TestARunThatGitHubNeverEndsHoldsNothing(t *testing.T) {
	p := newTicks(t)
	p.startsByHand(20)
	p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Status: "queued"})
	p.world.AdvanceTo(p.world.Now().AddDate(0, 0, 35))
	p.mustHold(p.tick(21, "stable"), "run 20 (Fleet guarded)")
	p.world.AdvanceTo(p.world.Now().Add(time.Minute))
	p.must(p.tick(22, "stable"), exitDone, "will be upgraded", "title=rollout-stuck", "run 20 (Fleet guarded) is queued since 2026-03-02 07:00Z, longer than GitHub lets a run go on, and is passed over")
}

// TestARunThatWillNotBeginTakesNothingFromAnOlderOne: it was cancelled while it waited for its beginning.
func TestARunThatWillNotBeginTakesNothingFromAnOlderOne(t *testing.T) {
	p := secondOnSaturday(t, "version: 1\n", "version: 1\n"+hourly)
	p.byHand(30)
	p.recorded(fleet.Result{Stages: []fleet.StageResult{{Name: "first", State: fleet.Pending, Outcome: fleet.OutcomeUnfinished, LookAgain: saturdayNight.Add(24 * time.Hour), Groups: []fleet.GroupResult{}}}})
	p.ends("cancelled")
	p.mustHold(p.tick(31, "stable"), "run 20 (Fleet guarded fast) is to go on with stage second at 2026-03-07 21:00Z")
	p.world.AdvanceTo(saturdayNight)
	p.must(p.resume(), exitDone, "run 20: the failed jobs are run again, because the time of stage second has come")
}

// TestFailedTicksCostTheNextNoMore than so many requests.
func TestFailedTicksCostTheNextNoMore(t *testing.T) {
	p := newTicks(t)
	for run := int64(100); run < 400; run++ {
		p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: workflow.Folder + "/fleet-guarded-auto-images.yml", Created: p.world.Now(), Status: "completed", Conclusion: "failure"})
	}
	p.world.AdvanceTo(p.world.Now().Add(time.Minute))
	asked := p.artifactLists()
	p.must(p.tick(500, "stable"), exitDone, "will be upgraded")
	if len(asked) != 100 {
		t.Errorf("%d runs were asked for their artifacts", len(asked))
	}
}

// TestARolloutThatIsPlannedAnewIsNotSuperseded: what it will carry out is not known yet.
func TestARolloutThatIsPlannedAnewIsNotSuperseded(t *testing.T) {
	p := newTicks(t, "channel: Stable}\n", "channel: Stable, onWaiting: supersede}\n")
	p.byHand(20)
	p.ends("cancelled")
	p.again()
	p.putIn(20, simulator.JobFile{Name: "Plan", Status: "in_progress"})
	p.mustHold(p.tick(21, "stable"), "its plan is not known, so it is not superseded")
	p.cancelled()
}
