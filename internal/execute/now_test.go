package execute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// shown writes how a stage stands in Azure in short.
func shown(now fleet.StageNow) string {
	text := fmt.Sprintf("%d of %d", now.AtTarget, now.Members)
	for _, c := range now.Clusters {
		text += "; " + strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", c.Name, c.State, c.Behind)), " ")
		if c.Recorded != "" {
			text += fmt.Sprintf(" was %s at=%v", c.Recorded, c.AtTarget)
		}
	}
	return text
}

// upgraded brings clusters of full members to their target.
func (sc *scene) upgraded(names ...string) *scene {
	for _, name := range names {
		sc.cluster(name, func(c *fleet.Cluster) {
			c.Version = v134
			for i := range c.Pools {
				c.Pools[i].Version, c.Pools[i].Image = v134, new1
			}
		})
	}
	return sc
}

func TestNow(t *testing.T) {
	for _, test := range []struct {
		name     string
		change   func(sc *scene, stage *plan.Stage)
		recorded fleet.State // of a
		want     string
	}{
		{"all at the target", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b") }, fleet.Completed, "2 of 2"},
		{"one is behind", func(sc *scene, _ *plan.Stage) { sc.upgraded("a") }, fleet.Completed, "1 of 2; b 1.33.5"},
		{"one went back", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b").image("a", "usr", old) }, fleet.Completed, "1 of 2; a pool usr 202602.01.0 was Completed at=false"},
		{"a pool of another version", func(sc *scene, _ *plan.Stage) {
			sc.upgraded("a", "b").cluster("b", func(c *fleet.Cluster) { c.Pools[0].Version = v133 })
		}, "", "1 of 2; b pool sys 1.33.5"},
		{"one is ahead", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b").image("a", "usr", newer) }, fleet.Completed, "2 of 2"},
		{"failed, and mended since", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b") }, fleet.Failed, "2 of 2; a was Failed at=true"},
		{"stopped, and upgraded by others since", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b") }, fleet.Stopped, "2 of 2; a was Stopped at=true"},
		{"busy", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b").busy("b") }, fleet.Completed, "1 of 2; b busy"},
		{"busy after it was completed", func(sc *scene, _ *plan.Stage) { sc.upgraded("a", "b").busy("a") }, fleet.Completed, "2 of 2; a busy"},
		{"broken at its versions", func(sc *scene, _ *plan.Stage) {
			sc.upgraded("a", "b").cluster("b", func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed })
		}, "", "1 of 2; b failed"},
		{"stopped", func(sc *scene, _ *plan.Stage) {
			sc.upgraded("a").cluster("b", func(c *fleet.Cluster) { c.Stopped = true })
		}, "", "1 of 2; b stopped 1.33.5"},
		{"pinned to a snapshot that is to go", func(sc *scene, s *plan.Stage) {
			sc.upgraded("a", "b").cluster("b", func(c *fleet.Cluster) { c.Pools[0].Snapshot = "s" })
			s.Groups[0].Members[1].Pools[0].Release = true
		}, "", "1 of 2; b pool sys is pinned to a snapshot"},
		{"gone", func(sc *scene, _ *plan.Stage) { sc.upgraded("b").gone("a") }, fleet.Completed, "1 of 2; a gone was Completed at=false"},
		{"replaced", func(sc *scene, _ *plan.Stage) {
			sc.upgraded("a", "b").cluster("b", func(c *fleet.Cluster) { c.UID = "another" })
		}, "", "1 of 2; b replaced"},
		{"left out by the plan", func(_ *scene, s *plan.Stage) {
			s.Groups[0].Members[0].Action, s.Groups[0].Members[0].Why = plan.ActionSkip, plan.WhyRequested
		}, fleet.Skipped, "0 of 1; b 1.33.5"},
		{"blocked", func(_ *scene, s *plan.Stage) { s.Groups[0].Members[0].Action = plan.ActionBlocked }, "", "0 of 1; b 1.33.5"},
		{"found at its target", func(sc *scene, s *plan.Stage) {
			sc.upgraded("a", "b")
			s.Groups[0].Members[0].Action, s.Groups[0].Members[0].Why = plan.ActionSkip, plan.WhyAtTarget
		}, fleet.Skipped, "2 of 2"},
		{"skipped as a whole", func(_ *scene, s *plan.Stage) { s.Skip = "on request" }, fleet.Skipped, "0 of 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b")))
			stage := sc.stage
			test.change(sc, &stage)
			recorded := fleet.StageResult{Groups: []fleet.GroupResult{{Members: []fleet.MemberResult{{Name: "a", Cluster: id("a"), State: test.recorded}}}}}
			if got := shown(Now(stage, recorded, sc.inv)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// Latest is measured against what it meant when the pool was upgraded, as Ready does.
func TestNowMeasuresLatestAgainstTheRecord(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMember("a"))).atTarget("a")
	member := fleet.MemberResult{Name: "a", Cluster: id("a"), State: fleet.Completed, Latest: map[string]fleet.NodeImage{"sys": newer}}
	recorded := fleet.StageResult{Groups: []fleet.GroupResult{{Members: []fleet.MemberResult{member}}}}
	if got, want := shown(Now(sc.stage, recorded, sc.inv)), "0 of 1; a pool sys "+new1.Version()+" was Completed at=false"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
