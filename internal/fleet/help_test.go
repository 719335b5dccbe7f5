package fleet

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every refusal has a page of one shape, and every page a refusal.
func TestEveryRefusalHasAPage(t *testing.T) {
	folder := filepath.Join("..", "..", "docs", "refusals")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, entry := range entries {
		rule, isPage := strings.CutSuffix(entry.Name(), ".md")
		if !isPage || rule == "README" {
			continue
		}
		pages = append(pages, rule)
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range []string{"# `" + rule + "`\n", "\n## What it says\n", "\n## Why\n", "\n## What to do\n"} {
			if !strings.Contains(string(content), piece) {
				t.Errorf("%s lacks %q", entry.Name(), piece)
			}
		}
	}
	wanted := refusals()
	if !slices.IsSorted(wanted) || !slices.Equal(pages, wanted) {
		t.Errorf("pages are %q, want %q", pages, wanted)
	}
	index, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range wanted {
		if !strings.Contains(string(index), "("+rule+".md)") {
			t.Errorf("the index does not lead to %s", rule)
		}
	}
}

func TestHelpPage(t *testing.T) {
	if got := HelpPage("stale-digest"); got != "https://github.com/org/fleet-update-action/blob/main/docs/refusals/stale-digest.md" {
		t.Errorf("the page is %q", got)
	}
	if got := HelpPage("duplicate-group"); got != "" {
		t.Errorf("a finding that refuses nothing has the page %q", got)
	}
}
