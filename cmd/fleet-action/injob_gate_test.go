package main

import (
	"strings"
	"testing"
)

// gated is a run whose second stage has an approval of its own before it, beside that of its environment.
func gated(t *testing.T) *pipeline {
	t.Helper()
	return newPipeline(t, "    afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]",
		"    beforeGates: [{type: Approval, displayName: Change, environment: {name: aks-accept}}]")
}

func TestAnApprovalBeforeAStageIsAJobOfItsOwn(t *testing.T) {
	p := gated(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitRefused, `"Change" before stage second`, "Its approval is not recorded for this plan")
	p.untouched("two", "three")
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "second", "before-1"), exitDone, "bob")
	p.again()
	p.must(p.stage("aks-second", "second"), exitDone, "| second | before it: “Change” | aks-accept | bob | looks good |")
}

func TestAnApprovalOfAnotherPlanIsNone(t *testing.T) {
	p := gated(t)
	p.must(p.plan(), exitDone)
	p.approved("aks-accept", "bob")
	done := p.gate("aks-accept", "second", "before-1")
	p.must(done, exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.upload("gate-second-before-1-1", resultFile, []byte(strings.ReplaceAll(string(done.files[resultFile]), p.outputs[outputDigest], "sha256:"+strings.Repeat("0", 64))))
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitRefused, "Its approval is not recorded for this plan")
	p.untouched("two", "three")
}

func TestGatesThatAreRefused(t *testing.T) {
	tests := []struct {
		name string
		act  func(p *pipeline) ended
		code exitCode
		want string
	}{
		{"an approval of a stage that has not run", func(p *pipeline) ended { return p.gate("aks-accept", "second", "after-1") }, exitRefused, "no good end of it is recorded"},
		{"outside its environment", func(p *pipeline) ended { return p.gate("aks-first", "second", "after-1") }, exitRefused, "this job has to run in the environment aks-accept"},
		{"a gate that is not there", func(p *pipeline) ended { return p.gate("aks-accept", "second", "after-2") }, exitInput, `stage second has no gate "after-2"`},
		{"a stage without gates", func(p *pipeline) ended { return p.gate("aks-accept", "first", "after-1") }, exitInput, "stage first has no gate that a job of its own records"},
		{"another plan", func(p *pipeline) ended {
			p.outputs[outputDigest] = "sha256:" + strings.Repeat("0", 64)
			return p.gate("aks-accept", "second", "after-1")
		}, exitRefused, "The plan has digest"},
		{"no job", func(p *pipeline) ended {
			return p.job("aks-accept", map[string]string{"GITHUB_RUN_ID": ""}, "gate", "--stage", "second", "--gate", "after-1")
		}, exitInput, "a gate is recorded by a job of GitHub Actions"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPipeline(t)
			p.must(p.plan(), exitDone)
			done := test.act(p)
			p.must(done, test.code, test.want)
			if content := string(done.files[resultFile]); strings.Contains(content, `"gates"`) {
				t.Errorf("it was recorded as given:\n%s", content)
			}
		})
	}
}

// TestAnEnvironmentLetsItsOwnAdministratorsPass: where the strategy does not forbid it, a job that began without a review
// was let pass, and the summary says so.
func TestAnEnvironmentMayLetAdministratorsPass(t *testing.T) {
	p := newPipeline(t, "adminBypass: false, ", "")
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.must(p.stage("aks-second", "second"), exitDone, "an administrator let the job pass")
}

// TestNobodyIsAskedToBeginNothing: the job of a stage with nothing to upgrade is not started. What stands after it is
// asked for all the same, as the next stage is built on it.
func TestNobodyIsAskedToBeginNothing(t *testing.T) {
	p := newPipeline(t, "{name: first, groups: [{name: first}], environment: {name: aks-first}, afterStageWaitInSeconds: 600}",
		"{name: first, groups: [{name: first}], environment: {name: aks-first, reviewers: 1}, minSucceeded: 0, afterGates: [{type: Approval, environment: {name: aks-accept}}]}",
		"{name: aks-first, branches: [main]}", "{name: aks-first, reviewers: [{user: alice}]}")
	p.must(p.plan("--skip", "Member:one"), exitDone)
	if want := `"first":{"run":false,"accept":true,"members":0,`; !strings.Contains(p.outputs[outputStages], want) {
		t.Errorf("the stages are %s", p.outputs[outputStages])
	}
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitRefused, `"approval" after stage first`)
	p.untouched("two", "three")
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "first", "after-1"), exitDone)
	p.again()
	p.must(p.stage("aks-second", "second"), exitDone)
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitAgain, "nothing in it is to be upgraded", "the approval after-1 after stage second is not given")
	p.must(p.gate("aks-accept", "second", "after-1"), exitDone)
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitDone)
}

func TestWithNothingToUpgradeNobodyIsAskedAtAll(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan("--skip", "Group:first Group:second"), exitDone)
	if strings.Contains(p.outputs[outputStages], "true") || p.outputs[outputHasUpdates] != "false" {
		t.Errorf("the stages are %s", p.outputs[outputStages])
	}
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitDone)
}
