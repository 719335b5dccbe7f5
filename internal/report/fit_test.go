package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestMarkdownIsCutWithoutBreaking(t *testing.T) {
	p := large(100)
	for range 40 {
		p.Findings = append(p.Findings, fleet.Finding{Rule: fmt.Sprintf("rule-%d", len(p.Findings)), Severity: fleet.Warning, Message: "a warning of some length"})
	}
	d := Plan(p, sampleReading(), byHand)
	whole := Markdown(d, megabyte)
	if strings.Contains(whole, "all are in") || strings.Contains(whole, "cut here") {
		t.Errorf("cut although there is space for all:\n%s", whole)
	}
	for limit := len(whole) - 1; limit > 0; limit = limit*9/10 - 1 {
		got := Markdown(d, limit)
		if len(got) > limit {
			t.Errorf("limit %d: %d bytes", limit, len(got))
		}
		if got != "" && !strings.Contains(got, "plan.json`.") {
			t.Errorf("limit %d: cut silently:\n%s", limit, got)
		}
		if opened, closed := strings.Count(got, "<details>"), strings.Count(got, "</details>"); opened != closed {
			t.Errorf("limit %d: %d details opened, %d closed", limit, opened, closed)
		}
		if n := strings.Count(got, "```"); n%2 != 0 {
			t.Errorf("limit %d: a fence is left open", limit)
		}
	}
}

func TestCutTablesSayHowMuchIsMissing(t *testing.T) {
	rows := func(n int) [][]text {
		all := make([][]text, n)
		for i := range all {
			all[i] = []text{words(fmt.Sprintf("row %03d", i))}
		}
		return all
	}
	d := Document{whole: "`plan.json`", blocks: []block{
		table{columns: []column{{name: "A"}}, rows: rows(3), noun: "small things"},
		table{columns: []column{{name: "B"}}, rows: rows(200), noun: "big things"},
	}}
	got := Markdown(d, 400)
	if strings.Contains(got, "small things") {
		t.Errorf("a table with space enough is cut:\n%s", got)
	}
	shown := strings.Count(got, "| row") - 3
	if want := fmt.Sprintf("\n\n… and %d more big things; all are in `plan.json`.\n", 200-shown); shown < 10 || !strings.HasSuffix(got, want) {
		t.Errorf("%d rows are shown, and the end is not %q:\n%s", shown, want, got)
	}
}

func TestDetailsAreClosedWhereverTheDocumentIsCut(t *testing.T) {
	d := Document{whole: "`plan.json`", blocks: []block{paragraph{words("before")},
		details{words("folded"), []block{paragraph{words("one")}, details{words("deeper"), []block{paragraph{words("two")}, paragraph{words("three")}}}}}, paragraph{words("after")}}}
	nothing := false
	for limit := len(Markdown(d, megabyte)); limit > 0; limit-- {
		got := Markdown(d, limit)
		if nothing && got != "" {
			t.Errorf("limit %d: something fits where nothing did with more space", limit)
		}
		nothing = got == ""
		if len(got) > limit {
			t.Errorf("limit %d: %d bytes", limit, len(got))
		}
		if opened, closed := strings.Count(got, "<details>"), strings.Count(got, "</details>"); opened != closed {
			t.Errorf("limit %d: %d details opened, %d closed:\n%s", limit, opened, closed, got)
		}
	}
}
