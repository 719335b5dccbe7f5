package schema

import (
	"strings"
	"testing"
)

func TestEverySchemaCompiles(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".schema.json")
		if !ok {
			t.Errorf("%s is no schema", entry.Name())
			continue
		}
		if c := compile(Name(name)); c.raw["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s is not of draft 2020-12", entry.Name())
		}
	}
}

func TestSourceOfUnknownSchema(t *testing.T) {
	if _, err := Source("weather"); err == nil || !strings.Contains(err.Error(), `"weather"`) {
		t.Errorf("got %v", err)
	}
}
