// Package github speaks to GitHub: to the runner by its commands and files, later to its API.
package github

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sethvargo/go-githubactions"

	"github.com/org/fleet-update-action/internal/fleet"
)

// annotationsPerKind is how many errors, warnings and notices of one step the runner keeps: ten of each. One is left
// for saying that there are more.
const annotationsPerKind = 9

// Runner is the GitHub Actions runner this process may have been started by.
type Runner struct {
	action *githubactions.Action
	getenv func(string) string
}

// NewRunner reads the runner's environment through getenv and writes its commands to out, which the runner must read
// (standard output or standard error of the step).
func NewRunner(getenv func(string) string, out io.Writer) *Runner {
	return &Runner{
		action: githubactions.New(githubactions.WithGetenv(getenv), githubactions.WithWriter(out)),
		getenv: getenv,
	}
}

// Active reports whether a runner is there.
func (r *Runner) Active() bool { return r.getenv("GITHUB_ACTIONS") == "true" }

// Input returns the action's input of that name, "" where it is not given.
func (r *Runner) Input(name string) string { return r.action.GetInput(name) }

// Annotate puts findings on the lines at fault. The runner keeps ten annotations of a kind and drops the rest
// silently, so past nine the last one counts what is left out.
func (r *Runner) Annotate(findings []fleet.Finding) {
	count := map[fleet.Severity]int{}
	for _, finding := range findings {
		count[finding.Severity]++
		if count[finding.Severity] <= annotationsPerKind {
			r.annotate(finding)
		}
	}
	for _, severity := range []fleet.Severity{fleet.Error, fleet.Warning, fleet.Note} {
		if more := count[severity] - annotationsPerKind; more > 0 {
			r.annotate(fleet.Finding{Rule: "more", Severity: severity, Message: fmt.Sprintf("%d more of this kind: see the job summary", more)})
		}
	}
}

func (r *Runner) annotate(finding fleet.Finding) {
	message := breakCommands(finding.Message)
	if finding.Advice != "" {
		message += "\n" + breakCommands(finding.Advice)
	}
	action := r.action.WithFieldsMap(annotationFields(finding))
	switch finding.Severity {
	case fleet.Error:
		action.Errorf("%s", message)
	case fleet.Warning:
		action.Warningf("%s", message)
	default:
		action.Noticef("%s", message)
	}
}

func annotationFields(finding fleet.Finding) map[string]string {
	fields := map[string]string{"title": finding.Rule}
	at := finding.Position
	if at.File == "" || at.Line == 0 {
		return fields
	}
	fields["file"] = at.File
	fields["line"] = strconv.Itoa(at.Line)
	fields["col"] = strconv.Itoa(at.Column)
	if at.Length > 0 {
		fields["endLine"] = fields["line"]
		fields["endColumn"] = strconv.Itoa(at.Column + at.Length)
	}
	return fields
}

// breakCommands keeps text on one line, without control characters that a log would obey, and from being read as the
// runner's old command form, which it recognises anywhere in a line.
func breakCommands(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		default:
			return r
		}
	}, text)
	return strings.ReplaceAll(text, "##[", "## [")
}

// SetOutputs sets outputs of the step. Without a runner it does nothing.
func (r *Runner) SetOutputs(outputs map[string]string) (err error) {
	if r.getenv("GITHUB_OUTPUT") == "" {
		return nil
	}
	defer func() { // the library panics where the file cannot be written
		if failed := recover(); failed != nil {
			err = fmt.Errorf("writing the step's outputs: %v", failed)
		}
	}()
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		r.action.SetOutput(name, outputs[name])
	}
	return nil
}

// WriteSummary replaces the step's job summary. The runner reads the file once, when the step ends, and skips one that
// is larger than 1 MiB; so the whole file is written again after every change, and a step that is killed leaves its
// last complete summary. Without a runner it does nothing.
func (r *Runner) WriteSummary(markdown string) error {
	file := r.getenv("GITHUB_STEP_SUMMARY")
	if file == "" {
		return nil
	}
	if err := os.WriteFile(file, []byte(markdown), 0o644); err != nil {
		return fmt.Errorf("writing the job summary: %w", err)
	}
	return nil
}
