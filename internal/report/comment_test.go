package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func digestOf(n int) string { return fmt.Sprintf("sha256:%064x", n) }

func TestCommentNamesThePlansItSupersedes(t *testing.T) {
	d := Plan(threeStages(), fleet.Reading{}, byHand)
	body := ""
	for n := range 13 {
		body = Comment(d, Marker("production"), digestOf(n), body)
	}
	lines := strings.SplitN(body, "\n", 4)
	if lines[0] != "<!-- fleet-update-action plan: production -->" || !strings.HasPrefix(lines[1], "<!-- digests: "+digestOf(12)+" "+digestOf(11)+" ") {
		t.Errorf("it begins with\n%s\n%s", lines[0], lines[1])
	}
	if !strings.HasPrefix(lines[2], "# Upgrade plan: production") {
		t.Errorf("the plan does not stand first: %s", lines[2])
	}
	tail := body[strings.LastIndex(body, "Superseded"):]
	if strings.Count(tail, "~~`") != 10 {
		t.Errorf("of 12 earlier plans it names\n%s", tail)
	}
}

func TestCommentOfTheSamePlanSupersedesNothing(t *testing.T) {
	d := Plan(threeStages(), fleet.Reading{}, byHand)
	if body := Comment(d, Marker("production"), digestOf(1), Comment(d, Marker("production"), digestOf(1), "")); strings.Contains(body, "Superseded") {
		t.Errorf("a plan supersedes itself:\n%s", body)
	}
}

func TestCommentTakesNothingElseFromTheOldOne(t *testing.T) {
	d := Plan(threeStages(), fleet.Reading{}, byHand)
	for _, old := range []string{"", "@everybody", "<!-- digests: sha256:x --> ~~", "x <!-- digests: " + digestOf(3) + " -->"} {
		if got, want := Comment(d, Marker("production"), digestOf(1), old), Comment(d, Marker("production"), digestOf(1), ""); got != want {
			t.Errorf("%q changed the comment", old)
		}
	}
}

func TestCommentFits(t *testing.T) {
	p := threeStages()
	for range 400 {
		p.Stages[0].Groups[0].Members = append(p.Stages[0].Groups[0].Members, p.Stages[0].Groups[0].Members[0])
	}
	body := ""
	for n := range 12 {
		body = Comment(Plan(p, fleet.Reading{}, byHand), Marker("production"), digestOf(n), body)
	}
	if len(body) > CommentLimit || len(body) < CommentLimit/2 || !strings.Contains(body, "Superseded") {
		t.Errorf("the comment has %d characters", len(body))
	}
}

func TestAMarkerEndsWhereItShould(t *testing.T) {
	if got := Marker("a-->b.yml"); got != "<!-- fleet-update-action plan: ab.yml -->" {
		t.Error(got)
	}
}
