package plan

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every finding stands in the documentation, and no other.
func TestDocsFindings(t *testing.T) {
	content, err := os.ReadFile("../../docs/strategy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(content), "\n## What a plan finds\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented[row[1]] = true
	}
	made := madeFindings(t)
	for rule := range made {
		if !documented[rule] {
			t.Errorf("docs/strategy.md does not explain %s", rule)
		}
	}
	for rule := range documented {
		if !made[rule] {
			t.Errorf("docs/strategy.md explains %s, which nothing finds", rule)
		}
	}
}

// The page on rollouts by hand has the types of what can be left out, and no others.
func TestDocsSkipTypes(t *testing.T) {
	content, err := os.ReadFile("../../docs/by-hand.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(content), "\n## Leaving out parts\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var documented []string
	for _, code := range regexp.MustCompile("`([A-Za-z]+):`").FindAllStringSubmatch(section, -1) {
		documented = append(documented, code[1])
	}
	if diff := cmp.Diff(skipTypes(), documented); diff != "" {
		t.Errorf("docs/by-hand.md (-want +got)\n%s", diff)
	}
}

// madeFindings reads from the sources under which rules findings are made, by Build and by the forecast.
func madeFindings(t *testing.T) map[string]bool {
	t.Helper()
	var paths []string
	for _, folder := range []string{".", "../forecast"} {
		found, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	rule := regexp.MustCompile(`(?:Rule: +|Rule[A-Za-z]+ = |blocked\(|pending\(|skipped\(|versionFinding\(|find\(index, |\t\{)"([a-z]+(?:-[a-z]+)+)"`)
	made := map[string]bool{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range rule.FindAllStringSubmatch(string(source), -1) {
			made[match[1]] = true
		}
	}
	if len(made) < 40 {
		t.Fatalf("only %d rules found", len(made))
	}
	return made
}
