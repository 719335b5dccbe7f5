package fleet

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDate(t *testing.T) {
	days := []Date{{}, {1999, 12, 31}, {2000, 2, 28}, {2000, 2, 29}, {2000, 3, 1}, {2001, 1, 1}}
	shuffled := []Date{days[3], days[0], days[5], days[1], days[4], days[2]}
	slices.SortFunc(shuffled, Date.Compare)
	if diff := cmp.Diff(days, shuffled); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	for _, day := range days[1:] {
		if got := dateOf(day.number()); got != day {
			t.Errorf("%s came back as %s", day, got)
		}
	}
	if !days[0].IsZero() || days[1].IsZero() {
		t.Errorf("only the zero date is zero")
	}
	for _, no := range []Date{{}, {2026, 2, 29}, {2026, 13, 1}, {2026, 4, 31}, {2026, 4, 0}} {
		if no.exists() {
			t.Errorf("%s is in the calendar", no)
		}
	}
	if got := (Date{2026, 3, 9}).String(); got != "2026-03-09" {
		t.Errorf("written as %s", got)
	}
}

func TestDateSpanIncludesItsEnds(t *testing.T) {
	freeze := span(t, "2022-12-23", "2023-01-03")
	for day, want := range map[string]bool{
		"2022-12-22": false, "2022-12-23": true, "2022-12-31": true, "2023-01-03": true, "2023-01-04": false,
	} {
		if got := freeze.contains(date(t, day)); got != want {
			t.Errorf("%s in the span: got %t, want %t", day, got, want)
		}
	}
}
