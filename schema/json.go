package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/org/fleet-update-action/internal/fleet"
)

// jsonReader builds a tree of nodes from the tokens of a JSON document that is known to be one.
type jsonReader struct {
	decoder *json.Decoder
	content []byte
	offset  int // up to here line and column are counted
	line    int
	column  int
}

func readJSON(content []byte) *Node {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	r := jsonReader{decoder: decoder, content: content, line: 1, column: 1}
	root, _ := r.next()
	return root
}

// next reads one value; ok is false at the end of a list, an object or the document.
func (r *jsonReader) next() (n *Node, ok bool) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, false
	}
	n = r.place()
	switch value := token.(type) {
	case json.Delim:
		return n, r.fill(n, value)
	case string:
		n.Kind, n.Value = Text, value
	case json.Number:
		n.Kind, n.Value = Number, value.String()
	case bool:
		n.Kind, n.Value = Bool, "false"
		if value {
			n.Value = "true"
		}
	}
	return n, true
}

func (r *jsonReader) fill(n *Node, delim json.Delim) bool {
	switch delim {
	case '[':
		n.Kind = List
		for item, ok := r.next(); ok; item, ok = r.next() {
			n.Items = append(n.Items, item)
		}
	case '{':
		n.Kind = Map
		for key, ok := r.next(); ok; key, ok = r.next() {
			value, _ := r.next()
			n.Fields = append(n.Fields, Field{Key: key, Value: value})
		}
	default:
		return false
	}
	return true
}

// place returns a node where the token just read begins.
func (r *jsonReader) place() *Node {
	end := int(r.decoder.InputOffset())
	between := r.content[r.offset:end]
	start := r.offset + len(between) - len(bytes.TrimLeft(between, " \t\r\n,:"))
	r.advance(start)
	n := &Node{Line: r.line, Column: r.column}
	r.advance(end)
	return n
}

func (r *jsonReader) advance(to int) {
	passed := r.content[r.offset:to]
	r.offset = to
	if newline := bytes.LastIndexByte(passed, '\n'); newline >= 0 {
		r.line += bytes.Count(passed, []byte("\n"))
		r.column = 1
		passed = passed[newline+1:]
	}
	r.column += utf8.RuneCount(passed)
}

func jsonSyntax(file string, content []byte, err error) fleet.Finding {
	offset := len(content)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = min(max(int(syntax.Offset)-1, 0), len(content))
	}
	r := jsonReader{content: content, line: 1, column: 1}
	r.advance(offset)
	return fleet.Finding{
		Rule:     string(ruleJSONSyntax),
		Severity: fleet.Error,
		Message:  "this is not JSON: " + strings.TrimPrefix(err.Error(), "json: "),
		Advice:   "Use the file as it was written; it may have been cut off or edited.",
		Position: NewLines(file, content).At(r.line, r.column),
	}
}
