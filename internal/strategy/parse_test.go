package strategy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

var update = flag.Bool("update", false, "write the golden files")

// Every file in testdata/err has the findings that stand beside it, in the order of the file.
func TestParseFindings(t *testing.T) {
	for _, path := range files(t, "testdata/err/*.yml") {
		t.Run(name(path), func(t *testing.T) {
			_, findings := Parse(filepath.Base(path), read(t, path))
			if len(findings) == 0 {
				t.Fatal("no finding")
			}
			golden(t, strings.TrimSuffix(path, ".yml")+".out", render(findings))
		})
	}
}

// A file in testdata/err that is named for a rule breaks it.
func TestParseFilesBreakTheirRule(t *testing.T) {
	for _, path := range files(t, "testdata/err/*.yml") {
		_, findings := Parse(filepath.Base(path), read(t, path))
		for _, known := range declaredRules(t) {
			if name(path) == known && !breaks(findings, known) {
				t.Errorf("%s does not break the rule %s:\n%s", path, known, render(findings))
			}
		}
	}
}

func TestParseAccepts(t *testing.T) {
	for _, path := range files(t, "testdata/ok/*.yml") {
		t.Run(name(path), func(t *testing.T) {
			if _, findings := Parse(filepath.Base(path), read(t, path)); len(findings) > 0 {
				t.Errorf("findings:\n%s", render(findings))
			}
		})
	}
}

func breaks(findings []fleet.Finding, rule string) bool {
	for _, finding := range findings {
		if finding.Rule == rule {
			return true
		}
	}
	return false
}

// render shows findings as a person would want to see them.
func render(findings []fleet.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		p := f.Position
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s [%s]\n", p.File, p.Line, p.Column, f.Severity, f.Message, f.Rule)
		if p.Source != "" {
			indent := strings.Repeat(" ", max(p.Column-1, 0))
			fmt.Fprintf(&b, "    %s\n    %s%s\n", strings.ReplaceAll(p.Source, "\t", " "), indent, strings.Repeat("~", max(p.Length, 1)))
		}
		fmt.Fprintf(&b, "    %s\n", f.Advice)
	}
	return b.String()
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return paths
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func name(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}
