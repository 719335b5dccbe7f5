package schema

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Kind says what a Node is.
type Kind int

// The kinds of nodes.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Map
)

// Node is one value of a document and the place where it begins; Line and Column count from 1, Column in runes. All
// methods may be called on a nil Node, and on one of another kind they give the zero value, so that a document can be
// read before it is known to be well-formed.
type Node struct {
	Kind   Kind
	Value  string // of a scalar, as written, without quotes: "1.30" stays "1.30"
	Items  []*Node
	Fields []Field
	Line   int
	Column int
}

// Field is one entry of a Map.
type Field struct {
	Key, Value *Node
}

// Field returns the value of a field of a Map, or nil.
func (n *Node) Field(name string) *Node {
	_, value := n.entry(name)
	return value
}

// Key returns the key of a field of a Map, or nil where there is no such field.
func (n *Node) Key(name string) *Node {
	key, _ := n.entry(name)
	return key
}

func (n *Node) entry(name string) (key, value *Node) {
	if n == nil {
		return nil, nil
	}
	for _, field := range n.Fields {
		if field.Key.Value == name {
			return field.Key, field.Value
		}
	}
	return nil, nil
}

// Elements returns the items of a List.
func (n *Node) Elements() []*Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// Text returns a text as it is and a number as written.
func (n *Node) Text() string {
	if n == nil || n.Kind != Text && n.Kind != Number {
		return ""
	}
	return n.Value
}

// Int returns a whole number. "5.0" is one, as it is for a schema.
func (n *Node) Int() (value int, ok bool) {
	if n == nil || n.Kind != Number {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(n.Value, ".")
	value, err := strconv.Atoi(whole)
	return value, err == nil && strings.Trim(fraction, "0") == ""
}

// Bool returns whether the node is true; given is false where it is not a boolean.
func (n *Node) Bool() (value, given bool) {
	if n == nil || n.Kind != Bool {
		return false, false
	}
	return strings.EqualFold(n.Value, "true"), true
}

// plain returns the node as the values that encoding/json would give.
func (n *Node) plain() any {
	switch n.Kind {
	case Bool:
		value, _ := n.Bool()
		return value
	case Number:
		return json.Number(n.Value)
	case Text:
		return n.Value
	case List:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = item.plain()
		}
		return list
	case Map:
		fields := make(map[string]any, len(n.Fields))
		for _, field := range n.Fields {
			fields[field.Key.Value] = field.Value.plain()
		}
		return fields
	default:
		return nil
	}
}

// IsNumber reports whether text is written as JSON writes numbers, without an exponent and with at most 15 digits.
// Longer ones are of no use in our files, and some take a machine's whole memory to compare.
func IsNumber(text string) bool {
	whole, fraction, isFraction := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if len(whole)+len(fraction) > 15 || isFraction && fraction == "" {
		return false
	}
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	return strings.Trim(whole+fraction, "0123456789") == ""
}
