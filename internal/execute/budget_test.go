package execute

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// failOne lets a running member fail and another turn be decided.
func (sc *scene) failOne(name string) *scene {
	return sc.after(poll).image(name, "sys", old).answer(name, badly("UpgradeFailed")).turn()
}

func TestABudgetIsExceededOnlyByMore(t *testing.T) {
	sc := newScene(t, oneGroup(1, 1, imageMembers("abc")...)).turn().acceptAll().failOne("a")
	sc.begins("b:PoolImage sys").states("a Failed, b Running, c NotStarted").acceptAll().failOne("b").
		begins().states("a Failed, b Failed, c NotStarted").over(fleet.Failed).says("c", "not started: 2 members failed, where 1 is allowed")
}

func TestAfterTheBudgetThoseInFlightAreFollowedToTheirEnd(t *testing.T) {
	sc := newScene(t, oneGroup(2, 0, fullMember("a"), fullMember("b"), fullMember("c"))).turn().begins("a:ControlPlane", "b:ControlPlane").acceptAll()
	sc.after(poll).cluster("a", func(c *fleet.Cluster) { c.State = "Failed" }).answer("a", badly("UpgradeFailed")).turn().
		begins().states("a Failed, b Running, c NotStarted").goesOn(fleet.Stopping)
	sc.after(poll).cluster("b", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).answer("b", ended()).turn().
		begins("b:PoolVersion sys").goesOn(fleet.Stopping).acceptAll() // all of its parts
	sc.after(poll).cluster("b", func(c *fleet.Cluster) {
		c.State, c.Pools[0].Version, c.Pools[0].Image = fleet.ProvisioningSucceeded, v134, new1
	}).answer("b", ended()).turn().begins("b:PoolVersion usr").acceptAll()
	sc.after(poll).cluster("b", func(c *fleet.Cluster) {
		c.State, c.Pools[1].Version, c.Pools[1].Image = fleet.ProvisioningSucceeded, v134, new1
	}).answer("b", ended()).turn().begins().states("a Failed, b Completed, c NotStarted").over(fleet.Failed)
}

func TestBudgetsOfGroupsAndStageAreIndependent(t *testing.T) {
	twoGroups := func(t *testing.T, stage, first, second int) *scene {
		s := plan.Stage{Name: "canary", MaxConcurrency: 50, MaxAllowedFailures: stage, Groups: []plan.Group{
			{Name: "one", MaxConcurrency: 1, MaxAllowedFailures: first, Members: imageMembers("ab")},
			{Name: "two", MaxConcurrency: 1, MaxAllowedFailures: second, Members: imageMembers("cd")},
		}}
		return newScene(t, s).turn().begins("a:PoolImage sys", "c:PoolImage sys").acceptAll()
	}
	t.Run("a group over its own fails the stage, whatever the stage allows", func(t *testing.T) {
		twoGroups(t, 9, 0, 9).failOne("a").begins().states("a Failed, b NotStarted, c Running, d NotStarted").goesOn(fleet.Stopping).
			failOne("c").over(fleet.Failed).says("b", "1 member failed in group one, where 0 are allowed")
	})
	t.Run("the stage over its own fails, whatever the groups allow", func(t *testing.T) {
		twoGroups(t, 1, 9, 9).failOne("a").begins("b:PoolImage sys").goesOn(fleet.Running).acceptAll().
			failOne("c").begins().goesOn(fleet.Stopping).says("d", "2 members failed, where 1 is allowed")
	})
	t.Run("within both all goes on", func(t *testing.T) {
		twoGroups(t, 2, 1, 1).failOne("a").begins("b:PoolImage sys").acceptAll().failOne("c").begins("d:PoolImage sys").goesOn(fleet.Running)
	})
}

func TestAnExceededStageDoesNotWaitForWindows(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("ab")...)).window("b", fleet.NodeOSWindow, 20, 4).turn().acceptAll().failOne("a").over(fleet.Failed)
}
