package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestPosition(t *testing.T) {
	lines := NewLines("f.yml", []byte("a: größe, b\r\nc: \"x \\\" y\" # note\rd: 'it''s' e\n"))
	for _, c := range []struct {
		name         string
		node         *Node
		line, column int
		length       int
		source       string
	}{
		{"a plain text", &Node{Kind: Text, Value: "größe", Line: 1, Column: 4}, 1, 4, 5, "a: größe, b"},
		{"after wide runes", &Node{Kind: Text, Value: "b", Line: 1, Column: 11}, 1, 11, 1, "a: größe, b"},
		{"a quoted text with its quotes", &Node{Kind: Text, Value: `x " y`, Line: 2, Column: 4}, 2, 4, 8, `c: "x \" y" # note`},
		{"a quote in quotes", &Node{Kind: Text, Value: "it's", Line: 3, Column: 4}, 3, 4, 7, "d: 'it''s' e"},
		{"a tagged text", &Node{Kind: Text, Value: "e", Line: 3, Column: 1}, 3, 1, 2, "d: 'it''s' e"},
		{"a mapping, to the end of the line", &Node{Kind: Map, Line: 3, Column: 1}, 3, 1, 12, "d: 'it''s' e"},
		{"nothing", nil, 1, 1, 2, "a: größe, b"},
		{"behind the line", &Node{Kind: Text, Value: "x", Line: 3, Column: 99}, 3, 99, 0, "d: 'it''s' e"},
		{"behind the file", &Node{Kind: Text, Value: "x", Line: 9, Column: 1}, 9, 1, 0, ""},
	} {
		want := fleet.Position{File: "f.yml", Line: c.line, Column: c.column, Length: c.length, Source: c.source}
		if diff := cmp.Diff(want, lines.Position(c.node)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
