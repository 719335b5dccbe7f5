package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMaintenanceConfigurations(t *testing.T) {
	c := small(t)
	list := c.get(one + "/maintenanceConfigurations" + version).json(t)
	single := c.get(one + "/maintenanceConfigurations/aksManagedNodeOSUpgradeSchedule" + version).json(t)
	if diff := cmp.Diff(at(list, "value", 0), any(single)); diff != "" {
		t.Error(diff)
	}
	want := map[string]any{"schedule": map[string]any{"weekly": map[string]any{"intervalWeeks": 1.0, "dayOfWeek": "Monday"}},
		"durationHours": 8.0, "utcOffset": "+01:00", "startTime": "22:00"}
	if diff := cmp.Diff(want, at(single, "properties", "maintenanceWindow")); diff != "" {
		t.Error(diff)
	}
	refused(t, c.send("GET", one+"/maintenanceConfigurations/aksManagedAutoUpgradeSchedule"+version, ""), 404, "NotFound", false)
}
