package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
)

// command is one word of the command line and of the action's input "command".
type command struct {
	name    string
	summary string
	example string
	options []string
	run     func(ctx context.Context, c call) (answer, error)
}

// call is one use of a command.
type call struct {
	system
	values
	command command
	runner  *github.Runner
	orders  string // run: what it is asked to do
}

// progress is where is said what happens meanwhile: where something else reads standard output, it is one document.
func (c call) progress() io.Writer {
	if c.values.oneDocument() {
		return c.stderr
	}
	return c.stdout
}

// publish writes a document as summary.md.
func (c call) publish(d report.Document) error {
	return c.out().write(summaryFile, []byte(report.Markdown(d, report.SummaryLimit)))
}

// outFile is the path of a file that the command writes.
func (c call) outFile(name string) string { return filepath.Join(c.values["out"], name) }

// out is the folder that the command writes to.
func (c call) out() disk { return c.folder(c.values["out"]) }

func commands() []command {
	return []command{
		validateCommand(), planCommand(), stageCommand(), gateCommand(), statusCommand(), environmentsCheckCommand(), resumeCommand(),
		runCommand(), demoCommand(), simulateCommand(), workflowGenerateCommand(), workflowCheckCommand(), strategySaveCommand(), versionCommand(),
	}
}

// dispatch runs the command that the arguments or the action's input name, and renders its answer.
func dispatch(ctx context.Context, s system, arguments []string) exitCode {
	runner := github.NewRunner(s.getenv, s.stderr) // the runner reads both streams; standard output may be JSON
	if len(arguments) == 0 {
		if word := runner.Input("command"); word != "" {
			arguments = []string{word}
		}
	}
	if len(arguments) == 0 {
		fmt.Fprint(s.stderr, help(helpWidth(s)))
		return exitInput
	}
	if isHelp(arguments[0]) {
		fmt.Fprint(s.stdout, help(helpWidth(s)))
		return exitDone
	}
	for _, known := range commands() {
		if rest, named := known.namedBy(arguments); named {
			return perform(ctx, s, runner, known, rest)
		}
	}
	return fail(s, runner, command{name: arguments[0]}, wrongInput(fmt.Sprintf("%q is not a command", arguments[0]), whichCommand(arguments)))
}

// namedBy reports whether the arguments begin with the command's name, and returns those after it. A name of two words
// may be one argument, as the action's input is.
func (c command) namedBy(arguments []string) (rest []string, named bool) {
	words := append(strings.Fields(arguments[0]), arguments[1:]...)
	name := strings.Fields(c.name)
	if len(words) < len(name) || !slices.Equal(words[:len(name)], name) {
		return nil, false
	}
	return words[len(name):], true
}

func perform(ctx context.Context, s system, runner *github.Runner, c command, arguments []string) exitCode {
	given, err := parseArguments(c, arguments, runner, s.getenv)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(s.stdout, c.help(helpWidth(s)))
		return exitDone
	}
	if err != nil {
		return fail(s, runner, c, wrongInput(err.Error(), "see fleet-action "+c.name+" --help"))
	}
	result, err := c.run(ctx, call{system: s, values: given, command: c, runner: runner})
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		result = refused.answer
	case err != nil:
		return fail(s, runner, c, err)
	}
	if err := present(s, given, runner, result); err != nil {
		say(s, runner, c, err)
		return exitInput
	}
	return result.code
}

// fail says what kept a command from giving an answer, in the job's summary as well.
func fail(s system, runner *github.Runner, c command, err error) exitCode {
	finding := say(s, runner, c, err)
	code := codeOf(err)
	if runner.Active() { // the log has said it where these cannot be written
		_ = runner.WriteSummary(report.Markdown(report.Findings("fleet-action "+c.name, []fleet.Finding{finding}), report.SummaryLimit))
		_ = runner.SetOutputs(outputsAt(code))
	}
	return code
}

// say says what went wrong on standard error and as an annotation.
func say(s system, runner *github.Runner, c command, err error) fleet.Finding {
	what, next := explain(err)
	rule := ruleOf(err)
	for _, line := range []string{"fleet-action " + c.name + ": " + what, next, fleet.HelpPage(rule)} {
		if line != "" {
			fmt.Fprintln(s.stderr, report.Plain(line))
		}
	}
	finding := fleet.Finding{Rule: cmp.Or(rule, "fleet-action "+c.name), Severity: fleet.Error, Message: what, Advice: next}
	if runner.Active() {
		runner.Annotate([]fleet.Finding{finding})
	}
	return finding
}

// present is the one place where an answer is shown: on the terminal, as JSON, as annotations, as the job's summary.
func present(s system, given values, runner *github.Runner, result answer) error {
	if runner.Active() {
		runner.Annotate(result.findings)
	}
	if summary := report.Markdown(result.document, report.SummaryLimit); strings.TrimSpace(summary) != "" {
		if err := runner.WriteSummary(summary); err != nil {
			return err
		}
	}
	if err := runner.SetOutputs(result.outputs); err != nil {
		return err
	}
	if given.oneDocument() {
		if result.next != "" {
			fmt.Fprintln(s.stderr, report.Plain(result.next))
		}
		return writeDocument(s.stdout, given["format"], result)
	}
	text := report.Text(result.document, style(s))
	if result.inFile {
		text = report.Diagnostics(result.findings, style(s))
	}
	if result.next != "" && text != "" {
		text += "\n"
	}
	if result.next != "" {
		text += report.Plain(result.next) + "\n"
	}
	_, err := io.WriteString(s.stdout, text)
	return err
}

// writeDocument writes what came out in a form for something else than a terminal.
func writeDocument(to io.Writer, format string, result answer) error {
	if format == "json" {
		return writeJSON(printed{to}, result.data)
	}
	_, err := io.WriteString(to, report.Plain(report.Markdown(result.document, report.SummaryLimit)))
	return err
}

// printed is a step's log that JSON is written to: no text in it can be taken for the runner's old command form.
type printed struct{ to io.Writer }

// Write writes one encoded document.
func (p printed) Write(content []byte) (int, error) {
	if _, err := p.to.Write(bytes.ReplaceAll(content, []byte("##["), []byte(`##\u005b`))); err != nil {
		return 0, err
	}
	return len(content), nil
}

func style(s system) report.Style {
	width, height := s.size()
	return report.Style{Width: width, Height: height, Colour: s.terminal && s.getenv("NO_COLOR") == ""}
}
