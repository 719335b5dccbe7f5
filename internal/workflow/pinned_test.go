package workflow

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What workflows and examples call of this repository has, at the commit by which they call it, every input that it is
// given: GitHub warns of others and ignores them. A release writes its own commits, so only the pins before the first are
// looked at, and of those the commits that are at hand.
func TestPinnedCommitsTakeWhatTheyAreGiven(t *testing.T) {
	looked, pinned := 0, 0
	for path, content := range workflowFiles(t) {
		if strings.HasPrefix(path, "testdata/") {
			continue
		}
		for id, job := range decode[caller](t, content).Jobs {
			calls := []step{{Uses: job.Uses, With: job.With}}
			for _, call := range append(calls, job.Steps...) {
				if !ours(call.Uses.called) {
					continue
				}
				pinned++
				if !strings.Contains(call.Uses.version, "until the first release") {
					continue
				}
				taken, there := takenAt(t, call.Uses)
				if !there {
					continue
				}
				looked++
				for name := range call.With {
					if !slices.Contains(taken, name) {
						t.Errorf("%s: job %s gives %s the input %s, which it does not have at %s: pin a later commit", path, id, call.Uses.called, name, call.Uses.commit)
					}
				}
			}
		}
	}
	t.Logf("%d of %d calls looked at", looked, pinned)
	if pinned < 10 {
		t.Errorf("only %d calls found", pinned)
	}
}

// takenAt are the inputs of what is called, at the commit by which it is.
func takenAt(t *testing.T, r reference) (inputs []string, there bool) {
	t.Helper()
	file := strings.TrimPrefix(strings.TrimPrefix(r.called, action), "/")
	if file == "" {
		file = "action.yml"
	}
	command := exec.Command("git", "show", r.commit+":"+file)
	command.Dir = repository
	content, err := command.Output()
	if err != nil {
		return nil, false
	}
	defined := decode[struct {
		Inputs map[string]any
		On     struct {
			Call struct{ Inputs map[string]any } `yaml:"workflow_call"`
		}
	}](t, string(content))
	for name := range defined.Inputs {
		inputs = append(inputs, name)
	}
	for name := range defined.On.Call.Inputs {
		inputs = append(inputs, name)
	}
	return inputs, true
}
