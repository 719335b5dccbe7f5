package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Findings says what is wrong with something, errors first, for where there is neither a plan nor a result: a strategy
// that does not validate, a stage that was refused.
func Findings(title string, findings []fleet.Finding) Document {
	d := Document{whole: "the log of this step", blocks: []block{heading{1, words(title)}}}
	if len(findings) == 0 {
		d.add(paragraph{text{stateSign(fleet.Completed).symbolSpan(), plain(" Nothing to report.")}})
		return d
	}
	if fleet.HasErrors(findings) { // else the title of the others counts them
		d.add(paragraph{text{strong(findingCounts(findings)), plain(".")}})
	}
	d.add(findingBlocks(findings, fleet.Error)...)
	d.add(findingBlocks(findings, fleet.Warning, fleet.Note)...)
	return d
}

// findingCounts writes "1 error, 2 warnings and 1 note".
func findingCounts(findings []fleet.Finding) string {
	var parts []string
	for _, severity := range []fleet.Severity{fleet.Error, fleet.Warning, fleet.Note} {
		if n := len(ofSeverity(findings, severity)); n > 0 {
			parts = append(parts, count(n, string(severity)))
		}
	}
	return and(parts)
}

func ofSeverity(findings []fleet.Finding, severities ...fleet.Severity) []fleet.Finding {
	var some []fleet.Finding
	for _, severity := range severities {
		for _, f := range findings {
			if f.Severity == severity {
				some = append(some, f)
			}
		}
	}
	return some
}

// maxOfRule is how many findings of one rule are shown; the hundredth of a kind teaches nothing.
const maxOfRule = 5

// findingBlocks lists the findings of these severities, worst first, those of one rule together. Errors lie open,
// others are folded.
func findingBlocks(findings []fleet.Finding, severities ...fleet.Severity) []block {
	some := ofSeverity(findings, severities...)
	if len(some) == 0 {
		return nil
	}
	l := findingList(some)
	if severities[0] == fleet.Error {
		return append([]block{heading{2, words("Errors")}, l}, commandBlocks("To mend it", some)...)
	}
	return []block{details{text{strong(capital(findingCounts(some)))}, append([]block{l}, commandBlocks("To change it", some)...)}}
}

// commandBlocks lists the commands that mend findings, each once: one often mends several.
func commandBlocks(title string, findings []fleet.Finding) []block {
	lines := commandsOf(findings)
	if len(lines) == 0 {
		return nil
	}
	return []block{heading{2, words(title)}, commands{lines}}
}

func commandsOf(findings []fleet.Finding) []string {
	var lines []string
	for _, f := range findings {
		if f.Command != "" && !slices.Contains(lines, f.Command) {
			lines = append(lines, f.Command)
		}
	}
	return lines
}

func findingList(findings []fleet.Finding) list {
	byRule := map[string][]fleet.Finding{}
	var rules []string
	for _, f := range findings {
		if byRule[f.Rule] == nil {
			rules = append(rules, f.Rule)
		}
		byRule[f.Rule] = append(byRule[f.Rule], f)
	}
	l := list{noun: "findings"}
	for _, rule := range rules {
		same := byRule[rule]
		for _, f := range same[:min(maxOfRule, len(same))] {
			l.items = append(l.items, findingItem(f))
		}
		if more := len(same) - maxOfRule; more > 0 {
			l.items = append(l.items, text{plain(fmt.Sprintf("… and %d more of ", more)), code(rule)})
		}
	}
	return l
}

// maxMessage keeps one finding from burying the others; Azure's own messages run to pages.
const maxMessage = 700

// maxAdvice is longer: advice is ours, and a command that is cut short does something else.
const maxAdvice = 4000

func findingItem(f fleet.Finding) text {
	s := severitySign(f.Severity)
	item := text{s.symbolSpan(), plain(" ")}
	if where := findingPlace(f); where != "" {
		item = append(item, strong(where), plain(": "))
	}
	item = append(item, plain(clip(f.Message, maxMessage)+" ("), code(f.Rule), plain(")"))
	if f.Advice != "" {
		item = append(item, lineEnd(), plain(clip(f.Advice, maxAdvice)))
	}
	if help := fleet.HelpPage(f.Rule); help != "" {
		item = append(item, lineEnd(), page(help))
	}
	return item
}

// findingPlace says where a finding is: a stage, cluster and pool where it is about one, else a file's line.
func findingPlace(f fleet.Finding) string {
	name := f.Member
	if name == "" {
		name = f.Cluster.Name()
	}
	parts := slices.DeleteFunc([]string{f.Stage, name, f.Pool}, func(part string) bool { return part == "" })
	if name == "" && f.Position.File != "" {
		return position(f.Position)
	}
	return strings.Join(parts, " / ")
}

func position(p fleet.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}
