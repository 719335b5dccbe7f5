package execute

import (
	"fmt"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestEmptyStageIsOverAtOnce(t *testing.T) {
	sc := newScene(t, plan.Stage{Name: "empty"}).turn().over(fleet.Skipped)
	if !sc.progress.Finished.Equal(monday) {
		t.Errorf("finished %s", sc.progress.Finished)
	}
}

func TestARestartedRunEndsWithTheSameTree(t *testing.T) {
	skipped := imageMember("s")
	skipped.Action, skipped.Why, skipped.Reason = plan.ActionSkip, plan.WhyAtTarget, "at its target"
	sc := newScene(t, oneGroup(1, 0, skipped, imageMember("a"))).atTarget("s").turn().acceptAll().after(poll).atTarget("a").answer("a", ended())
	whole := sc.fork(t).turn().over(fleet.Completed)
	sc.restart().turn().over(fleet.Completed).states("s Skipped, a Completed")
	whole.states("s Skipped, a Completed")
}

func TestTheStageStartsWhenItIsFirstLookedAt(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...)).turn().acceptAll().after(time.Hour).turn().resume().after(time.Hour).turn()
	if !sc.progress.Started.Equal(monday) {
		t.Errorf("started %s, want %s", sc.progress.Started, monday)
	}
}

// BenchmarkDecide measures a turn of a stage of 1,000 members with three pools each: at the first look all of them are
// to be judged, and in the middle of the stage fifty are under way. The aim is 5 ms.
func BenchmarkDecide(b *testing.B) {
	var members []plan.Member
	for i := range 1000 {
		m := fullMember(fmt.Sprintf("cluster-%04d", i))
		third := m.Pools[1]
		third.Name = "gpu"
		m.Pools = append(m.Pools, third)
		members = append(members, m)
	}
	s := oneGroup(50, 0, members...)
	sc := newScene(&testing.T{}, s)
	for i, m := range members {
		if i%2 == 0 {
			sc.inv.Clusters[m.Cluster].Windows[fleet.UpgradeWindow] = fleet.MaintenanceWindow{
				Weekly: &fleet.WeeklySchedule{IntervalWeeks: 1, Day: time.Wednesday}, Duration: 8 * time.Hour,
			}
		}
	}
	seen := Seen{Inventory: sc.inv}
	first := Decide(s, sc.orders, Progress{}, seen)
	for name, p := range map[string]Progress{"first": {}, "middle": first.Progress} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Decide(s, sc.orders, p, seen)
			}
		})
	}
}
