package workflow

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/strategy"
)

// Every finding stands in the documentation, and no other.
func TestDocsFindings(t *testing.T) {
	_, section, _ := strings.Cut(read(t, repository+"docs/strategy.md"), "\n### What workflow check finds\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented, made := map[string]bool{}, map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented[row[1]] = true
	}
	for _, path := range []string{"render.go", "check.go", "environment.go", "taken.go"} {
		for _, rule := range regexp.MustCompile(`"(workflow-[a-z-]+|stage-without-[a-z]+)"`).FindAllStringSubmatch(read(t, path), -1) {
			made[rule[1]] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(documented))); diff != "" || len(made) < 5 {
		t.Errorf("docs/strategy.md (-found +documented):\n%s", diff)
	}
}

// The pieces of strategies in the documentation are right, and the workflows of them pass actionlint. What is marked yml
// is no strategy: a piece of the example of a workflow, where it is not marked as something else.
func TestDocsExamples(t *testing.T) {
	blocks := regexp.MustCompile("(?s)\n```(yaml|yml)([^\n]*)\n(.*?)\n```\n")
	quoted, written := 0, 0
	for _, page := range append(glob(t, repository+"docs/refusals/*.md"), repository+"docs/workflow.md", repository+"docs/auto-upgrade.md") {
		for _, block := range blocks.FindAllStringSubmatch(read(t, page), -1) {
			kind, mark, content := block[1], strings.TrimSpace(block[2]), block[3]
			switch {
			case kind == "yaml":
				written++
				if files := ofPiece(t, page, content); mark == "one approval" {
					asksOnce(t, files[0].Content)
				}
			case mark == "" && strings.HasSuffix(page, "workflow.md"):
				quoted++
				if !strings.Contains(read(t, repository+"examples/fleet-production.yml"), content+"\n") {
					t.Errorf("%s quotes what the example does not have:\n%s", page, content)
				}
			default:
				if err := yaml.Unmarshal([]byte(content), new(any)); err != nil {
					t.Errorf("%s: %v\n%s", page, err, content)
				}
			}
		}
	}
	if written < 5 || quoted < 4 {
		t.Errorf("only %d pieces of strategies and %d of workflows", written, quoted)
	}
}

// ofPiece renders the workflows of a piece of a strategy; what it leaves out is filled in.
func ofPiece(t *testing.T, page, piece string) []File {
	t.Helper()
	for field, text := range map[string]string{
		"version": "\nversion: 1", "name": "\nname: production", "upgrade": "\nupgrade: {type: NodeImageOnly}",
		"members": "\nmembers: [{discover: {subscriptions: [00000000-0000-0000-0000-000000000000], tags: {fleet: prod}, groupTag: ring}}]",
	} {
		if !regexp.MustCompile("(?m)^" + field + ":").MatchString(piece) {
			piece += text
		}
	}
	s, findings := strategy.Parse(page, []byte(piece))
	if len(findings) > 0 {
		t.Fatalf("%s: %v\n%s", page, findings, piece)
	}
	files, findings := Render(s, Options{StrategyPath: ".github/fleet/production.yml", Pin: testPin})
	if len(findings) > 0 {
		t.Fatalf("%s: %v\n%s", page, findings, piece)
	}
	for _, file := range files {
		for _, problem := range lint(t, file.Name, file.Content) {
			t.Errorf("%s: %v", page, problem)
		}
	}
	return files
}

// asksOnce checks that running failed jobs again asks nobody a second time: the approval has a job of its own in an
// environment of its own, which the stage needs and which does not need the stage.
func asksOnce(t *testing.T, content string) {
	t.Helper()
	jobs := decode[caller](t, content).Jobs
	gate, stage := jobs["gate-production-before-1"], jobs["stage-production"]
	if gate.With["environment"] != "aks-production-start" || stage.With["environment"] != "aks-production" {
		t.Errorf("the gate runs in %v, the stage in %v", gate.With["environment"], stage.With["environment"])
	}
	if !slices.Contains(stage.Needs, "gate-production-before-1") || slices.Contains(gate.Needs, "stage-production") {
		t.Errorf("the gate needs %v, the stage %v", gate.Needs, stage.Needs)
	}
}

// The README's table of permissions is what the jobs are granted.
func TestDocsPermissions(t *testing.T) {
	granted := map[string]string{}
	files := rendered(t, "testdata/gates.yml", Options{Pin: testPin})
	profile := ProfileFile("followed", "newest")
	files = append(files, File{Name: profile, Content: byName(t, "testdata/profiles.yml")[profile]})
	for _, file := range files {
		begins := map[string]string{"fleet-gated-pull-request.yml": "pull request: ", "fleet-gated-resume.yml": "resume: ", profile: "profile: "}[file.Name]
		for id, job := range decode[caller](t, file.Content).Jobs {
			kind, _, hasMore := strings.Cut(id, "-")
			if hasMore {
				kind += "-…"
			}
			var all []string
			for name, access := range job.Permissions {
				all = append(all, name+": "+access)
			}
			slices.Sort(all)
			granted[begins+"`"+kind+"`"] = strings.Join(all, ", ")
		}
	}
	_, table, _ := strings.Cut(read(t, repository+"README.md"), "<!-- permissions -->")
	table, _, _ = strings.Cut(table, "<!-- end -->")
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (.*?`.*?`) \\| (.*?) \\|").FindAllStringSubmatch(table, -1) {
		all := strings.Split(strings.ReplaceAll(row[2], "`", ""), ", ")
		slices.Sort(all)
		documented[row[1]] = strings.Join(all, ", ")
	}
	if diff := cmp.Diff(granted, documented); diff != "" || len(granted) < 7 {
		t.Errorf("README.md (-granted +documented):\n%s", diff)
	}
}
