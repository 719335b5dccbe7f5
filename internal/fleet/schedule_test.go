package fleet

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestScheduleDays(t *testing.T) {
	tests := map[string]struct {
		schedule     schedule
		anchor, from string
		want         []string
	}{
		"every third day counts from the anchor": {
			DailySchedule{3}, "2026-02-26", "2026-02-27", []string{"2026-03-01", "2026-03-04", "2026-03-07"}},
		"every third day, before the anchor": {
			DailySchedule{3}, "2026-02-26", "2026-02-22", []string{"2026-02-23", "2026-02-26"}},
		"every week": {
			WeeklySchedule{1, time.Sunday}, "1970-01-01", "2026-11-23", []string{"2026-11-29", "2026-12-06"}},
		"weeks count from the Monday before the anchor": {
			WeeklySchedule{2, time.Monday}, "2026-11-25", "2026-11-25", []string{"2026-12-07", "2026-12-21"}},
		"the anchor's own week": {
			WeeklySchedule{2, time.Sunday}, "2026-11-25", "2026-11-25", []string{"2026-11-29", "2026-12-13"}},
		"the 31st passes short months over": {
			AbsoluteMonthlySchedule{1, 31}, "1970-01-01", "2026-01-31", []string{"2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31", "2026-08-31"}},
		"29 February": {
			AbsoluteMonthlySchedule{6, 29}, "2026-02-10", "2026-09-01", []string{"2027-08-29", "2028-02-29"}},
		"every second month across the year": {
			AbsoluteMonthlySchedule{2, 15}, "2026-10-31", "2026-10-16", []string{"2026-12-15", "2027-02-15"}},
		"the first Monday is the 1st": {
			RelativeMonthlySchedule{1, 1, time.Monday}, "1970-01-01", "2026-06-01", []string{"2026-06-01", "2026-07-06"}},
		"the fourth Tuesday of every third month": {
			RelativeMonthlySchedule{3, 4, time.Tuesday}, "2026-01-31", "2026-01-28", []string{"2026-04-28", "2026-07-28"}},
		"the last Friday is the fourth or fifth": {
			RelativeMonthlySchedule{1, LastWeek, time.Friday}, "1970-01-01", "2026-01-01", []string{"2026-01-30", "2026-02-27", "2026-03-27"}},
		"before 1970": {
			WeeklySchedule{1, time.Thursday}, "1969-12-31", "1969-12-20", []string{"1969-12-25", "1970-01-01"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			day := date(t, test.from).number()
			for range test.want {
				day = test.schedule.onOrAfter(day, date(t, test.anchor).number())
				got = append(got, dateOf(day).String())
				day++
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
}

func TestScheduleOfThe31stMeetsEveryInterval(t *testing.T) {
	for interval := 1; interval <= 6; interval++ {
		for anchor := range 12 {
			from := firstOfMonth(2026*12 + anchor)
			day := AbsoluteMonthlySchedule{interval, 31}.onOrAfter(from, from)
			if day-from > 3*366 {
				t.Errorf("the 31st of every %d months from month %d on: %s", interval, anchor+1, dateOf(day))
			}
		}
	}
}
