package schema

import (
	"strings"
	"unicode/utf8"

	"github.com/org/fleet-update-action/internal/fleet"
)

// shown is how long a line may be, in bytes, for findings to show it. Longer ones are not written by hand, and looking
// at one again for each of its findings would take a time that grows with its square.
const shown = 2000

// Lines is the text of a file by its lines, to tell where a Node stands.
type Lines struct {
	file  string
	lines []string
}

// NewLines splits a file at every kind of line end.
func NewLines(file string, content []byte) Lines {
	text := string(content)
	if strings.Contains(text, "\r") {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	}
	return Lines{file: file, lines: strings.Split(text, "\n")}
}

// Position returns the place of a node: of a scalar as long as it is, of a list or mapping to the end of its first
// line. For nil it is the beginning of the file.
func (l Lines) Position(n *Node) fleet.Position {
	if n == nil {
		n = &Node{Line: 1, Column: 1}
	}
	position := fleet.Position{File: l.file, Line: n.Line, Column: n.Column}
	line, ok := l.line(n.Line)
	if !ok {
		return position
	}
	position.Source = line
	position.Length = utf8.RuneCountInString(token(from(line, n.Column), n))
	return position
}

// At returns a place as long as the line goes on from there.
func (l Lines) At(line, column int) fleet.Position {
	return l.Position(&Node{Kind: List, Line: line, Column: column})
}

func (l Lines) line(number int) (text string, ok bool) {
	if number < 1 || number > len(l.lines) || len(l.lines[number-1]) > shown {
		return "", false
	}
	return l.lines[number-1], true
}

// from returns the rest of a line from a column on.
func from(line string, column int) string {
	for i := range line {
		if column--; column <= 0 {
			return line[i:]
		}
	}
	return ""
}

// token returns what of the rest of the line is the node.
func token(rest string, n *Node) string {
	if n.Kind == List || n.Kind == Map {
		return strings.TrimRight(rest, " \t")
	}
	if rest == "" {
		return ""
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		return quoted(rest, quote)
	}
	if n.Value != "" && strings.HasPrefix(rest, n.Value) {
		return n.Value
	}
	if end := strings.IndexAny(rest, " \t,]}"); end > 0 { // tagged, anchored or over several lines: the first word
		return rest[:end]
	}
	return strings.TrimRight(rest, " \t")
}

// quoted returns a quoted scalar with its quotes, or the whole rest where it goes on in the next line.
func quoted(rest string, quote byte) string {
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && quote == '"':
			i++
		case rest[i] == quote && quote == '\'' && strings.HasPrefix(rest[i+1:], "'"):
			i++
		case rest[i] == quote:
			return rest[:i+1]
		}
	}
	return rest
}
