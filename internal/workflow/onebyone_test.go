package workflow

import (
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The example of a run without a strategy is one job, whose environment is written out, and it hands on what its form
// asks for under the same names.
func TestTheExampleOneByOne(t *testing.T) {
	content := read(t, repository+"examples/one-by-one.yml")
	file := decode[caller](t, content)
	environments := struct {
		Jobs map[string]struct{ Environment string }
	}{}
	if err := yaml.Unmarshal([]byte(content), &environments); err != nil {
		t.Fatal(err)
	}
	if len(file.Jobs) != 1 {
		t.Fatalf("there are %d jobs", len(file.Jobs))
	}
	for id, job := range file.Jobs {
		if name := environments.Jobs[id].Environment; name == "" || strings.Contains(name, "${{") {
			t.Errorf("the environment is %q", name)
		}
		step := job.Steps[0]
		if step.Uses.called != action || step.With["command"] != "run" || step.With["strategy"] != nil {
			t.Errorf("the first step is %+v", step)
		}
		for name, input := range file.On.Dispatch.Inputs {
			if given := fmt.Sprint(step.With[name]); !strings.Contains(given, "inputs."+name) {
				t.Errorf("the input %s is given on as %s", name, given)
			}
			if input.Required == (input.Default != nil) {
				t.Errorf("the input %s is %+v", name, input)
			}
		}
		for _, name := range []string{"members", "upgrade-type", "kubernetes-version", "node-image-selection", "retry"} {
			if _, asked := file.On.Dispatch.Inputs[name]; !asked {
				t.Errorf("the form does not ask for %s", name)
			}
		}
	}
	if file.Concurrency["group"] == "" || file.Concurrency["cancel-in-progress"] != nil {
		t.Errorf("concurrency %v", file.Concurrency)
	}
}
