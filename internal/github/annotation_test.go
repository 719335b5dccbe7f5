package github

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestAnnotationCarriesThePlace(t *testing.T) {
	var out bytes.Buffer
	NewRunner(environment(nil), &out).Annotate([]fleet.Finding{{
		Rule: "unknown-field", Severity: fleet.Error, Message: "no field \"typ\"", Advice: "did you mean `type`?",
		Position: fleet.Position{File: "strategy.yml", Line: 4, Column: 3, Length: 3},
	}})
	want := "::error col=3,endColumn=6,endLine=4,file=strategy.yml,line=4,title=unknown-field::no field \"typ\"%0Adid you mean `type`?\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
}

func TestAnnotationCannotCarryACommand(t *testing.T) {
	var out bytes.Buffer
	NewRunner(environment(nil), &out).Annotate([]fleet.Finding{{
		Rule: "x", Severity: fleet.Warning, Message: "a\n::set-output name=a::b\r\x1b[31m\u202ered", Advice: "##[add-matcher]x",
	}})
	if want := "a ::set-output name=a::b \uFFFD[31m\uFFFDred%0A## [add-matcher]x"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want %q in it", out.String(), want)
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Errorf("more than one line: %q", out.String())
	}
	if strings.Contains(out.String(), "##[") {
		t.Errorf("an old-style command survived: %q", out.String())
	}
}

func TestAnnotationsPastTheRunnersLimitAreCounted(t *testing.T) {
	var out bytes.Buffer
	var findings []fleet.Finding
	for i := range 14 {
		findings = append(findings, fleet.Finding{Rule: fmt.Sprint("r", i), Severity: fleet.Error, Message: fmt.Sprint("m", i)})
	}
	NewRunner(environment(nil), &out).Annotate(findings)
	if lines := strings.Count(out.String(), "\n"); lines != 10 {
		t.Errorf("%d annotations, the runner keeps 10", lines)
	}
	if !strings.Contains(out.String(), "5 more of this kind") {
		t.Errorf("what was left out is not counted: %q", out.String())
	}
}

// The hundredth finding of a rule teaches nothing, and must not keep another rule from being seen.
func TestFindingsOfOneRuleAreOneAnnotation(t *testing.T) {
	var out bytes.Buffer
	var findings []fleet.Finding
	for i := range 12 {
		findings = append(findings, fleet.Finding{Rule: "os-retired", Severity: fleet.Note, Member: fmt.Sprint("aks-", i), Message: fmt.Sprintf("aks-%d is old.", i), Advice: "Move it."})
	}
	findings = append(findings, fleet.Finding{Rule: "window-closed", Severity: fleet.Note, Cluster: fleet.NewClusterID("s", "g", "aks-3"), Message: "It is closed."},
		fleet.Finding{Rule: "os-retired", Severity: fleet.Warning, Message: "It is retired."})
	NewRunner(environment(nil), &out).Annotate(findings)
	want := "::notice title=os-retired::12 of this rule: aks-0, aks-1, aks-2 and 9 more%0Aaks-0 is old.%0AMove it.%0Aaks-1 is old.%0Aaks-2 is old.\n" +
		"::notice title=window-closed::It is closed.\n::warning title=os-retired::It is retired.\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

// A line of a file is marked for each finding that is on it, and each file for those that are about it.
func TestFindingsOnLinesStayApart(t *testing.T) {
	var out bytes.Buffer
	var findings []fleet.Finding
	for i := range 3 {
		findings = append(findings, fleet.Finding{Rule: "unknown-field", Severity: fleet.Error, Message: "m", Position: fleet.Position{File: "strategy.yml", Line: i + 1}})
	}
	for _, file := range []string{"one.yml", "two.yml"} {
		findings = append(findings, fleet.Finding{Rule: "workflow-missing", Severity: fleet.Error, Message: "m", Position: fleet.Position{File: file}})
	}
	NewRunner(environment(nil), &out).Annotate(findings)
	if lines := strings.Count(out.String(), "\n"); lines != 5 {
		t.Errorf("%d annotations:\n%s", lines, out.String())
	}
}

func TestAnnotationOfARefusalLeadsToItsPage(t *testing.T) {
	var out bytes.Buffer
	NewRunner(environment(nil), &out).Annotate([]fleet.Finding{{Rule: "stale-digest", Severity: fleet.Error, Message: "m", Advice: "a"}})
	if want := "::error title=stale-digest::m%0Aa%0A" + fleet.HelpPage("stale-digest") + "\n"; out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
}
