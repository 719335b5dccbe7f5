package execute

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestSlots(t *testing.T) {
	group := func(name string, concurrency int, members string) plan.Group {
		return plan.Group{Name: name, MaxConcurrency: concurrency, Members: imageMembers(members)}
	}
	tests := map[string]struct {
		stage  int
		groups []plan.Group
		busy   []string
		want   []string
	}{
		"one after another":                       {50, []plan.Group{group("g", 1, "abc")}, nil, []string{"a:PoolImage sys"}},
		"two at a time":                           {50, []plan.Group{group("g", 2, "abc")}, nil, []string{"a:PoolImage sys", "b:PoolImage sys"}},
		"groups in parallel":                      {50, []plan.Group{group("g", 1, "ab"), group("h", 1, "cd")}, nil, []string{"a:PoolImage sys", "c:PoolImage sys"}},
		"the stage's limit holds over groups":     {3, []plan.Group{group("g", 9, "ab"), group("h", 9, "cd")}, nil, []string{"a:PoolImage sys", "c:PoolImage sys", "b:PoolImage sys"}},
		"a busy member holds a slot":              {50, []plan.Group{group("g", 2, "abc")}, []string{"c"}, []string{"a:PoolImage sys"}},
		"busy members hold all slots":             {50, []plan.Group{group("g", 2, "abc")}, []string{"b", "c"}, nil},
		"a busy member holds a slot of the stage": {2, []plan.Group{group("g", 9, "ab"), group("h", 9, "cd")}, []string{"d"}, []string{"a:PoolImage sys"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := plan.Stage{Name: "s", MaxConcurrency: test.stage, Groups: test.groups}
			newScene(t, s).busy(test.busy...).turn().begins(test.want...)
		})
	}
}

func TestPickOrder(t *testing.T) {
	// a has no window, b is closed, c and d are open: open windows first, then none; closed ones not at all.
	sc := newScene(t, oneGroup(1, 0, imageMembers("abcd")...))
	sc.window("b", fleet.NodeOSWindow, 11, 4).window("c", fleet.NodeOSWindow, 8, 4).window("d", fleet.NodeOSWindow, 9, 4)
	for _, want := range []string{"c", "d", "a"} {
		sc.turn().begins(want + ":PoolImage sys").acceptAll().after(poll).atTarget(want)
	}
	sc.turn().begins().states("a Completed, b Pending, c Completed, d Completed")
}

func TestAMemberBetweenItsStepsDoesNotOvertakeABusyOne(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b"))).turn().begins("a:ControlPlane").acceptAll().after(poll)
	sc.cluster("a", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).answer("a", ended())
	sc.busy("b").turn().begins().states("a Running, b Pending").says("a", "waits for a free slot")
	sc.after(poll).cluster("b", func(c *fleet.Cluster) { c.State = fleet.ProvisioningSucceeded }).turn().begins("a:PoolVersion sys")
}

func TestDeadline(t *testing.T) {
	start := func(t *testing.T, deadline time.Duration) *scene {
		sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
		sc.orders.Deadline = monday.Add(deadline)
		return sc.turn()
	}
	t.Run("what is expected to end before it starts", func(t *testing.T) {
		start(t, 10*time.Minute).begins("a:PoolImage sys")
	})
	t.Run("what is not waits for the next run, which can come at once", func(t *testing.T) {
		start(t, 10*time.Minute-time.Second).begins().says("a", "would not end before this run's deadline at").over(fleet.Pending).looksAgain(0)
	})
	t.Run("what would not fit a whole run starts in its turn", func(t *testing.T) {
		for began, starts := range map[time.Duration]bool{-time.Second: false, 0: true} { // it takes ten minutes
			sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
			sc.orders.Deadline = monday.Add(10*time.Minute - time.Second)
			sc.orders.Began = monday.Add(began)
			if sc.turn(); starts != (len(sc.last.Begin) == 1) {
				t.Errorf("a run that began %s ago: began %v", -began, sc.last.Begin)
			}
		}
	})
	t.Run("a look is not later than it", func(t *testing.T) {
		sc := start(t, 10*time.Minute).acceptAll().after(10*time.Minute - time.Second).turn().goesOn(fleet.Running).looksAgain(time.Second)
		sc.after(time.Second).turn().over(fleet.Stopped).states("a Running, b Pending").says("a", "run the stage again")
	})
	t.Run("nothing more begins once it has come", func(t *testing.T) {
		start(t, 10*time.Minute).acceptAll().after(10*time.Minute).atTarget("a").answer("a", ended()).turn().
			begins().states("a Completed, b Pending").over(fleet.Pending)
	})
	t.Run("nor the next step of a member under way", func(t *testing.T) {
		sc := newScene(t, oneGroup(1, 0, fullMember("a")))
		sc.orders.Deadline = monday.Add(time.Hour)
		sc.turn().begins("a:ControlPlane").acceptAll().after(time.Hour)
		sc.cluster("a", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).answer("a", ended())
		sc.turn().begins().states("a Running").over(fleet.Stopped).looksAgain(0)
	})
	t.Run("a stage that could only wait past it ends at once", func(t *testing.T) {
		sc := newScene(t, oneGroup(1, 0, imageMembers("a")...)).window("a", fleet.NodeOSWindow, 20, 4)
		sc.orders.Deadline = monday.Add(5 * time.Hour)
		sc.turn().begins().over(fleet.Pending).looksAgain(10 * time.Hour)
	})
}

func TestStopBeginsNothingAndEndsAtOnce(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).turn().acceptAll()
	sc.orders.Stop = true
	sc.after(poll).turn().begins().over(fleet.Stopped).states("a Running, b NotStarted").says("a", "run the stage again").says("b", "not started before this run ended")
	idle := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
	idle.orders.Stop = true
	idle.turn().begins().over(fleet.Stopped)
}

func TestWhatNobodyKnowsTheTimeOf(t *testing.T) {
	elsewhere := func(t *testing.T, members string) *scene { // a waits for an image that its region does not offer yet
		sc := newScene(t, oneGroup(2, 0, imageMembers(members)...))
		sc.stage.Groups[0].Members[0].Location = south
		sc.inv.Regions[south] = region(south, old)
		return sc
	}
	t.Run("alone ends the stage: come back in hours", func(t *testing.T) {
		elsewhere(t, "a").turn().over(fleet.Pending).looksAgain(6 * time.Hour)
	})
	t.Run("beside a running member costs nothing", func(t *testing.T) {
		elsewhere(t, "ab").turn().begins("b:PoolImage sys").goesOn(fleet.Running).looksAgain(poll)
	})
	t.Run("beside a known time is looked at every hour", func(t *testing.T) {
		elsewhere(t, "ab").window("b", fleet.NodeOSWindow, 20, 4).turn().goesOn(fleet.Pending).looksAgain(time.Hour)
	})
}

// To come back would be of no use: as it is nothing changes, however often it is looked at.
func TestWhatNoTimeBrings(t *testing.T) {
	const newPlan = "make a new plan"
	moved := func(sc *scene) { sc.stage.Groups[0].Members[0].Location = south }
	unreachable := func(sc *scene) {
		moved(sc)
		sc.stage.Groups[0].Members[0].Pools[0].Route = plan.RouteUnreachable
	}
	for name, test := range map[string]struct {
		change func(*scene)
		says   []string
		not    string
	}{
		"its region has moved on":           {moved, []string{"south has moved on to image", newPlan + ", or allow snapshots and make one"}, ""},
		"snapshots are allowed already":     {func(sc *scene) { moved(sc); sc.orders.Policy.SnapshotResourceGroup = "snaps" }, []string{"has moved on", newPlan}, "allow snapshots"},
		"its region was ahead when planned": {unreachable, []string{"south offers image " + string(newer) + ", and the plan found no way to bring pool sys to " + string(new1), "image-unreachable, and " + newPlan}, "moved on"},
		"the donor is gone":                 {func(sc *scene) { sc.snapshotRoute("a", 0) }, []string{"is gone", newPlan}, ""},
		"the donor is not at the image":     {func(sc *scene) { sc.snapshotRoute("a", 0).donor(old, v133) }, []string{"is not at image", newPlan}, ""},
		"the snapshot is another's by its name": {func(sc *scene) {
			sc.snapshotRoute("a", 0).donor(new1, v133)
			sc.inv.Snapshots = map[string]fleet.Snapshot{snapID: {ID: snapID, State: "Succeeded", Image: old}}
		}, []string{"remove it and run the stage again"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			alone := newScene(t, oneGroup(1, 0, imageMembers("a")...))
			test.change(alone)
			alone.turn().over(fleet.Pending)
			if r := alone.result(); !r.LookAgain.IsZero() || !r.Stuck || r.Outcome != fleet.OutcomeUnfinished {
				t.Errorf("%s, stuck %v, to come back at %s", r.Outcome, r.Stuck, r.LookAgain)
			}
			for _, piece := range test.says {
				alone.says("a", piece)
			}
			if reason := alone.progress.Members[id("a")].Reason; test.not != "" && strings.Contains(reason, test.not) {
				t.Errorf("says %q", reason)
			}
			beside := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
			test.change(beside)
			beside.window("b", fleet.NodeOSWindow, 20, 4).turn().goesOn(fleet.Pending).looksAgain(10 * time.Hour)
			both := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
			test.change(both)
			both.stage.Groups[0].Members[1].Location, both.inv.Regions = "west", map[string]fleet.Region{north: region(north, new1), south: region(south, newer), "west": region("west", old)}
			both.turn().over(fleet.Pending).looksAgain(6 * time.Hour)
			late := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
			test.change(late)
			late.orders.Deadline = monday.Add(time.Hour)
			late.window("b", fleet.NodeOSWindow, 20, 4).turn().over(fleet.Pending).looksAgain(10 * time.Hour)
			if late.result().Stuck {
				t.Error("stuck, with a window that opens")
			}
		})
	}
}
