package simulator_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestTheDocumentedFleetFileLoads(t *testing.T) {
	content, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(content), "```yaml\n")
	example, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("docs/simulator.md has no example")
	}
	w, findings := simulator.Load("docs/simulator.md", []byte(example))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	if clusters := w.Clusters("", ""); len(clusters) != 20 {
		t.Errorf("the example has %d clusters", len(clusters))
	}
}

// docs/simulator.md sends readers to example.yml for every field.
func TestTheExampleNamesEveryField(t *testing.T) {
	content, err := os.ReadFile("testdata/example.yml")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, word := range regexp.MustCompile(`\w+`).FindAllString(string(content), -1) {
		words[word] = true
	}
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(kind reflect.Type) {
		switch kind.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			visit(kind.Elem())
		case reflect.Struct:
			if seen[kind] {
				return
			}
			seen[kind] = true
			for i := range kind.NumField() {
				field := kind.Field(i)
				if name := field.Tag.Get("yaml"); name != "" && !words[name] {
					t.Errorf("example.yml lacks %s of %s", name, kind)
				}
				visit(field.Type)
			}
		}
	}
	visit(reflect.TypeFor[simulator.Description]())
}
