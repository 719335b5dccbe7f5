package github

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/org/fleet-update-action/internal/fleet"
)

// annotationsPerKind is how many errors, warnings and notices of one step the runner keeps: ten of each. One is left
// for saying that there are more.
const annotationsPerKind = 9

// namedOfRule is how many findings of one rule are told in its annotation; the summary has them all.
const namedOfRule = 3

// Annotate puts findings on the lines at fault; those of one rule that are on no line are one annotation. The runner keeps
// ten annotations of a kind and drops the rest silently, so past nine the last one counts what is left out.
func (r *Runner) Annotate(findings []fleet.Finding) {
	count := map[fleet.Severity]int{}
	for _, same := range byRule(findings) {
		severity := same[0].Severity
		count[severity]++
		if count[severity] <= annotationsPerKind {
			r.annotate(same)
		}
	}
	for _, severity := range []fleet.Severity{fleet.Error, fleet.Warning, fleet.Note} {
		if more := count[severity] - annotationsPerKind; more > 0 {
			r.annotate([]fleet.Finding{{Rule: "more", Severity: severity, Message: fmt.Sprintf("%d more of this kind: see the job summary", more)}})
		}
	}
}

// byRule puts those together that are of one rule and on no line, in the order of the first of each.
func byRule(findings []fleet.Finding) [][]fleet.Finding {
	type kind struct {
		rule     string
		severity fleet.Severity
		file     string
	}
	var all [][]fleet.Finding
	at := map[kind]int{}
	for _, finding := range findings {
		of := kind{finding.Rule, finding.Severity, finding.Position.File}
		i, seen := at[of]
		switch {
		case finding.Position.Line > 0:
			all = append(all, []fleet.Finding{finding})
		case seen:
			all[i] = append(all[i], finding)
		default:
			at[of] = len(all)
			all = append(all, []fleet.Finding{finding})
		}
	}
	return all
}

// annotate writes findings of one rule.
func (r *Runner) annotate(same []fleet.Finding) {
	var lines []string
	if len(same) > 1 {
		lines = append(lines, crowd(same))
	}
	for _, finding := range same[:min(namedOfRule, len(same))] {
		for _, line := range []string{finding.Message, finding.Advice, finding.Command, fleet.HelpPage(finding.Rule)} {
			if line = breakCommands(line); line != "" && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	message := strings.Join(lines, "\n")
	action := r.action.WithFieldsMap(annotationFields(same[0]))
	switch same[0].Severity {
	case fleet.Error:
		action.Errorf("%s", message)
	case fleet.Warning:
		action.Warningf("%s", message)
	default:
		action.Noticef("%s", message)
	}
}

// crowd counts findings and names the first clusters or stages that they are about.
func crowd(same []fleet.Finding) string {
	var names []string
	for _, finding := range same {
		name := cmp.Or(finding.Member, finding.Cluster.Name(), finding.Stage)
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	head := fmt.Sprintf("%d of this rule", len(same))
	if len(names) == 0 {
		return head
	}
	head += ": " + strings.Join(names[:min(namedOfRule, len(names))], ", ")
	if more := len(names) - namedOfRule; more > 0 {
		head += fmt.Sprintf(" and %d more", more)
	}
	return breakCommands(head)
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
