package strategy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// Every rule has a file in testdata/err, so that its message was read by somebody.
func TestEveryRuleHasAnExample(t *testing.T) {
	examples := map[string]bool{
		"file-too-large": true, "more-problems": true, "too-many-values": true, // too large for a file; see TestParseHostile
		"json-syntax": true, // of plan and result
	}
	for _, path := range files(t, "testdata/err/*.yml") {
		examples[name(path)] = true
	}
	for _, rule := range declaredRules(t) {
		if !examples[rule] {
			t.Errorf("no file testdata/err/%s.yml", rule)
		}
	}
}

// declaredRules returns the rules that the code declares, here and for the schema.
func declaredRules(t *testing.T) []string {
	t.Helper()
	var rules []string
	for _, path := range []string{"rules.go", "../../schema/explain.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "rule" {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				rules = append(rules, text)
			}
			return true
		})
	}
	slices.Sort(rules)
	if len(rules) < 50 {
		t.Fatalf("only %d rules found", len(rules))
	}
	return rules
}
