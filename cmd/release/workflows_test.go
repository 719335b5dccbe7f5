package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// workflow is what the rules below look at.
type workflow struct {
	On          yaml.Node            `yaml:"on"`
	Permissions *map[string]string   `yaml:"permissions"`
	Jobs        map[string]jobOfFile `yaml:"jobs"`
}

type jobOfFile struct {
	Permissions *map[string]string `yaml:"permissions"`
	Timeout     yaml.Node          `yaml:"timeout-minutes"`
	Uses        yaml.Node          `yaml:"uses"`
	Steps       []struct {
		Uses yaml.Node `yaml:"uses"`
		Run  string    `yaml:"run"`
	} `yaml:"steps"`
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, ".github", "workflows", "*.yml"))
	if err != nil || len(files) < 4 {
		t.Fatalf("found the workflows %v (%v): this test looks in the wrong place", files, err)
	}
	found := map[string]workflow{}
	for _, file := range files {
		var parsed workflow
		if err := yaml.Unmarshal([]byte(read(t, filepath.Dir(file), filepath.Base(file))), &parsed); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[filepath.Base(file)] = parsed
	}
	return found
}

// TestWorkflowsMayLittle holds every workflow of this repository to the least that it needs.
func TestWorkflowsMayLittle(t *testing.T) {
	for name, file := range workflows(t) {
		if file.Permissions == nil || len(*file.Permissions) > 0 {
			t.Errorf("%s does not begin with permissions: {}", name)
		}
		if strings.Contains(name+nodeText(file.On), "pull_request_target") {
			t.Errorf("%s runs what a fork sends with this repository's rights", name)
		}
		for id, job := range file.Jobs {
			if job.Permissions == nil {
				t.Errorf("%s: the job %s does not say what it may", name, id)
			}
			if job.Timeout.IsZero() && job.Uses.IsZero() {
				t.Errorf("%s: the job %s has no timeout-minutes", name, id)
			}
		}
	}
}

func nodeText(node yaml.Node) string {
	text, _ := yaml.Marshal(&node)
	return string(text)
}

// TestWorkflowsUseWhatWasReviewed holds every action to a commit, with the version that it is in words, and keeps
// expressions, which can be anybody's text, out of scripts.
func TestWorkflowsUseWhatWasReviewed(t *testing.T) {
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	for name, file := range workflows(t) {
		for id, job := range file.Jobs {
			used := []yaml.Node{job.Uses}
			for _, step := range job.Steps {
				used = append(used, step.Uses)
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s: a script of %s holds an expression; hand it over in env\n%s", name, id, step.Run)
				}
			}
			for _, uses := range used {
				if uses.IsZero() || strings.HasPrefix(uses.Value, "./") {
					continue
				}
				if !pinned.MatchString(uses.Value) || uses.LineComment == "" {
					t.Errorf("%s: %s uses %s %s, which is no commit with its version in a comment", name, id, uses.Value, uses.LineComment)
				}
			}
		}
	}
}
