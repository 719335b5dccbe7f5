package workflow

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	o := Options{StrategyPath: ".github/fleet/gates.yml"}
	files, there := onDisk(t)
	if found := Check(files, there, o); len(found) > 0 {
		t.Errorf("what was just written differs: %v", found)
	}
	for name, content := range there {
		there[name] = strings.ReplaceAll(content, "\n", "\r\n")
	}
	if found := Check(files, there, o); len(found) > 0 {
		t.Errorf("line ends matter: %v", found)
	}
	rollout := files[0].Name
	there[rollout] = strings.Replace(files[0].Content, "environment: aks-operations", "environment: aks-nobody", 1)
	delete(there, files[1].Name)
	there["fleet-old.yml"] = headline(o.StrategyPath) + "\nname: old\n"
	there["fleet-new.yml"] = headline(".github/fleet/gates.yml2") + "\nname: of another strategy\n"
	there["ci.yml"] = "name: CI\n"
	found := Check(files, there, o)
	if len(found) != 3 {
		t.Fatalf("%+v", found)
	}
	if d := found[0]; d.Finding.Rule != "workflow-differs" || !strings.Contains(d.Diff, "-      environment: aks-nobody\n+      environment: aks-operations\n") ||
		strings.Split(there[rollout], "\n")[d.Finding.Position.Line-1] != "      environment: aks-nobody" {
		t.Errorf("%+v", d)
	}
	if d := found[1]; d.Finding.Rule != "workflow-missing" || d.Name != files[1].Name || !strings.Contains(d.Diff, "+name: Fleet gated pull request\n") {
		t.Errorf("%+v", d)
	}
	if d := found[2]; d.Finding.Rule != "workflow-left-over" || d.Name != "fleet-old.yml" || d.Diff != "" {
		t.Errorf("%+v", d)
	}
}

// A line that stands at the end is found, too: of what is shorter, the last line is annotated.
func TestFirstDifference(t *testing.T) {
	tests := []struct {
		old, new string
		want     int
	}{{"a\nb\nc\n", "a\nx\nc\n", 2}, {"a\n", "a\nb\n", 1}, {"a\nb\n", "a\n", 2}, {"", "a\n", 1}, {"x", "a\n", 1}}
	for _, test := range tests {
		if got := firstDifference(test.old, test.new); got != test.want {
			t.Errorf("%q and %q differ in line %d instead of %d", test.old, test.new, got, test.want)
		}
	}
}

func TestPaths(t *testing.T) {
	for path, right := range map[string]bool{
		".github/fleet/production.yml": true, "strategy.yml": true, "a/b-c_d/e.yaml": true,
		"": false, "/root/s.yml": false, "../s.yml": false, "./s.yml": false, "a//s.yml": false, "a/../s.yml": false, "-s.yml": false,
		"s yml": false, "s*.yml": false, "s\n.yml": false, "${{ a }}": false, "a:b.yml": false, `a\b.yml`: false, "..": false,
	} {
		if _, broken := checkPath(path); broken == right {
			t.Errorf("%q", path)
		}
	}
}
