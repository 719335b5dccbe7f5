package workflow

import (
	"fmt"
	"io"
	"maps"
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
	for _, pattern := range []string{"testdata/*/*.yml", repository + "examples/fleet-*.yml", repository + "examples/one-*.yml", repository + ".github/workflows/*.yml"} {
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

// caller is what these tests read of a workflow, whether it calls another one or is called.
type caller struct {
	On struct {
		Call struct {
			Inputs map[string]input
		} `yaml:"workflow_call"`
		Dispatch struct {
			Inputs map[string]input
		} `yaml:"workflow_dispatch"`
	}
	Concurrency map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		Name        string
		Uses        reference
		With        map[string]any
		RunsOn      any `yaml:"runs-on"`
		Timeout     any `yaml:"timeout-minutes"`
		Needs       []string
		If          string
		Permissions map[string]string
		Concurrency map[string]any
		Steps       []step
	}
}

type input struct {
	Description, Type string
	Required          bool
	Default           any
	Options           []string
}

type step struct {
	Uses reference
	If   string
	Run  string
	With map[string]any
}

// reference is what a job or step calls, by its commit, with the comment that says which version that is.
type reference struct{ called, commit, version string }

func (r *reference) UnmarshalYAML(node *yaml.Node) error {
	r.called, r.commit, _ = strings.Cut(node.Value, "@")
	r.version = node.LineComment
	return nil
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
			called := job.Uses.called
			if called == "" {
				continue
			}
			calls++
			callee := decode[caller](t, read(t, where(path, called)))
			for name := range job.With {
				if _, known := callee.On.Call.Inputs[name]; !known {
					t.Errorf("%s: job %s gives %s the input %s, which it does not have", path, id, called, name)
				}
			}
			for name, input := range callee.On.Call.Inputs {
				if _, given := job.With[name]; input.Required && !given {
					t.Errorf("%s: job %s does not give %s the input %s", path, id, called, name)
				}
			}
			asked := map[string]string{}
			for _, inner := range callee.Jobs {
				maps.Copy(asked, inner.Permissions)
			}
			if !maps.Equal(asked, job.Permissions) {
				t.Errorf("%s: job %s grants %v to %s, which asks for %v", path, id, job.Permissions, called, asked)
			}
		}
	}
	if calls < 20 {
		t.Errorf("only %d calls found", calls)
	}
}

// where finds a called workflow: in this repository, or beside the one that calls it.
func where(caller, called string) string {
	if beside, local := strings.CutPrefix(called, "./"+Folder+"/"); local {
		return filepath.Join(filepath.Dir(caller), beside)
	}
	return repository + strings.TrimPrefix(called, action+"/")
}

// Inputs are described and typed, and what is not required has a default.
func TestCalledWorkflowsDescribeTheirInputs(t *testing.T) {
	for _, name := range []string{stageWorkflow, gateWorkflow} {
		for input, is := range decode[caller](t, read(t, repository+strings.TrimPrefix(name, "/"))).On.Call.Inputs {
			if is.Description == "" || is.Type == "" || is.Required == (is.Default != nil) {
				t.Errorf("%s: the input %s is %+v", name, input, is)
			}
		}
	}
}

// Every workflow is held to the least that it needs: nothing is granted to a workflow as a whole, nothing that a fork
// sends runs with this repository's rights, and no job runs for ever.
func TestWorkflowsMayLittle(t *testing.T) {
	for path, content := range workflowFiles(t) {
		file := decode[caller](t, content)
		if file.Permissions == nil || len(file.Permissions) > 0 {
			t.Errorf("%s does not begin with permissions: {}", path)
		}
		if strings.Contains(content, "pull_request_target") {
			t.Errorf("%s runs what a fork sends with this repository's rights", path)
		}
		for id, job := range file.Jobs {
			if job.Permissions == nil {
				t.Errorf("%s: job %s does not say what it is granted", path, id)
			}
			if job.Timeout == nil && job.Uses.called == "" {
				t.Errorf("%s: job %s has no timeout-minutes", path, id)
			}
		}
	}
}

// Every action is called by a commit, with the version that it is in words, or is generated from the same strategy and
// stands beside what calls it. Scripts hold no expressions, which can be
// anybody's text, and generated workflows hold no scripts.
func TestWorkflowsRunWhatWasReviewed(t *testing.T) {
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			calls := []reference{job.Uses}
			for _, step := range job.Steps {
				calls = append(calls, step.Uses)
				if strings.Contains(step.Run, "${{") || step.Run != "" && strings.HasPrefix(content, generated) {
					t.Errorf("%s: a script of job %s holds an expression, or should not be there\n%s", path, id, step.Run)
				}
			}
			for _, call := range calls {
				if call.called != "" && !strings.HasPrefix(call.called, "./"+Folder+"/fleet-") && (!commit.MatchString(call.commit) || call.version == "") {
					t.Errorf("%s: job %s calls %s by %q %q, which is no commit with its version", path, id, call.called, call.commit, call.version)
				}
			}
		}
	}
}

// Jobs that read what runs left ask GitHub about artifacts, reviews and runs, and about the branches and tags of the
// repository: a record counts for what the branch it is said to come from is protected by. Only a profile that
// supersedes other runs may cancel them.
func TestReadersMayRead(t *testing.T) {
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			for _, step := range job.Steps {
				reads := slices.Contains([]any{"plan", "stage", "gate", "status"}, step.With["command"])
				supersedes := strings.Contains(fmt.Sprint(step.With["profile"]), "'stable'") && strings.HasPrefix(path, "testdata/profiles/")
				actions := map[bool]string{false: "read", true: "write"}[supersedes]
				if reads && (job.Permissions["actions"] != actions || job.Permissions["contents"] != "read") {
					t.Errorf("%s: job %s is granted %v", path, id, job.Permissions)
				}
			}
		}
	}
}

// The action's command takes every input that it is given, and the action has every output that is asked of it.
func TestTheActionIsCalledRight(t *testing.T) {
	taken, calls := takers(t), 0
	defined := decode[struct{ Outputs map[string]any }](t, read(t, repository+"action.yml"))
	asked := regexp.MustCompile(`steps\.(?:plan|stage|gate)\.outputs\.([\w-]+)`)
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			for _, step := range job.Steps {
				if step.Uses.called != action {
					continue
				}
				calls++
				for name := range step.With {
					if command := step.With["command"]; name != "command" && !slices.Contains(taken[name], fmt.Sprint(command)) {
						t.Errorf("%s: job %s gives the command %v the input %s, which it does not take", path, id, command, name)
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
	if calls < 20 {
		t.Errorf("only %d calls found", calls)
	}
}

// takers are the commands that take an input, from the README's table, which is made from what the commands know.
func takers(t *testing.T) map[string][]string {
	t.Helper()
	_, table, _ := strings.Cut(read(t, repository+"README.md"), "<!-- inputs -->")
	table, _, _ = strings.Cut(table, "<!-- end -->")
	taken := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([\\w-]+)` \\|.*\\| ([^|]*) \\|$").FindAllStringSubmatch(table, -1) {
		taken[row[1]] = strings.Split(row[2], ", ")
	}
	return taken
}

// A step with always() is not told to stop when the run is cancelled, so the action must never be one.
func TestTheActionCanBeCancelled(t *testing.T) {
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			for _, step := range job.Steps {
				if step.Uses.called == action && step.If != "" {
					t.Errorf("%s: the action in job %s has the condition %s", path, id, step.If)
				}
			}
		}
	}
}

// A rollout is never cancelled by the next one, and has a group: its own, or that of the job that calls its stages.
func TestRolloutsAreNotCancelled(t *testing.T) {
	for path, content := range workflowFiles(t) {
		if strings.Contains(path, "-pull-request") || !strings.HasPrefix(content, generated) {
			continue
		}
		file := decode[caller](t, content)
		group := file.Concurrency
		if rollout, calls := file.Jobs["rollout"]; calls { // to plan waits for nobody
			group = rollout.Concurrency
		}
		if strings.HasSuffix(path, "-stages.yml") != (group == nil) || group["cancel-in-progress"] != nil {
			t.Errorf("%s: concurrency %v", path, group)
		}
	}
}

// What jobs leave to each other is kept as long as a run may last, 35 days.
func TestRecordsOutliveTheirRun(t *testing.T) {
	found := 0
	for path, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			for _, step := range job.Steps {
				if step.Uses.called != upload || path == repository+".github/workflows/scorecard.yml" {
					continue
				}
				found++
				if days, isNumber := step.With["retention-days"].(int); !isNumber || days < 35 {
					t.Errorf("%s: what job %s uploads is kept for %v days", path, id, step.With["retention-days"])
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d uploads were looked at", found)
	}
}
