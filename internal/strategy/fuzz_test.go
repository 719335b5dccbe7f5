package strategy

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Whatever a file holds, Parse answers, with findings that can be shown, and what it accepts has what a strategy needs.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yml", "testdata/err/*.yml"} {
		for _, path := range seeds(f, pattern) {
			content, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s, findings := Parse("strategy.yml", content)
		for _, finding := range findings {
			checkPosition(t, finding)
		}
		if fleet.HasErrors(findings) {
			return
		}
		if s.Name == "" || len(s.Sources) == 0 || s.Upgrade.Type == "" || s.PlanMaxAge <= 0 || !utf8.Valid(content) {
			t.Fatalf("accepted without what it needs: %+v", s)
		}
		if s.Upgrade.Type != NodeImageOnly && s.Upgrade.Kubernetes.IsZero() {
			t.Fatalf("accepted without a version: %+v", s.Upgrade)
		}
	})
}

func seeds(f *testing.F, pattern string) []string {
	f.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		f.Fatalf("no files %s: %v", pattern, err)
	}
	return paths
}
