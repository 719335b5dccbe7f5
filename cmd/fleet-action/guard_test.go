package main

import "testing"

// Started by hand, a push to a branch that may deploy is an approval: branches that are named have to be protected.
func TestStartedByHandBranchesMustBeProtected(t *testing.T) {
	by := func(branches string) *pipeline {
		return newPipeline(t, "version: 1", "version: 1\nworkflow: {approvals: dispatch}", "  private: true", "  private: true\n  plan: team\n  protectedBranches: "+branches,
			"{name: aks-accept, ", "{name: aks-accept, branches: [main], ")
	}
	p := by("[main]")
	p.must(p.plan(), exitDone)
	p = by("[release/1]")
	p.must(p.plan(), exitRefused, "title=environment-branches", "branch main may deploy to environment", "and is not protected", "repos/org/fleet/branches/main/protection")
	p.untouched("one")
}
