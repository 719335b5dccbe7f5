package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestChartShowsAsMuchAsAReaderTakesIn(t *testing.T) {
	tests := []struct {
		name                    string
		stages, groups, members int
		first                   string
		bars                    int
	}{
		{"every member", 2, 3, 4, "member-0-0", 24},
		{"every group", 2, 3, 5, "group-0 (5 clusters)", 6},
		{"every stage", 5, 5, 2, "all (5 groups)", 5},
		{"the first stages", 30, 1, 2, "group-0 (2 clusters)", maxBars},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var lanes []lane
			for s := range test.stages {
				for g := range test.groups {
					for m := range test.members {
						lanes = append(lanes, lane{fmt.Sprint("stage-", s), fmt.Sprint("group-", g),
							bar{label: fmt.Sprintf("member-%d-%d", g, m), from: minutes(m), to: minutes(m + 10)}})
					}
				}
			}
			c, ok := newChart("chart", lanes)
			if !ok {
				t.Fatal("nothing is drawn")
			}
			bars := 0
			for _, s := range c.sections {
				bars += len(s.bars)
			}
			if first := c.sections[0].bars[0].label; first != test.first || bars != test.bars {
				t.Errorf("got %d bars, the first %q; want %d, %q", bars, first, test.bars, test.first)
			}
			if left := test.stages - bars; left > 0 && !strings.Contains(c.title, fmt.Sprintf("without the last %d stages", left)) {
				t.Errorf("left out silently: %q", c.title)
			}
		})
	}
	if _, ok := newChart("chart", nil); ok {
		t.Error("a chart is drawn of nothing")
	}
}

func TestMergedBarsSpanTheirMembersAndKeepFailures(t *testing.T) {
	got := merged([]lane{
		{"s", "g", bar{"a", minutes(5), minutes(9), calm}},
		{"s", "g", bar{"b", minutes(1), minutes(7), bad}},
		{"s", "h", bar{"c", minutes(2), minutes(3), calm}},
	}, func(l lane) string { return l.group }, "cluster")
	want := []lane{{"s", "g", bar{"g (2 clusters)", minutes(1), minutes(9), bad}}, {"s", "h", bar{"c", minutes(2), minutes(3), calm}}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAxis(t *testing.T) {
	for span, want := range map[time.Duration]string{
		3 * time.Hour: "axisFormat %H:%M", 30 * time.Hour: "axisFormat %d %b %H:%M tickInterval 6hour",
		100 * time.Hour: "axisFormat %d %b tickInterval 1day", 900 * time.Hour: "axisFormat %d %b tickInterval 1week",
	} {
		if got := strings.Join(strings.Fields(strings.Join(axis(span), " ")), " "); got != want {
			t.Errorf("%v: got %q, want %q", span, got, want)
		}
	}
}

func TestBarsAreNeverTooShortToBeDrawn(t *testing.T) {
	got := bar{label: "a", from: noon, to: noon.Add(time.Second), tone: bad}.mermaid()
	if want := "a :crit, 2026-11-23 12:00, 2026-11-23 12:01"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
