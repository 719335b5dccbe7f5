package azure

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestWindow(t *testing.T) {
	const rest = `"durationHours":4,"startTime":"23:30"`
	window := func(change func(*fleet.MaintenanceWindow)) *fleet.MaintenanceWindow {
		w := fleet.MaintenanceWindow{Duration: 4 * time.Hour, StartMinute: 23*60 + 30}
		change(&w)
		return &w
	}
	tests := []struct {
		name    string
		body    string
		want    *fleet.MaintenanceWindow
		problem string
	}{
		{"daily", `{"schedule":{"daily":{"intervalDays":2}},` + rest + `}`, window(func(w *fleet.MaintenanceWindow) { w.Daily = &fleet.DailySchedule{IntervalDays: 2} }), ""},
		{"weekly", `{"schedule":{"weekly":{"intervalWeeks":1,"dayOfWeek":"Friday"}},` + rest + `}`,
			window(func(w *fleet.MaintenanceWindow) {
				w.Weekly = &fleet.WeeklySchedule{IntervalWeeks: 1, Day: time.Friday}
			}), ""},
		{"a day of the month", `{"schedule":{"absoluteMonthly":{"intervalMonths":3,"dayOfMonth":31}},` + rest + `}`,
			window(func(w *fleet.MaintenanceWindow) {
				w.AbsoluteMonthly = &fleet.AbsoluteMonthlySchedule{IntervalMonths: 3, DayOfMonth: 31}
			}), ""},
		{"the last Sunday", `{"schedule":{"relativeMonthly":{"intervalMonths":1,"weekIndex":"Last","dayOfWeek":"Sunday"}},` + rest + `}`,
			window(func(w *fleet.MaintenanceWindow) {
				w.RelativeMonthly = &fleet.RelativeMonthlySchedule{IntervalMonths: 1, Week: fleet.LastWeek, Day: time.Sunday}
			}), ""},
		{"offset, start and days off", `{"schedule":{"daily":{"intervalDays":1}},` + rest + `,"utcOffset":"-03:30","startDate":"2026-02-28",
			"notAllowedDates":[{"start":"2026-12-23","end":"2027-01-03"}]}`,
			window(func(w *fleet.MaintenanceWindow) {
				w.Daily = &fleet.DailySchedule{IntervalDays: 1}
				w.Offset = -3*time.Hour - 30*time.Minute
				w.StartDate = fleet.Date{Year: 2026, Month: 2, Day: 28}
				w.NotAllowed = []fleet.DateSpan{{Start: fleet.Date{Year: 2026, Month: 12, Day: 23}, End: fleet.Date{Year: 2027, Month: 1, Day: 3}}}
			}), ""},
		{"no schedule", `{"schedule":{},` + rest + `}`, nil, "has 0 of daily"},
		{"two schedules", `{"schedule":{"daily":{"intervalDays":1},"weekly":{"intervalWeeks":1,"dayOfWeek":"Friday"}},` + rest + `}`, nil, "has 2 of daily"},
		{"a day that is none", `{"schedule":{"weekly":{"intervalWeeks":1,"dayOfWeek":"Freitag"}},` + rest + `}`, nil, `dayOfWeek is "Freitag"`},
		{"a week that is none", `{"schedule":{"relativeMonthly":{"intervalMonths":1,"weekIndex":"Fifth","dayOfWeek":"Sunday"}},` + rest + `}`, nil, `weekIndex is "Fifth"`},
		{"a time that is none", `{"schedule":{"daily":{"intervalDays":1}},"durationHours":4,"startTime":"25:00"}`, nil, `startTime is "25:00"`},
		{"an offset that is none", `{"schedule":{"daily":{"intervalDays":1}},` + rest + `,"utcOffset":"CET"}`, nil, `utcOffset is "CET"`},
		{"a date that is none", `{"schedule":{"daily":{"intervalDays":1}},` + rest + `,"startDate":"2026-02-30"}`, nil, `startDate is "2026-02-30"`},
		{"no duration", `{"schedule":{"daily":{"intervalDays":1}},"startTime":"23:30"}`, nil, "durationHours is 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, _, _ := newStub(t, always(answer{body: `{"properties":{"maintenanceWindow":` + test.body + `}}`}))
			windows, err := client.window(t.Context(), clusterOne(), "westeurope", fleet.UpgradeWindow)
			if test.want == nil {
				if err == nil || !strings.Contains(err.Error(), test.problem) || !isMalformed(err) {
					t.Errorf("error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[fleet.WindowKind]fleet.MaintenanceWindow{fleet.UpgradeWindow: *test.want}, windows); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// No configuration of the kind is "no window", which differs from "not read".
func TestNoWindow(t *testing.T) {
	client, s, _ := newStub(t, always(answer{status: 404}))
	windows, err := client.window(t.Context(), clusterOne(), "westeurope", fleet.NodeOSWindow)
	if err != nil || windows == nil || len(windows) != 0 {
		t.Errorf("got %v, %v", windows, err)
	}
	if !strings.HasSuffix(s.asked[0].path, "/maintenanceConfigurations/aksManagedNodeOSUpgradeSchedule") {
		t.Errorf("asked for %s", s.asked[0].path)
	}
}
