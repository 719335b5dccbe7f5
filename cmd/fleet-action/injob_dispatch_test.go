package main

import "testing"

// byHand is a run in a private repository of an organisation whose plan has no reviewers: each stage is started by hand.
func byHand(t *testing.T) *pipeline {
	t.Helper()
	return newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
}

// dispatched starts a stage by hand in a run of its own, as somebody.
func (p *pipeline) dispatched(run int64, actor, environment, stage, runs string) ended {
	p.t.Helper()
	p.run = run
	done := p.job(environment, map[string]string{"GITHUB_TRIGGERING_ACTOR": actor}, "stage", "--stage", stage, "--environment", environment,
		"--plan-artifact", p.outputs[outputArtifact], "--plan-digest", p.outputs[outputDigest], "--runs", runs, "--poll-interval", "1m")
	p.keep("result-"+stage, done)
	return done
}

func TestWithoutReviewersThePlanIsTheLikelyCause(t *testing.T) {
	p := newPipeline(t, "  private: true", "  private: true\n  plan: team")
	p.must(p.plan(), exitRefused, "environment-unprotected-plan", "workflow: {approvals: dispatch}")
}

func TestStagesStartedByHand(t *testing.T) {
	p := byHand(t)
	p.must(p.plan(), exitDone, "gh workflow run fleet-guarded.yml --repo org/fleet --ref main -f 'do=stage first' -f runs=7")
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7"), exitDone, "gh workflow run fleet-guarded.yml --repo org/fleet --ref main -f 'do=stage second' -f 'runs=7 8'")
	p.world.GitHub().PutRun(runFile(10))
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7"), exitRefused, "when stage first finished is not recorded")
	p.untouched("two", "three")
	p.must(p.dispatched(10, "octocat", "aks-second", "second", "7 8"), exitRefused, "octocat made the plan, and may not approve it as well")
	p.untouched("two", "three")
	p.attempt = 2
	p.must(p.dispatched(10, "alice", "aks-second", "second", "7 8"), exitDone, "| second | to begin | aks-second | alice | started the job by hand |")
}

func TestStartedByHandAnEnvironmentMustLimitItsBranches(t *testing.T) {
	p := newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team", "{name: aks-first, branches: [main]}", "{name: aks-first}", "{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
	p.must(p.plan(), exitRefused, "title=environment-branches")
}

func TestWhoeverAsksForOtherRunsMustNameThem(t *testing.T) {
	p := byHand(t)
	p.must(p.plan(), exitDone)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7 x"), exitInput, `--runs: "x" is not the id of a run`)
	p.must(p.dispatched(8, "octocat", "aks-first", "first", "7 9"), exitRefused, "run 9 is of .github/workflows/other.yml")
	p.untouched("one")
}
