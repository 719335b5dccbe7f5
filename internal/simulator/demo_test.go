package simulator_test

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestDemoHasWhatIsToBeShown(t *testing.T) {
	w, findings := simulator.Load("demo.yml", simulator.Demo())
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	clusters := w.Clusters("", "")
	latest := map[fleet.NodeImage]bool{}
	groups := map[string]int{}
	stopped, windows, donors := 0, 0, 0
	for _, c := range clusters {
		region, _ := w.Region(c.Location)
		image, _ := region.Latest("AKSUbuntu-2204gen2containerd")
		latest[image] = true
		groups[c.Tags["update-group"]]++
		if c.Stopped {
			stopped++
		}
		if c.Windows != nil {
			windows++
		}
		if c.Tags["update-group"] == "dev" && c.Location == "westeurope" {
			donors++
		}
	}
	if len(clusters) < 12 || len(latest) != 3 || stopped != 1 || windows != 1 || donors != groups["dev"] {
		t.Errorf("%d clusters, latest %v, %d stopped, %d with windows, %d of %d of dev in the slowest region", len(clusters), latest, stopped, windows, donors, groups["dev"])
	}
	for _, group := range []string{"dev", "staging-eu", "staging-us", "prod-eu", "prod-us"} {
		if groups[group] == 0 {
			t.Errorf("nobody is in group %s", group)
		}
	}
	members, ok := w.Fleet("/subscriptions/5117a700-0000-4000-8000-000000000001/resourceGroups/fleet-demo/providers/Microsoft.ContainerService/fleets/demo")
	if !ok || len(members.Members) != len(clusters) {
		t.Errorf("the fleet has %d members", len(members.Members))
	}
}

// Served on any day, the demonstration is as it is on its own: a Monday's start within the last week, images as many days
// old, none of them left behind.
func TestDemoMovesWithTheCalendar(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC), time.Date(2031, 2, 28, 0, 0, 0, 0, time.UTC),
	} {
		world, findings := simulator.Load("demo.yml", simulator.DemoAt(now))
		if len(findings) > 0 {
			t.Fatalf("%s: %+v", now, findings)
		}
		if start := world.Now(); start.Weekday() != time.Monday || start.After(now) || now.Sub(start) >= 7*24*time.Hour {
			t.Errorf("at %s it starts at %s", now, start)
		}
		region, _ := world.Region("westeurope")
		for _, image := range region.Images {
			built, _ := image.Built()
			if age := world.Now().Sub(built); age != 20*24*time.Hour+7*time.Hour {
				t.Errorf("at %s the image %s is %s old", now, image, age)
			}
		}
	}
}
