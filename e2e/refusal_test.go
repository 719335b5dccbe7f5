//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// guardedStrategy has its stage in an environment that somebody has to approve.
var guardedStrategy = strings.Replace(strategy, "name: only", "name: only, environment: {name: aks-live, reviewers: 1, adminBypass: false}", 1)

// guardedFleet has that environment, and a run that was approved.
func guardedFleet() string {
	return strings.NewReplacer(
		"environments: [{name: aks-live, reviewers: [{user: alice}]}]", "environments: [{name: aks-live, reviewers: [{user: alice}], adminBypass: false}]",
		"actor: maria", "actor: maria, approvals: [{environments: [aks-live], user: alice, comment: Go ahead}]",
	).Replace(fleetFile("100ms"))
}

// guardedStep carries out the stage in its environment.
func guardedStep(planned stepResult) step {
	s := stageStep(planned)
	s.environment, s.inputs["environment"] = "aks-live", "aks-live"
	return s
}

// TestStageIsRefused: what was right when the plan was made is not, once the stage's job has begun.
func TestStageIsRefused(t *testing.T) {
	t.Parallel()
	maker := newRunner(t, simulate(t, guardedFleet()), map[string]string{strategyFile: guardedStrategy})
	planned := maker.planned(t)
	for name, c := range map[string]struct {
		rule   string // what refuses; none: nothing does
		before string // of the fleet file
		after  string
		change func(*step)
	}{
		"as it was planned":            {},
		"environment has no reviewers": {rule: "environment", before: "reviewers: [{user: alice}], "},
		"environment is gone":          {rule: "environment", before: "environments: [{name: aks-live,", after: "environments: [{name: aks-other,"},
		"nobody approved":              {rule: "not-approved", before: ", approvals: [{environments: [aks-live], user: alice, comment: Go ahead}]"},
		"somebody rejected":            {rule: "not-approved", before: "user: alice, comment", after: "state: rejected, user: alice, comment"},
		"job is in no environment":     {rule: "environment-mismatch", change: func(s *step) { s.environment = "" }},
		"job is in another":            {rule: "environment-mismatch", change: func(s *step) { s.environment = "aks-dev" }},
		"another plan was approved":    {rule: "stale-digest", change: func(s *step) { s.inputs["plan-digest"] = "sha256:" + strings.Repeat("0", 64) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fleet := guardedFleet()
			if !strings.Contains(fleet, c.before) {
				t.Fatalf("the fleet file has no %q", c.before)
			}
			world := simulate(t, strings.Replace(fleet, c.before, c.after, 1))
			world.upload(t, planned.outputs["plan-artifact"], maker.packed(t, "plan.json"))
			s := guardedStep(planned)
			if c.change != nil {
				c.change(&s)
			}
			checkRefused(t, world, newRunner(t, world, nil).step(t, s), c.rule)
		})
	}
}

// checkRefused checks that a rule refused a stage, with nothing written; no rule means that it was carried out.
func checkRefused(t testing.TB, c *cloud, result stepResult, rule string) {
	t.Helper()
	code := 0
	if rule != "" {
		code = 4
	}
	if result.exitCode != code || len(result.problems) > 0 {
		t.Errorf("exit code %d, want %d; problems %v\n%s", result.exitCode, code, result.problems, strings.Join(result.log, "\n"))
	}
	if rule == "" {
		checkUpgraded(t, c, 2)
		return
	}
	named := false
	for _, command := range result.commands {
		named = named || command.name == "error" && strings.Contains(command.properties["title"], rule)
	}
	if !named {
		t.Errorf("no annotation with the rule %s: %+v", rule, result.commands)
	}
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("written: %q", writes)
	}
}
