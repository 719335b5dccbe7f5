package strategy

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/schema"
)

// What YAML means: text in quotes, numbers and true or false without, nothing as ~.
func TestReadDocument(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"a: x\nb: 'x'\nc: \"5\"", `{a: "x", b: "x", c: "5"}`},
		{"[5, -5, 1.30, true, False, ~, '', ]", `[5, -5, 1.30, true, false, ~, ""]`},
		{"[yes, on, 0x10, 010, 1_000, 1e3, .inf, 2026-11-23, 22:30, 25%]", `["yes", "on", "0x10", "010", "1_000", "1e3", ".inf", "2026-11-23", "22:30", "25%"]`},
		{"a: &x [1]\nb: *x\nc: *x", `{a: [1], b: [1], c: [1]}`},
		{"&k a: 1\nb: {*k : 2}", `{a: 1, b: {a: 2}}`},
		{"a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}", `{a: {b: 1, c: 2}, d: {c: 3, b: 1}}`},
		{"a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}", `{a: {b: 1}, c: {b: 2, d: 3}, e: {b: 1, d: 3}}`},
		{"a: |\n  two\n  lines\n", `{a: "two` + "\n" + `lines` + "\n" + `"}`},
		{"1: a\nnull: b", `{1: "a", null: "b"}`},
	} {
		root, _, findings := readDocument("f.yml", []byte(c.yaml))
		if got := plain(root); got != c.want || len(findings) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%s", c.yaml, got, c.want, render(findings))
		}
	}
}

func plain(n *schema.Node) string {
	var parts []string
	switch {
	case n == nil:
		return "nothing"
	case n.Kind == schema.List:
		for _, item := range n.Items {
			parts = append(parts, plain(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case n.Kind == schema.Map:
		for _, field := range n.Fields {
			parts = append(parts, field.Key.Value+": "+plain(field.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case n.Kind == schema.Text:
		return `"` + n.Value + `"`
	case n.Kind == schema.Null:
		return "~"
	default:
		return n.Value
	}
}
