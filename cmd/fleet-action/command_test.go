package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/strategy"
)

// streams is a system that writes into memory and has the environment given.
func streams(environment map[string]string) (s system, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	files := memory{}
	return system{
		stdin: strings.NewReader(""), stdout: stdout, stderr: stderr,
		getenv: func(name string) string { return environment[name] },
		folder: func(string) disk { return files },
		size:   func() (int, int) { return 120, 0 },
	}, stdout, stderr
}

func TestJSONIsOneDocumentOnStandardOutput(t *testing.T) {
	s, stdout, stderr := streams(nil)
	if code := dispatch(context.Background(), s, []string{"demo", "--format", "json"}); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	var result fleet.Result
	decoder := json.NewDecoder(stdout)
	if err := decoder.Decode(&result); err != nil {
		t.Fatalf("standard output is not a result: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Error("there is more than one document on standard output")
	}
	for _, said := range []string{"11 clusters will be upgraded", "Approved by the demo.", "Stage running", "With your own fleet"} {
		if !strings.Contains(stderr.String(), said) {
			t.Errorf("standard error does not say %q", said)
		}
	}
}

// rolloutCall is a call of run on the fleet of the end-to-end tests, in the environment given.
func rolloutCall(t *testing.T, file string, environment map[string]string) (call, shells, strategy.Strategy, *bytes.Buffer) {
	t.Helper()
	world, findings := simulator.Load("fleet.yml", fmt.Appendf(nil, rolloutFleet, level))
	if fleet.HasErrors(findings) {
		t.Fatal(findings)
	}
	parsed, findings := strategy.Parse("strategy.yml", []byte(file))
	if fleet.HasErrors(findings) {
		t.Fatal(findings)
	}
	sh, err := simulatedShells(world)
	if err != nil {
		t.Fatal(err)
	}
	s, stdout, stderr := streams(environment)
	c := call{
		system: s, command: runCommand(), runner: github.NewRunner(s.getenv, stderr),
		values: values{"poll-interval": "1m", "format": "text", "strategy": "strategy.yml", "out": "out"},
	}
	return c, sh, parsed, stdout
}

func TestAPlanThatCannotBeRunIsInTheSummary(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary")
	file := strings.Replace(fmt.Sprintf(rolloutStrategy, "type: NodeImageOnly"), "name: second, groups: [{name: second", "name: second, groups: [{name: secnd", 1)
	c, sh, s, _ := rolloutCall(t, file, map[string]string{"GITHUB_STEP_SUMMARY": summary})
	result, err := planAndRun(context.Background(), c, sh, s, plan.Orders{}, refuseApproval)
	if err != nil || result.code != exitInput {
		t.Fatalf("exit code %d, %v", result.code, err)
	}
	if err := present(c.system, c.values, c.runner, result); err != nil {
		t.Fatal(err)
	}
	job, _ := os.ReadFile(summary)
	own, _ := c.out().read(summaryFile)
	for where, text := range map[string]string{"the job summary": string(job), summaryFile: string(own)} {
		if !strings.Contains(text, "This plan cannot be run") {
			t.Errorf("%s does not say that the plan cannot be run: %q", where, text)
		}
	}
}

func TestRunSaysWhatItIsAboutToDo(t *testing.T) {
	c, sh, s, stdout := rolloutCall(t, fmt.Sprintf(rolloutStrategy, "type: NodeImageOnly"), nil)
	if _, err := planAndRun(context.Background(), c, sh, s, plan.Orders{}, refuseApproval); err != nil {
		t.Fatal(err)
	}
	sum, first := strings.Index(stdout.String(), "3 clusters will be upgraded"), strings.Index(stdout.String(), "Stage running")
	if sum < 0 || sum > first {
		t.Errorf("the sum of the plan does not stand before the first change:\n%s", stdout)
	}
}

func TestOutputsAndAnnotationsOfAFailedRun(t *testing.T) {
	output := filepath.Join(t.TempDir(), "output")
	s, stdout, stderr := streams(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": output})
	if code := dispatch(context.Background(), s, []string{"demo"}); code != exitDone {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if content, _ := os.ReadFile(output); !strings.Contains(string(content), "state<<") || !strings.Contains(string(content), "succeeded with failures") {
		t.Errorf("the outputs do not hold the outcome: %q", content)
	}
	if want := "::warning title=upgrade-failed::production / aks-prod-eu-3: "; !strings.Contains(stderr.String(), want) {
		t.Errorf("the failure within the budget is no warning: %s", stderr)
	}
}

func TestErrorsAreAnnotatedUnderARunner(t *testing.T) {
	s, _, stderr := streams(map[string]string{"GITHUB_ACTIONS": "true"})
	if code := dispatch(context.Background(), s, []string{"validate", "--strategy", "missing.yml"}); code != exitInput {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(stderr.String(), "::error title=fleet-action validate::reading the strategy: open missing.yml") {
		t.Errorf("no annotation: %s", stderr)
	}
}
