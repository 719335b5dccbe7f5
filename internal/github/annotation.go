package github

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/org/fleet-update-action/internal/fleet"
)

// annotationsPerKind is how many errors, warnings and notices of one step the runner keeps: ten of each. One is left
// for saying that there are more.
const annotationsPerKind = 9

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
	if finding.Command != "" {
		message += "\n" + breakCommands(finding.Command)
	}
	if page := fleet.HelpPage(finding.Rule); page != "" {
		message += "\n" + page
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
