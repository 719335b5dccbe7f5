package main

import (
	"strings"
	"testing"
)

const oneByOneMembers = deskClusters + "two " + deskClusters + "three"

// membersPipeline is a pipeline in which the upgrade of "two" fails once, and whose repository has an environment for named
// members.
func membersPipeline(t *testing.T, environment string) *pipeline {
	t.Helper()
	return faulty(t, 0, "  environments:\n", "  environments:\n"+environment)
}

const guardedMembers = "    - {name: aks-one-by-one, reviewers: [{user: alice}]}\n"

// members is the job plan of the example of a workflow, with the upload of its plan.
func (p *pipeline) members(more ...string) ended {
	p.t.Helper()
	done := p.job("", nil, append([]string{"plan", "--members", oneByOneMembers, "--environment", "aks-one-by-one"}, more...)...)
	p.outputs = done.outputs
	if name := done.outputs[outputArtifact]; name != "" {
		p.upload(name, planFile, done.files[planFile])
	}
	return done
}

// TestOneByOneInAJob: what the example of a workflow does from its plan to its report, with a cluster that fails once. The
// failed stage goes on with the plan as it was approved; a retry in another run is approved anew.
func TestOneByOneInAJob(t *testing.T) {
	p := membersPipeline(t, guardedMembers)
	p.must(p.members(), exitDone, "2 clusters will be upgraded")
	if p.outputs[outputRunName] != "one-by-one" || p.outputs[outputStages] != `{"one-by-one":{"run":true,"accept":false,"members":2,"environment":"aks-one-by-one"}}` {
		t.Errorf("the outputs are %v", p.outputs)
	}
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitAgain, "stage one-by-one was to upgrade 2 of its clusters, and did not run")
	p.approved("aks-one-by-one", "alice")
	failed := p.stage("aks-one-by-one", "one-by-one")
	p.must(failed, exitFailed, "Stage one-by-one of one-by-one: failed", "gh run rerun 7 --failed", "| one-by-one | to begin | aks-one-by-one | alice |")
	if strings.Contains(failed.summary, "fleet-action run") {
		t.Errorf("what is to be done next is for a terminal\n%s", failed.summary)
	}
	p.untouched("three")
	p.again()
	p.must(p.stage("aks-one-by-one", "one-by-one"), exitDone, "Stage one-by-one of one-by-one: succeeded")
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitDone, "2 of 2 clusters are at the target", "alice")
	p.runs(map[string]string{"two": all("1.33.7", level), "three": all("1.33.5", level)})
}

// TestARunWithoutAStrategyIsRetriedInAJob: with its targets, and approved anew.
func TestARunWithoutAStrategyIsRetriedInAJob(t *testing.T) {
	p := membersPipeline(t, guardedMembers)
	p.must(p.members(), exitDone)
	first := p.outputs[outputDigest]
	p.approved("aks-one-by-one", "alice")
	p.must(p.stage("aks-one-by-one", "one-by-one"), exitFailed)
	p.ends("failure")
	p.begins(10)
	p.must(p.members("--retry", "7"), exitDone, "Retry of run one-by-one", "1 cluster will be upgraded")
	p.must(p.stage("aks-one-by-one", "one-by-one", "--plan-digest", first), exitRefused, "title=stale-digest")
	p.approved("aks-one-by-one", "alice")
	p.must(p.stage("aks-one-by-one", "one-by-one"), exitDone)
	p.runs(map[string]string{"two": all("1.33.7", level)})
	p.untouched("three")
}

// TestMembersAreGuardedBeforeTheirStageCanExist: the plan looks at the environment, and the stage at the job it runs in.
func TestMembersAreGuardedBeforeTheirStageCanExist(t *testing.T) {
	for name, spec := range map[string]struct{ environment, want string }{
		"a missing environment":            {"", "title=environment-missing"},
		"an environment without reviewers": {"    - {name: aks-one-by-one, branches: [main]}\n", "title=environment-reviewers"},
	} {
		t.Run(name, func(t *testing.T) {
			done := membersPipeline(t, spec.environment).members()
			(&pipeline{t: t}).must(done, exitRefused, spec.want, "--method PUT repos/org/fleet/environments/aks-one-by-one")
			if done.outputs[outputStages] != "" || len(done.files[planFile]) > 0 {
				t.Errorf("a plan was made: %v", done.outputs)
			}
		})
	}
	p := membersPipeline(t, guardedMembers)
	p.must(p.members(), exitDone)
	p.approved("aks-first", "alice")
	p.must(p.stage("aks-first", "one-by-one"), exitRefused, "title=environment-mismatch", "this job has to run in the environment aks-one-by-one")
	p.must(p.job("", nil, "stage", "--stage", "one-by-one", "--plan-artifact", p.outputs[outputArtifact]), exitRefused, "title=environment-mismatch", "GitHub says that it runs in none")
	open := membersPipeline(t, strings.Replace(guardedMembers, ", reviewers: [{user: alice}]", "", 1))
	open.outputs = p.outputs
	open.upload(p.outputs[outputArtifact], planFile, p.planContent(7))
	open.must(open.stage("aks-one-by-one", "one-by-one"), exitRefused, "title=environment-reviewers")
	p.untouched("two", "three")
	open.untouched("two", "three")
}

// TestMembersThatNobodyWouldApprove: in a job, neither a plan of members without an environment nor a run is begun.
func TestMembersThatNobodyWouldApprove(t *testing.T) {
	p := membersPipeline(t, guardedMembers)
	for name, spec := range map[string]struct {
		arguments []string
		want      string
	}{
		"a plan without an environment": {[]string{"plan", "--members", oneByOneMembers}, "name with --environment the GitHub environment"},
		"a run of members":              {[]string{"run", "--members", oneByOneMembers}, "use plan and stage"},
		"a run that retries":            {[]string{"run", "--strategy", p.strategy, "--retry", "7"}, "use plan and stage"},
		"an environment for a strategy": {[]string{"plan", "--strategy", p.strategy, "--environment", "aks-first"}, "--environment is for --members"},
	} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			done := p.job("aks-one-by-one", nil, spec.arguments...)
			p.must(done, exitInput, spec.want)
			if len(done.files[planFile]) > 0 {
				t.Error("a plan was made")
			}
		})
	}
	p.untouched("two", "three")
}
