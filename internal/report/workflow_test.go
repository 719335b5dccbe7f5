package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

// A difference holds a file from the repository: none of its lines is a command to the runner, nor ends its block.
func TestWorkflowsOfHostileFiles(t *testing.T) {
	diff := "@@ -1 +1 @@\n ::set-output name=a::b\n ##[error]x\n-```\n+name: \x1b[31mred\n"
	d := Workflows("Workflows", []Workflow{{Path: "a.yml", State: "differs", Diff: diff}},
		[]fleet.Finding{{Rule: "workflow-differs", Severity: fleet.Error, Message: "it differs"}})
	text, markdown := Text(d, Style{}), Markdown(d, SummaryLimit)
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "::") || strings.Contains(line, "##[") {
			t.Errorf("the runner would obey %q", line)
		}
	}
	if strings.Contains(text+markdown, "\x1b") {
		t.Error("a control character is left")
	}
	for _, want := range []string{"````diff\n", "\n+name: \\x1b[31mred\n````\n", "workflow-differs"} {
		if !strings.Contains(markdown, want) {
			t.Errorf("no %q in\n%s", want, markdown)
		}
	}
}

func TestWorkflowsInColour(t *testing.T) {
	d := Workflows("Workflows", []Workflow{{Path: "a.yml", State: "differs", Diff: "-old\n+new\n same\n"}}, nil)
	if text := Text(d, Style{Colour: true}); !strings.Contains(text, "\x1b[31m-old\x1b[0m\n\x1b[32m+new\x1b[0m\n same\n") {
		t.Errorf("%q", text)
	}
}
