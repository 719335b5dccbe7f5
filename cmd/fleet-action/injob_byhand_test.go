package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// upToTheSecond plans, carries the first stage out and lets its wait pass; the second stage is approved.
func (p *pipeline) upToTheSecond() {
	p.t.Helper()
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.approved("aks-second", "alice")
}

// faulty is a pipeline on a fleet in which the upgrade of "two" fails once, in a stage that takes so many failures.
func faulty(t *testing.T, allowed int, change ...string) *pipeline {
	t.Helper()
	p := newPipeline(t, append([]string{"groups: [{name: second, maxConcurrency: 2}]", fmt.Sprintf("maxAllowedFailures: %d\n    groups: [{name: second, maxConcurrency: 2}]", allowed),
		"afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]", "", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ",
		"    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}\n", ""}, change...)...)
	world, findings := simulator.Load("fleet.yml", []byte(fmt.Sprintf(rolloutFleet, level)+strings.NewReplacer(change...).Replace(pipelineGitHub)+
		"faults: {exact: [{kind: drain, cluster: two, pool: linux, times: 1}]}\n"))
	if fleet.HasErrors(findings) {
		t.Fatal(findings)
	}
	p.world = world
	return p
}

// untilWritten interrupts a process once a cluster has been written to.
type untilWritten struct {
	next      http.RoundTripper
	world     *simulator.World
	name      string
	interrupt func()
}

// RoundTrip passes a request on.
func (u untilWritten) RoundTrip(r *http.Request) (*http.Response, error) {
	if writesTo(u.world, u.name) > 0 {
		u.interrupt()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return u.next.RoundTrip(r)
}

// TestAJobIsCancelledAndARunWithoutAMemberGoesOn: the new plan leaves a member out, and its stage is approved again.
func TestAJobIsCancelledAndARunWithoutAMemberGoesOn(t *testing.T) {
	p := newPipeline(t, "maxConcurrency: 2}]", "maxConcurrency: 1}]")
	p.upToTheSecond()
	ctx, cancel := context.WithCancel(context.Background())
	p.context, p.transport = ctx, untilWritten{wire.Transport(wire.Handler(p.world)), p.world, "three", cancel}
	p.must(p.stage("aks-second", "second"), exitAgain, "This was told to stop")
	cancel()
	p.ends("cancelled")
	p.context = nil
	p.untouched("two")
	first := p.outputs[outputDigest]

	p.begins(10)
	p.must(p.plan("--skip", "Member:two"), exitDone, "skipped on request (Member:two)")
	if p.outputs[outputDigest] == first || !strings.Contains(p.outputs[outputStages], `"first":{"run":false`) {
		t.Errorf("the outputs are %v", p.outputs)
	}
	p.must(p.stage("aks-second", "second"), exitRefused, "title=not-approved")
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitDone)
	p.untouched("two")
	p.runs(map[string]string{"three": all("1.33.5", level)})
	if wrote := writesTo(p.world, "three"); wrote != 2 { // each pool once
		t.Errorf("%d writes to three", wrote)
	}
}

// TestAFailedStageIsStartedAgain: with the plan as it was approved.
func TestAFailedStageIsStartedAgain(t *testing.T) {
	p := faulty(t, 0)
	p.upToTheSecond()
	p.must(p.stage("aks-second", "second"), exitFailed, "gh run rerun 7 --failed")
	p.again()
	p.must(p.stage("aks-second", "second"), exitDone)
	p.runs(map[string]string{"two": all("1.33.7", level), "three": all("1.33.5", level)})
}

func TestARunIsRetriedInAJob(t *testing.T) {
	p := faulty(t, 1)
	p.upToTheSecond()
	const command = "gh workflow run fleet-guarded.yml --repo org/fleet --ref main -f retry=7"
	p.must(p.stage("aks-second", "second"), exitDone, "succeeded with 1 failure", command+"\n")
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitDone, command+"\n")
	first := p.outputs
	p.begins(10)
	p.must(p.plan("--retry", "7"), exitInput, "--retry 7: the run is under way (in_progress)")
	p.run = 7
	p.ends("success")
	p.run = 10
	retry := p.plan("--retry", "7", "--name", "second-try")
	p.must(retry, exitDone, "Retry of run guarded, plan "+first[outputArtifact][len(rollouts.PlanArtifacts):], "1 cluster will be upgraded", "not part of the retry: Completed in the earlier run")
	if p.outputs[outputRunName] != "second-try" || p.outputs[outputDigest] == first[outputDigest] {
		t.Errorf("the outputs are %v", p.outputs)
	}
	made, _ := plan.Decode(planFile, retry.files[planFile])
	if made.Retry == nil || made.Retry.Digest != first[outputDigest] {
		t.Errorf("it retries %+v", made.Retry)
	}
	p.must(p.stage("aks-second", "second"), exitRefused, "title=not-approved")
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitDone, "Stage second of guarded, run second-try: succeeded")
	p.runs(map[string]string{"two": all("1.33.7", level)})
}

// TestARunWhoseStagesAreStartedByHandIsRetried: each stage is a run, and those that count are named.
func TestARunWhoseStagesAreStartedByHandIsRetried(t *testing.T) {
	p := faulty(t, 1, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team")
	p.must(p.plan(), exitDone)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7 8"), exitDone, "succeeded with 1 failure",
		"gh workflow run fleet-guarded.yml --repo org/fleet --ref main -f retry=7 -f do=plan -f 'runs=8 10'\n")
	for _, run := range []int64{7, 8, 10} {
		p.run = run
		p.ends("success")
	}
	p.begins(12)
	p.must(p.plan("--retry", "7"), exitInput, "no stage has recorded anything in that run", "with --runs")
	p.must(p.plan("--retry", "7", "--runs", "8"), exitInput, "no member failed or was skipped")
	p.must(p.plan("--retry", "7", "--runs", "9"), exitRefused, "title=foreign-run")
	p.must(p.plan("--retry", "7", "--runs", "8 10"), exitDone, "1 cluster will be upgraded", "-f runs=12") // its own run, and none of those before
	p.must(p.dispatched(13, "octocat", "aks-second", "second", "12"), exitRefused, "octocat made the plan, and may not approve it as well")
	p.must(p.dispatched(14, "alice", "aks-second", "second", "12"), exitDone)
	p.runs(map[string]string{"two": all("1.33.7", level)})
}

// TestThePlanOfAScheduleCountsAsThatOfAPerson: the workflow of a profile plans by itself, and its stages may be started by hand.
func TestThePlanOfAScheduleCountsAsThatOfAPerson(t *testing.T) {
	p := faulty(t, 1, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 7, Workflow: ".github/workflows/fleet-guarded.yml", Event: "schedule", Actor: "octocat", Status: "in_progress"})
	p.must(p.plan(), exitDone)
	p.ends("success")
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7 8"), exitDone, "succeeded with 1 failure")
	p.begins(12)
	p.must(p.plan("--retry", "7", "--runs", "8 10"), exitDone, "1 cluster will be upgraded")
}

func TestRunsThatCanNotBeRetriedInAJob(t *testing.T) {
	p := faulty(t, 1)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.ends("failure")
	p.begins(10)
	for name, spec := range map[string]struct {
		arguments []string
		code      exitCode
		want      string
	}{
		"no number":                     {[]string{"--retry", "out/result.json"}, exitInput, `--retry: "out/result.json" is not the id of a run`},
		"a run of another workflow":     {[]string{"--retry", "9"}, exitRefused, "run 9 is of .github/workflows/other.yml"},
		"itself":                        {[]string{"--retry", "10"}, exitInput, "--retry 10: the run is under way"},
		"a run without a failure":       {[]string{"--retry", "7"}, exitInput, "no member failed or was skipped"},
		"runs where nobody starts them": {[]string{"--retry", "7", "--runs", "8"}, exitInput, "--runs is for stages that are started by hand"},
		"another target":                {[]string{"--retry", "7", "--node-image-selection", "Latest"}, exitInput, "a retry has the targets of the run that it retries"},
		"a profile":                     {[]string{"--retry", "7", "--profile", "fast"}, exitInput, "leave out --retry, or --upgrade-type"},
	} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			done := p.plan(spec.arguments...)
			p.must(done, spec.code, spec.want)
			if len(done.files[planFile]) > 0 {
				t.Error("a plan was made")
			}
		})
	}
}

// TestWhatIsNotReadOfARunToRetryIsTold: its members are taken for unbegun, and are not retried.
func TestWhatIsNotReadOfARunToRetryIsTold(t *testing.T) {
	p := faulty(t, 1)
	p.must(p.plan("--skip", "Member:one"), exitDone)
	p.approved("aks-second", "alice")
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.upload("result-first-1", resultFile, []byte("{}"))
	p.must(p.stage("aks-second", "second"), exitRefused)
	p.ends("failure")
	p.begins(10)
	p.must(p.plan("--retry", "7"), exitDone, "the artifact result-first-1 is not used", "not part of the retry: NotStarted in the earlier run")
}

// TestASecondRunInAJob: the records of the first are not those of the second.
func TestASecondRunInAJob(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	if p.outputs[outputRunName] != "guarded" {
		t.Errorf("the run is called %q", p.outputs[outputRunName])
	}
	first := p.outputs[outputDigest]
	p.must(p.plan("--name", "second"), exitDone, "# Upgrade plan: guarded, run second")
	if p.outputs[outputRunName] != "second" || p.outputs[outputDigest] == first {
		t.Errorf("the outputs are %v", p.outputs)
	}
	done := p.stage("aks-first", "first")
	p.must(done, exitDone, "Stage first of guarded, run second: succeeded")
	if done.outputs[outputRunName] != "second" || !strings.Contains(string(done.files[resultFile]), `"run": "second"`) {
		t.Errorf("the outputs are %v", done.outputs)
	}
	p.must(p.stage("aks-first", "first", "--plan-digest", first), exitRefused, "stale-digest")
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitAgain, "Upgrade of guarded, run second: unfinished")
}

// TestACancelledStageIsStartedAgain: its failed jobs are run again, its reviewers are asked again, and what was begun is
// followed to its end.
func TestACancelledStageIsStartedAgain(t *testing.T) {
	p := newPipeline(t)
	p.upToTheSecond()
	ctx, cancel := context.WithCancel(context.Background())
	p.context, p.transport = ctx, untilWritten{wire.Transport(wire.Handler(p.world)), p.world, "three", cancel}
	p.must(p.stage("aks-second", "second"), exitAgain, "This was told to stop", "gh run rerun 7 --failed")
	cancel()
	p.context = nil
	p.again()
	p.must(p.stage("aks-second", "second"), exitDone)
	p.runs(map[string]string{"two": all("1.33.7", level), "three": all("1.33.5", level)})
	if two, three := writesTo(p.world, "two"), writesTo(p.world, "three"); two != 2 || three != 2 {
		t.Errorf("%d and %d writes, two each", two, three)
	}
}
