package github

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSummaryIsReplacedNotAppended(t *testing.T) {
	file := filepath.Join(t.TempDir(), "summary")
	runner := NewRunner(environment(map[string]string{"GITHUB_STEP_SUMMARY": file}), &bytes.Buffer{})
	for _, text := range []string{"a longer first one", "second"} {
		if err := runner.WriteSummary(text); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile(file); string(got) != "second" {
		t.Errorf("summary is %q, want the second one alone", got)
	}
}

func TestSummaryWithoutARunnerIsNothing(t *testing.T) {
	if err := NewRunner(environment(nil), &bytes.Buffer{}).WriteSummary("x"); err != nil {
		t.Error(err)
	}
}

func TestSummaryThatCannotBeWrittenIsSaid(t *testing.T) {
	runner := NewRunner(environment(map[string]string{"GITHUB_STEP_SUMMARY": t.TempDir()}), &bytes.Buffer{})
	if err := runner.WriteSummary("x"); err == nil {
		t.Error("no error for a summary that is a directory")
	}
}

func TestOutputsAreWrittenForTheRunner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	runner := NewRunner(environment(map[string]string{"GITHUB_OUTPUT": file}), &bytes.Buffer{})
	if err := runner.SetOutputs(map[string]string{"outcome": "failed", "digest": "sha256:1"}); err != nil {
		t.Fatal(err)
	}
	content, _ := os.ReadFile(file)
	written := regexp.MustCompile(`(?s)^digest<<(\w{20,})\nsha256:1\n(\w+)\noutcome<<(\w+)\nfailed\n(\w+)\n$`).FindSubmatch(content)
	if written == nil || string(written[1]) != string(written[2]) || string(written[3]) != string(written[4]) {
		t.Fatalf("outputs are %q", content)
	}
}

func TestOutputsWithoutARunnerAreNothing(t *testing.T) {
	if err := NewRunner(environment(nil), &bytes.Buffer{}).SetOutputs(map[string]string{"outcome": "failed"}); err != nil {
		t.Error(err)
	}
}

func TestOutputsThatCannotBeWrittenAreSaid(t *testing.T) {
	runner := NewRunner(environment(map[string]string{"GITHUB_OUTPUT": t.TempDir()}), &bytes.Buffer{})
	if err := runner.SetOutputs(map[string]string{"outcome": "failed"}); err == nil {
		t.Error("no error for outputs that are a directory")
	}
}

func TestNoValueCanEndItsOutput(t *testing.T) {
	words := map[string]bool{}
	for range 2 {
		file := filepath.Join(t.TempDir(), "output")
		runner := NewRunner(environment(map[string]string{"GITHUB_OUTPUT": file}), &bytes.Buffer{})
		hostile := "a\n_GitHubActionsFileCommandDelimeter_\napproved=true"
		if err := runner.SetOutputs(map[string]string{"state": hostile}); err != nil {
			t.Fatal(err)
		}
		content, _ := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(content), "<<")
		word, rest, _ := strings.Cut(rest, "\n")
		if rest != hostile+"\n"+word+"\n" {
			t.Errorf("the output is %q", content)
		}
		words[word] = true
	}
	if len(words) != 2 {
		t.Errorf("the word that ends a value is always the same: %v", words)
	}
}
