package forecast

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestForecast(t *testing.T) {
	full := func() *rollout { return newRollout(strategy.Full, strategy.Latest) }
	for name, spec := range map[string]struct {
		rollout *rollout
		want    string
	}{
		"one after another":                   {images().clusters(3, "a"), "a 0-27: a1 0-9, a2 9-18, a3 18-27"},
		"as many at once as the group allows": {images().clusters(3, "a").atOnce(2), "a 0-18: a1 0-9, a2 0-9, a3 9-18"},
		"as many at once as the stage allows": {images().clusters(2, "a").cluster("b1", "b").with(func(s *strategy.Strategy) {
			s.Stages[0].Groups, s.Stages = append(s.Stages[0].Groups, s.Stages[1].Groups...), s.Stages[:1]
			s.Stages[0].MaxConcurrency = strategy.Share{Number: 1, Set: true}
		}), "a 0-27: a1 0-9, a2 9-18, b1 18-27"},
		"pool after pool, by their nodes": {images().cluster("a1", "a", nodes(1, 3)), "a 0-34: a1 0-34"},
		"by their surge":                  {images().cluster("a1", "a", nodes(9), pools(func(p *fleet.NodePool) { p.MaxSurge = "33%" })), "a 0-25: a1 0-25"},
		"the control plane first":         {full().cluster("a1", "a"), "a 0-19: a1 0-19"},
		"a whole cluster at once":         {full().cluster("a1", "a", func(c *fleet.Cluster) { c.Settings.UpgradeChannel = "stable" }), "a 0-19: a1 0-19"},
		"the control plane alone":         {newRollout(strategy.ControlPlaneOnly, strategy.Latest).cluster("a1", "a"), "a 0-10: a1 0-10"},

		"the next stage after the wait":  {images().cluster("a1", "a").cluster("b1", "b").with(waits(time.Hour)), "a 0-9: a1 0-9; b 69-78: b1 69-78"},
		"without it where it is skipped": {images().cluster("a1", "a").cluster("b1", "b").with(waits(time.Hour)).skip("AfterStageWait", "a"), "a 0-9: a1 0-9; b 9-18: b1 9-18"},
		"nothing to watch, nothing to wait for": {images().cluster("a1", "a", upToDate).cluster("b1", "b").with(waits(time.Hour)),
			"a 0-0:; b 0-9: b1 0-9"},
		"without a stage that is skipped": {images().cluster("a1", "a").cluster("b1", "b").skip("Stage", "a"), "b 0-9: b1 0-9"},
		"the environment's timer and the wait pass together": {images().cluster("a1", "a").cluster("b1", "b").with(waits(time.Hour)).with(func(s *strategy.Strategy) {
			s.Stages[1].Environment = &fleet.Environment{Name: "e", WaitMinutes: 45}
		}), "a 0-9: a1 0-9; b 69-78: b1 69-78"},
		"the environment's timer alone": {images().cluster("a1", "a").with(func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e", WaitMinutes: 45}
		}), "a 45-54: a1 45-54"},
		"that of an approval after the stage before, beside the wait": {images().cluster("a1", "a").cluster("b1", "b").with(waits(time.Hour)).with(func(s *strategy.Strategy) {
			s.Stages[0].AfterGates = []strategy.Gate{approval("e", 45), approval("f", 70)}
		}), "a 0-9: a1 0-9; b 79-88: b1 79-88"},
		"and is over within it": {images().cluster("a1", "a").cluster("b1", "b").with(waits(time.Hour)).with(func(s *strategy.Strategy) {
			s.Stages[0].AfterGates = []strategy.Gate{approval("e", 60)}
		}), "a 0-9: a1 0-9; b 69-78: b1 69-78"},
		"those of approvals before, and then the stage's own": {images().cluster("a1", "a").with(func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e", WaitMinutes: 10}
			s.Stages[0].BeforeGates = []strategy.Gate{approval("f", 20), approval("g", 30), approval("E", 0)}
		}), "a 40-49: a1 40-49"},
		"the timer of the first approval's environment, in which the stage runs": {images().cluster("a1", "a").with(func(s *strategy.Strategy) {
			s.Stages[0].BeforeGates = []strategy.Gate{approval("f", 20), approval("g", 30)}
		}), "a 50-59: a1 50-59"},
		"a timer that is required elsewhere": {images().cluster("a1", "a").cluster("b1", "b").with(func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e"}
			s.Stages[1].Environment = &fleet.Environment{Name: "E", WaitMinutes: 45}
		}), "a 45-54: a1 45-54; b 99-108: b1 99-108"},
		"no timer of a stage in which nothing is to be upgraded, but that after it": {images().cluster("a1", "a", upToDate).cluster("b1", "b").with(func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e", WaitMinutes: 45}
			s.Stages[0].AfterGates = []strategy.Gate{approval("f", 20)}
		}), "a 0-0:; b 20-29: b1 20-29"},
		"no timer of a stage that is skipped": {images().cluster("a1", "a").cluster("b1", "b").skip("Stage", "a").with(func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e", WaitMinutes: 45}
			s.Stages[0].AfterGates = []strategy.Gate{approval("f", 20)}
		}), "b 0-9: b1 0-9"},
		"no timers where stages are started by hand": {images().cluster("a1", "a").cluster("b1", "b").with(byDispatch).with(func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e", WaitMinutes: 45}
			s.Stages[0].AfterGates = []strategy.Gate{approval("f", 20)}
		}), "a 0-9: a1 0-9; b 9-18: b1 9-18"},
		"not before a scheduled start": {images().cluster("a1", "a").with(func(s *strategy.Strategy) {
			s.Stages[0].BeforeGates = []strategy.Gate{{Type: "ScheduledStart", Scheduled: &strategy.ScheduledStart{Day: time.Monday, Minute: 13 * 60}}}
		}), "a 60-69: a1 60-69"},
		"nor a group before its own": {images().cluster("a1", "a").with(func(s *strategy.Strategy) {
			s.Stages[0].Groups[0].BeforeGates = []strategy.Gate{{Type: "ScheduledStart", Scheduled: &strategy.ScheduledStart{Day: time.Monday, Minute: 13 * 60}}}
		}), "a 0-69: a1 60-69"},

		"when its window opens": {images().cluster("a1", "a", opens(2)).cluster("a2", "a"), "a 0-129: a1 120-129, a2 0-9"},
		"first where a window is open": {images().cluster("a1", "a", nodes(20)).cluster("a2", "a", opens(-1), nodes(20)),
			"a 0-322: a2 0-161, a1 161-322"},
		"in the next window where it would not fit any more": {images().cluster("a1", "a", opens(-1), nodes(20)).cluster("a2", "a", opens(-1), nodes(20)),
			"a 0-1541: a1 0-161, a2 1380-1541"},
		"between its pools too, where windowClose is hold": {images().cluster("a1", "a", opens(-3), nodes(20, 20)).with(func(s *strategy.Strategy) { s.WindowClose = "hold" }),
			"a 0-1421: a1 0-1421"},

		"from a snapshot, which takes a minute": {snapshots(), "a 0-9: a1 0-9; b 9-19: b1 9-19"},
		"from one snapshot, which others wait for until it has been taken": {snapshots().cluster("b2", "b").cluster("b3", "c").atOnce(2).with(func(s *strategy.Strategy) {
			s.Stages[1].Groups, s.Stages = append(s.Stages[1].Groups, s.Stages[2].Groups...), s.Stages[:2]
		}), "a 0-9: a1 0-9; b 9-19: b1 9-19, b2 10-19, b3 10-19"},
		"from a donor that has just begun its own upgrade, when that has ended": {donorsOwnUpgrade(), "a 0-19: a1 0-9, a2 9-19"},
		"from a donor of its own stage that comes after it":                     {donorOfTheStage(1), "a 0-28: a1 9-19, a2 19-28, a3 0-9"},
		"with a slot of its own":                          {donorOfTheStage(2), "a 0-19: a1 9-19, a2 10-19, a3 0-9"},
		"in jobs, the first of which ends with its donor": {donorOfTheStage(1).with(jobLimit(20 * time.Minute)), "a 0-28: a1 9-19, a2 19-28, a3 0-9"},
		"that has to wait for its window":                 {donorOfTheStage(2, opens(5)), "a 0-319: a1 309-319, a2 310-319, a3 300-309"},
		"what is busy now is free by then":                {images().cluster("a1", "a", func(c *fleet.Cluster) { c.State = "Updating" }), "a 0-9: a1 0-9"},
		"what has failed goes first": {full().cluster("a1", "a").cluster("a2", "a", func(c *fleet.Cluster) { c.State, c.Version, c.Desired = "Failed", v134, v134 }).atOnce(2),
			"a 0-28: a1 9-28, a2 0-9"},
		"without what would wait for ever": {unreachable(), "a 0-9: a1 0-9 without 1; b 9-18: b1 9-18"},
		"none of a plan that is refused":   {images().cluster("a1", "a").skip("Stage", "b"), "none"},
		"beyond the age of the plan":       {threeStages(10 * day).with(func(s *strategy.Strategy) { s.PlanMaxAge = day }), "a 0-9: a1 0-9; b 14409-14418: b1 14409-14418; c 28818-28827: c1 28818-28827"},
		"none where nothing is to be done": {images().cluster("a1", "a", upToDate), "none"},
		"up to a stage that is refused": {images().cluster("a1", "a").cluster("a2", "a", func(c *fleet.Cluster) { c.Stopped = true }).cluster("b1", "b").
			with(func(s *strategy.Strategy) { s.StoppedClusters = "fail" }), "a 0-0:"},
	} {
		if got := timeline(spec.rollout.made(t)); got != spec.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, spec.want)
		}
	}
}

// approval is a gate in an environment with a wait timer.
func approval(environment string, minutes int) strategy.Gate {
	return strategy.Gate{Type: strategy.GateApproval, Environment: &fleet.Environment{Name: environment, WaitMinutes: minutes}}
}

func waits(wait time.Duration) func(*strategy.Strategy) {
	return func(s *strategy.Strategy) { s.Stages[0].Wait = wait }
}

func upToDate(c *fleet.Cluster) {
	pools(func(p *fleet.NodePool) { p.Image = fast })(c)
}

func in(region string) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) { c.Location = region }
}

// snapshots is a run whose image westeurope has moved on from.
func snapshots() *rollout {
	r := newRollout(strategy.NodeImageOnly, strategy.Consistent).cluster("a1", "a", in("northeurope")).cluster("b1", "b")
	r.s.Snapshots = strategy.Snapshots{Allow: true, ResourceGroup: "snaps"}
	return r
}

// donorsOwnUpgrade is a run in which the donor has another pool to upgrade, in the turn in which the snapshot is wanted.
func donorsOwnUpgrade() *rollout {
	return newRollout(strategy.NodeImageOnly, strategy.Consistent).with(func(s *strategy.Strategy) {
		s.Snapshots = strategy.Snapshots{Allow: true, ResourceGroup: "snaps"}
	}).cluster("a1", "a", in("northeurope"), nodes(1, 1), func(c *fleet.Cluster) { c.Pools[0].Image = slow }).cluster("a2", "a").atOnce(2)
}

// donorOfTheStage is a run of one stage whose last member alone gets the image by itself.
func donorOfTheStage(atOnce int, edits ...func(*fleet.Cluster)) *rollout {
	r := newRollout(strategy.NodeImageOnly, strategy.Consistent).cluster("a1", "a").cluster("a2", "a").cluster("a3", "a", append(edits, in("northeurope"))...)
	r.s.Snapshots = strategy.Snapshots{Allow: true, ResourceGroup: "snaps"}
	return r.atOnce(atOnce)
}

// unreachable is a run with a member that cannot get its image.
func unreachable() *rollout {
	return newRollout(strategy.NodeImageOnly, strategy.Consistent).cluster("a1", "a", in("northeurope")).cluster("a2", "a").cluster("b1", "b", in("northeurope"))
}

// Nobody is left out of a stage that has its donor itself, however short its jobs are.
func TestADonorOfTheStageLeavesNobodyOut(t *testing.T) {
	for _, r := range []*rollout{donorOfTheStage(1), donorOfTheStage(1).with(jobLimit(20 * time.Minute)), donorOfTheStage(50, opens(5))} {
		p := r.made(t)
		if slices.ContainsFunc(p.Findings, func(f fleet.Finding) bool { return f.Rule == "time-unknown" }) || p.Forecast.Stages[0].LeftOut > 0 {
			t.Errorf("finds %+v", p.Findings)
		}
	}
}

func TestTheInventoryIsLeftAlone(t *testing.T) {
	used, untouched := snapshots(), snapshots()
	used.made(t)
	if diff := cmp.Diff(untouched.inv, used.inv); diff != "" {
		t.Errorf("the inventory was changed (-before +after)\n%s", diff)
	}
}

func TestMoreMembersThanAreWorthWaitingForAreNotForecast(t *testing.T) {
	members := make([]plan.Member, mostMembers+1)
	for i := range members {
		members[i].Action = plan.ActionUpgrade
	}
	p := plan.Plan{Applyable: true, Stages: []plan.Stage{{Name: "a", Groups: []plan.Group{{Members: members}}}}}
	got := Add(p, strategy.Strategy{}, fleet.Inventory{})
	if got.Forecast != nil || len(got.Findings) != 1 || got.Findings[0].Rule != "not-forecast" {
		t.Errorf("forecast %v, findings %v", got.Forecast, got.Findings)
	}
}

// A window that is open when a plan is made may be closed when its stage begins: the forecast says when it opens again.
func TestForecastOfWhenWindowsOpen(t *testing.T) {
	p := images().cluster("a1", "a", opens(-1)).cluster("b1", "b", opens(-1)).cluster("b2", "b", opens(6)).cluster("b3", "b").with(waits(5 * time.Hour)).made(t)
	opening := map[string]time.Time{}
	for _, stage := range p.Forecast.Stages {
		for _, member := range stage.Members {
			opening[member.Cluster.Name()] = member.OpensAt
		}
	}
	want := map[string]time.Time{"a1": {}, "b1": p.CreatedAt.Add(23 * time.Hour), "b2": p.CreatedAt.Add(6 * time.Hour), "b3": {}}
	if diff := cmp.Diff(want, opening); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
