package fleet

import (
	"cmp"
	"fmt"
	"time"
)

// DailySchedule opens every IntervalDays days (1..7).
type DailySchedule struct{ IntervalDays int }

// WeeklySchedule opens on one day of every IntervalWeeks-th week (1..4).
type WeeklySchedule struct {
	IntervalWeeks int
	Day           time.Weekday
}

// AbsoluteMonthlySchedule opens on a day (1..31) of every IntervalMonths-th month (1..6); months without that day are
// passed over.
type AbsoluteMonthlySchedule struct{ IntervalMonths, DayOfMonth int }

// RelativeMonthlySchedule opens on the Week-th Day (1..4, or LastWeek) of every IntervalMonths-th month (1..6).
type RelativeMonthlySchedule struct {
	IntervalMonths int
	Week           int
	Day            time.Weekday
}

// LastWeek is the Week of "the last such day of the month".
const LastWeek = 5

// schedule says on which days a window opens. Days are counted from 1 January 1970, months from January of the year 0.
// The methods may be called on a valid schedule only.
type schedule interface {
	// interval returns how many of which unit lie between two openings.
	interval() (count int, unit string)
	// onOrAfter returns the first day of the schedule that is not before day. The anchor is the day from which
	// intervals above 1 are counted. AKS does not document how it counts; here days count from the anchor itself, weeks
	// from the Monday of the week that contains it, and months from the month that contains it.
	onOrAfter(day, anchor int) int
}

func (s DailySchedule) interval() (count int, unit string)  { return s.IntervalDays, "days" }
func (s WeeklySchedule) interval() (count int, unit string) { return s.IntervalWeeks, "weeks" }
func (s AbsoluteMonthlySchedule) interval() (count int, unit string) {
	return s.IntervalMonths, "months"
}
func (s RelativeMonthlySchedule) interval() (count int, unit string) {
	return s.IntervalMonths, "months"
}

func (s DailySchedule) onOrAfter(day, anchor int) int {
	return day + remainder(anchor-day, s.IntervalDays)
}

func (s WeeklySchedule) onOrAfter(day, anchor int) int {
	monday := anchor - sinceMonday(weekday(anchor))
	return day + remainder(monday+sinceMonday(s.Day)-day, 7*s.IntervalWeeks)
}

// onOrAfter comes to an end because every valid interval meets a month of 31 days within three years: every fifth month
// from June on does so after 25 months.
func (s AbsoluteMonthlySchedule) onOrAfter(day, anchor int) int {
	for month := scheduledMonth(day, anchor, s.IntervalMonths); ; month += s.IntervalMonths {
		candidate := firstOfMonth(month) + s.DayOfMonth - 1
		if candidate >= day && candidate < firstOfMonth(month+1) {
			return candidate
		}
	}
}

func (s RelativeMonthlySchedule) onOrAfter(day, anchor int) int {
	for month := scheduledMonth(day, anchor, s.IntervalMonths); ; month += s.IntervalMonths {
		if candidate := s.dayIn(month); candidate >= day {
			return candidate
		}
	}
}

// dayIn returns the schedule's day in a month. A month may have no fifth such day; its last is then the fourth.
func (s RelativeMonthlySchedule) dayIn(month int) int {
	first := firstOfMonth(month)
	day := first + remainder(int(s.Day-weekday(first)), 7) + 7*(s.Week-1)
	if day >= firstOfMonth(month+1) {
		day -= 7
	}
	return day
}

// scheduledMonth returns the first month of the schedule that is not before the month of day.
func scheduledMonth(day, anchor, interval int) int {
	month := monthOf(day)
	return month + remainder(monthOf(anchor)-month, interval)
}

func monthOf(day int) int {
	date := dateOf(day)
	return date.Year*12 + int(date.Month-time.January)
}

func firstOfMonth(month int) int {
	return Date{Year: month / 12, Month: time.January + time.Month(month%12), Day: 1}.number()
}

// weekday knows that day 0, 1 January 1970, was a Thursday.
func weekday(day int) time.Weekday {
	return time.Weekday(remainder(day+int(time.Thursday), 7))
}

func sinceMonday(day time.Weekday) int { return remainder(int(day-time.Monday), 7) }

// remainder is n modulo m, never negative.
func remainder(n, m int) int { return (n%m + m) % m }

// validateSchedule names the first value of the schedule that AKS would not accept.
func (w MaintenanceWindow) validateSchedule() error {
	switch {
	case w.Daily != nil:
		return within("intervalDays", w.Daily.IntervalDays, 7)
	case w.Weekly != nil:
		return cmp.Or(within("intervalWeeks", w.Weekly.IntervalWeeks, 4), validWeekday(w.Weekly.Day))
	case w.AbsoluteMonthly != nil:
		return cmp.Or(
			within("intervalMonths", w.AbsoluteMonthly.IntervalMonths, 6),
			within("dayOfMonth", w.AbsoluteMonthly.DayOfMonth, 31))
	default:
		return cmp.Or(
			within("intervalMonths", w.RelativeMonthly.IntervalMonths, 6),
			within("weekIndex", w.RelativeMonthly.Week, LastWeek),
			validWeekday(w.RelativeMonthly.Day))
	}
}

func validWeekday(day time.Weekday) error {
	if day < time.Sunday || day > time.Saturday {
		return fmt.Errorf("dayOfWeek is number %d (want Sunday to Saturday)", int(day))
	}
	return nil
}

func within(field string, value, most int) error {
	if value < 1 || value > most {
		return fmt.Errorf("%s is %d (want 1 to %d)", field, value, most)
	}
	return nil
}
