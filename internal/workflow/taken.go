package workflow

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Taken finds the workflows of a strategy in whose place another stands that is not to be written over: one that somebody
// wrote, or that was generated from another strategy. exists says whether there still is a strategy of that path: one that was
// moved takes its workflows along.
func Taken(rendered []File, onDisk map[string]string, o Options, exists func(path string) bool) []fleet.Finding {
	var findings []fleet.Finding
	for _, file := range rendered {
		content, there := onDisk[file.Name]
		first, _, _ := strings.Cut(lines(content), "\n")
		from, made := strings.CutPrefix(strings.TrimSuffix(first, headlineEnd), generated)
		switch {
		case !there || first == headline(o.StrategyPath) || strings.TrimSpace(content) == "":
		case !made:
			findings = append(findings, taken(file.Name, "this workflow was not generated, and is not written over", "Remove it, or rename it: the workflow of the strategy is called so."))
		case exists(from):
			findings = append(findings, taken(file.Name, fmt.Sprintf("this workflow is generated from %s, and a workflow of this strategy is called so as well", from), "Rename one of the two strategies."))
		}
	}
	return findings
}

func taken(name, message, advice string) fleet.Finding {
	return fleet.Finding{Rule: "workflow-taken", Severity: fleet.Error, Message: message, Advice: advice, Position: fleet.Position{File: name, Line: 1, Column: 1}}
}
