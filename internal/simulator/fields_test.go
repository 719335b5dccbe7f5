package simulator_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestFieldsHaveOneSpelling(t *testing.T) {
	body := map[string]json.RawMessage{
		"known":   json.RawMessage(`1`),
		"numbers": json.RawMessage(`[ 1.50, 12345678901234567890, 1e3 ]`),
		"escaped": json.RawMessage(`"\u003c\u00e9"`),
		"object":  json.RawMessage(`{"b": null, "a": {}}`),
		"broken":  json.RawMessage(`{`),
	}
	want := map[string]string{"numbers": `[1.50,12345678901234567890,1e3]`, "escaped": `"<é"`, "object": `{"a":{},"b":null}`, "broken": `{`}
	got := map[string]string{}
	for name, value := range simulator.NewFields(body, "known") {
		got[name] = string(value)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
