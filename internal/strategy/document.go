package strategy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

const (
	// maxDepth is how deep mappings and lists may stand in each other. A strategy needs nine levels.
	maxDepth = 64
	// maxValues is how many values a file may have. 5 MiB of clusters with two labels each have 150,000.
	maxValues = 250_000
	// maxAliased is how many values aliases may add to those that are written. A few lines of aliases of aliases
	// would otherwise become billions.
	maxAliased = 100_000
)

// readDocument reads YAML, and so JSON, into a tree without aliases, whose nodes know their places. root is nil where
// there is no tree to go on with.
func readDocument(file string, content []byte) (root *schema.Node, lines schema.Lines, findings []fleet.Finding) {
	content, findings = cleanText(file, content)
	if len(findings) > 0 {
		return nil, lines, findings
	}
	lines = schema.NewLines(file, content)
	document, findings := parseYAML(content, lines)
	if len(findings) > 0 {
		return nil, lines, findings
	}
	r := treeReader{lines: lines, done: map[*yaml.Node]tree{}, open: map[*yaml.Node]bool{}}
	t := r.read(document, 0)
	schema.Sort(r.findings)
	if r.unusable {
		return nil, lines, r.findings
	}
	return t.node, lines, r.findings
}

// parseYAML returns the content of the only document of a file.
func parseYAML(content []byte, lines schema.Lines) (root *yaml.Node, findings []fleet.Finding) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	first, err := decode(decoder)
	switch {
	case errors.Is(err, io.EOF):
		return nil, []fleet.Finding{emptyFile(lines)}
	case err != nil:
		return nil, []fleet.Finding{syntaxFinding(err.Error(), content, lines)}
	case first.Tag == "!!null" && first.Value == "":
		return nil, []fleet.Finding{emptyFile(lines)}
	}
	second, err := decode(decoder)
	switch {
	case errors.Is(err, io.EOF):
		return first, nil
	case err != nil:
		return nil, []fleet.Finding{syntaxFinding(err.Error(), content, lines)}
	}
	return nil, []fleet.Finding{{
		Rule:     string(ruleSeveralDocuments),
		Severity: fleet.Error,
		Message:  "a second document begins here; a strategy file holds one",
		Advice:   "Remove the line `---` between them, or put each strategy into a file of its own.",
		Position: lines.At(second.Line, second.Column),
	}}
}

// decode reads the next document. The YAML parser answers some malformed input with a panic instead of an error.
func decode(decoder *yaml.Decoder) (root *yaml.Node, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("yaml: %v", problem)
		}
	}()
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, io.EOF
	}
	return document.Content[0], nil
}

// tree is a part of the document with what aliases in it add to what is written.
type tree struct {
	node    *schema.Node
	size    int // values, those behind aliases included; no larger than it takes to be too many
	aliased int
}

// add takes a child into account. Sums stop growing where they are too large anyway, so that they cannot overflow.
func (t *tree) add(child tree) {
	const enough = maxSize + maxAliased + 1
	t.size = min(t.size+child.size, enough)
	t.aliased = min(t.aliased+child.aliased, maxAliased+1)
}

// treeReader turns the parser's nodes into ours. An anchor is read once, and its node is shared by its aliases.
type treeReader struct {
	lines    schema.Lines
	done     map[*yaml.Node]tree // anchors
	open     map[*yaml.Node]bool // anchors being read
	values   int                 // read so far
	findings []fleet.Finding
	unusable bool // a finding leaves no tree worth checking
}

func (r *treeReader) read(y *yaml.Node, depth int) tree {
	if y.Kind == yaml.AliasNode {
		return r.alias(y)
	}
	r.values++
	switch {
	case r.unusable:
	case depth > maxDepth:
		r.giveUp(ruleNestedTooDeep, y, fmt.Sprintf("this stands more than %d levels deep", maxDepth), "Check the brackets and the indentation.")
	case r.values > maxValues:
		r.giveUp(ruleTooManyValues, y, fmt.Sprintf("the file has more than %d values", maxValues),
			"Check that this is the strategy file. Take clusters from a Fleet resource or discover them by tag instead of listing them.")
	}
	if r.unusable {
		return leaf(y)
	}
	if y.Anchor != "" {
		r.open[y] = true
	}
	t := r.readValue(y, depth)
	if y.Anchor != "" {
		delete(r.open, y)
		r.done[y] = t
	}
	if t.aliased > maxAliased {
		r.giveUp(ruleTooManyAliases, y, fmt.Sprintf("aliases make more than %d values of what begins here", maxAliased),
			"Write the repeated parts out; do not put aliases into what other aliases repeat.")
	}
	return t
}

// leaf returns an empty value where y stands.
func leaf(y *yaml.Node) tree {
	return tree{node: &schema.Node{Line: y.Line, Column: y.Column}, size: 1}
}

func (r *treeReader) alias(y *yaml.Node) tree {
	if r.open[y.Alias] {
		r.giveUp(ruleRecursiveAlias, y, fmt.Sprintf("the alias *%s stands inside what it repeats, which would never end", y.Value), "Write this part out.")
		return leaf(y)
	}
	t := r.done[y.Alias]
	t.aliased = min(t.aliased+t.size, maxAliased+1)
	return t
}

func (r *treeReader) readValue(y *yaml.Node, depth int) tree {
	t := leaf(y)
	switch y.Kind {
	case yaml.SequenceNode:
		t.node.Kind = schema.List
		for _, item := range y.Content {
			child := r.read(item, depth+1)
			t.node.Items = append(t.node.Items, child.node)
			t.add(child)
		}
	case yaml.MappingNode:
		r.readMapping(&t, y, depth)
	default:
		t.node.Kind, t.node.Value = scalar(y)
	}
	return t
}

func (r *treeReader) readMapping(t *tree, y *yaml.Node, depth int) {
	t.node.Kind = schema.Map
	seen := make(map[string]*schema.Node, len(y.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Tag == "!!merge" {
			merges = append(merges, value)
			continue
		}
		name := r.key(key)
		child := r.read(value, depth+1)
		t.add(child)
		if first := seen[name.Value]; first != nil {
			r.report(ruleDuplicateKey, key, fmt.Sprintf("%q is written twice in this mapping: first in line %d, column %d", name.Value, first.Line, first.Column),
				"Remove one of them.")
			continue
		}
		seen[name.Value] = name
		t.node.Fields = append(t.node.Fields, schema.Field{Key: name, Value: child.node})
	}
	for _, value := range merges { // what is written itself wins, wherever the merge stands
		r.merge(t, value, seen, depth)
	}
}

// merge adds the fields of what `<<` names: a mapping, or a list of them, of which the earlier win.
func (r *treeReader) merge(t *tree, y *yaml.Node, seen map[string]*schema.Node, depth int) {
	child := r.read(y, depth+1)
	t.add(child)
	sources := child.node.Items
	if child.node.Kind == schema.Map {
		sources = []*schema.Node{child.node}
	}
	if len(sources) == 0 && child.node.Kind != schema.Map {
		r.report(ruleMergeKey, y, "<< takes a mapping, or a list of mappings", "Name an anchor that holds a mapping: `<<: *name`.")
	}
	for _, source := range sources {
		for _, field := range source.Fields {
			if seen[field.Key.Value] == nil {
				seen[field.Key.Value] = field.Key
				t.node.Fields = append(t.node.Fields, field)
			}
		}
	}
}

func (r *treeReader) key(y *yaml.Node) *schema.Node {
	if y.Kind == yaml.AliasNode {
		y = &yaml.Node{Kind: y.Alias.Kind, Value: y.Alias.Value, Line: y.Line, Column: y.Column}
	}
	if y.Kind != yaml.ScalarNode {
		r.giveUp(ruleKeyNotText, y, "a key must be text, but this is a list or a mapping", "Check the colons and brackets of this line.")
	}
	return &schema.Node{Kind: schema.Text, Value: y.Value, Line: y.Line, Column: y.Column}
}

// giveUp reports what leaves no tree worth checking; only the first such problem is worth telling.
func (r *treeReader) giveUp(broken rule, y *yaml.Node, message, advice string) {
	if !r.unusable {
		r.report(broken, y, message, advice)
	}
	r.unusable = true
}

func (r *treeReader) report(broken rule, y *yaml.Node, message, advice string) {
	at := &schema.Node{Kind: schema.List, Line: y.Line, Column: y.Column}
	if y.Kind == yaml.ScalarNode {
		at.Kind, at.Value = schema.Text, y.Value
	}
	r.findings = append(r.findings, fleet.Finding{
		Rule: string(broken), Severity: fleet.Error, Message: message, Advice: advice, Position: r.lines.Position(at),
	})
}

// scalar tells what a scalar is. Numbers that JSON writes differently, and what only YAML has (timestamps, binary),
// are text: the schema then says what it wants there.
func scalar(y *yaml.Node) (schema.Kind, string) {
	switch y.Tag {
	case "!!null":
		return schema.Null, ""
	case "!!bool":
		if value, err := strconv.ParseBool(strings.ToLower(y.Value)); err == nil {
			return schema.Bool, strconv.FormatBool(value)
		}
	case "!!int", "!!float":
		if schema.IsNumber(y.Value) {
			return schema.Number, y.Value
		}
	}
	return schema.Text, y.Value
}
