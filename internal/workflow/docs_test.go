package workflow

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every finding stands in the documentation, and no other.
func TestDocsFindings(t *testing.T) {
	_, section, _ := strings.Cut(read(t, repository+"docs/strategy.md"), "\n### What workflow check finds\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented, made := map[string]bool{}, map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented[row[1]] = true
	}
	for _, path := range []string{"render.go", "check.go"} {
		for _, rule := range regexp.MustCompile(`"(workflow-[a-z-]+)"`).FindAllStringSubmatch(read(t, path), -1) {
			made[rule[1]] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(documented))); diff != "" || len(made) < 5 {
		t.Errorf("docs/strategy.md (-found +documented):\n%s", diff)
	}
}
