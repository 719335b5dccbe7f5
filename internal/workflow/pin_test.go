package workflow

import (
	"path/filepath"
	"strings"
	"testing"
)

const otherCommit = "fedcba9876543210fedcba9876543210fedcba98"

func TestParsePin(t *testing.T) {
	tests := map[string]string{ // "": refused
		otherCommit:                              otherCommit,
		otherCommit + "\trefs/tags/v1\n":         otherCommit + " # v1",
		otherCommit + "\trefs/heads/releases/v1": otherCommit + " # releases/v1",
		otherCommit + " # v1.2.3":                otherCommit + " # v1.2.3",
		otherCommit + otherCommit[:24]:           otherCommit + otherCommit[:24],
		"":                                       "",
		"v1":                                     "",
		otherCommit[:39]:                         "",
		strings.ToUpper(otherCommit):             "",
		otherCommit + " v1":                      "",
		otherCommit + "\trefs/tags/v1\n" + otherCommit + "\trefs/heads/v1": "",
	}
	for text, want := range tests {
		if got, err := ParsePin(text); got.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// onDisk is what was generated before, with its pins changed as Dependabot would.
func onDisk(t *testing.T, replace ...string) (files []File, there map[string]string) {
	t.Helper()
	files = rendered(t, filepath.Join("testdata", "gates.yml"), Options{Pin: testPin})
	there = map[string]string{}
	for _, file := range files {
		there[file.Name] = strings.NewReplacer(replace...).Replace(file.Content)
	}
	return files, there
}

// Commits that were updated stay, with their comments, in every file by itself.
func TestPinsAreKept(t *testing.T) {
	files, there := onDisk(t, "checkout@"+firstPins("v4")[checkout].Commit+" # v5.0.0", "checkout@"+otherCommit+" # v6", testPin.String(), otherCommit+" # v2.0.0")
	there[files[2].Name] = files[2].Content
	again := rendered(t, filepath.Join("testdata", "gates.yml"), Options{Pins: ReadPins(there)})
	for _, file := range again {
		if file.Content != there[file.Name] {
			t.Errorf("the pins of %s were not kept:\n%s", file.Name, file.Content)
		}
	}
}

// A commit that was given takes the place of the action's in all files, and leaves those of others alone.
func TestAPinIsGiven(t *testing.T) {
	_, there := onDisk(t, "checkout@"+firstPins("v4")[checkout].Commit, "checkout@"+otherCommit)
	for _, file := range rendered(t, filepath.Join("testdata", "gates.yml"), Options{Pins: ReadPins(there), Pin: Pin{Commit: strings.Repeat("9", 40)}}) {
		want := strings.ReplaceAll(there[file.Name], testPin.String(), strings.Repeat("9", 40))
		if file.Content != want {
			t.Errorf("%s:\n%s", file.Name, file.Content)
		}
	}
}

// A file that is new is given what the others have; what is not a full commit, or not generated, gives nothing.
func TestPinsOfOtherFiles(t *testing.T) {
	gate := action + gateWorkflow
	tests := map[string]struct {
		content string
		want    string
	}{
		"the action itself":     {"    uses: " + gate + "@" + otherCommit + " # v2\n", otherCommit + " # v2"},
		"a step":                {"      - uses: " + action + "@" + otherCommit + " #v3 \n", otherCommit + " # v3"},
		"the first of several":  {"uses: " + gate + "@" + otherCommit + "\nuses: " + gate + "@" + strings.Repeat("1", 40) + "\n", otherCommit},
		"a tag":                 {"    uses: " + gate + "@v1\n", ""},
		"a commit cut short":    {"    uses: " + gate + "@" + otherCommit[:12] + "\n", ""},
		"an action of others":   {"    uses: org/other@" + otherCommit + "\n", ""},
		"an action of our name": {"    uses: evil/fleet-update-action@" + otherCommit + "\n", ""},
	}
	for name, test := range tests {
		pins := ReadPins(map[string]string{"other.yml": headline("o.yml") + "\n" + test.content})
		if got := pins.find("new.yml", action+stageWorkflow, "v4"); got.String() != test.want {
			t.Errorf("%s: %q instead of %q", name, got, test.want)
		}
	}
	mine := ReadPins(map[string]string{"other.yml": headline("o.yml") + "\nuses: " + action + "@" + otherCommit + "\n"})
	if got := mine.find("new.yml", checkout, "v4"); got != firstPins("v4")[checkout] {
		t.Errorf("an action of others is called by the commit of this one: %v", got)
	}
	foreign := ReadPins(map[string]string{"other.yml": "name: ours\nuses: " + action + "@" + otherCommit + "\n"})
	if got := foreign.find("new.yml", action, "v4"); got.Commit != "" {
		t.Errorf("taken from a workflow that was not generated: %v", got)
	}
}

func TestNoPin(t *testing.T) {
	s := hostileStrategy("e")
	files, findings := Render(s, Options{StrategyPath: "s.yml"})
	if files != nil || len(findings) != 1 || findings[0].Rule != "workflow-pin" || !strings.Contains(findings[0].Advice, "git ls-remote https://github.com/org/fleet-update-action refs/tags/v1") {
		t.Errorf("%v %v", files, findings)
	}
}

// A commit of the other artifacts is no use: neither where a server takes v3 alone, nor where it takes v3 no more.
func TestPinsOfArtifacts(t *testing.T) {
	pins := func(comment string) Pins {
		return ReadPins(map[string]string{"a.yml": headline("a.yml") + "\nuses: " + upload + "@" + otherCommit + comment + "\n"})
	}
	for comment, want := range map[string][2]string{ // the pins for v4 and for v3
		" # v6.1.0":        {otherCommit, firstPins("v3")[upload].Commit},
		"":                 {otherCommit, firstPins("v3")[upload].Commit},
		" # v3.2.2":        {firstPins("v4")[upload].Commit, otherCommit},
		" # v3.2.2-node20": {firstPins("v4")[upload].Commit, otherCommit},
	} {
		for i, artifacts := range []string{"v4", "v3"} {
			if got := pins(comment).find("a.yml", upload, artifacts); got.Commit != want[i] {
				t.Errorf("for %s, %q is pinned as %v", artifacts, comment, got)
			}
		}
	}
}
