//go:build e2e

package e2e

import (
	"strconv"
	"strings"
	"testing"
)

// hostile is text that a runner would obey, were it to reach the log as it is.
const hostile = "x\n::error::stolen\n::set-output name=plan-digest::stolen\nsee ##[set-output name=state;]stolen\n::add-matcher::stolen.json\r::stop-commands::stolen"

// TestHostileFleetGivesNoCommands: text of Azure, and of a reviewer on GitHub, reaches the log, the annotations and the
// summary, and never becomes a command of its own.
func TestHostileFleetGivesNoCommands(t *testing.T) {
	t.Parallel()
	quoted := strconv.Quote(hostile)
	c := simulate(t, fleetFile("100ms")+
		`  - {name: `+quoted+`, resourceGroup: `+quoted+`, location: northeurope, version: 1.33.5, tags: {fleet: prod, ring: `+quoted+`}, pools: [{name: system, image: AKSUbuntu-2204gen2containerd-202401.05.0}]}
faults: {exact: [{kind: fail, cluster: aks-1, code: "::warning::stolen", message: `+quoted+`}]}
`)
	guarded := strings.Replace(guardedStrategy, ", adminBypass: false", "", 1)
	r := newRunner(t, c, map[string]string{strategyFile: guarded})
	c.approve(t, hostile, "aks-live")
	planned := r.planned(t)
	checkNoneStolen(t, planned)
	staged := r.step(t, guardedStep(planned))
	if staged.exitCode != 1 {
		t.Errorf("exit code %d, want 1: the upgrade of aks-1 fails\n%s", staged.exitCode, strings.Join(staged.log, "\n"))
	}
	if strings.Count(strings.Join(staged.log, "\n"), "stolen") < 2 || !strings.Contains(staged.summary, "stolen") {
		t.Errorf("the text does not reach the log, so that nothing is proved:\n%s", strings.Join(staged.log, "\n"))
	}
	checkNoneStolen(t, staged)
}

// TestHostileStrategyGivesNoCommands: a pull request from anybody is validated.
func TestHostileStrategyGivesNoCommands(t *testing.T) {
	t.Parallel()
	r := newRunner(t, simulate(t, fleetFile("100ms")), map[string]string{strategyFile: strategy + strconv.Quote(hostile) + ": 1\n" + "engine: " + strconv.Quote(hostile) + "\n"})
	result := r.step(t, step{attempt: 1, inputs: map[string]string{"command": "validate"}})
	if result.exitCode != 2 || !strings.Contains(strings.Join(result.log, "\n"), "stolen") {
		t.Errorf("exit code %d, want 2, and the text in the log\n%s", result.exitCode, strings.Join(result.log, "\n"))
	}
	checkNoneStolen(t, result)
}

// checkNoneStolen checks that the runner obeys nothing but annotations of the action's own making. The hostile text may
// be quoted in one, never be one.
func checkNoneStolen(t testing.TB, result stepResult) {
	t.Helper()
	for _, command := range result.commands {
		switch command.name {
		case "error", "warning", "notice", "debug", "add-mask", "group", "endgroup":
		default:
			t.Errorf("the runner obeys %+v", command)
		}
		if strings.HasPrefix(command.data, "stolen") {
			t.Errorf("the text became an annotation: %+v", command)
		}
	}
	for name, value := range result.outputs {
		if strings.Contains(value, "stolen") {
			t.Errorf("output %s was stolen: %s", name, value)
		}
	}
}
