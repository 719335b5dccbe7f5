package workflow

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/strategy"
)

var update = flag.Bool("update", false, "write the golden files and the examples")

const repository = "../../"

// testPin is the commit of the action in tests.
var testPin = Pin{Commit: "0123456789abcdef0123456789abcdef01234567", Comment: "v1.2.3"}

// The workflows of every strategy in testdata are those that stand beside it.
func TestRender(t *testing.T) {
	for _, name := range strategies(t) {
		t.Run(name, func(t *testing.T) {
			for _, file := range rendered(t, filepath.Join("testdata", name+".yml"), Options{Pin: testPin}) {
				golden(t, filepath.Join("testdata", name, file.Name), file.Content)
			}
			entries, err := os.ReadDir(filepath.Join("testdata", name))
			if want := rendered(t, filepath.Join("testdata", name+".yml"), Options{Pin: testPin}); err != nil || len(entries) != len(want) {
				t.Errorf("%d files beside the strategy, %d rendered (%v)", len(entries), len(want), err)
			}
		})
	}
}

// The examples are what the example of a strategy says. Their pins are kept, so that a release may write them.
func TestExamples(t *testing.T) {
	onDisk := map[string]string{}
	for _, path := range glob(t, repository+"examples/fleet-*.yml") {
		onDisk[filepath.Base(path)] = read(t, path)
	}
	o := Options{StrategyPath: ".github/fleet/production.yml", Pins: ReadPins(onDisk)}
	files := rendered(t, repository+"examples/strategy.yml", o)
	for _, file := range files {
		golden(t, repository+"examples/"+file.Name, file.Content)
	}
	if len(files) != len(onDisk) {
		t.Errorf("%d examples of workflows, %d rendered", len(onDisk), len(files))
	}
}

// strategies names the strategies in testdata.
func strategies(t *testing.T) []string {
	var names []string
	for _, path := range glob(t, "testdata/*.yml") {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".yml"))
	}
	return names
}

func rendered(t *testing.T, path string, o Options) []File {
	t.Helper()
	s, findings := strategy.Parse(path, []byte(read(t, path)))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	if o.StrategyPath == "" {
		o.StrategyPath = ".github/fleet/" + filepath.Base(path)
	}
	files, findings := Render(s, o)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return files
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, path), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}
