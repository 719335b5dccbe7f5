package schema

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Most is how many problems Check explains. A file with more is not read to its end by anybody.
const Most = 1000

// Check compares a document with a schema. Every problem is one finding, an Error, in the order of the file; of more
// than Most problems some are left out.
func Check(name Name, root *Node, lines Lines) []fleet.Finding {
	c := name.compiled()
	return c.explain(c.schema.Validate(root.plain()), root, lines)
}

func (c compiled) explain(err error, root *Node, lines Lines) []fleet.Finding {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	problems := leaves(invalid)
	slices.SortFunc(problems, func(a, b *jsonschema.ValidationError) int {
		return cmp.Or(
			cmp.Compare(a.InstanceLocation, b.InstanceLocation),
			cmp.Compare(a.AbsoluteKeywordLocation, b.AbsoluteKeywordLocation))
	})
	var findings []fleet.Finding
	for _, problem := range problems[:min(len(problems), Most)] {
		findings = append(findings, c.violation(problem, root, lines).findings()...)
	}
	Sort(findings)
	return slices.CompactFunc(findings, func(a, b fleet.Finding) bool { return a == b })
}

// Sort orders findings by their place in the file; those of one place stay in their order.
func Sort(findings []fleet.Finding) {
	slices.SortStableFunc(findings, func(a, b fleet.Finding) int {
		return cmp.Or(
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column))
	})
}

// leaves returns the problems themselves from a tree of causes. Of the branches of a choice only the one that was most
// likely meant is looked at.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	if keyword := lastPart(e.AbsoluteKeywordLocation); keyword == "anyOf" || keyword == "oneOf" {
		return meant(e)
	}
	var all []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// meant returns the problems of the branch that fits best: the value has the branch's type, or even goes far along
// with it, and as little as possible is wrong.
func meant(choice *jsonschema.ValidationError) []*jsonschema.ValidationError {
	var best []*jsonschema.ValidationError
	for _, cause := range choice.Causes {
		branch := leaves(cause)
		if best == nil || fit(branch, choice) > fit(best, choice) {
			best = branch
		}
	}
	return best
}

func fit(branch []*jsonschema.ValidationError, choice *jsonschema.ValidationError) int {
	score := -len(branch)
	for _, problem := range branch {
		if problem.InstanceLocation == choice.InstanceLocation && lastPart(problem.AbsoluteKeywordLocation) == "type" {
			score -= 1000
		}
	}
	return score
}

// violation is one departure from the schema: the keyword that says no, the part of the schema it stands in, and the
// part of the document it speaks of.
type violation struct {
	keyword string
	schema  map[string]any
	root    map[string]any // the whole schema, for references
	path    []string
	node    *Node
	key     *Node // nil for the document itself and the items of a list
	lines   Lines
}

func (c compiled) violation(e *jsonschema.ValidationError, root *Node, lines Lines) violation {
	_, fragment, _ := strings.Cut(e.AbsoluteKeywordLocation, "#")
	keywords := parts(fragment)
	v := violation{root: c.raw, schema: c.raw, path: parts(e.InstanceLocation), node: root, lines: lines}
	if len(keywords) > 0 {
		v.keyword = keywords[len(keywords)-1]
		v.schema, _ = descend(c.raw, keywords[:len(keywords)-1]).(map[string]any)
	}
	for _, part := range v.path {
		v.key = v.node.Key(part)
		v.node = v.node.child(part)
	}
	return v
}

func (n *Node) child(part string) *Node {
	if n == nil || n.Kind != List {
		return n.Field(part)
	}
	index, err := strconv.Atoi(part)
	if err != nil || index < 0 || index >= len(n.Items) {
		return nil
	}
	return n.Items[index]
}

// descend follows a JSON pointer's parts through a decoded document.
func descend(from any, path []string) any {
	for _, part := range path {
		switch value := from.(type) {
		case map[string]any:
			from = value[part]
		case []any:
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(value) {
				return nil
			}
			from = value[index]
		}
	}
	return from
}

// parts splits a JSON pointer, as the validator writes them: escaped once more for a URL.
func parts(pointer string) []string {
	pointer = strings.TrimPrefix(pointer, "/")
	if pointer == "" {
		return nil
	}
	split := strings.Split(pointer, "/")
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for i, part := range split {
		if text, err := url.PathUnescape(part); err == nil {
			part = text
		}
		split[i] = unescape.Replace(part)
	}
	return split
}

func lastPart(location string) string {
	return location[strings.LastIndexByte(location, '/')+1:]
}

// CheckJSON compares a JSON document with a schema. Places are looked for only where there is a problem, so a valid
// document of megabytes costs little more than its decoding.
func CheckJSON(name Name, file string, content []byte) []fleet.Finding {
	var document any
	if err := json.Unmarshal(content, &document); err != nil {
		return []fleet.Finding{jsonSyntax(file, content, err)}
	}
	c := name.compiled()
	err := c.schema.Validate(document)
	if err == nil {
		return nil
	}
	return c.explain(err, readJSON(content), NewLines(file, content))
}
