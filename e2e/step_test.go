//go:build e2e

package e2e

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// running is a step whose container has been started.
type running struct {
	t         testing.TB
	runner    *runner
	container string
	command   *exec.Cmd
	files     map[string]string
	log       *stepLog
	ended     chan struct{}
}

// stepResult is what the runner makes of a step that has ended.
type stepResult struct {
	exitCode int
	problems []string // what fails the step besides the exit code
	log      []string
	commands []workflowCommand
	outputs  map[string]string
	env      map[string]string
	summary  string
}

// failed reports whether the step failed.
func (s stepResult) failed() bool { return s.exitCode != 0 || len(s.problems) > 0 }

// stepLog takes the two streams of a container, which the runner reads alike.
type stepLog struct {
	mutex   sync.Mutex
	content bytes.Buffer
}

// Write adds to the log.
func (l *stepLog) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.content.Write(p)
}

// lines of the log; its last one may lack its end.
func (l *stepLog) lines() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.Split(strings.TrimSuffix(l.content.String(), "\n"), "\n")
}

// start starts a step's container.
func (r *runner) start(t testing.TB, s step) *running {
	t.Helper()
	files := r.fileCommands(t)
	s.inputs = actionInputs(t, s.inputs)
	container := "fleetupdateactione2e_" + strings.ToLower(rand.Text()[:6])
	started := &running{t: t, runner: r, container: container, command: r.dockerRun(container, r.environment(s, files)), files: files, log: &stepLog{}, ended: make(chan struct{})}
	stdout, stderr := &lineWriter{to: started.log}, &lineWriter{to: started.log}
	started.command.Stdout, started.command.Stderr = stdout, stderr
	must(t, started.command.Start())
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "--force", container).Run() })
	go func() {
		_ = started.command.Wait()
		stdout.flush()
		stderr.flush()
		close(started.ended)
	}()
	return started
}

// step runs a step to its end.
func (r *runner) step(t testing.TB, s step) stepResult {
	t.Helper()
	return r.start(t, s).result()
}

// result waits for the end of the step and processes its file commands, as the runner does once, when a step ends,
// however it ends.
func (s *running) result() stepResult {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(2 * time.Minute):
		s.t.Fatalf("the step does not end:\n%s", strings.Join(s.log.lines(), "\n"))
	}
	result := stepResult{exitCode: s.command.ProcessState.ExitCode(), log: s.log.lines(), summary: s.read("GITHUB_STEP_SUMMARY")}
	result.commands = workflowCommands(result.log)
	read := func(variable string) map[string]string {
		values, err := fileCommand(s.read(variable))
		if err != nil {
			result.problems = append(result.problems, fmt.Sprintf("Unable to process file command %s: %v", variable, err))
		}
		return values
	}
	result.outputs, result.env = read("GITHUB_OUTPUT"), read("GITHUB_ENV")
	read("GITHUB_STATE")
	s.checkSecrets(result)
	return result
}

// checkSecrets: the runner hides what it was told to mask, once it was told, and nothing else.
func (s *running) checkSecrets(result stepResult) {
	s.t.Helper()
	for _, secret := range []string{jobToken, s.runner.cloud.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], runtimeToken} {
		for _, line := range append(result.log, result.summary) {
			if strings.Contains(line, secret) && line != "::add-mask::"+secret {
				s.t.Errorf("a token is shown: %s", line)
			}
		}
	}
}

func (s *running) read(variable string) string {
	s.t.Helper()
	content, err := os.ReadFile(s.files[variable])
	must(s.t, err)
	return string(content)
}

// cancel signals the docker command as the runner does when a run is cancelled: SIGINT, SIGTERM after 7.5 s, and after
// 2.5 s more SIGKILL, which ends the command and not the container. It returns when the command has ended, with how
// long that took.
func (s *running) cancel() time.Duration {
	began := time.Now()
	for _, next := range []struct {
		signal os.Signal
		grace  time.Duration
	}{{os.Interrupt, 7500 * time.Millisecond}, {syscall.SIGTERM, 2500 * time.Millisecond}, {os.Kill, time.Minute}} {
		_ = s.command.Process.Signal(next.signal)
		select {
		case <-s.ended:
			return time.Since(began)
		case <-time.After(next.grace):
		}
	}
	return time.Since(began)
}

// gone reports whether the step's container is no more.
func (s *running) gone() bool {
	var exited *exec.ExitError
	return errors.As(exec.Command("docker", "container", "inspect", s.container).Run(), &exited)
}

// lineWriter hands on whole lines, so that two streams do not break each other's.
type lineWriter struct {
	to   io.Writer
	rest []byte
}

// Write keeps what follows the last line's end.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	if end := bytes.LastIndexByte(w.rest, '\n'); end >= 0 {
		_, _ = w.to.Write(w.rest[:end+1])
		w.rest = bytes.Clone(w.rest[end+1:])
	}
	return len(p), nil
}

func (w *lineWriter) flush() { _, _ = w.to.Write(w.rest) }
