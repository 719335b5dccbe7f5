package workflow

import (
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The example of a run without a strategy is rendered as rollouts are. Its pins are kept, so that a release may write them.
func TestTheExampleOneByOne(t *testing.T) {
	path := repository + "examples/" + OneByOneFile
	pins := ReadPins(map[string]string{OneByOneFile: generated + read(t, path)})
	golden(t, path, OneByOne(pins).Content)
}

// Its stage waits for the environment that the plan is told of, which is written out, and its plan is told what the form
// asks for, under the same names.
func TestMembersAreApprovedInTheEnvironmentOfTheirPlan(t *testing.T) {
	content := read(t, repository+"examples/"+OneByOneFile)
	file := decode[caller](t, content)
	plan := file.Jobs[planJob].Steps[0].With
	guard := fmt.Sprint(plan["environment"])
	if stage := file.Jobs["stage-one-by-one"].With; guard == "" || strings.Contains(guard, "${{") || stage["environment"] != guard || stage["stage"] != "one-by-one" {
		t.Errorf("the plan is told of %q, the stage is given %v", guard, stage)
	}
	if plan["command"] != "plan" || plan["strategy"] != nil || len(file.Jobs) != 3 {
		t.Errorf("%d jobs, and the plan is given %v", len(file.Jobs), plan)
	}
	for name, input := range file.On.Dispatch.Inputs {
		if given := fmt.Sprint(plan[name]); !strings.Contains(given, "inputs."+name) && name != "dry-run" {
			t.Errorf("the input %s is given on as %s", name, given)
		}
		if input.Required == (input.Default != nil) {
			t.Errorf("the input %s is %+v", name, input)
		}
	}
	for _, name := range []string{"members", "upgrade-type", "kubernetes-version", "node-image-selection", "skip", "retry", "name", "dry-run"} {
		if _, asked := file.On.Dispatch.Inputs[name]; !asked {
			t.Errorf("the form does not ask for %s", name)
		}
	}
	if group := fmt.Sprint(file.Concurrency["group"]); !strings.Contains(group, "|| 'fleet-one-by-one'") || file.Concurrency["cancel-in-progress"] != nil {
		t.Errorf("concurrency %v", file.Concurrency)
	}
	direct := decode[struct {
		Jobs map[string]struct{ Environment yaml.Node }
	}](t, content)
	for id, job := range direct.Jobs {
		if job.Environment.Kind != 0 {
			t.Errorf("job %s has an environment of its own, which is approved before the plan is there or twice", id)
		}
	}
}
