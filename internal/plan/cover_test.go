package plan

import (
	"maps"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// TestCovers changes a fleet, or what is asked for, after a plan was made: what the plan that waits then lacks, and what it
// merely has more of.
func TestCovers(t *testing.T) {
	p1 := func(edit func(*fleet.Cluster)) func(*world) {
		return func(w *world) {
			id := fleet.NewClusterID(subscription, "rg", "p1")
			cluster := w.inv.Clusters[id]
			cluster.Pools = append([]fleet.NodePool(nil), cluster.Pools...)
			edit(&cluster)
			w.inv.Clusters[id] = cluster
		}
	}
	prod := func(edit func(*strategy.Stage)) func(*world) {
		return func(w *world) { edit(&w.s.Stages[1]) }
	}
	newest := fleet.NodeImage("AKSUbuntu-2204gen2containerd-202511.19.0")
	for name, test := range map[string]struct {
		images strategy.ImageSelection // Latest if empty
		act    func(*world)
		skips  []SkipTarget
		want   bool
	}{
		"nothing":               {act: func(*world) {}, want: true},
		"a cluster was stopped": {act: p1(func(c *fleet.Cluster) { c.Stopped = true }), want: true},
		"a cluster is blocked":  {act: p1(func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed }), want: true},
		"a cluster was upgraded by somebody": {act: p1(func(c *fleet.Cluster) {
			onVersion("1.34.2")(c)
			c.Pools[0].Image = fast
		}), want: true},
		"a cluster is gone":                 {act: func(w *world) { w.inv.Members = w.inv.Members[:2] }, want: true},
		"a member is left out":              {act: func(*world) {}, skips: []SkipTarget{{"Member", "p1"}}, want: true},
		"a stage is left out":               {act: func(*world) {}, skips: []SkipTarget{{"Stage", "prod"}}, want: true},
		"a newer image of Latest":           {act: func(w *world) { w.region("westeurope", newest, noble) }, want: true},
		"a newer image of Consistent":       {images: strategy.Consistent, act: func(w *world) { w.region("westeurope", newest, noble) }},
		"a cluster came":                    {act: func(w *world) { w.cluster("p3", "eu", "westeurope") }},
		"a cluster in the place of another": {act: p1(func(c *fleet.Cluster) { c.UID = "another" })},
		"a pool came":                       {act: p1(func(c *fleet.Cluster) { c.Pools = append(c.Pools, pool("more")) })},
		"a pool is pinned to a snapshot": {images: strategy.Consistent, act: func(w *world) {
			id := w.snapshot("s", "", oldImage)
			p1(func(c *fleet.Cluster) { pinned(id)(&c.Pools[0]) })(w)
		}},
		"another version":              {act: func(w *world) { w.s.Upgrade.Kubernetes = version("1.34.1") }},
		"another type":                 {act: func(w *world) { w.s.Upgrade.Type = strategy.ControlPlaneOnly }},
		"another policy":               {act: func(w *world) { w.s.WindowClose = "hold" }},
		"the plan has expired":         {act: func(w *world) { w.inv.At = w.inv.At.Add(w.s.PlanMaxAge) }},
		"a member is in another group": {act: func(w *world) { w.inv.Members[1].Group = "us" }},
		"a member is in another stage": {act: func(w *world) { w.inv.Members[1].Group = "canary" }},
		"a stage before the others": {act: func(w *world) {
			w.s.Stages = append([]strategy.Stage{{Name: "early", Groups: []strategy.Group{{Name: "none"}}}}, w.s.Stages...)
		}},
		"the stages in another order": {act: func(w *world) { w.s.Stages[0], w.s.Stages[1] = w.s.Stages[1], w.s.Stages[0] }},
		"an approval more": {act: prod(func(s *strategy.Stage) {
			s.BeforeGates = append([]strategy.Gate(nil), strategy.Gate{Type: strategy.GateApproval, Environment: &fleet.Environment{Name: "more"}})
		})},
		"an environment": {act: prod(func(s *strategy.Stage) { s.Environment = &fleet.Environment{Name: "more", Reviewers: 2} })},
		"the file's lines": {act: func(w *world) {
			w.s.Stages[0].AfterGates[0].Environment = &fleet.Environment{Name: "accept", Position: fleet.Position{Line: 9}}
		}, want: true},
		"a longer wait":            {act: func(w *world) { w.s.Stages[0].Wait += time.Hour }},
		"a shorter wait":           {act: func(w *world) { w.s.Stages[0].Wait = 0 }, want: true},
		"more that must succeed":   {act: prod(func(s *strategy.Stage) { s.MinSucceeded = 2 })},
		"fewer at once":            {act: prod(func(s *strategy.Stage) { s.MaxConcurrency = strategy.Share{Number: 2, Set: true} })},
		"fewer at once of a group": {act: prod(func(s *strategy.Stage) { s.Groups[1].MaxConcurrency.Number = 1 })},
		"fewer failures": {act: prod(func(s *strategy.Stage) {
			s.MaxAllowedFailures.Number = 1
			s.Groups[0].MaxAllowedFailures = strategy.Share{Number: 2, Set: true}
		})},
		"fewer failures of a group": {act: prod(func(s *strategy.Stage) { s.Groups[1].MaxAllowedFailures.Number = 0 })},
		"another start of a group":  {act: prod(func(s *strategy.Stage) { s.Groups[0].BeforeGates = nil })},
		"another choice of images":  {act: func(w *world) { w.s.Upgrade.Images = strategy.Consistent }},
	} {
		t.Run(name, func(t *testing.T) {
			w := gated()
			if test.images != "" {
				w.s.Upgrade.Images = test.images
			}
			prod(func(s *strategy.Stage) {
				s.MaxAllowedFailures = strategy.Share{Number: 2, Set: true}
				s.Groups[1].MaxConcurrency, s.Groups[1].MaxAllowedFailures = strategy.Share{Number: 2, Set: true}, strategy.Share{Number: 1, Set: true}
			})(w)
			waiting := w.build(t)
			test.act(w)
			if got := Covers(waiting, w.build(t, test.skips...)); got != test.want {
				t.Errorf("it covers the newer plan: %v, want %v", got, test.want)
			}
		})
	}
	t.Run("a stage that the plan skips", func(t *testing.T) {
		w := gated()
		if Covers(w.build(t, SkipTarget{"Stage", "prod"}), w.build(t)) {
			t.Error("it covers a plan with that stage")
		}
	})
	t.Run("another version of control planes", func(t *testing.T) {
		w := gated()
		w.s.Upgrade.Type = strategy.ControlPlaneOnly
		waiting := w.build(t)
		w.s.Upgrade.Kubernetes = version("1.34.1")
		if Covers(waiting, w.build(t)) {
			t.Error("it covers a plan with another one")
		}
	})
	t.Run("a pool that no donor could bring to its target", func(t *testing.T) {
		w, donor := newWorld(strategy.NodeImageOnly, strategy.Consistent), fleet.NewClusterID(subscription, "rg", "late")
		anyDonor(w)
		w.cluster("prod", "prod", "westeurope")
		w.cluster("late", "late", "northeurope", pools(pool("system", poolState("Failed"), image(slow))))
		waiting := w.build(t)
		if !Covers(waiting, w.build(t)) {
			t.Error("it does not cover a plan that reaches no more")
		}
		ready := w.inv.Clusters[donor]
		ready.Pools = []fleet.NodePool{pool("system", image(slow))}
		w.inv.Clusters[donor] = ready
		made := w.build(t)
		if before, now := find(t, waiting, "prod").Pools[0], find(t, made, "prod").Pools[0]; before.ToImage != now.ToImage || before.Route != RouteUnreachable || now.Route != RouteSnapshot {
			t.Fatalf("the pool was %+v and is %+v", before, now)
		}
		if Covers(waiting, made) {
			t.Error("it covers a plan that takes a snapshot")
		}
	})
	for name, test := range map[string]struct {
		act  func(*world, fleet.ClusterID)
		want bool
	}{
		"a donor of its stage":          {func(*world, fleet.ClusterID) {}, true},
		"one that has its image by now": {func(w *world, id fleet.ClusterID) { w.edit(id, pools(pool("system", image(slow)))) }, true},
		"the second of two, which has its image": {func(w *world, _ fleet.ClusterID) {
			w.edit(fleet.NewClusterID(subscription, "rg", "z-north"), pools(pool("system", image(slow))))
		}, true},
		"one that cannot be upgraded any more": {func(w *world, id fleet.ClusterID) {
			w.edit(id, func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed })
		}, false},
		"one that is gone":                         {func(w *world, id fleet.ClusterID) { delete(w.inv.Clusters, id) }, false},
		"one that is gone, and its snapshot there": {func(w *world, id fleet.ClusterID) { delete(w.inv.Clusters, id) }, true},
		"one that is gone, and another snapshot there": {func(w *world, id fleet.ClusterID) {
			delete(w.inv.Clusters, id)
			w.snapshot("there", "production", slow)
		}, false},
	} {
		t.Run("a donor: "+name, func(t *testing.T) {
			w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
			anyDonor(w)
			w.cluster("a-west", "prod", "westeurope")
			donor := w.cluster("y-north", "prod", "northeurope")
			w.cluster("z-north", "prod", "northeurope")
			waiting := w.build(t)
			if p := find(t, waiting, "a-west").Pools[0]; p.Donor.Cluster != donor || p.DonorStage != "prod" {
				t.Fatalf("donor %s of stage %q", p.Donor, p.DonorStage)
			}
			if name == "one that is gone, and its snapshot there" {
				w.snapshot(lastSegment(find(t, waiting, "a-west").Pools[0].Snapshot), "production", slow)
			}
			test.act(w, donor)
			made := w.build(t)
			if p := find(t, made, "a-west").Pools[0]; p.Route != RouteSnapshot {
				t.Fatalf("the newer plan has no route: %s", p.Reason)
			}
			if got := Covers(waiting, made); got != test.want {
				t.Errorf("it covers the newer plan: %v, want %v", got, test.want)
			}
		})
	}
	t.Run("a pool that was at its target", func(t *testing.T) {
		w := gated()
		done := pool("done", at("1.34.2"), image(fast))
		p1(pools(pool("system"), done))(w)
		waiting := w.build(t)
		done.Image = oldImage
		p1(pools(pool("system"), done))(w)
		if Covers(waiting, w.build(t)) {
			t.Error("it covers a plan that upgrades the pool")
		}
	})
}

// TestWhatAPlanGetsThere: a pending member does not get to its target, so it is nobody's donor.
func TestWhatAPlanGetsThere(t *testing.T) {
	made := Plan{Stages: []Stage{{Groups: []Group{{Members: []Member{
		{Cluster: "upgraded", Action: ActionUpgrade}, {Cluster: "there", Action: ActionSkip, Why: WhyAtTarget},
		{Cluster: "pending", Action: ActionPending}, {Cluster: "blocked", Action: ActionBlocked}, {Cluster: "stopped", Action: ActionSkip, Why: WhyStopped},
	}}}}}}
	want := map[fleet.ClusterID]bool{"upgraded": true, "there": true, "pending": false, "blocked": false, "stopped": false}
	if got := newCover(made).gets; !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}
