package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// processLimit bounds what a process of these tests may take before it is given up.
const processLimit = 90 * time.Second

// process is fleet-action as a process of its own.
func process(t testing.TB, environment []string, arguments ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), processLimit)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, os.Args[0], arguments...)
	command.Env = append([]string{asMain + "=1", "HOME=" + t.TempDir()}, environment...)
	command.Dir = t.TempDir()
	return command
}

// serveFleet starts fleet-action simulate and returns the environment it prints.
func serveFleet(t testing.TB, fleetFile string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "fleet.yml")
	if err := os.WriteFile(file, []byte(fleetFile), 0o600); err != nil {
		t.Fatal(err)
	}
	command := process(t, nil, "simulate", "--fleet", file)
	printed, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_, _ = io.Copy(io.Discard, printed)
		_ = command.Wait()
	})
	var environment []string
	for lines := bufio.NewScanner(printed); lines.Scan(); {
		assignment, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			continue
		}
		environment = append(environment, strings.ReplaceAll(assignment, "'", ""))
		if strings.HasPrefix(assignment, "SSL_CERT_FILE") {
			return environment
		}
	}
	t.Fatal("the simulator printed no environment")
	return nil
}

// finish runs a process to its end and returns its exit code with everything it printed.
func finish(t testing.TB, command *exec.Cmd) (int, string) {
	t.Helper()
	out, err := command.CombinedOutput()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		t.Fatalf("%v\n%s", err, out)
	}
	return command.ProcessState.ExitCode(), string(out)
}

const servedFleet = `
start: %START%
subscription: 00000000-0000-4000-8000-000000000001
resourceGroup: fleet
durations: {controlPlane: %DURATION%, node: %DURATION%, nodeImage: %DURATION%}
versions: {1.33.5: {}, 1.34.2: {}}
regions: {northeurope: {images: [{image: AKSUbuntu-2204gen2containerd-%IMAGE%}]}}
clusters:
  - {name: "aks-{n}", count: 2, location: northeurope, version: 1.33.5, tags: {ring: first}, pools: [{name: system, count: 1, image: AKSUbuntu-2204gen2containerd-202401.05.0}]}
`

const servedStrategy = `
version: 1
name: served
members: [{discover: {subscriptions: [00000000-0000-4000-8000-000000000001], tags: {ring: first}, groupTag: ring}}]
upgrade: {type: Full, kubernetesVersion: "1.34"}
stages: [{name: only, groups: [{name: first}]}]
`

// served fills in what depends on the day: the simulator is served in real time.
func served(duration string) string {
	now := time.Now().UTC()
	return strings.NewReplacer("%START%", now.Format(time.RFC3339), "%DURATION%", duration, "%IMAGE%", now.Format("200601.02")+".0").Replace(servedFleet)
}

func writeStrategy(t testing.TB, content string) (file, out string) {
	t.Helper()
	out = t.TempDir()
	file = filepath.Join(out, "strategy.yml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, out
}

func readServedResult(t *testing.T, out string) fleet.Result {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(out, resultFile))
	if err != nil {
		t.Fatal(err)
	}
	var result fleet.Result
	if err := json.Unmarshal(content, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

// TestServedFleetIsPlannedAndUpgraded goes over real sockets, TLS and the system clock: simulate in one process, plan and
// stage in others.
func TestServedFleetIsPlannedAndUpgraded(t *testing.T) {
	t.Parallel()
	environment := serveFleet(t, served("50ms"))
	strategyFile, out := writeStrategy(t, servedStrategy)
	code, printed := finish(t, process(t, environment, "plan", "--strategy", strategyFile, "--out", out))
	if code != 0 || !strings.Contains(printed, "2 clusters") {
		t.Fatalf("plan: exit code %d\n%s", code, printed)
	}
	code, printed = finish(t, process(t, environment, "stage", "--plan", filepath.Join(out, planFile), "--stage", "only", "--out", out, "--poll-interval", "50ms"))
	if code != 0 {
		t.Fatalf("stage: exit code %d\n%s", code, printed)
	}
	if result := readServedResult(t, out); result.Outcome != fleet.OutcomeSucceeded {
		t.Errorf("the outcome is %q\n%s", result.Outcome, printed)
	}
}

// TestInterruptedRunRecordsAndGoesOn: SIGINT ends a run with code 3 and a record of what goes on in Azure; the same
// command then follows it to its end and begins nothing twice.
func TestInterruptedRunRecordsAndGoesOn(t *testing.T) {
	t.Parallel()
	environment := serveFleet(t, served("1500ms"))
	strategyFile, out := writeStrategy(t, servedStrategy)
	arguments := []string{"run", "--strategy", strategyFile, "--out", out, "--poll-interval", "100ms"}
	command := process(t, environment, arguments...)
	printed, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errors bytes.Buffer
	command.Stderr = &errors
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(printed)
	for lines.Scan() && !strings.Contains(lines.Text(), "Running: upgrading the control plane") {
	}
	// It is recorded before it is begun; once Azure has accepted it, the record has its operation.
	for since := time.Now(); time.Since(since) < processLimit; {
		if stages := readServedResult(t, out).Stages; stages[0].Groups[0].Members[0].Operation != "" {
			break
		}
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(printed)
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != int(exitAgain) {
		t.Fatalf("exit code %d, want %d\n%s%s", code, exitAgain, rest, errors.String())
	}
	interrupted := readServedResult(t, out)
	if member := interrupted.Stages[0].Groups[0].Members[0]; member.State != fleet.Running || member.Step == nil || member.Reason == "" {
		t.Errorf("the operation in Azure is not recorded: %+v", member)
	}
	code, text := finish(t, process(t, environment, arguments...))
	if code != 0 || strings.Contains(text, "aks-1  Running: upgrading the control plane") {
		t.Errorf("exit code %d; the control plane of aks-1 was being upgraded already:\n%s", code, text)
	}
}
