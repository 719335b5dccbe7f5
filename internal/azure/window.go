package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// windowBody is maintenanceWindow of a maintenance configuration.
type windowBody struct {
	Schedule struct {
		Daily *struct {
			IntervalDays int `json:"intervalDays"`
		} `json:"daily"`
		Weekly *struct {
			IntervalWeeks int    `json:"intervalWeeks"`
			DayOfWeek     string `json:"dayOfWeek"`
		} `json:"weekly"`
		AbsoluteMonthly *struct {
			IntervalMonths int `json:"intervalMonths"`
			DayOfMonth     int `json:"dayOfMonth"`
		} `json:"absoluteMonthly"`
		RelativeMonthly *struct {
			IntervalMonths int    `json:"intervalMonths"`
			WeekIndex      string `json:"weekIndex"`
			DayOfWeek      string `json:"dayOfWeek"`
		} `json:"relativeMonthly"`
	} `json:"schedule"`
	DurationHours   int    `json:"durationHours"`
	StartTime       string `json:"startTime"`
	StartDate       string `json:"startDate"`
	UTCOffset       string `json:"utcOffset"`
	NotAllowedDates []struct {
		Start string `json:"start"`
		End   string `json:"end"`
	} `json:"notAllowedDates"`
}

// window reads one maintenance configuration of a cluster. A cluster without it has no windows, which is not the same
// as windows that were not read.
func (c *Client) window(ctx context.Context, id fleet.ClusterID, region string, kind fleet.WindowKind) (map[fleet.WindowKind]fleet.MaintenanceWindow, error) {
	subscription := id.Subscription()
	call, err := c.resource(readWindow, string(id), "/maintenanceConfigurations/"+string(kind), containerService,
		otherBucket(subscription, region), armReadBucket(subscription))
	if err != nil {
		return nil, err
	}
	var configuration struct {
		Properties struct {
			MaintenanceWindow *windowBody `json:"maintenanceWindow"`
		} `json:"properties"`
	}
	err = c.read(ctx, call, &configuration)
	if hasStatus(err, http.StatusNotFound) {
		return map[fleet.WindowKind]fleet.MaintenanceWindow{}, nil
	}
	if err != nil {
		return nil, err
	}
	if configuration.Properties.MaintenanceWindow == nil {
		return nil, malformed(call, errors.New("it has no maintenanceWindow"))
	}
	window, err := configuration.Properties.MaintenanceWindow.window()
	if err != nil {
		return nil, malformed(call, err)
	}
	return map[fleet.WindowKind]fleet.MaintenanceWindow{kind: window}, nil
}

// unreadable reports whether a window stays unread however often it is asked for: nobody can tell then that it is open.
func unreadable(err error) bool {
	return hasStatus(err, http.StatusUnauthorized, http.StatusForbidden) || isMalformed(err)
}

func (b *windowBody) window() (fleet.MaintenanceWindow, error) {
	window := fleet.MaintenanceWindow{Duration: time.Duration(b.DurationHours) * time.Hour}
	if b.DurationHours < 1 || b.DurationHours > 24 {
		return window, fmt.Errorf("durationHours is %d", b.DurationHours)
	}
	if err := b.schedule(&window); err != nil {
		return window, err
	}
	start, err := time.Parse("15:04", b.StartTime)
	if err != nil {
		return window, fmt.Errorf("startTime is %q (want HH:mm)", b.StartTime)
	}
	window.StartMinute = start.Hour()*60 + start.Minute()
	if window.Offset, err = parseOffset(b.UTCOffset); err != nil {
		return window, err
	}
	if b.StartDate != "" {
		if window.StartDate, err = parseDate("startDate", b.StartDate); err != nil {
			return window, err
		}
	}
	for _, span := range b.NotAllowedDates {
		start, err := parseDate("the start of notAllowedDates", span.Start)
		if err != nil {
			return window, err
		}
		end, err := parseDate("the end of notAllowedDates", span.End)
		if err != nil {
			return window, err
		}
		window.NotAllowed = append(window.NotAllowed, fleet.DateSpan{Start: start, End: end})
	}
	return window, nil
}

// schedule fills in the one schedule that is set.
func (b *windowBody) schedule(window *fleet.MaintenanceWindow) error {
	set := 0
	var err, weekErr error
	if s := b.Schedule.Daily; s != nil {
		set++
		window.Daily = &fleet.DailySchedule{IntervalDays: s.IntervalDays}
	}
	if s := b.Schedule.Weekly; s != nil {
		set++
		window.Weekly = &fleet.WeeklySchedule{IntervalWeeks: s.IntervalWeeks}
		window.Weekly.Day, err = parseWeekday(s.DayOfWeek)
	}
	if s := b.Schedule.AbsoluteMonthly; s != nil {
		set++
		window.AbsoluteMonthly = &fleet.AbsoluteMonthlySchedule{IntervalMonths: s.IntervalMonths, DayOfMonth: s.DayOfMonth}
	}
	if s := b.Schedule.RelativeMonthly; s != nil {
		set++
		window.RelativeMonthly = &fleet.RelativeMonthlySchedule{IntervalMonths: s.IntervalMonths}
		window.RelativeMonthly.Day, err = parseWeekday(s.DayOfWeek)
		window.RelativeMonthly.Week, weekErr = parseWeekIndex(s.WeekIndex)
	}
	if set != 1 {
		return fmt.Errorf("its schedule has %d of daily, weekly, absoluteMonthly and relativeMonthly (want one)", set)
	}
	return errors.Join(err, weekErr)
}

func parseWeekday(text string) (time.Weekday, error) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String(), text) {
			return day, nil
		}
	}
	return 0, fmt.Errorf("dayOfWeek is %q", text)
}

func parseWeekIndex(text string) (int, error) {
	for i, name := range []string{"First", "Second", "Third", "Fourth", "Last"} {
		if strings.EqualFold(name, text) {
			return i + 1, nil // fleet.LastWeek is 5
		}
	}
	return 0, fmt.Errorf("weekIndex is %q", text)
}

// parseOffset reads "+05:30"; an offset that is not given is UTC.
func parseOffset(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	at, err := time.Parse("-07:00", text)
	if err != nil {
		return 0, fmt.Errorf("utcOffset is %q (want +HH:mm or -HH:mm)", text)
	}
	_, seconds := at.Zone()
	return time.Duration(seconds) * time.Second, nil
}

func parseDate(what, text string) (fleet.Date, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return fleet.Date{}, fmt.Errorf("%s is %q (want YYYY-MM-DD)", what, text)
	}
	return fleet.Date{Year: day.Year(), Month: day.Month(), Day: day.Day()}, nil
}
