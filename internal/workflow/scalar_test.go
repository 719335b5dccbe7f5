package workflow

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// hostile are names that YAML or GitHub would read as something else, were they written as they are.
func hostile() []string {
	return []string{
		"aks production", "it's", "a: b", "a #b", "# a", "- a", "[a]", "{a: b}", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "?", ": ",
		"${{ github.actor }}", "a ${{ secrets.TOKEN }} b", "${{'", "}}", "$ {{ a }}", "$${{ a }}", "\"quoted\"", `back\slash`, "a\u2028b", "a\u202eb", "a\u0085b", "日本",
		"true", "No", "on", "null", "~", "1", "1.30", "0x1f", "1e3", "2026-01-01", "12:30", ".inf", ".NaN", "a ", "trailing:", "'", "''", "---", "...", "=", "<<",
	}
}

// What comes from a strategy arrives in the workflow as it was written, and GitHub does not evaluate it.
func TestHostileNames(t *testing.T) {
	for _, name := range hostile() {
		s := hostileStrategy(name)
		files, findings := Render(s, Options{StrategyPath: "s.yml", Pin: testPin})
		if len(findings) > 0 {
			t.Fatal(findings)
		}
		job := decode[caller](t, files[0].Content).Jobs
		stage, gate := job["stage-one"], job["gate-one-after-1"]
		for what, got := range map[string]any{
			"the stage's environment": stage.With["environment"], "the gate's environment": gate.With["environment"],
		} {
			if literal(t, got) != name {
				t.Errorf("%q: %s is %q", name, what, got)
			}
		}
		if want := strings.Join(strings.Fields(name), " "); literal(t, gate.Name) != want {
			t.Errorf("%q: the name of the gate's job is %q", name, gate.Name)
		}
		var on struct {
			Group  string
			Labels []string
		}
		if err := json.Unmarshal([]byte(literal(t, stage.With["runs-on"])), &on); err != nil || on.Group != name || on.Labels[0] != name {
			t.Errorf("%q: the runner is %v (%v)", name, stage.With["runs-on"], err)
		}
		if got := job["report"].RunsOn; literal(t, got.([]any)[1]) != name {
			t.Errorf("%q: the runner of the report is %v", name, got)
		}
		if problems := lint(t, files[0].Name, files[0].Content); len(problems) > 0 {
			t.Errorf("%q: %v", name, problems)
		}
	}
}

func hostileStrategy(name string) strategy.Strategy {
	environment := &fleet.Environment{Name: name}
	return strategy.Strategy{
		Name: "s", Workflow: strategy.Workflow{RunsOn: strategy.RunsOn{Labels: []string{"self-hosted", name}}},
		Stages: []strategy.Stage{{
			Name: "one", Environment: environment, RunsOn: strategy.RunsOn{Group: name, Labels: []string{name}},
			AfterGates: []strategy.Gate{{Type: strategy.GateApproval, DisplayName: name, Environment: environment}},
		}},
	}
}

// literal is what GitHub makes of a text in which nothing may be evaluated but the escaped beginning of an expression.
func literal(t *testing.T, value any) string {
	t.Helper()
	text, ok := value.(string)
	if !ok {
		t.Errorf("%v is no text", value)
	}
	const escaped = "${{ '${{' }}"
	if rest := strings.ReplaceAll(text, escaped, ""); strings.Contains(rest, "${{") {
		t.Errorf("%q holds an expression", text)
	}
	return strings.ReplaceAll(text, escaped, "${{")
}

func TestRunsOn(t *testing.T) {
	tests := []struct {
		on         strategy.RunsOn
		yaml, json string
	}{
		{strategy.RunsOn{Labels: []string{"ubuntu-latest"}}, " ubuntu-latest", `'"ubuntu-latest"'`},
		{strategy.RunsOn{Labels: []string{"self-hosted", "gpu=1"}}, " [self-hosted, 'gpu=1']", `'["self-hosted","gpu=1"]'`},
		{strategy.RunsOn{Group: "big"}, "\n      group: big", `'{"group":"big"}'`},
		{strategy.RunsOn{Group: "big", Labels: []string{"x64", "a&b"}}, "\n      group: big\n      labels: [x64, 'a&b']", `'{"group":"big","labels":["x64","a&b"]}'`},
	}
	for _, test := range tests {
		if diff := cmp.Diff([]string{test.yaml, test.json}, []string{runsOn(test.on), runsOnJSON(test.on)}); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.on, diff)
		}
	}
}
