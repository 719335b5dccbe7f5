package strategy

import (
	"cmp"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// membershipBroken reports whether a finding stands where the file says which members there are and where they belong:
// in one of the fields of the root that are named. Members would then seem to be missing that are only misspelt.
func membershipBroken(root *schema.Node, findings []fleet.Finding, where ...string) bool {
	fields := slices.SortedFunc(slices.Values(root.Fields), func(a, b schema.Field) int {
		return cmp.Or(cmp.Compare(a.Key.Line, b.Key.Line), cmp.Compare(a.Key.Column, b.Key.Column))
	})
	aside := map[spot]bool{}
	if len(findings) > 0 {
		markAside(root.Field("stages"), false, aside)
	}
	for _, finding := range findings {
		at := finding.Position
		next, _ := slices.BinarySearchFunc(fields, at, func(field schema.Field, at fleet.Position) int {
			return cmp.Or(cmp.Compare(field.Key.Line, at.Line), cmp.Compare(field.Key.Column, at.Column+1))
		})
		if next == 0 || aside[spot{at.Line, at.Column}] {
			continue
		}
		if slices.Contains(where, fields[next-1].Key.Value) {
			return true
		}
	}
	return false
}

// spot is a place in the file.
type spot struct{ line, column int }

// markAside marks what of stages and groups does not say which members are in them.
func markAside(n *schema.Node, is bool, marked map[spot]bool) {
	if n == nil {
		return
	}
	if is {
		marked[spot{n.Line, n.Column}] = true
	}
	for _, item := range n.Items {
		markAside(item, is, marked)
	}
	for _, field := range n.Fields {
		aside := is || saysNoMembers(field.Key.Value)
		if aside {
			marked[spot{field.Key.Line, field.Key.Column}] = true
		}
		markAside(field.Value, aside, marked)
	}
}

func saysNoMembers(field string) bool {
	switch field {
	case "environment", "maxConcurrency", "maxAllowedFailures", "minSucceeded", "afterStageWaitInSeconds", "beforeGates", "afterGates":
		return true
	default:
		return false
	}
}
