package execute

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// It is Monday 10:00 UTC in these, and an image member is expected to take ten minutes unless told otherwise.
func TestMaintenanceWindows(t *testing.T) {
	tests := map[string]struct {
		hour, hours int
		expect      time.Duration
		starts      bool
		reason      string
		again       time.Duration
	}{
		"open":                                   {9, 4, 10 * time.Minute, true, "", 0},
		"closed":                                 {11, 4, 10 * time.Minute, false, "opens next at 2026-03-02 11:00Z", time.Hour},
		"closed until tomorrow":                  {5, 5, 10 * time.Minute, false, "opens next at 2026-03-03 05:00Z", 19 * time.Hour},
		"open, and the rest is just long enough": {8, 4, 2 * time.Hour, true, "", 0},
		"open, and the rest is too short":        {8, 4, 2*time.Hour + time.Second, false, "the 2 h 00 min it is expected to take do not fit into its maintenance window, which closes at 2026-03-02 12:00Z and opens next at 2026-03-03 08:00Z", 22 * time.Hour},
		"open, and it never fits":                {8, 4, 5 * time.Hour, true, "", 0},
		"one opening runs into the next":         {11, 24, 2 * time.Hour, true, "", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, imageMembers("a")...)).window("a", fleet.NodeOSWindow, test.hour, test.hours)
			sc.stage.Groups[0].Members[0].Pools[0].ExpectedSeconds = int(test.expect.Seconds())
			sc.turn()
			if test.starts {
				sc.begins("a:PoolImage sys")
				return
			}
			sc.begins().states("a Pending").says("a", test.reason).looksAgain(test.again).goesOn(fleet.Pending)
			sc.after(test.again - time.Second).turn().begins()
			sc.after(time.Second).turn().begins("a:PoolImage sys")
		})
	}
}

func TestAClosedWindowGivesTheSlotToTheNext(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("abc")...)).window("a", fleet.NodeOSWindow, 20, 4).
		turn().begins("b:PoolImage sys").states("a Pending, b Running, c NotStarted")
}

func TestOnlyTheWindowOfTheUpgradeTypeCounts(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("a")...)).window("a", fleet.UpgradeWindow, 20, 4).turn().begins("a:PoolImage sys")
	newScene(t, oneGroup(1, 0, fullMember("a"))).window("a", fleet.UpgradeWindow, 20, 4).turn().begins()
}

func TestAWindowThatIsNotKnownIsClosed(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("a")...)).cluster("a", func(c *fleet.Cluster) { c.Windows = nil }).
		turn().begins().says("a", "could not be read").over(fleet.Pending)
	newScene(t, oneGroup(1, 0, imageMembers("a")...)).cluster("a", func(c *fleet.Cluster) {
		c.Windows = map[fleet.WindowKind]fleet.MaintenanceWindow{fleet.NodeOSWindow: {Daily: &fleet.DailySchedule{IntervalDays: 3}, Duration: 4 * time.Hour}}
	}).turn().begins().says("a", "start date").over(fleet.Pending)
}

func TestWindowThatClosesBetweenSteps(t *testing.T) {
	between := func(t *testing.T, policy string) *scene {
		sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b"))).window("a", fleet.UpgradeWindow, 8, 4)
		sc.orders.Policy.WindowClose = policy
		return sc.turn().begins("a:ControlPlane").acceptAll().after(3*time.Hour).
			cluster("a", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).answer("a", ended())
	}
	t.Run("finish goes on", func(t *testing.T) {
		between(t, "finish").turn().begins("a:PoolVersion sys").states("a Running, b NotStarted")
	})
	t.Run("hold waits, without its slot", func(t *testing.T) {
		sc := between(t, "hold").turn().begins("b:ControlPlane").states("a Pending, b Running").says("a", "opens next at 2026-03-03 08:00Z")
		sc.acceptAll().after(19*time.Hour).turn().begins().states("a Pending, b Running").says("a", "waits for a free slot") // open again, no slot
		sc.cluster("b", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).answer("b", ended())
		sc.after(poll).turn().begins("b:PoolVersion sys") // b never let go of its slot
	})
	t.Run("a restart without a record waits", func(t *testing.T) {
		between(t, "finish").restart().turn().begins("b:ControlPlane").states("a Pending, b Running")
	})
	t.Run("a restart with its record goes on", func(t *testing.T) {
		between(t, "finish").resume().turn().begins("a:PoolVersion sys")
	})
}

func TestAGroupsScheduledStart(t *testing.T) {
	s := oneGroup(1, 0, imageMembers("a")...)
	s.Groups = append(s.Groups, plan.Group{Name: "late", MaxConcurrency: 1, Members: imageMembers("b"),
		BeforeGates: []plan.Gate{{Type: "ScheduledStart", StartDay: "Monday", StartTime: "16:30", UTCOffset: "+05:30"}}})
	sc := newScene(t, s).turn().begins("a:PoolImage sys").states("a Running, b Pending").says("b", "starts at 2026-03-02 11:00Z")
	sc.acceptAll().after(poll).atTarget("a").answer("a", ended()).turn().begins().looksAgain(time.Hour - poll)
	sc.after(30 * time.Hour).turn().begins("b:PoolImage sys") // once it has come it stays come
}

func TestScheduledStarts(t *testing.T) {
	tests := map[string]struct {
		day, at, offset string
		want            string
	}{
		"that very time":                  {"Monday", "10:00", "+00:00", "2026-03-02T10:00:00Z"},
		"later today":                     {"Monday", "10:01", "+00:00", "2026-03-02T10:01:00Z"},
		"earlier today is next week":      {"Monday", "09:59", "+00:00", "2026-03-09T09:59:00Z"},
		"tomorrow":                        {"Tuesday", "00:00", "+00:00", "2026-03-03T00:00:00Z"},
		"the weekday is that of the zone": {"Tuesday", "00:30", "+14:00", "2026-03-02T10:30:00Z"},
		"west of UTC":                     {"Sunday", "23:00", "-08:00", "2026-03-09T07:00:00Z"},
		"no such day":                     {"Someday", "10:00", "+00:00", `its scheduled start names no day of the week: "Someday"`},
		"no such time":                    {"Monday", "25:00", "+00:00", "its scheduled start Monday 25:00 +00:00 cannot be read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			gates := []plan.Gate{{Type: "Approval"}, {Type: "ScheduledStart", StartDay: test.day, StartTime: test.at, UTCOffset: test.offset}}
			opens, err := scheduled(gates, monday)
			got := opens.Format(time.RFC3339)
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("opens (-want +got):\n%s", diff)
			}
		})
	}
}
