package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// opensIn is a daily window that opens some hours from now; its member's windows were read.
func opensIn(hours int, kind fleet.WindowKind) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		opens := now().Add(time.Duration(hours) * time.Hour)
		c.Windows = map[fleet.WindowKind]fleet.MaintenanceWindow{kind: {
			Daily: &fleet.DailySchedule{IntervalDays: 1}, Duration: 4 * time.Hour, StartMinute: opens.Hour()*60 + opens.Minute(),
		}}
	}
}

// unknowable is a window of which nobody can know in which weeks it opens.
func unknowable(kind fleet.WindowKind) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		c.Windows = map[fleet.WindowKind]fleet.MaintenanceWindow{kind: {
			Weekly: &fleet.WeeklySchedule{IntervalWeeks: 2, Day: time.Sunday}, Duration: 4 * time.Hour,
		}}
	}
}

func noWindow(c *fleet.Cluster) { c.Windows = map[fleet.WindowKind]fleet.MaintenanceWindow{} }

func TestPickOrder(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("stopped", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true })
	w.cluster("closed", "dev", "westeurope", opensIn(9, fleet.UpgradeWindow))
	w.cluster("none", "dev", "westeurope", noWindow)
	w.cluster("unread", "dev", "westeurope")
	w.cluster("soon", "dev", "westeurope", opensIn(4, fleet.UpgradeWindow))
	w.cluster("other-kind", "dev", "westeurope", opensIn(9, fleet.NodeOSWindow))
	w.cluster("open", "dev", "westeurope", opensIn(-1, fleet.UpgradeWindow))
	w.cluster("closed-too", "dev", "westeurope", opensIn(8, fleet.UpgradeWindow))
	p := w.build(t)
	var order []string
	for _, m := range p.Stages[0].Groups[0].Members {
		order = append(order, m.Name)
	}
	want := []string{"open", "soon", "stopped", "none", "unread", "other-kind", "closed", "closed-too"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for name, until := range map[string]time.Time{"open": {}, "none": {}, "soon": now().Add(4 * time.Hour), "closed": now().Add(9 * time.Hour)} {
		if m := find(t, p, name); !m.Until.Equal(until) || m.Action != ActionUpgrade {
			t.Errorf("%s: %s until %s, want %s", name, m.Action, m.Until, until)
		}
	}
	for name, closes := range map[string]time.Time{"open": now().Add(3 * time.Hour), "none": {}, "soon": {}, "closed": {}, "stopped": {}} {
		if m := find(t, p, name); !m.Closes.Equal(closes) {
			t.Errorf("%s: closes at %s, want %s", name, m.Closes, closes)
		}
	}
}

func TestWindowKindFollowsTheUpgradeType(t *testing.T) {
	for kind, want := range map[strategy.UpgradeType]fleet.WindowKind{
		strategy.Full: fleet.UpgradeWindow, strategy.ControlPlaneOnly: fleet.UpgradeWindow, strategy.NodeImageOnly: fleet.NodeOSWindow,
	} {
		w := newWorld(kind, strategy.Latest)
		w.cluster("a", "dev", "westeurope", opensIn(9, want))
		if m := only(t, w.build(t)); m.Window != want || m.Until.IsZero() {
			t.Errorf("%s: window %s until %s", kind, m.Window, m.Until)
		}
	}
}

func TestWindowThatCannotBeKnownBlocks(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope", unknowable(fleet.UpgradeWindow))
	w.cluster("there", "dev", "westeurope", pools(pool("system", image(fast))), onVersion("1.34.2"), unknowable(fleet.UpgradeWindow))
	p := w.build(t)
	if m := find(t, p, "a"); m.Action != ActionBlocked || m.Command == "" {
		t.Errorf("%s: %s (%s)", m.Action, m.Reason, m.Command)
	}
	if m := find(t, p, "there"); m.Action != ActionSkip {
		t.Errorf("%s, and it is at its target: %s", m.Action, m.Reason)
	}
	if finding, found := findingOf(p, "window-unknown"); !found || finding.Severity != fleet.Warning {
		t.Errorf("findings %v", rulesOf(p))
	}
}

func TestPendingMemberHasNoTimeToWaitFor(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope", opensIn(9, fleet.UpgradeWindow))
	delete(w.inv.Regions["westeurope"].Versions, version("1.34.2"))
	if m := only(t, w.build(t)); m.Action != ActionPending || !m.Until.IsZero() {
		t.Errorf("%s until %s", m.Action, m.Until)
	}
}
