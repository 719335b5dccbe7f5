package workflow

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"gopkg.in/yaml.v3"
)

// workflowFiles are all workflows that this repository generates, shows and has, by a name for messages.
func workflowFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"testdata/*/*.yml", repository + "examples/fleet-*.yml", repository + ".github/workflows/*.yml"} {
		for _, path := range glob(t, pattern) {
			files[path] = read(t, path)
		}
	}
	return files
}

// Every workflow that is generated, shown or called passes actionlint.
func TestActionlint(t *testing.T) {
	for path, content := range workflowFiles(t) {
		for _, problem := range lint(t, path, content) {
			t.Error(problem)
		}
	}
}

// lint looks at a workflow by itself; scripts are looked at by nothing, because the tools for it need not be there, nor
// are the labels of runners, of which it knows GitHub's own alone.
func lint(t *testing.T, path, content string) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := linter.Lint(filepath.Base(path), []byte(content), nil)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(problems, func(problem *actionlint.Error) bool { return problem.Kind == "runner-label" })
}

// caller is what these tests read of a workflow.
type caller struct {
	Concurrency map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		Name        string
		Uses        string
		With        map[string]any
		RunsOn      any `yaml:"runs-on"`
		Needs       []string
		If          string
		Environment string
		Permissions map[string]string
		Steps       []step
	}
}

type step struct {
	Uses string
	If   string
	With map[string]any
}

// called is what these tests read of a reusable workflow.
type called struct {
	On struct {
		WorkflowCall struct {
			Inputs map[string]struct {
				Description, Type string
				Required          bool
				Default           any
			}
		} `yaml:"workflow_call"`
	}
	Jobs map[string]struct{ Permissions map[string]string }
}

func decode[T any](t *testing.T, content string) T {
	t.Helper()
	var into T
	if err := yaml.Unmarshal([]byte(content), &into); err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return into
}

// What generated workflows give to stage.yml and gate.yml is what those take, all that they need is there, and the
// caller grants what they ask for. GitHub tells of the contrary only when a rollout is started.
func TestCalledWorkflowsAreCalledRight(t *testing.T) {
	calls := 0
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			reference, _, calling := strings.Cut(job.Uses, "@")
			if !calling {
				continue
			}
			calls++
			callee := decode[called](t, read(t, repository+strings.TrimPrefix(reference, action+"/")))
			for name := range job.With {
				if _, known := callee.On.WorkflowCall.Inputs[name]; !known {
					t.Errorf("%s: job %s gives %s the input %s, which it does not have", path, id, reference, name)
				}
			}
			for name, input := range callee.On.WorkflowCall.Inputs {
				if _, given := job.With[name]; input.Required && !given {
					t.Errorf("%s: job %s does not give %s the input %s", path, id, reference, name)
				}
			}
			for _, inner := range callee.Jobs {
				for scope, level := range inner.Permissions {
					if job.Permissions[scope] != level {
						t.Errorf("%s: job %s does not grant %s: %s to %s", path, id, scope, level, reference)
					}
				}
			}
		}
	}
	if calls < 20 {
		t.Errorf("only %d calls found", calls)
	}
}

// Inputs are described and typed, and what is not required has a default.
func TestCalledWorkflowsDescribeTheirInputs(t *testing.T) {
	for _, name := range []string{stageWorkflow, gateWorkflow} {
		for input, is := range decode[called](t, read(t, repository+strings.TrimPrefix(name, "/"))).On.WorkflowCall.Inputs {
			if is.Description == "" || is.Type == "" || is.Required == (is.Default != nil) {
				t.Errorf("%s: the input %s is %+v", name, input, is)
			}
		}
	}
}

// Nothing is granted to a whole workflow, jobs that need nothing get nothing, and every action is called by a commit
// that is named.
func TestWorkflowsGrantLittleAndPin(t *testing.T) {
	for path, content := range workflowFiles(t) {
		if !strings.HasPrefix(content, generated) && !slices.Contains([]string{"stage.yml", "gate.yml"}, filepath.Base(path)) {
			continue
		}
		if !strings.Contains(content, "\npermissions: {}\n") {
			t.Errorf("%s grants permissions to all of its jobs", path)
		}
		for line := range strings.Lines(content) {
			if strings.Contains(line, "uses: ") && !used.MatchString(line) {
				t.Errorf("%s: not pinned to a commit: %s", path, line)
			}
		}
		for id, job := range decode[caller](t, content).Jobs {
			if len(job.Permissions) == 0 {
				t.Errorf("%s: job %s does not say what it is granted", path, id)
			}
		}
	}
}

// The action has every input it is given, and every output that is asked of it.
func TestTheActionIsCalledRight(t *testing.T) {
	const definition = repository + "action.yml"
	if _, err := os.Stat(definition); err != nil {
		t.Skip(err)
	}
	defined := decode[struct{ Inputs, Outputs map[string]any }](t, read(t, definition))
	asked := regexp.MustCompile(`steps\.plan\.outputs\.([\w-]+)`)
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			for _, step := range job.Steps {
				for name := range step.With {
					if _, known := defined.Inputs[name]; strings.HasPrefix(step.Uses, action+"@") && !known {
						t.Errorf("%s: job %s gives the action the input %s, which it does not have", path, id, name)
					}
				}
			}
		}
		for _, output := range asked.FindAllStringSubmatch(content, -1) {
			if _, known := defined.Outputs[output[1]]; !known {
				t.Errorf("%s asks for the output %s, which the action does not have", path, output[1])
			}
		}
	}
}

// A step with always() is not told to stop when the run is cancelled, so the action must never be one.
func TestTheActionCanBeCancelled(t *testing.T) {
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, action) && step.If != "" {
					t.Errorf("%s: the action in job %s has the condition %s", path, id, step.If)
				}
			}
		}
	}
}

// A rollout is never cancelled by the next one.
func TestRolloutsAreNotCancelled(t *testing.T) {
	for path, content := range workflowFiles(t) {
		if strings.Contains(path, "-pull-request") || !strings.HasPrefix(content, generated) {
			continue
		}
		if got := decode[caller](t, content).Concurrency; got["group"] == "" || got["cancel-in-progress"] != nil {
			t.Errorf("%s: concurrency %v", path, got)
		}
	}
}
