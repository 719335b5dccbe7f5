package schema

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/org/fleet-update-action/internal/fleet"
)

// check compares JSON with a schema written for the test.
func check(t *testing.T, schema, document string) []fleet.Finding {
	t.Helper()
	c := compiled{schema: jsonschema.MustCompileString("test.schema.json", schema)}
	if err := json.Unmarshal([]byte(schema), &c.raw); err != nil {
		t.Fatal(err)
	}
	node := readJSON([]byte(document))
	return c.explain(c.schema.Validate(node.plain()), node, NewLines("f.json", []byte(document)))
}

func brief(findings []fleet.Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, fmt.Sprintf("%d:%d+%d %s [%s] %s", f.Position.Line, f.Position.Column, f.Position.Length, f.Message, f.Rule, f.Advice))
	}
	return strings.Join(all, "\n")
}

// Of several branches, the one that was most likely meant is explained, and only that.
func TestCheckChoices(t *testing.T) {
	const schema = `{"anyOf": [
		{"type": "null"},
		{"type": "object", "required": ["a"], "properties": {"a": {"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]}}, "additionalProperties": false}
	]}`
	for document, want := range map[string]string{
		`null`:              "",
		`{"a": 5}`:          "",
		`{"a": 2}`:          "1:7+1 a is 2 [out-of-range] It must be at least 3.",
		`{"a": 5, "bc": 1}`: `1:10+4 the file has no field "bc" [unknown-field] Allowed here: a.`,
		`{}`:                `1:1+2 the file needs the field "a" [missing-field] Add it.`,
	} {
		if got := brief(check(t, schema, document)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", document, got, want)
		}
	}
}

func TestCheckWords(t *testing.T) {
	for _, c := range []struct{ schema, document, want string }{
		{`{"const": 1}`, `2`, "1:1+1 2 is not a value of the file [unknown-value] It must be 1."},
		{`{"maxItems": 1}`, `[1, 2]`, "1:1+6 the file is too long [out-of-range] It must have at most 1 entry."},
		{`{"properties": {"a": {"minItems": 2}}}`, `{"a": [1]}`, "1:2+3 a is too short [out-of-range] It must have at least 2 entries."},
		{`{"pattern": "^x$"}`, `"y"`, `1:1+3 "y" is not a valid value of the file [wrong-format] It must match ^x$.`},
		{`{"items": {"exclusiveMaximum": 3}}`, "[1,\n 3]", "2:2+1 [1] is 3 [out-of-range] It must be less than 3."},
		{`{"properties": {"a/b~c d": {"type": "string"}}}`, `{"a/b~c d": true}`, `1:13+4 a/b~c d must be text, but is true [wrong-type] Write it in quotes: "true".`},
		{`{"properties": {"a": {"type": ["integer", "string"], "pattern": "^[1-9]%$", "patternErrorMessage": "write a number"}}}`, `{"a": 4.5}`,
			"1:7+3 a must be a whole number or text, but is the number 4.5 [wrong-type] Write a number."},
		{`{"properties": {"a": {"type": ["integer", "string"], "pattern": "^[1-9]%$", "patternErrorMessage": "write a number"}}}`, `{"a": [1]}`,
			"1:2+3 a must be a whole number or text, but is a list [wrong-type] Write a number."},
		{`{"properties": {"a": {"type": "integer"}}}`, `{"a": [1]}`,
			"1:2+3 a must be a whole number, but is a list [wrong-type] Write a whole number, without quotes and without a unit."},
		{`{"properties": {"a": {"type": "boolean"}}}`, `{"a": [1]}`, "1:2+3 a must be true or false, but is a list [wrong-type] Write true or false, without quotes."},
		{`{"properties": {"a": {"type": "string"}}}`, `{"a": {}}`, "1:2+3 a must be text, but is a mapping [wrong-type] Write one value, and neither a list nor a mapping."},
		{`{"properties": {"a": {"type": "object"}}}`, `{"a": 1}`, "1:7+1 a must be a mapping, but is the number 1 [wrong-type] Write its fields on the lines below it, indented."},
		{`{"properties": {"a": {"type": ["array", "object"]}}}`, `{"a": 1}`, "1:7+1 a must be a list or a mapping, but is the number 1 [wrong-type] Begin each entry with a dash."},
	} {
		if got := brief(check(t, c.schema, c.document)); got != c.want {
			t.Errorf("%s against %s:\n got %s\nwant %s", c.document, c.schema, got, c.want)
		}
	}
}

func TestCheckJSON(t *testing.T) {
	for name, c := range map[string]struct{ document, want string }{
		"cut off":       {`{"version": 1,`, "1:14+1 this is not JSON: unexpected end of JSON input [json-syntax]"},
		"broken":        {"{\n  \"version\": 1,\n  \"größe\": x}", "3:12+2 this is not JSON: invalid character 'x' looking for beginning of value [json-syntax]"},
		"empty":         {"", "1:1+0 this is not JSON: unexpected end of JSON input [json-syntax]"},
		"two documents": {`{} {}`, "1:4+2 this is not JSON: invalid character '{' after top-level value [json-syntax]"},
		"wrong":         {"{\"version\": 1, \"name\": \"p\",\n\t\"members\": [{}], \"upgrade\": {\"type\": \"Ful\"}}", `2:39+5 "Ful" is not a value of upgrade.type [unknown-value]`},
		"right":         {`{"version": 1, "name": "p", "members": [{}], "upgrade": {"type": "Full"}}`, ""},
		"huge number":   {`{"version": 1e999999999}`, "1:25+0 this is not JSON"},
	} {
		findings := CheckJSON(Strategy, "f.json", []byte(c.document))
		if got := brief(findings); !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}
