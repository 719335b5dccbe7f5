package github

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestInputKeepsDashes(t *testing.T) {
	runner := NewRunner(environment(map[string]string{"INPUT_POLL-INTERVAL": " 5s "}), &bytes.Buffer{})
	if got := runner.Input("poll-interval"); got != "5s" {
		t.Errorf("input is %q, want 5s", got)
	}
}

func TestActiveOnlyUnderARunner(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "": false, "false": false} {
		runner := NewRunner(environment(map[string]string{"GITHUB_ACTIONS": value}), &bytes.Buffer{})
		if runner.Active() != want {
			t.Errorf("GITHUB_ACTIONS=%q: active is %v, want %v", value, runner.Active(), want)
		}
	}
}

func TestAnnotationCarriesThePlace(t *testing.T) {
	var out bytes.Buffer
	NewRunner(environment(nil), &out).Annotate([]fleet.Finding{{
		Rule: "unknown-field", Severity: fleet.Error, Message: "no field \"typ\"", Advice: "did you mean `type`?",
		Position: fleet.Position{File: "strategy.yml", Line: 4, Column: 3, Length: 3},
	}})
	want := "::error col=3,endColumn=6,endLine=4,file=strategy.yml,line=4,title=unknown-field::no field \"typ\"%0Adid you mean `type`?\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
}

func TestAnnotationCannotCarryACommand(t *testing.T) {
	var out bytes.Buffer
	NewRunner(environment(nil), &out).Annotate([]fleet.Finding{{
		Rule: "x", Severity: fleet.Warning, Message: "a\n::set-output name=a::b\r\x1b[31m\u202ered", Advice: "##[add-matcher]x",
	}})
	if want := "a ::set-output name=a::b \uFFFD[31m\uFFFDred%0A## [add-matcher]x"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want %q in it", out.String(), want)
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Errorf("more than one line: %q", out.String())
	}
	if strings.Contains(out.String(), "##[") {
		t.Errorf("an old-style command survived: %q", out.String())
	}
}

func TestAnnotationsPastTheRunnersLimitAreCounted(t *testing.T) {
	var out bytes.Buffer
	var findings []fleet.Finding
	for i := range 14 {
		findings = append(findings, fleet.Finding{Rule: "r", Severity: fleet.Error, Message: fmt.Sprint("m", i)})
	}
	NewRunner(environment(nil), &out).Annotate(findings)
	if lines := strings.Count(out.String(), "\n"); lines != 10 {
		t.Errorf("%d annotations, the runner keeps 10", lines)
	}
	if !strings.Contains(out.String(), "5 more of this kind") {
		t.Errorf("what was left out is not counted: %q", out.String())
	}
}

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
	got, _ := os.ReadFile(file)
	digest, outcome := strings.Index(string(got), "digest<<"), strings.Index(string(got), "outcome<<")
	if digest < 0 || outcome < digest || !strings.Contains(string(got), "\nsha256:1\n") || !strings.Contains(string(got), "\nfailed\n") {
		t.Errorf("outputs are %q", got)
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
