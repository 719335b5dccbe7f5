package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// label names the part of the document for people: "stages[0].groups[1].name".
func (v violation) label() string {
	var label strings.Builder
	for _, part := range v.path {
		_, err := strconv.Atoi(part)
		switch {
		case err == nil:
			label.WriteString("[" + part + "]")
		case label.Len() == 0:
			label.WriteString(short(part))
		default:
			label.WriteString("." + short(part))
		}
	}
	if label.Len() == 0 {
		return "the file"
	}
	return label.String()
}

// describeKind says in words what the node is and which kind of thing that is.
func (n *Node) describeKind() string {
	switch {
	case n != nil && n.Kind == Text:
		return "the text " + n.describe()
	case n != nil && n.Kind == Number:
		return "the number " + n.describe()
	default:
		return n.describe()
	}
}

// describe says in words what the node is.
func (n *Node) describe() string {
	if n == nil {
		return "empty"
	}
	switch n.Kind {
	case List:
		return "a list"
	case Map:
		return "a mapping"
	case Text:
		return strconv.Quote(short(n.Value))
	case Null:
		return "empty"
	default:
		return n.Value
	}
}

func (n *Node) fields() []Field {
	if n == nil {
		return nil
	}
	return n.Fields
}

// short cuts a text from the file that would drown the message it stands in.
func short(text string) string {
	const most = 60
	runes := []rune(text[:min(len(text), 4*most)])
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// texts returns a value of the schema, or each of its list, as text.
func texts(value any) []string {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	all := make([]string, 0, len(list))
	for _, each := range list {
		all = append(all, fmt.Sprint(each))
	}
	return all
}

func keys(value any) []string {
	fields, _ := value.(map[string]any)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
