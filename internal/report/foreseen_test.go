package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/plan"
)

func TestForeseen(t *testing.T) {
	member := func(name string) plan.Member { return plan.Member{Name: name, Cluster: id(name)} }
	p := plan.Plan{
		Stages: []plan.Stage{
			{Name: "one", WaitSeconds: 600, Groups: []plan.Group{
				{Name: "a", Members: []plan.Member{member("a1"), member("skipped")}}, {Name: "b", Members: []plan.Member{member("b1")}}}},
			{Name: "idle", WaitSeconds: 600, Groups: []plan.Group{{Name: "c", Members: []plan.Member{member("c1")}}}},
			{Name: "two", Groups: []plan.Group{{Name: "d", Members: []plan.Member{member("d1")}}}},
			{Name: "not-foreseen", Groups: []plan.Group{{Name: "e", Members: []plan.Member{member("e1")}}}},
		},
		Forecast: &plan.Forecast{Stages: []plan.StageForecast{
			foretold("one", 0, 30, foretoldMember("b1", 0, 30), foretoldMember("a1", 0, 10)), foretold("idle", 40, 40), foretold("two", 40, 130, foretoldMember("d1", 120, 130)),
		}},
	}
	var got []string
	for _, l := range foreseen(p) {
		got = append(got, fmt.Sprintf("%s %s %d-%d", l.stage, l.label, int(l.from.Sub(noon).Minutes()), int(l.to.Sub(noon).Minutes())))
	}
	want := []string{"one a1 0-10", "one b1 0-30", "one wait 10 min 30-40", "two d1 120-130"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if lanes := foreseen(plan.Plan{Stages: p.Stages}); len(lanes) > 0 {
		t.Errorf("without a forecast: %v", lanes)
	}
}
