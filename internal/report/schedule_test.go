package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/plan"
)

func TestSchedule(t *testing.T) {
	member := func(name string, minutes int, change ...func(*plan.Member)) plan.Member {
		m := plan.Member{Name: name, Action: plan.ActionUpgrade, ExpectedSeconds: minutes * 60}
		for _, c := range change {
			c(&m)
		}
		return m
	}
	p := plan.Plan{CreatedAt: noon, Stages: []plan.Stage{
		{Name: "one", MaxConcurrency: 2, WaitSeconds: 600, Groups: []plan.Group{
			{Name: "a", MaxConcurrency: 1, Members: []plan.Member{member("a1", 10), member("a2", 10), member("skipped", 10, func(m *plan.Member) { m.Action = plan.ActionSkip })}},
			{Name: "b", MaxConcurrency: 2, Members: []plan.Member{member("b1", 30), member("b2", 30)}}}},
		{Name: "skipped", Skip: "as asked for", MaxConcurrency: 1, Groups: []plan.Group{{Name: "c", MaxConcurrency: 1, Members: []plan.Member{member("c1", 10)}}}},
		{Name: "two", MaxConcurrency: 5, Groups: []plan.Group{{Name: "d", MaxConcurrency: 1, Members: []plan.Member{
			member("d1", 10, func(m *plan.Member) { m.Until = minutes(120) }), member("d2", 10)}}}},
	}}
	var got []string
	for _, l := range schedule(p) {
		got = append(got, fmt.Sprintf("%s %s %d-%d", l.stage, l.label, int(l.from.Sub(noon).Minutes()), int(l.to.Sub(noon).Minutes())))
	}
	want := []string{
		"one a1 0-10", "one b1 0-30", // as many at once as the stage allows
		"one a2 10-20", // its group's place is free again
		"one b2 20-50", "one wait 10 min 50-60",
		"two d1 120-130", // not before its window opens
		"two d2 130-140", // its group has one place
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
