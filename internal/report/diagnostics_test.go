package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func at(line, column, length int, source string) fleet.Position {
	return fleet.Position{File: "fleet/production.yml", Line: line, Column: column, Length: length, Source: source}
}

func TestDiagnostics(t *testing.T) {
	findings := []fleet.Finding{
		{Rule: "unknown-value", Severity: fleet.Error, Message: "NodeImagesOnly is not an upgrade type", Advice: "Did you mean NodeImageOnly?",
			Position: at(12, 9, 14, "  type: NodeImagesOnly\r")},
		{Rule: "duplicate-group", Severity: fleet.Error, Message: "group “東京” is in stages canary and production", Position: at(7, 12, 2, "\t- {name: 東京, x: 1}")},
		{Rule: "tabs", Severity: fleet.Error, Message: "a tab cannot indent", Position: at(3, 1, 1, "\tname: x")},
		{Rule: "end-of-line", Severity: fleet.Warning, Message: "something is missing here", Position: at(100, 8, 0, "stages:")},
		{Rule: "long-line", Severity: fleet.Note, Message: "far to the right", Position: at(1, 5001, 6, strings.Repeat("x", 5000)+"needle"+strings.Repeat("y", 5000))},
		{Rule: "no-source", Severity: fleet.Warning, Message: "the file is empty", Position: fleet.Position{File: "empty.yml"}},
		{Rule: "no-position", Severity: fleet.Note, Stage: "canary", Member: "aks-1", Message: "about a member"},
		{Rule: "column-beyond-line", Severity: fleet.Error, Message: "a position that does not fit its source", Position: at(2, 90, 3, "short")},
		{Rule: "hostile", Severity: fleet.Error, Message: "a\x1b[2Jb\u202ec\n::error::d ##[error]e", Advice: "::stop", Position: at(4, 1, 200, "::add-mask::\x1b]0;x\a\u202e")},
	}
	golden(t, "diagnostics.golden.txt", Diagnostics(findings, Style{Width: 100}))
}
