package simulator_test

import (
	"os"
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
