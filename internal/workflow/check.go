package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/org/fleet-update-action/internal/fleet"
)

// The first line of every workflow that was generated, around the path of its strategy.
const (
	generated   = "# Generated from "
	headlineEnd = ". Do not edit."
)

// LeftOver is the rule of a workflow that should not be there any more.
const LeftOver = "workflow-left-over"

// Difference is a workflow that is not what the strategy says.
type Difference struct {
	Name    string
	Finding fleet.Finding
	Diff    string // from what is on disk to what it should be, in the unified format; "" for what should not be there
}

// Check compares the workflows of a strategy with those on disk, which are given by name: all there are, because
// others may be left over from the same strategy.
func Check(rendered []File, onDisk map[string]string, o Options) []Difference {
	var differences []Difference
	wanted := map[string]bool{}
	for _, file := range rendered {
		wanted[file.Name] = true
		content, there := onDisk[file.Name]
		if there && lines(content) == file.Content {
			continue
		}
		differences = append(differences, differs(file, lines(content), there))
	}
	for _, name := range slices.Sorted(maps.Keys(onDisk)) {
		first, _, _ := strings.Cut(lines(onDisk[name]), "\n")
		if !wanted[name] && first == headline(o.StrategyPath) {
			differences = append(differences, leftOver(name, o.StrategyPath))
		}
	}
	return differences
}

// lines is text with the line ends of Unix: Git may have others in the working copy.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

func differs(file File, content string, there bool) Difference {
	finding := fleet.Finding{
		Rule: "workflow-missing", Severity: fleet.Error, Message: "this workflow of the strategy is missing",
		Position: fleet.Position{File: file.Name, Line: 1, Column: 1},
	}
	if there {
		finding.Rule, finding.Message = "workflow-differs", "this workflow is not what the strategy says"
		finding.Position.Line = firstDifference(content, file.Content)
	}
	text := diff.Diff(file.Name, []byte(content), file.Name+" (generated)", []byte(file.Content))
	return Difference{Name: file.Name, Finding: finding, Diff: string(text)}
}

// firstDifference is the first line that is not the same.
func firstDifference(a, b string) int {
	number := 1
	other := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(other) || line != other[i] {
			break
		}
		number++
	}
	return min(number, max(1, strings.Count(a, "\n")))
}

func leftOver(name, strategyPath string) Difference {
	return Difference{Name: name, Finding: fleet.Finding{
		Rule: LeftOver, Severity: fleet.Error,
		Message:  fmt.Sprintf("this workflow was generated from %s, which no longer has it", strategyPath),
		Position: fleet.Position{File: name, Line: 1, Column: 1},
	}}
}
