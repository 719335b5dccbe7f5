package workflow

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/org/fleet-update-action/internal/strategy"
)

// Pin is the commit by which an action is called, and the comment that says which version that is.
type Pin struct {
	Commit  string
	Comment string
}

// String is what stands after the @.
func (p Pin) String() string {
	if p.Comment == "" {
		return p.Commit
	}
	return p.Commit + " # " + p.Comment
}

var commit = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// ParsePin reads a commit, alone, with its version behind a #, or as `git ls-remote` prints it.
func ParsePin(text string) (Pin, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 || !commit.MatchString(fields[0]) {
		return Pin{}, errors.New("a pin begins with the 40 characters of a commit")
	}
	rest := strings.Join(fields[1:], " ")
	version, behindHash := strings.CutPrefix(rest, "# ")
	reference, isReference := strings.CutPrefix(rest, "refs/")
	switch {
	case rest == "" || behindHash:
		return Pin{Commit: fields[0], Comment: printable(version)}, nil
	case isReference && len(fields) == 2:
		_, name, _ := strings.Cut(reference, "/") // heads/main, tags/v1
		return Pin{Commit: fields[0], Comment: printable(name)}, nil
	default:
		return Pin{}, errors.New("behind the commit of a pin stands one name at most")
	}
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
}

// Pins are the pins of workflows: by file, then by what is called.
type Pins struct {
	files map[string]map[string]Pin
	names []string // of the files, in order
}

// used is a line that calls an action or a workflow by a commit.
var used = regexp.MustCompile(`(?m)^\s*(?:- )?uses: ([\w.-]+/[\w./-]+)@([0-9a-f]+)(?: +# ?(.*?))?\s*$`)

// ReadPins collects the pins of generated workflows, given by name. What is not a full commit is no pin.
func ReadPins(files map[string]string) Pins {
	all := Pins{files: map[string]map[string]Pin{}}
	for name, content := range files {
		if !strings.HasPrefix(content, generated) {
			continue
		}
		pins := map[string]Pin{}
		for _, match := range used.FindAllStringSubmatch(content, -1) {
			if _, known := pins[match[1]]; !known && commit.MatchString(match[2]) {
				pins[match[1]] = Pin{Commit: match[2], Comment: printable(match[3])}
			}
		}
		all.files[name] = pins
		all.names = append(all.names, name)
	}
	slices.Sort(all.names)
	return all
}

// find returns the pin that a file has for what it calls, else for something else of the same repository, else that of
// another file, else the one that generated workflows begin with. Where a server takes no other artifacts than those of
// v3, other pins are no use.
func (p Pins) find(file, called string, artifacts string) Pin {
	first := firstPins(artifacts)
	for _, name := range append([]string{file}, p.names...) {
		if pin, ok := p.files[name][called]; ok && isV3(pin) == isV3(first[called]) {
			return pin
		}
		for _, other := range ourWorkflows() {
			if pin, ok := p.files[name][other]; ok && ours(called) {
				return pin
			}
		}
	}
	return first[called]
}

func isV3(pin Pin) bool { return strings.HasPrefix(pin.Comment, "v3.") }

// firstPins are the actions of others, as long as no workflow has another commit of them.
func firstPins(artifacts string) map[string]Pin {
	pins := map[string]Pin{
		checkout: {Commit: "08c6903cd8c0fde910a37f88322edcfb5dd907a8", Comment: "v5.0.0"},
		upload:   {Commit: "ea165f8d65b6e75b540449e92b4886f43607fa02", Comment: "v4.6.2"},
	}
	if artifacts == strategy.ArtifactsV3 { // the newest of v3 that run on Node 20
		pins[checkout] = Pin{Commit: "34e114876b0b11c390a56381ad16ebd13914f8d5", Comment: "v4.3.1"}
		pins[upload] = Pin{Commit: "c24449f33cd45d4826c6702db7e49f7cdb9b551d", Comment: "v3.2.1-node20"}
		pins[download] = Pin{Commit: "ad191675b41f6a5b46da9a048cb6893812da158b", Comment: "v3.1.0-node20"}
	}
	return pins
}
