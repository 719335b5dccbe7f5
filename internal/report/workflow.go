package report

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Workflow is what is to be said of one generated workflow.
type Workflow struct {
	Path  string `json:"path"`
	State string `json:"state"` // unchanged, written, missing, …
	Diff  string `json:"diff,omitempty"`
}

// Workflows says what became of the workflows of a strategy, or in what they differ from what it says.
func Workflows(title string, files []Workflow, findings []fleet.Finding) Document {
	d := Document{whole: "the log of this step", blocks: []block{heading{1, words(title)}}}
	all := list{noun: "workflows"}
	for _, file := range files {
		all.items = append(all.items, text{code(file.Path), plain(": " + file.State)})
	}
	if len(files) > 0 {
		d.add(all)
	}
	d.add(findingBlocks(findings, fleet.Error)...)
	d.add(findingBlocks(findings, fleet.Warning, fleet.Note)...)
	for _, file := range files {
		if file.Diff != "" {
			lines := strings.Split(strings.TrimSuffix(file.Diff, "\n"), "\n")
			d.add(details{text{code(file.Path)}, []block{difference{lines}}})
		}
	}
	return d
}

// diffTone colours what was taken away and what was added.
func diffTone(line string) tone {
	switch {
	case strings.HasPrefix(line, "-"):
		return bad
	case strings.HasPrefix(line, "+"):
		return good
	default:
		return calm
	}
}
