package execute

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestOrdinaryRoutes(t *testing.T) {
	tests := map[string]struct {
		images string
		route  plan.Route
		latest fleet.NodeImage
		open   bool
		reason string
	}{
		"the region's latest is the target":                 {"Consistent", plan.RouteOrdinary, new1, true, ""},
		"the region has moved on":                           {"Consistent", plan.RouteOrdinary, newer, false, "moved on to image " + string(newer)},
		"the region is not there yet":                       {"Consistent", plan.RouteOrdinary, old, false, "not yet the latest in north"},
		"unreachable, and still so":                         {"Consistent", plan.RouteUnreachable, old, false, "not yet the latest"},
		"unreachable, and the region now offers the target": {"Consistent", plan.RouteUnreachable, new1, true, ""},
		"the region does not know the family":               {"Consistent", plan.RouteOrdinary, "", false, "offers no image"},
		"Latest takes what there is":                        {"Latest", plan.RouteOrdinary, newer, true, ""},
		"Latest of an unknown family":                       {"Latest", plan.RouteOrdinary, "", false, "offers no image"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
			sc.stage.Groups[0].Members[0].Pools[0].Route = test.route
			sc.stage.Groups[0].Members[1].Location = south
			sc.stage.Groups[0].Members[1].Pools[0].ToImage = newer
			sc.orders.Images = test.images
			north1 := region(north, test.latest)
			if test.latest == "" {
				north1.Images = nil
			}
			sc.inv.Regions = map[string]fleet.Region{north: north1, south: region(south, newer)}
			sc.turn()
			if test.open {
				sc.begins("a:PoolImage sys").states("a Running, b NotStarted")
			} else { // the slot goes to the next member
				sc.begins("b:PoolImage sys").states("a Pending, b Running").says("a", test.reason)
			}
		})
	}
}

func TestAVersionThatTheRegionDoesNotOfferIsWaitedFor(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a")))
	without := region(north, new1)
	without.Versions = map[fleet.KubernetesVersion]fleet.OfferedVersion{v133: {}}
	sc.inv.Regions = map[string]fleet.Region{north: without}
	sc.turn().begins().states("a Pending").says("a", "Kubernetes 1.34.2 is not offered in north").over(fleet.Pending)
	sc.stage.Groups[0].Members[0].Pools = nil
	sc.turn().begins().states("a Pending") // for the control plane alone
	sc.stage.Groups[0].Members[0] = fullMember("a")
	sc.cluster("a", func(c *fleet.Cluster) { c.Version = v134 }).turn().begins().states("a Pending") // for a pool alone
	without.Versions = nil
	sc.inv.Regions = map[string]fleet.Region{north: without}
	sc.turn().begins().says("a", "is not known")
	sc.cluster("a", func(c *fleet.Cluster) { c.Version = v133 })
	sc.inv.Regions = map[string]fleet.Region{north: region(north, new1)} // which has the version by now
	sc.after(time.Hour).turn().begins("a:ControlPlane").states("a Running")
}

func TestSnapshotRoutes(t *testing.T) {
	exists := func(image fleet.NodeImage, version fleet.KubernetesVersion, state fleet.ProvisioningState) func(*scene) {
		return func(sc *scene) {
			sc.inv.Snapshots = map[string]fleet.Snapshot{snapID: {ID: snapID, State: state, Image: image, Version: version}}
		}
	}
	tests := map[string]struct {
		change func(*scene)
		want   []string
		reason string
	}{
		"it exists":                             {exists(new1, v134, "Succeeded"), []string{"a:ControlPlane"}, ""},
		"it is being made":                      {exists(new1, v134, "Creating"), nil, "is being taken"},
		"it holds another image":                {exists(old, v134, "Succeeded"), nil, "holds image " + string(old)},
		"it holds another version":              {exists(new1, v133, "Succeeded"), nil, "not the target"},
		"its making failed, the donor is there": {func(sc *scene) { exists(new1, v134, "Failed")(sc); sc.donor(new1, v134) }, []string{"a:TakeSnapshot"}, ""},
		"the donor is at the target":            {func(sc *scene) { sc.donor(new1, v134) }, []string{"a:TakeSnapshot"}, ""},
		"the donor is not at the target":        {func(sc *scene) { sc.donor(old, v134) }, nil, "is not at image"},
		"the donor is ahead":                    {func(sc *scene) { sc.donor(newer, v134) }, nil, "is not at image"},
		"the donor's version is not the target": {func(sc *scene) { sc.donor(new1, v133) }, nil, "is not at image"},
		"the donor is busy":                     {func(sc *scene) { sc.donor(new1, v134).busy("donor") }, nil, "an operation is under way at donor pool p"},
		"the donor is gone":                     {func(*scene) {}, nil, "is gone; make a new plan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, fullMember("a"))).snapshotRoute("a", 0)
			test.change(sc)
			sc.turn().begins(test.want...).says("a", test.reason)
		})
	}
}

func (sc *scene) snapshotRoute(name string, pool int) *scene {
	for i := range sc.stage.Groups[0].Members {
		if m := &sc.stage.Groups[0].Members[i]; m.Name == name {
			p := &m.Pools[pool]
			p.Route, p.Snapshot, p.Donor = plan.RouteSnapshot, snapID, fleet.PoolID{Cluster: id("donor"), Pool: "p"}
		}
	}
	return sc
}

func TestASnapshotIsTakenOnceAndAppliedByAll(t *testing.T) {
	sc := newScene(t, oneGroup(3, 0, imageMembers("abc")...)).snapshotRoute("a", 0).snapshotRoute("b", 0).donor(new1, v133)
	sc.turn().begins("a:TakeSnapshot", "c:PoolImage sys").states("a Running, b NotStarted, c Running")
	want := fleet.Step{Cluster: id("a"), Kind: fleet.TakeSnapshot, Snapshot: snapID, Donor: fleet.PoolID{Cluster: id("donor"), Pool: "p"}, Image: new1, Tag: "prod", Location: "west"}
	if diff := cmp.Diff(want, sc.last.Begin[0]); diff != "" {
		t.Fatalf("step (-want +got):\n%s", diff)
	}
	take := sc.last.Begin[0]
	sc.acceptAll().after(poll).answer("a", accepted()).turn().begins().states("a Running, b Pending, c Running")
	sc.perform(take)
	sc.after(poll).answer("a", ended()).turn().begins("a:PoolImage sys", "b:PoolImage sys")
	if got := sc.last.Begin[0].Snapshot; got != snapID {
		t.Errorf("applies snapshot %q", got)
	}
}

func TestASnapshotThatTheListDoesNotShowYetIsNotTakenByAnother(t *testing.T) {
	sc := newScene(t, oneGroup(2, 0, imageMembers("ab")...)).snapshotRoute("a", 0).snapshotRoute("b", 0).donor(new1, v133)
	sc.turn().begins("a:TakeSnapshot").acceptAll().after(poll).answer("a", ended()).turn().begins().states("a Running, b Pending")
}

func TestASnapshotWhoseOperationCannotBeAskedIsWaitedFor(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b"))).snapshotRoute("a", 0).donor(new1, v134)
	sc.turn().begins("a:TakeSnapshot").acceptAll()
	sc.inv.Snapshots = map[string]fleet.Snapshot{snapID: {ID: snapID, State: "Creating"}}
	sc.after(poll).turn().begins().states("a Running, b NotStarted")
}

func TestTheControlPlaneWaitsForTheRoutesOfAllPools(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"))).snapshotRoute("a", 0).donor(new1, v134)
	sc.turn().begins("a:TakeSnapshot").acceptAll().perform(sc.last.Begin[0])
	sc.inv.Regions = map[string]fleet.Region{north: region(north, newer)} // pool usr has lost its route meanwhile
	sc.after(poll).answer("a", ended()).turn().begins().states("a Pending").says("a", "pool usr cannot be brought to")
}

func TestASnapshotThatDoesNotAppearFailsItsMember(t *testing.T) {
	sc := newScene(t, oneGroup(1, 1, imageMembers("a")...)).snapshotRoute("a", 0).donor(new1, v133)
	sc.turn().begins("a:TakeSnapshot").acceptAll().after(poll).answer("a", ended()).turn().begins().
		states("a Running").after(poll).answer("a", ended()).turn().states("a Failed").says("a", "taking snapshot donated ended, but Azure does not show its result")
}

func TestOfManyMembersWaitingForASnapshotNoneHoldsASlot(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("abc")...)).snapshotRoute("a", 0).snapshotRoute("b", 0).donor(old, v133)
	sc.turn().begins("c:PoolImage sys").states("a Pending, b Pending, c Running")
}

func TestAllRoutesOfAMemberAreOpenBeforeItsFirstWrite(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b"))).snapshotRoute("a", 1).donor(old, v134)
	sc.turn().begins("b:ControlPlane").states("a Pending, b Running")
}

func TestARouteThatClosesBetweenStepsIsNotWrittenThrough(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b"))).turn().begins("a:ControlPlane").acceptAll().after(time.Hour)
	sc.stage.Groups[0].Members[1].Location = "west"
	sc.inv.Regions = map[string]fleet.Region{north: region(north, newer), "west": region("west", new1)}
	sc.cluster("a", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).answer("a", ended())
	sc.turn().begins("b:ControlPlane").states("a Pending, b Running").says("a", "moved on")
}

// ofStage makes a's donor a member of its stage.
func (sc *scene) ofStage(donor string) *scene {
	p := &sc.stage.Groups[0].Members[0].Pools[0]
	p.Donor, p.DonorStage = fleet.PoolID{Cluster: id(donor), Pool: "sys"}, sc.stage.Name
	return sc
}

// a waits without a slot until its donor has the image, also where that comes after it; then it takes the snapshot.
func TestADonorOfTheSameStageComesFirst(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("abc")...)).snapshotRoute("a", 0).ofStage("c")
	sc.turn().begins("b:PoolImage sys").states("a Pending, b Running, c NotStarted").says("a", "waits for donor pool sys of cluster c, which is to be at image "+string(new1)+" first")
	sc.acceptAll().atTarget("b").after(poll).answer("b", ended()).turn().begins("c:PoolImage sys").states("a Pending, b Completed, c Running").goesOn(fleet.Running).looksAgain(poll)
	sc.acceptAll().after(poll).turn().begins().states("a Pending, b Completed, c Running")
	sc.atTarget("c").after(poll).answer("c", ended()).turn().begins("a:TakeSnapshot").states("a Running, b Completed, c Completed")
	if got := sc.last.Begin[0].Donor; got != (fleet.PoolID{Cluster: id("c"), Pool: "sys"}) {
		t.Errorf("takes it from %s", got)
	}
}

// What the donor waits for is waited for, and named by the donor alone.
func TestADonorOfTheSameStageThatWaits(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).snapshotRoute("a", 0).ofStage("b").window("b", fleet.NodeOSWindow, 20, 4)
	sc.turn().begins().states("a Pending, b Pending").goesOn(fleet.Pending).looksAgain(10 * time.Hour)
	sc.after(10 * time.Hour).turn().begins("b:PoolImage sys")

	moved := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).snapshotRoute("a", 0).ofStage("b")
	moved.stage.Groups[0].Members[1].Location = south
	moved.turn().over(fleet.Pending).says("a", "waits for donor pool sys of cluster b").says("b", "has moved on")
	if !moved.last.LookAgain.IsZero() {
		t.Errorf("to come back at %s", moved.last.LookAgain)
	}
}

// A donor that came to another end gives no image: who waited for it says so in the same turn, and no time is named.
func TestADonorOfTheSameStageThatDoesNotGetThere(t *testing.T) {
	waiting := func(t *testing.T, members string) *scene {
		return newScene(t, oneGroup(1, 1, imageMembers(members)...)).snapshotRoute("a", 0).ofStage("b")
	}
	for name, test := range map[string]struct {
		end  func(*scene)
		want string
	}{
		"it failed": {func(sc *scene) {
			sc.turn().begins("b:PoolImage sys").acceptAll().image("b", "sys", old).after(poll).answer("b", badly("DrainFailed"))
		}, "is Failed"},
		"it was stopped": {func(sc *scene) { sc.cluster("b", func(c *fleet.Cluster) { c.Stopped = true }) }, "is Skipped"},
		"it was removed": {func(sc *scene) { sc.gone("b") }, "is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			sc := waiting(t, "ab")
			test.end(sc)
			sc.turn().begins().over(fleet.Pending).says("a", test.want).says("a", "make a new plan")
			if !sc.last.LookAgain.IsZero() {
				t.Errorf("to come back at %s", sc.last.LookAgain)
			}
		})
	}
	again := waiting(t, "ab").turn().acceptAll().image("b", "sys", old).after(poll).answer("b", badly("DrainFailed")).turn().resume()
	again.turn().begins("b:PoolImage sys").states("a Pending, b Running") // which is tried once more, first
	again.acceptAll().atTarget("b").after(poll).answer("b", ended()).turn().begins("a:TakeSnapshot")
}

// Two upgrades and a snapshot do not meet at one cluster: where the donor's own upgrade goes on in this very turn, it is
// waited for.
func TestASnapshotIsNotTakenWhereAnUpgradeBegins(t *testing.T) {
	member := imageMember("b")
	member.Pools = append(member.Pools, imagePool("usr"))
	sc := newScene(t, oneGroup(2, 0, imageMember("a"), member)).snapshotRoute("a", 0).ofStage("b")
	sc.turn().begins("b:PoolImage sys").acceptAll().image("b", "sys", new1).after(poll).answer("b", ended())
	sc.turn().begins("b:PoolImage usr").states("a NotStarted, b Running").says("a", "an upgrade begins at donor pool sys of cluster b")
	sc.acceptAll().image("b", "usr", new1).after(poll).answer("b", ended()).turn().begins("a:TakeSnapshot")
}

// While a snapshot of a pool is taken nothing is begun at its cluster, which waits without failing.
func TestADonorIsLeftAloneWhileItsSnapshotIsTaken(t *testing.T) {
	sc := newScene(t, oneGroup(2, 0, imageMembers("a")[0], fullMember("b"))).snapshotRoute("a", 0).image("b", "usr", new1)
	sc.stage.Groups[0].Members[0].Pools[0].Donor = fleet.PoolID{Cluster: id("b"), Pool: "usr"}
	sc.turn().begins("a:TakeSnapshot").states("a Running, b NotStarted")
	take := sc.last.Begin[0]
	sc.acceptAll().after(poll).answer("a", accepted()).turn().begins().says("b", "a snapshot of one of its node pools is being taken")
	sc.perform(take)
	sc.after(poll).answer("a", ended()).turn().begins("a:PoolImage sys", "b:ControlPlane")
}
