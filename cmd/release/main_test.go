package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

const (
	repository = "../.."
	digest     = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	commit     = "0123456789abcdef0123456789abcdef01234567"
)

// folder is a repository with the files given.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestDigestGoesIntoTheAction(t *testing.T) {
	for _, before := range []string{"Dockerfile", "docker://" + image + "@sha256:ffff # v0.9.0"} {
		root := folder(t, map[string]string{"action.yml": "inputs:\n  image: {}\nruns:\n  using: docker\n  image: " + before + "\n"})
		if err := write(root, []string{"digest", "v1.2.3", digest}); err != nil {
			t.Fatal(err)
		}
		want := "inputs:\n  image: {}\nruns:\n  using: docker\n  image: docker://" + image + "@" + digest + " # v1.2.3\n"
		if diff := cmp.Diff(want, read(t, root, "action.yml")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func TestPinsGoIntoTheReusableWorkflows(t *testing.T) {
	before := "steps:\n  - uses: actions/checkout@" + strings.Repeat("a", 40) + " # v5\n  - uses: org/fleet-update-action@x # y\n" +
		"  - id: b\n    uses: org/fleet-update-action@" + strings.Repeat("0", 40) + "\n"
	want := "steps:\n  - uses: actions/checkout@" + strings.Repeat("a", 40) + " # v5\n  - uses: org/fleet-update-action@" + commit + " # v1.2.3\n" +
		"  - id: b\n    uses: org/fleet-update-action@" + commit + " # v1.2.3\n"
	files := map[string]string{}
	for _, name := range reusable() {
		files[name] = before
	}
	root := folder(t, files)
	if err := write(root, []string{"pin", "v1.2.3", commit}); err != nil {
		t.Fatal(err)
	}
	for _, name := range reusable() {
		if diff := cmp.Diff(want, read(t, root, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestWhatIsNoReleaseIsRefused(t *testing.T) {
	for _, words := range [][]string{
		{}, {"check"}, {"check", "1.2.3"}, {"check", "v1.2"}, {"check", "v1.2.3-rc.1"}, {"check", "v01.2.3"}, {"check", "v1.2.3\n"},
		{"check", "v1.2.3", "more"}, {"digest", "v1.2.3"}, {"digest", "v1.2.3", "sha256:0"}, {"digest", "v1.2.3", digest + "\n"},
		{"pin", "v1.2.3", "main"}, {"pin", "v1.2.3", commit[:12]}, {"publish", "v1.2.3"},
	} {
		if err := write(folder(t, map[string]string{"action.yml": "  image: Dockerfile\n"}), words); err == nil {
			t.Errorf("%q was taken", words)
		}
	}
	if err := write(t.TempDir(), []string{"check", "v1.20.3"}); err != nil {
		t.Error(err)
	}
}

func TestAFileThatNamesNoneIsRefused(t *testing.T) {
	root := folder(t, map[string]string{"action.yml": "runs: {image: Dockerfile}\n", ".github/workflows/stage.yml": "uses: actions/checkout@x\n"})
	for _, words := range [][]string{{"digest", "v1.2.3", digest}, {"pin", "v1.2.3", commit}} {
		if err := write(root, words); err == nil || !strings.Contains(err.Error(), "has no line") {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// TestTheNextReleaseFitsTheFiles applies the workflow's rewriting to the files as they are: each stays what it was but
// for what a release changes.
func TestTheNextReleaseFitsTheFiles(t *testing.T) {
	files := map[string]string{}
	for _, name := range append(reusable(), "action.yml") {
		files[name] = read(t, repository, name)
	}
	root := folder(t, files)
	for _, words := range [][]string{{"digest", "v1.2.3", digest}, {"pin", "v1.2.3", commit}} {
		if err := write(root, words); err != nil {
			t.Fatal(err)
		}
	}
	parts := regexp.MustCompile(`docker://` + image + `@` + digest + ` # v1\.2\.3|(` + action + `)@` + commit + ` # v1\.2\.3`)
	former := regexp.MustCompile(`(?m)Dockerfile$|docker://` + image + `@sha256:[0-9a-f]{64} # v\S+|(` + action + `)@[0-9a-f]{40} # .*$`)
	for name, content := range files {
		after := read(t, root, name)
		var parsed map[string]any
		if err := yaml.Unmarshal([]byte(after), &parsed); err != nil {
			t.Errorf("%s is no YAML any more: %v", name, err)
		}
		if diff := cmp.Diff(former.ReplaceAllString(content, "RELEASE"), parts.ReplaceAllString(after, "RELEASE")); diff != "" {
			t.Errorf("%s changed in more than the release (-before +after)\n%s", name, diff)
		}
	}
}

// TestTheReleaseWorkflowUsesThisProgram keeps release.yml in step with the commands and the image.
func TestTheReleaseWorkflowUsesThisProgram(t *testing.T) {
	text := read(t, repository, ".github/workflows/release.yml")
	for _, want := range []string{
		`go run ./cmd/release check "$VERSION"`, `go run ./cmd/release digest "$VERSION" "$DIGEST"`,
		`go run ./cmd/release pin "$VERSION" "$(git rev-parse HEAD)"`, image,
		`git tag "$VERSION"`, `git tag --force "${VERSION%%.*}"`, `git push --atomic origin`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("release.yml does not say %s", want)
		}
	}
}

// TestTheFilesAreOfOneRelease: action.yml and the workflows that use the action are of the same version, or all of none.
func TestTheFilesAreOfOneRelease(t *testing.T) {
	version := regexp.MustCompile(`(?m)^(?:  image: docker://\S+|.* uses: ` + action + `@[0-9a-f]{40}) # (v\S+)$`)
	versions := map[string][]string{}
	for _, name := range append(reusable(), "action.yml") {
		found := "none"
		if line := version.FindStringSubmatch(read(t, repository, name)); line != nil {
			found = line[1]
		}
		versions[found] = append(versions[found], name)
	}
	if len(versions) != 1 {
		t.Errorf("the files are of several releases: %v", versions)
	}
}
