package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
)

// exitCode is the process's exit code; each means one thing in every command.
type exitCode int

const (
	exitDone    exitCode = 0
	exitFailed  exitCode = 1 // an upgrade failed or a budget was exceeded
	exitInput   exitCode = 2 // the input is wrong: strategy, plan, flags, environment
	exitAgain   exitCode = 3 // stopped or pending with work left; safe to run again
	exitRefused exitCode = 4 // a gate, the order, the digest or drift forbids it
)

// answer is what a command has to say. Commands return it and print nothing; it is rendered in one place.
type answer struct {
	document report.Document
	data     any // what --format json prints
	findings []fleet.Finding
	outputs  map[string]string // of the action's step
	inFile   bool              // the findings are about lines of a file, and a terminal shows them there
	next     string            // what to do now, one line
	code     exitCode
}

// refusal is an answer given as an error: what was asked for cannot be done, and its findings say why.
type refusal struct{ answer }

// Error is what the first error among its findings says.
func (r *refusal) Error() string { return fleet.FirstError(r.findings).Message }

func refuse(title string, findings []fleet.Finding, code exitCode, next string) error {
	elsewhere := func(f fleet.Finding) bool { return f.Position.File == "" }
	return &refusal{answer{
		document: report.Findings(title, findings), data: map[string]any{"valid": false, "findings": findings},
		findings: findings, inFile: !slices.ContainsFunc(findings, elsewhere), next: next, code: code, outputs: outputsAt(code),
	}}
}

// outputsAt are the outputs of what ended before anything was done.
func outputsAt(code exitCode) map[string]string {
	switch code {
	case exitRefused:
		return map[string]string{outputState: stateRefused}
	case exitAgain:
		return map[string]string{outputState: string(fleet.OutcomeUnfinished)}
	default:
		return nil
	}
}

// failure is an error with the exit code it stands for and what the user does about it.
type failure struct {
	rule string // of its finding, where it refuses something
	code exitCode
	err  error
	next string
}

// Error joins what went wrong and, on a second line, what to do.
func (f *failure) Error() string {
	if f.next == "" {
		return f.err.Error()
	}
	return f.err.Error() + "\n" + f.next
}

// Unwrap gives the error alone.
func (f *failure) Unwrap() error { return f.err }

func wrongInput(message, next string) error {
	return &failure{code: exitInput, err: errors.New(message), next: next}
}

// loginFailed is azcore's marker of errors that sending again does not mend, which those of logins carry.
type loginFailed interface{ NonRetriable() }

// codeOf says which exit code an error stands for. What is neither our own failure nor a login's came from Azure or the
// network: nothing is known to be wrong with the input, and the same command may be run again.
func codeOf(err error) exitCode {
	var known *failure
	var login loginFailed
	switch {
	case errors.As(err, &known):
		return known.code
	case errors.As(err, &login), errors.Is(err, azure.ErrNoMembers), azure.Status(err) == http.StatusNotFound:
		return exitInput
	case azure.Status(err) == http.StatusForbidden, github.Status(err) == http.StatusForbidden, github.Status(err) == http.StatusUnauthorized:
		return exitRefused
	case github.Status(err) == http.StatusNotFound:
		return exitInput
	default:
		return exitAgain
	}
}

// ruleOf is the rule of the refusal that an error stands for, or "".
func ruleOf(err error) string {
	var known *failure
	switch {
	case errors.As(err, &known):
		return known.rule
	case codeOf(err) == exitRefused:
		return "no-permission"
	default:
		return ""
	}
}

// explain says for a person what went wrong and what to do.
func explain(err error) (what, next string) {
	var known *failure
	var login loginFailed
	switch {
	case errors.As(err, &known):
		return strings.TrimSpace(known.err.Error()), known.next
	case errors.Is(err, context.Canceled):
		return "it was interrupted", "run the same command again; it continues where Azure stands"
	case errors.As(err, &login):
		return err.Error(), "set up one of these ways to log in, then run the same command again"
	case errors.Is(err, azure.ErrNoMembers), azure.Status(err) == http.StatusNotFound:
		return err.Error(), "check the members in the strategy, then run the same command again"
	case github.Status(err) != 0:
		return err.Error(), "see to that, then run it again"
	case azure.Status(err) == http.StatusForbidden:
		return err.Error(), "grant the identity what is missing, then run the same command again"
	default:
		return err.Error(), "run the same command again; it continues where Azure stands"
	}
}
