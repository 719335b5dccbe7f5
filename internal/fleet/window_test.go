package fleet

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// local reads "2026-03-01 22:00 +02:00".
func local(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -07:00", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func date(t testing.TB, text string) Date {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return Date{at.Year(), at.Month(), at.Day()}
}

func span(t testing.TB, start, end string) DateSpan {
	t.Helper()
	return DateSpan{date(t, start), date(t, end)}
}

func TestWindowNext(t *testing.T) {
	nightly := MaintenanceWindow{Daily: &DailySchedule{1}, StartMinute: 22 * 60, Duration: 4 * time.Hour, Offset: 2 * time.Hour}
	closedOverNewYear := nightly
	closedOverNewYear.NotAllowed = []DateSpan{span(t, "2022-12-23", "2023-01-03")}
	saturdays := MaintenanceWindow{Weekly: &WeeklySchedule{1, time.Saturday}, Duration: 8 * time.Hour, Offset: -5 * time.Hour}
	wholeDay := MaintenanceWindow{Daily: &DailySchedule{1}, Duration: 24 * time.Hour}
	started := nightly
	started.StartDate = date(t, "2026-06-10")
	noon := MaintenanceWindow{Daily: &DailySchedule{1}, StartMinute: 12 * 60, Duration: 24 * time.Hour}
	oddDays := noon
	oddDays.NotAllowed = []DateSpan{span(t, "2026-05-02", "2026-05-02"), span(t, "2026-05-04", "2026-05-04")}

	mornings := MaintenanceWindow{Daily: &DailySchedule{1}, StartMinute: 2 * 60, Duration: 4 * time.Hour}
	mornings.NotAllowed = []DateSpan{span(t, "2026-05-02", "2026-05-02")}
	fromEvening := MaintenanceWindow{Daily: &DailySchedule{1}, StartMinute: 20 * 60, Duration: 24 * time.Hour, Offset: -5 * time.Hour}

	tests := map[string]struct {
		window        MaintenanceWindow
		at            string
		opens, closes string
	}{
		"before it opens":                         {nightly, "2026-05-01 21:59 +02:00", "2026-05-01 22:00 +02:00", "2026-05-02 02:00 +02:00"},
		"at the minute it opens":                  {nightly, "2026-05-01 22:00 +02:00", "2026-05-01 22:00 +02:00", "2026-05-02 02:00 +02:00"},
		"open since yesterday":                    {nightly, "2026-05-02 01:59 +02:00", "2026-05-01 22:00 +02:00", "2026-05-02 02:00 +02:00"},
		"at the minute it closes":                 {nightly, "2026-05-02 02:00 +02:00", "2026-05-02 22:00 +02:00", "2026-05-03 02:00 +02:00"},
		"the day is the window's, not UTC's":      {saturdays, "2026-05-02 04:59 +00:00", "2026-05-02 05:00 +00:00", "2026-05-02 13:00 +00:00"},
		"every hour of every day":                 {wholeDay, "2026-05-02 13:00 +00:00", "2026-05-02 00:00 +00:00", "2026-05-03 00:00 +00:00"},
		"before its start date":                   {started, "2026-05-02 23:00 +02:00", "2026-06-10 22:00 +02:00", "2026-06-11 02:00 +02:00"},
		"the night before its start date":         {started, "2026-06-10 01:00 +02:00", "2026-06-10 22:00 +02:00", "2026-06-11 02:00 +02:00"},
		"cut where a day not allowed begins":      {closedOverNewYear, "2022-12-22 21:00 +00:00", "2022-12-22 20:00 +00:00", "2022-12-22 22:00 +00:00"},
		"shut at the first minute not allowed":    {closedOverNewYear, "2022-12-22 22:00 +00:00", "2023-01-03 22:00 +00:00", "2023-01-04 00:00 +00:00"},
		"shut at the last minute not allowed":     {closedOverNewYear, "2023-01-03 21:59 +00:00", "2023-01-03 22:00 +00:00", "2023-01-04 00:00 +00:00"},
		"what is left of an opening once allowed": {closedOverNewYear, "2023-01-03 23:30 +00:00", "2023-01-03 22:00 +00:00", "2023-01-04 00:00 +00:00"},
		"closed before a day not allowed begins":  {mornings, "2026-05-01 03:00 +00:00", "2026-05-01 02:00 +00:00", "2026-05-01 06:00 +00:00"},
		"open since the day before UTC's day":     {fromEvening, "2026-05-03 00:30 +00:00", "2026-05-01 20:00 -05:00", "2026-05-02 20:00 -05:00"},
		"between days not allowed":                {oddDays, "2026-05-02 00:00 +00:00", "2026-05-03 00:00 +00:00", "2026-05-03 12:00 +00:00"},
		"up to the next day not allowed":          {oddDays, "2026-05-03 12:00 +00:00", "2026-05-03 12:00 +00:00", "2026-05-04 00:00 +00:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := Opening{local(t, test.opens), local(t, test.closes)}
			got, err := test.window.Next(local(t, test.at))
			if err != nil {
				t.Fatal(err)
			}
			if !got.Opens.Equal(want.Opens) || !got.Closes.Equal(want.Closes) {
				t.Errorf("at %s: got %v, want %v", test.at, got, want)
			}
			if got.Opens.Location() != time.UTC || got.Closes.Location() != time.UTC {
				t.Errorf("got %v, want times in UTC", got)
			}
		})
	}
}

func TestWindowNextWhereItNeverOpens(t *testing.T) {
	daily := MaintenanceWindow{Daily: &DailySchedule{1}, Duration: 4 * time.Hour}
	frozen := daily
	frozen.NotAllowed = []DateSpan{span(t, "2020-01-01", "2999-12-31")}
	future := daily
	future.StartDate = date(t, "2099-01-01")
	fortnightly := MaintenanceWindow{Weekly: &WeeklySchedule{2, time.Monday}, Duration: 4 * time.Hour}
	invalid := daily
	invalid.Duration = time.Hour

	tests := map[string]struct {
		window MaintenanceWindow
		want   string
	}{
		"never allowed":        {frozen, "the maintenance window does not open before 2031-05-06; check its startDate and notAllowedDates"},
		"begins far ahead":     {future, "the maintenance window does not open before 2031-05-06; check its startDate and notAllowedDates"},
		"interval from when":   {fortnightly, "the maintenance window opens every 2 weeks but has no start date, so it cannot be known in which; set its startDate"},
		"not a window at all":  {MaintenanceWindow{}, "the maintenance window is not valid: it has 0 schedules (want one of daily, weekly, absoluteMonthly, relativeMonthly)"},
		"not a window for AKS": {invalid, "the maintenance window is not valid: durationHours is 1 (want 4 to 24)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			opening, err := test.window.Next(local(t, "2026-05-02 12:00 +00:00"))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v and error %v, want error %s", opening, err, test.want)
			}
		})
	}
}

func TestWindowValidate(t *testing.T) {
	weekly := func(change func(*MaintenanceWindow)) MaintenanceWindow {
		w := MaintenanceWindow{Weekly: &WeeklySchedule{1, time.Sunday}, Duration: 4 * time.Hour}
		change(&w)
		return w
	}
	only := func(change func(*MaintenanceWindow)) MaintenanceWindow {
		return weekly(func(w *MaintenanceWindow) { w.Weekly = nil; change(w) })
	}
	tests := map[string]struct {
		window MaintenanceWindow
		want   string
	}{
		"as it should be":       {weekly(func(w *MaintenanceWindow) {}), ""},
		"longest and furthest":  {weekly(func(w *MaintenanceWindow) { w.Duration, w.StartMinute = 24*time.Hour, 1439 }), ""},
		"two schedules":         {weekly(func(w *MaintenanceWindow) { w.Daily = &DailySchedule{1} }), "it has 2 schedules"},
		"too long":              {weekly(func(w *MaintenanceWindow) { w.Duration = 25 * time.Hour }), "durationHours is 25 (want 4 to 24)"},
		"offset of a day":       {weekly(func(w *MaintenanceWindow) { w.Offset = -24 * time.Hour }), "utcOffset is -24h0m0s"},
		"offset in seconds":     {weekly(func(w *MaintenanceWindow) { w.Offset = time.Second }), "utcOffset is 1s"},
		"start at 24:00":        {weekly(func(w *MaintenanceWindow) { w.StartMinute = 1440 }), "startTime is minute 1440"},
		"start before midnight": {weekly(func(w *MaintenanceWindow) { w.StartMinute = -1 }), "startTime is minute -1"},
		"no such start date":    {weekly(func(w *MaintenanceWindow) { w.StartDate = Date{2026, 2, 29} }), "startDate 2026-02-29 is not in the calendar"},
		"span without an end": {weekly(func(w *MaintenanceWindow) { w.NotAllowed = []DateSpan{{Start: Date{2026, 1, 1}}} }),
			"notAllowedDates 2026-01-01 to 0000-00-00 are not a run of days"},
		"span without a start": {weekly(func(w *MaintenanceWindow) { w.NotAllowed = []DateSpan{{End: Date{2026, 1, 1}}} }),
			"notAllowedDates 0000-00-00 to 2026-01-01 are not a run of days"},
		"span that ends before it starts": {weekly(func(w *MaintenanceWindow) { w.NotAllowed = []DateSpan{{Date{2026, 1, 2}, Date{2026, 1, 1}}} }),
			"notAllowedDates 2026-01-02 to 2026-01-01 are not a run of days"},
		"every 0 days":           {only(func(w *MaintenanceWindow) { w.Daily = &DailySchedule{0} }), "intervalDays is 0 (want 1 to 7)"},
		"every 5 weeks":          {weekly(func(w *MaintenanceWindow) { w.Weekly.IntervalWeeks = 5 }), "intervalWeeks is 5 (want 1 to 4)"},
		"eighth day of the week": {weekly(func(w *MaintenanceWindow) { w.Weekly.Day = 7 }), "dayOfWeek is number 7"},
		"every 7 months":         {only(func(w *MaintenanceWindow) { w.AbsoluteMonthly = &AbsoluteMonthlySchedule{7, 1} }), "intervalMonths is 7 (want 1 to 6)"},
		"the 32nd":               {only(func(w *MaintenanceWindow) { w.AbsoluteMonthly = &AbsoluteMonthlySchedule{1, 32} }), "dayOfMonth is 32 (want 1 to 31)"},
		"every 0 months":         {only(func(w *MaintenanceWindow) { w.RelativeMonthly = &RelativeMonthlySchedule{0, 1, 0} }), "intervalMonths is 0 (want 1 to 6)"},
		"sixth week":             {only(func(w *MaintenanceWindow) { w.RelativeMonthly = &RelativeMonthlySchedule{1, 6, 0} }), "weekIndex is 6 (want 1 to 5)"},
		"day before Sunday":      {only(func(w *MaintenanceWindow) { w.RelativeMonthly = &RelativeMonthlySchedule{1, 1, -1} }), "dayOfWeek is number -1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.window.Validate()
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got error %v, want none", err)
			case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "the maintenance window is not valid: "+test.want)):
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
}

func TestOpeningContains(t *testing.T) {
	opening := Opening{local(t, "2026-05-01 22:00 +00:00"), local(t, "2026-05-02 02:00 +00:00")}
	for at, want := range map[string]bool{
		"2026-05-01 21:59 +00:00": false,
		"2026-05-01 22:00 +00:00": true,
		"2026-05-02 03:59 +02:00": true,
		"2026-05-02 02:00 +00:00": false,
	} {
		if got := opening.Contains(local(t, at)); got != want {
			t.Errorf("open at %s: got %t, want %t", at, got, want)
		}
	}
}

// TestWindowNextAgainstCalendar compares Next with a walk through the calendar in quarters of an hour.
func TestWindowNextAgainstCalendar(t *testing.T) {
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1))
		window := randomWindow(random)
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(200*96)) * quarter)
		walk := calendar{window, time.FixedZone("", int(window.Offset.Seconds()))}
		if err := walk.compare(at); err != nil {
			t.Fatalf("seed %d, at %s, window %s: %v", seed, at, describe(window), err)
		}
	}
}

const quarter = 15 * time.Minute

// walkedDays is how far the walk goes: further than a random window is ever shut.
const walkedDays = 3 * 366

// calendar knows when a window is open from looking at one moment at a time.
type calendar struct {
	window MaintenanceWindow
	zone   *time.Location
}

func (c calendar) compare(at time.Time) error {
	got, err := c.window.Next(at)
	if err != nil {
		return err
	}
	first := at
	for !c.open(first) {
		first = first.Add(quarter)
		if first.After(at.AddDate(0, 0, walkedDays)) {
			return fmt.Errorf("got %v, the calendar knows none before %s", got, first)
		}
	}
	if first.Equal(at) && !got.Contains(at) || first.After(at) && !got.Opens.Equal(first) {
		return fmt.Errorf("got %v, the calendar says open from %s", got, first)
	}
	for inside := got.Opens; inside.Before(got.Closes); inside = inside.Add(quarter) {
		if !c.open(inside) {
			return fmt.Errorf("got %v, the calendar says closed at %s", got, inside)
		}
	}
	if before := got.Opens.Add(-quarter); c.open(before) && !c.atStart(got.Opens) {
		return fmt.Errorf("got %v, the calendar says open since %s", got, before)
	}
	if c.open(got.Closes) && !c.atStart(got.Closes) {
		return fmt.Errorf("got %v, the calendar says it does not close", got)
	}
	return nil
}

// atStart tells openings that touch from one that goes on.
func (c calendar) atStart(at time.Time) bool {
	there := at.In(c.zone)
	return there.Hour()*60+there.Minute() == c.window.StartMinute
}

func (c calendar) open(at time.Time) bool {
	there := at.In(c.zone)
	today := time.Date(there.Year(), there.Month(), there.Day(), 0, 0, 0, 0, c.zone)
	for _, no := range c.window.NotAllowed {
		if !today.Before(c.midnight(no.Start)) && !today.After(c.midnight(no.End)) {
			return false
		}
	}
	for _, day := range []time.Time{today, today.AddDate(0, 0, -1)} {
		opens := day.Add(time.Duration(c.window.StartMinute) * time.Minute)
		if !at.Before(opens) && at.Before(opens.Add(c.window.Duration)) && c.scheduled(day) {
			return true
		}
	}
	return false
}

func (c calendar) midnight(d Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, c.zone)
}

func (c calendar) scheduled(day time.Time) bool {
	w, start := c.window, c.midnight(c.window.StartDate)
	days := int(day.Sub(start).Hours() / 24)
	if w.StartDate.IsZero() {
		days = 0 // then the interval is 1
	}
	weeks := (days + (int(start.Weekday())+6)%7) / 7
	months := (day.Year()-start.Year())*12 + int(day.Month()) - int(start.Month())
	switch {
	case days < 0:
		return false
	case w.Daily != nil:
		return days%w.Daily.IntervalDays == 0
	case w.Weekly != nil:
		return day.Weekday() == w.Weekly.Day && weeks%w.Weekly.IntervalWeeks == 0
	case w.AbsoluteMonthly != nil:
		return day.Day() == w.AbsoluteMonthly.DayOfMonth && months%w.AbsoluteMonthly.IntervalMonths == 0
	default:
		inWeek := (day.Day()+6)/7 == w.RelativeMonthly.Week
		if w.RelativeMonthly.Week == LastWeek {
			inWeek = day.AddDate(0, 0, 7).Month() != day.Month()
		}
		return day.Weekday() == w.RelativeMonthly.Day && inWeek && months%w.RelativeMonthly.IntervalMonths == 0
	}
}

func randomWindow(random *rand.Rand) MaintenanceWindow {
	w := MaintenanceWindow{
		Duration:    time.Duration(4+random.IntN(21)) * time.Hour,
		Offset:      time.Duration(random.IntN(26*4)-12*4) * quarter,
		StartMinute: random.IntN(96) * 15,
	}
	interval := func(most int) int { return 1 }
	if random.IntN(3) > 0 {
		w.StartDate = dateOf(20_454 + random.IntN(150)) // from 2026-01-01
		interval = func(most int) int { return 1 + random.IntN(most) }
	}
	for range random.IntN(4) {
		from := 20_454 + random.IntN(300)
		w.NotAllowed = append(w.NotAllowed, DateSpan{dateOf(from), dateOf(from + random.IntN(20))})
	}
	weekday := time.Weekday(random.IntN(7))
	switch random.IntN(4) {
	case 0:
		w.Daily = &DailySchedule{interval(7)}
	case 1:
		w.Weekly = &WeeklySchedule{interval(4), weekday}
	case 2:
		w.AbsoluteMonthly = &AbsoluteMonthlySchedule{interval(6), 1 + random.IntN(31)}
	default:
		w.RelativeMonthly = &RelativeMonthlySchedule{interval(6), 1 + random.IntN(LastWeek), weekday}
	}
	return w
}

func describe(w MaintenanceWindow) string {
	return fmt.Sprintf("%+v daily %+v weekly %+v absolute %+v relative %+v", w, w.Daily, w.Weekly, w.AbsoluteMonthly, w.RelativeMonthly)
}

func BenchmarkWindowNext(b *testing.B) {
	at := local(b, "2026-05-02 12:00 +00:00")
	start := date(b, "2024-01-10")
	freeze := []DateSpan{span(b, "2026-04-01", "2026-06-30"), span(b, "2026-12-20", "2027-01-05")}
	windows := map[string]MaintenanceWindow{
		"daily, open":          {Daily: &DailySchedule{1}, Duration: 24 * time.Hour},
		"every second week":    {Weekly: &WeeklySchedule{2, time.Saturday}, Duration: 8 * time.Hour, StartDate: start},
		"daily, in a freeze":   {Daily: &DailySchedule{1}, Duration: 4 * time.Hour, NotAllowed: freeze},
		"31st of every 6th":    {AbsoluteMonthly: &AbsoluteMonthlySchedule{6, 31}, Duration: 4 * time.Hour, StartDate: start},
		"last Friday of every": {RelativeMonthly: &RelativeMonthlySchedule{1, LastWeek, time.Friday}, Duration: 4 * time.Hour},
	}
	for name, window := range windows {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := window.Next(at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
