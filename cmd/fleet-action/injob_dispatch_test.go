package main

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
)

// byHand is a run in a private repository of an organisation whose plan has no reviewers: each stage is started by hand.
func byHand(t *testing.T) *pipeline {
	t.Helper()
	return newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
}

// dispatched starts a stage by hand in a run of its own, as somebody.
func (p *pipeline) dispatched(run int64, actor, environment, stage, runs string) ended {
	p.t.Helper()
	p.run = run
	p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: ".github/workflows/fleet-guarded.yml", Event: "workflow_dispatch", Actor: actor, TriggeringActor: actor, Status: "in_progress"})
	done := p.job(environment, nil, "stage", "--stage", stage, "--environment", environment,
		"--plan-artifact", p.outputs[outputArtifact], "--plan-digest", p.outputs[outputDigest], "--runs", runs, "--poll-interval", "1m")
	p.keep("result-"+stage, done)
	return done
}

// passed starts a gate by hand in a run of its own, as somebody.
func (p *pipeline) passed(run int64, actor, environment, stage, gate, runs string) ended {
	p.t.Helper()
	p.run = run
	p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: ".github/workflows/fleet-guarded.yml", Event: "workflow_dispatch", Actor: actor, TriggeringActor: actor, Status: "in_progress"})
	done := p.job(environment, nil, "gate", "--stage", stage, "--gate", gate, "--environment", environment,
		"--plan-artifact", p.outputs[outputArtifact], "--plan-digest", p.outputs[outputDigest], "--runs", runs)
	p.keep("gate-"+stage+"-"+gate, done)
	return done
}

func TestWithoutReviewersThePlanIsTheLikelyCause(t *testing.T) {
	p := newPipeline(t, "  private: true", "  private: true\n  plan: team")
	p.must(p.plan(), exitRefused, "environment-unprotected-plan", "workflow: {approvals: dispatch}")
}

func TestStagesStartedByHand(t *testing.T) {
	p := byHand(t)
	const typed = "gh workflow run fleet-guarded.yml --repo org/fleet --ref main -f 'do=stage "
	planned := p.plan()
	p.must(planned, exitDone, typed+"first' -f plan="+planned.outputs[outputArtifact]+" -f runs=7")
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone, typed+"second' -f plan="+planned.outputs[outputArtifact]+" -f 'runs=7 8'")
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7"), exitRefused, "when stage first finished is not recorded")
	p.untouched("two", "three")
	p.must(p.dispatched(10, "octocat", "aks-second", "second", "7 8"), exitRefused, "octocat made the plan, and may not approve it as well")
	p.untouched("two", "three")
	p.attempt = 2
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7 8"), exitDone, "| second | to begin | aks-second | alice | started the job by hand |")
}

// TestTheNextStepByHandIsTheGate: where one is to be passed before the stage.
func TestTheNextStepByHandIsTheGate(t *testing.T) {
	p := newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ",
		"environment: {name: aks-first}, afterStageWaitInSeconds: 600}", "environment: {name: aks-first}, minSucceeded: 0, afterGates: [{type: Approval, environment: {name: aks-accept}}]}")
	p.must(p.plan("--skip", "Member:one"), exitDone, "Read the plan, then go on with stage", "-f 'do=gate first after-1'")
	p.must(p.plan(), exitDone, "-f 'do=stage first'")
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone, "-f 'do=gate first after-1'")
}

// TestEachStepByHandNamesTheNext: a gate's job as well, and one that is refused because an earlier stage did not run.
func TestEachStepByHandNamesTheNext(t *testing.T) {
	p := newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ",
		"environment: {name: aks-first}, afterStageWaitInSeconds: 600}", "environment: {name: aks-first}, afterGates: [{type: Approval, environment: {name: aks-accept}}]}")
	p.must(p.plan(), exitDone, "-f 'do=stage first'")
	p.must(p.dispatched(11, "alice", "aks-second", "second", "7"), exitRefused, "stage-unfinished", "-f 'do=stage first'", "-f 'runs=7 11'")
	p.must(p.dispatched(12, "octocat", "aks-first", "first", "7"), exitDone, "-f 'do=gate first after-1'", "-f 'runs=7 12'")
	p.must(p.passed(13, "alice", "aks-accept", "first", "after-1", "7 12"), exitDone, "Go on with stage", "-f 'do=stage second'", "-f 'runs=7 12 13'")
	p.must(p.dispatched(14, "alice", "aks-second", "second", "7 12 13"), exitDone)
	last := p.passed(15, "alice", "aks-accept", "second", "after-1", "7 12 13 14")
	if p.must(last, exitDone); strings.Contains(last.summary, "What to do next") {
		t.Errorf("nothing is left to do:\n%s", last.summary)
	}
}

func TestStartedByHandAnEnvironmentMustLimitItsBranches(t *testing.T) {
	p := newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team", "{name: aks-first, branches: [main]}", "{name: aks-first}", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
	p.must(p.plan(), exitRefused, "title=environment-branches")
}

func TestWhoeverAsksForOtherRunsMustNameThem(t *testing.T) {
	p := byHand(t)
	p.must(p.plan(), exitDone)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7 x"), exitInput, `--runs: "x" is not the id of a run`)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7 9"), exitRefused, "run 9 is of .github/workflows/other.yml at commit")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 11, Workflow: ".github/workflows/fleet-guarded.yml", Event: "pull_request", Actor: "mallory"})
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7 11"), exitRefused, "of org/fleet (pull_request)")
	p.untouched("one")
	status := p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact], "--runs", "7 9")
	p.must(status, exitRefused, "run 9 is of .github/workflows/other.yml at commit")
}

// TestARunOfATagIsNotOneOfTheBranch: GitHub gives the name of a run's tag where it gives that of its branch.
func TestARunOfATagIsNotOneOfTheBranch(t *testing.T) {
	p := newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team\n  tags: [main]", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
	p.must(p.plan(), exitDone)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitRefused, "there is a tag main beside the branch")
	p.untouched("one")
}

// TestARunWhoseCommitIsNotOnTheBranchIsForeign: of a tag that bore the branch's name, and is gone.
func TestARunWhoseCommitIsNotOnTheBranchIsForeign(t *testing.T) {
	const stray = "00000000000000000000000000000000000000aa"
	p := newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team\n  strayCommits: ["+stray+"]", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
	p.must(p.plan(), exitDone)
	p.world.GitHub().PutRun(simulator.RunFile{ID: 11, Workflow: ".github/workflows/fleet-guarded.yml", Event: "workflow_dispatch", Actor: "mallory", SHA: stray})
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7 11"), exitRefused, "run 11 is of .github/workflows/fleet-guarded.yml at commit 00000000000000000000000000000000000000aa on branch main")
	p.untouched("one")
}

func TestWhereEnvironmentsApproveThereAreNoOtherRuns(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first", "--runs", "8"), exitInput, "--runs is for stages that are started by hand")
}

func TestABotApprovesNothing(t *testing.T) {
	p := byHand(t)
	p.must(p.plan(), exitDone)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone)
	p.must(p.dispatched(10, "github-actions[bot]", "aks-second", "second", "7 8"), exitRefused, "only people approve")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 10, Actor: "octocat", TriggeringActor: "alice", Status: "in_progress"})
	p.run = 10
	rerun := p.job("aks-second", nil, "stage", "--stage", "second", "--plan-artifact", p.outputs[outputArtifact], "--runs", "7 8")
	p.must(rerun, exitRefused, "octocat made the plan, and may not approve it as well")
	p.untouched("two", "three")
}

// TestWhoRanThePlanAgainMadeItToo: whoever made the run's last attempt begin is its planner as much as who began it.
func TestWhoRanThePlanAgainMadeItToo(t *testing.T) {
	p := byHand(t)
	p.must(p.plan(), exitDone)
	p.world.GitHub().PutRun(simulator.RunFile{ID: 7, TriggeringActor: "alice"})
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone)
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7 8"), exitRefused, "alice made the plan, and may not approve it as well")
	p.untouched("two", "three")
}

func TestAPlanOfNoRunIsNotCarriedOutInAJob(t *testing.T) {
	p := byHand(t)
	p.must(p.plan(), exitDone)
	p.must(p.job("aks-first", nil, "stage", "--stage", "first"), exitInput, "in a job the plan is taken from an artifact")
	p.must(p.job("aks-accept", nil, "gate", "--stage", "second", "--gate", "after-1"), exitInput, "in a job the plan is taken from an artifact")
	p.must(p.job("", nil, "status"), exitInput, "in a job the plan is taken from an artifact")
	if strings.Contains(p.outputs[outputStages], "/") {
		t.Errorf("the stages are %s", p.outputs[outputStages])
	}
}
