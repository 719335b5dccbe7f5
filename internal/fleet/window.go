package fleet

import (
	"fmt"
	"time"
)

// WindowKind is the name of an AKS maintenance configuration; the names are fixed by AKS.
type WindowKind string

// The maintenance configurations that gate an update run. The third, "default", governs AKS's weekly releases only
// and is not consulted, as Fleet Manager does not consult it.
const (
	UpgradeWindow WindowKind = "aksManagedAutoUpgradeSchedule"   // Full and ControlPlaneOnly
	NodeOSWindow  WindowKind = "aksManagedNodeOSUpgradeSchedule" // NodeImageOnly
)

// MaintenanceWindow is an AKS maintenance window. Exactly one of the four schedules is set. All of its dates and times
// are in its own fixed UTC offset: AKS windows know no daylight saving time.
type MaintenanceWindow struct {
	Daily           *DailySchedule
	Weekly          *WeeklySchedule
	AbsoluteMonthly *AbsoluteMonthlySchedule
	RelativeMonthly *RelativeMonthlySchedule
	Duration        time.Duration // 4 to 24 hours
	Offset          time.Duration // east of UTC
	StartMinute     int           // minutes after local midnight, 0..1439
	StartDate       Date          // zero: none; closed before it
	NotAllowed      []DateSpan
}

// Opening is one time the window is open: from Opens up to, not including, Closes.
type Opening struct{ Opens, Closes time.Time }

// Contains reports whether the window is open at that time.
func (o Opening) Contains(at time.Time) bool { return !at.Before(o.Opens) && at.Before(o.Closes) }

const (
	shortestWindow = 4 * time.Hour
	longestWindow  = 24 * time.Hour

	// searchDays is how far Next looks: a window shut for five years is taken as never opening.
	searchDays = 5 * 366
)

// Next returns the opening that contains at, or else the first one after it, in UTC. Days that are not allowed are cut
// out of it. Openings that touch stay two. The error says why the window does not open within five years, or why that
// cannot be known: AKS does not document what an interval above 1 counts from where the window has no start date, so
// such a window is taken as closed.
func (w MaintenanceWindow) Next(at time.Time) (Opening, error) {
	if err := w.Validate(); err != nil {
		return Opening{}, err
	}
	schedule := w.schedule()
	if interval, unit := schedule.interval(); interval > 1 && w.StartDate.IsZero() {
		return Opening{}, fmt.Errorf("the maintenance window opens every %d %s but has no start date, so it cannot be known in which; set its startDate", interval, unit)
	}
	today := w.localDay(at)
	from, anchor := today-1, 0 // what opened yesterday may still be open
	if !w.StartDate.IsZero() {
		anchor = w.StartDate.number()
		from = max(from, anchor)
	}
	for day := schedule.onOrAfter(from, anchor); day <= today+searchDays; day = schedule.onOrAfter(from, anchor) {
		opening, resume := w.openingOn(day)
		if at.Before(opening.Closes) {
			return opening, nil
		}
		from = resume
	}
	return Opening{}, fmt.Errorf("the maintenance window does not open before %s; check its startDate and notAllowedDates", dateOf(today+searchDays))
}

// localDay returns the day at which the window's own clock stands, counted from 1 January 1970.
func (w MaintenanceWindow) localDay(at time.Time) int {
	year, month, day := at.UTC().Add(w.Offset).Date()
	return Date{year, month, day}.number()
}

// Validate reports the first value that AKS would not accept, under the name it has in the maintenance configuration.
func (w MaintenanceWindow) Validate() error {
	if err := w.validate(); err != nil {
		return fmt.Errorf("the maintenance window is not valid: %w", err)
	}
	return nil
}

func (w MaintenanceWindow) validate() error {
	if count := w.schedules(); count != 1 {
		return fmt.Errorf("it has %d schedules (want one of daily, weekly, absoluteMonthly, relativeMonthly)", count)
	}
	switch {
	case w.Duration < shortestWindow || w.Duration > longestWindow:
		return fmt.Errorf("durationHours is %g (want 4 to 24)", w.Duration.Hours())
	case w.Offset <= -24*time.Hour || w.Offset >= 24*time.Hour || w.Offset%time.Minute != 0:
		return fmt.Errorf("utcOffset is %s (want whole minutes, less than a day)", w.Offset)
	case w.StartMinute < 0 || w.StartMinute >= 24*60:
		return fmt.Errorf("startTime is minute %d of the day (want 0 to 1439)", w.StartMinute)
	case !w.StartDate.IsZero() && !w.StartDate.exists():
		return fmt.Errorf("startDate %s is not in the calendar", w.StartDate)
	}
	for _, span := range w.NotAllowed {
		if !span.Start.exists() || !span.End.exists() || span.End.Compare(span.Start) < 0 {
			return fmt.Errorf("notAllowedDates %s to %s are not a run of days", span.Start, span.End)
		}
	}
	return w.validateSchedule()
}

func (w MaintenanceWindow) schedules() int {
	count := 0
	for _, set := range [...]bool{w.Daily != nil, w.Weekly != nil, w.AbsoluteMonthly != nil, w.RelativeMonthly != nil} {
		if set {
			count++
		}
	}
	return count
}

// schedule returns the one schedule that is set.
func (w MaintenanceWindow) schedule() schedule {
	switch {
	case w.Daily != nil:
		return w.Daily
	case w.Weekly != nil:
		return w.Weekly
	case w.AbsoluteMonthly != nil:
		return w.AbsoluteMonthly
	default:
		return w.RelativeMonthly
	}
}

// openingOn returns what is allowed of the opening that begins on a local day, or the zero Opening where nothing is,
// and the day from which to look for another. An opening lasts a day at most, so it touches that day and the next.
func (w MaintenanceWindow) openingOn(day int) (opening Opening, resume int) {
	opens := time.Unix(int64(day)*secondsPerDay, 0).UTC().Add(time.Duration(w.StartMinute)*time.Minute - w.Offset)
	closes := opens.Add(w.Duration)
	midnight := time.Unix(int64(day+1)*secondsPerDay, 0).UTC().Add(-w.Offset)

	resume = day + 1
	if last, blocked := w.notAllowed(dateOf(day)); blocked {
		resume = max(resume, last.number()) // the span's last evening may run into an allowed day
		opens = midnight
	}
	if _, blocked := w.notAllowed(dateOf(day + 1)); blocked && closes.After(midnight) {
		closes = midnight
	}
	if !opens.Before(closes) {
		return Opening{}, resume
	}
	return Opening{Opens: opens, Closes: closes}, resume
}

// notAllowed reports whether the window stays shut on a local day, and the last day of the span that shuts it.
func (w MaintenanceWindow) notAllowed(day Date) (last Date, blocked bool) {
	for _, span := range w.NotAllowed {
		if span.contains(day) {
			return span.End, true
		}
	}
	return Date{}, false
}
