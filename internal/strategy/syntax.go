package strategy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// The YAML parser tells its line, and an unknown anchor, only in the text of its errors.
var (
	errorLine   = regexp.MustCompile(`line (\d+): `)
	errorAnchor = regexp.MustCompile(`unknown anchor '([^']*)' referenced`)
	// Errors of the parser proper count lines from 0, those of its scanner from 1.
	fromZero     = regexp.MustCompile(`did not find expected (key|node content|'-' indicator|',' or|<document)`)
	tabbedIndent = regexp.MustCompile(`^ *\t[ \t]*\S`)
)

func emptyFile(lines schema.Lines) fleet.Finding {
	return fleet.Finding{
		Rule:     string(ruleEmptyFile),
		Severity: fleet.Error,
		Message:  "the file is empty",
		Advice:   "A strategy needs at least version, name, members and upgrade.",
		Position: lines.At(1, 1),
	}
}

// syntaxFinding explains why a file is not YAML.
func syntaxFinding(problem string, content []byte, lines schema.Lines) fleet.Finding {
	text := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(content)), "\n")
	finding := fleet.Finding{Severity: fleet.Error}
	if match := errorAnchor.FindStringSubmatch(problem); match != nil {
		finding.Rule = string(ruleUnknownAlias)
		finding.Message = "there is no anchor &" + match[1] + " above this alias"
		finding.Advice = "Define the anchor before it is used, or put the text in quotes if it is not meant as an alias."
		line, column := find(text, "*"+match[1])
		finding.Position = lines.At(line, column)
		return finding
	}
	line := 1
	if match := errorLine.FindStringSubmatch(problem); match != nil {
		line, _ = strconv.Atoi(match[1])
		if fromZero.MatchString(problem) {
			line++
		}
		line = min(max(line, 1), len(text))
	}
	if tabbed, ok := nearestTab(text, line); ok {
		finding.Rule = string(ruleTabIndentation)
		finding.Message = "this line is indented with a tab, which YAML does not allow"
		finding.Advice = "Indent with spaces."
		finding.Position = lines.At(tabbed, strings.Index(text[tabbed-1], "\t")+1)
		finding.Position.Length = 1
		return finding
	}
	for line > 1 && strings.TrimSpace(text[line-1]) == "" { // the end of the file: show the last line with text
		line--
	}
	finding.Rule = string(ruleYAMLSyntax)
	finding.Message = "this is not YAML: " + errorLine.ReplaceAllString(strings.TrimPrefix(problem, "yaml: "), "")
	finding.Advice = "Check the indentation, quotes, colons and brackets of this line and of the one before it."
	finding.Position = lines.At(line, 1+len(text[line-1])-len(strings.TrimLeft(text[line-1], " ")))
	return finding
}

// nearestTab returns the number of a line that is indented with a tab: the one at fault or a neighbour, since the
// parser often stumbles one line off.
func nearestTab(text []string, line int) (number int, ok bool) {
	for _, candidate := range []int{line, line + 1, line - 1} {
		if candidate >= 1 && candidate <= len(text) && tabbedIndent.MatchString(text[candidate-1]) {
			return candidate, true
		}
	}
	return 0, false
}

// find returns the place of the first occurrence of a text.
func find(text []string, wanted string) (line, column int) {
	for i, each := range text {
		if at := strings.Index(each, wanted); at >= 0 {
			return i + 1, len([]rune(each[:at])) + 1
		}
	}
	return 1, 1
}
