package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Diagnostics renders findings for a terminal the way compilers do, in the order given: the place and what is wrong, the source line
// with the offending text underlined, and what to do.
func Diagnostics(findings []fleet.Finding, s Style) string {
	var into strings.Builder
	for _, f := range findings {
		lines := append([]text{diagnosticHead(f)}, s.excerpt(f)...)
		if f.Advice != "" {
			lines = append(lines, text{plain("  help: " + clean(f.Advice))})
		}
		if help := fleet.HelpPage(f.Rule); help != "" {
			lines = append(lines, text{plain("  see:  " + help)})
		}
		for _, line := range lines {
			into.WriteString(s.paint(line))
			into.WriteByte('\n')
		}
	}
	if lines := commandsOf(findings); len(lines) > 0 {
		into.WriteString("\nTo mend it:\n")
		for _, line := range lines {
			into.WriteString("\n    " + visibleLine(line) + "\n")
		}
	}
	return into.String()
}

func diagnosticHead(f fleet.Finding) text {
	var head text
	where := findingPlace(f)
	if f.Position.File != "" {
		where = position(f.Position)
	}
	if where != "" {
		head = append(head, strong(clean(where)), plain(": "))
	}
	severity := severitySign(f.Severity)
	return append(head, span{words: severity.word, tone: severity.tone}, plain(": "+clean(f.Message)+" ["+clean(f.Rule)+"]"))
}

// excerpt is the source line and the underline; a line that is too long shows the part around the offending text.
func (s Style) excerpt(f fleet.Finding) []text {
	p := f.Position
	source := []rune(strings.TrimRight(p.Source, "\r\n"))
	if strings.TrimSpace(string(source)) == "" || p.Column < 1 || p.Column > len(source)+1 {
		return nil
	}
	gutter := fmt.Sprintf(" %d | ", p.Line)
	begin, end := window(len(source), p.Column-1, s.excerptLength(len(gutter)))
	marked := min(max(1, p.Length), max(1, end-(p.Column-1)))
	before, at := shown(source[begin:p.Column-1]), shown(source[p.Column-1:min(end, p.Column-1+marked)])
	after := shown(source[min(end, p.Column-1+marked):end])
	if begin > 0 {
		before = "…" + before
	}
	if end < len(source) {
		after += "…"
	}
	blank := strings.Repeat(" ", len(strconv.Itoa(p.Line)))
	under := "^" + strings.Repeat("~", max(0, width(at)-1))
	return []text{
		{plain(gutter + before + at + after)},
		{plain(" " + blank + " | " + strings.Repeat(" ", width(before))), span{words: under, tone: severitySign(f.Severity).tone}},
	}
}

// excerptLength is how many runes of a source line are shown: lines of minified files run to megabytes.
func (s Style) excerptLength(gutter int) int {
	if s.Width <= 0 {
		return 160
	}
	return max(20, s.Width-gutter-2)
}

// window chooses limit runes of a line around one of them, from the line's beginning where that does.
func window(length, around, limit int) (begin, end int) {
	if length <= limit {
		return 0, length
	}
	if around >= limit*3/4 {
		begin = min(around-limit/4, length-limit)
	}
	return begin, begin + limit
}

// shown keeps the columns of a source line: a tab becomes two spaces, above and below alike.
func shown(source []rune) string {
	return visibleLine(strings.ReplaceAll(string(source), "\t", "  "))
}
