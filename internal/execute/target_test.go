package execute

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// walk answers every write with success until the stage is over, and returns the writes in order.
func (sc *scene) walk() []string {
	sc.t.Helper()
	var writes []string
	for range 50 {
		sc.turn()
		if sc.last.Over {
			return writes
		}
		for _, step := range sc.last.Begin {
			writes = append(writes, write(step))
		}
		steps := sc.last.Begin
		sc.acceptAll().after(poll)
		for _, step := range steps {
			sc.perform(step)
			sc.answer(step.Cluster.Name(), ended())
		}
	}
	sc.t.Fatalf("not over after 50 turns: %s", sc.describe())
	return nil
}

// perform is what a write does to a cluster in the end.
func (sc *scene) perform(step fleet.Step) {
	if step.Kind == fleet.TakeSnapshot {
		sc.inv.Snapshots = map[string]fleet.Snapshot{step.Snapshot: {
			ID: step.Snapshot, State: fleet.ProvisioningSucceeded, Image: step.Image, Version: step.Version, Tags: map[string]string{fleet.SnapshotTag: step.Tag},
		}}
		return
	}
	sc.cluster(step.Cluster.Name(), func(c *fleet.Cluster) {
		c.State = fleet.ProvisioningSucceeded
		if step.Kind == fleet.ControlPlane || step.Kind == fleet.WholeCluster {
			c.Version = step.Version
		}
		for i := range c.Pools {
			pool := &c.Pools[i]
			if step.Kind != fleet.WholeCluster && step.Pool != pool.Name {
				continue
			}
			if !step.Version.IsZero() {
				pool.Version = step.Version
			}
			pool.Snapshot = step.Snapshot
			pool.Image = sc.inv.Regions[c.Location].Images["aksubuntu-2204gen2containerd"]
			if step.Snapshot != "" {
				pool.Image = step.Image
			}
		}
	})
}

func TestStepsOfAMember(t *testing.T) {
	tests := map[string]struct {
		images string
		change func(*plan.Member, *scene)
		want   []string
	}{
		"Full: control plane, then pools in the order of the plan": {
			want: []string{"a:ControlPlane", "a:PoolVersion sys", "a:PoolVersion usr"}},
		"control plane at its target already": {
			change: func(_ *plan.Member, sc *scene) { sc.cluster("a", func(c *fleet.Cluster) { c.Version = v134 }) },
			want:   []string{"a:PoolVersion sys", "a:PoolVersion usr"}},
		"control plane ahead": {
			change: func(_ *plan.Member, sc *scene) { sc.cluster("a", func(c *fleet.Cluster) { c.Version = v135 }) },
			want:   []string{"a:PoolVersion sys", "a:PoolVersion usr"}},
		"a pool has its version but not its image": {
			change: func(_ *plan.Member, sc *scene) {
				sc.cluster("a", func(c *fleet.Cluster) { c.Version, c.Pools[0].Version = v134, v134 })
			},
			want: []string{"a:PoolImage sys", "a:PoolVersion usr"}},
		"a pool is left alone": {
			change: func(m *plan.Member, _ *scene) { m.Pools[0].Action = plan.ActionSkip },
			want:   []string{"a:ControlPlane", "a:PoolVersion usr"}},
		"a pool vanished": {
			change: func(_ *plan.Member, sc *scene) { sc.cluster("a", func(c *fleet.Cluster) { c.Pools = c.Pools[1:] }) },
			want:   []string{"a:ControlPlane", "a:PoolVersion usr"}},
		"control plane only": {
			change: func(m *plan.Member, _ *scene) {
				for i := range m.Pools {
					m.Pools[i] = plan.Pool{Name: m.Pools[i].Name, Action: plan.ActionSkip}
				}
			},
			want: []string{"a:ControlPlane"}},
		"the whole cluster at once": {
			images: "Latest", change: func(m *plan.Member, _ *scene) { m.WholeCluster = true },
			want: []string{"a:WholeCluster"}},
		"the whole cluster, where only a pool is behind": {
			images: "Latest",
			change: func(m *plan.Member, sc *scene) {
				m.WholeCluster = true
				sc.cluster("a", func(c *fleet.Cluster) { c.Version = v134 })
			},
			want: []string{"a:WholeCluster"}},
		"a pin of ours is released, even where the image is right": {
			images: "Latest",
			change: func(m *plan.Member, sc *scene) {
				m.ControlPlane = nil
				m.Pools = m.Pools[:1]
				m.Pools[0].ToVersion, m.Pools[0].Release = fleet.KubernetesVersion{}, true
				sc.cluster("a", func(c *fleet.Cluster) { c.Pools[0].Image, c.Pools[0].Snapshot = new1, snapID })
			},
			want: []string{"a:PoolVersion sys"}},
		"a pending member is upgraded like any other once it can be": {
			change: func(m *plan.Member, _ *scene) { m.Action, m.Pools[0].Action = plan.ActionPending, plan.ActionPending },
			want:   []string{"a:ControlPlane", "a:PoolVersion sys", "a:PoolVersion usr"}},
		"snapshots are taken before anything is written to the member": {
			change: func(m *plan.Member, sc *scene) {
				m.Pools[1].Route, m.Pools[1].Snapshot, m.Pools[1].Donor = plan.RouteSnapshot, snapID, fleet.PoolID{Cluster: id("donor"), Pool: "p"}
				sc.donor(new1, v134)
			},
			want: []string{"a:TakeSnapshot", "a:ControlPlane", "a:PoolVersion sys", "a:PoolVersion usr"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, fullMember("a")))
			if test.images != "" {
				sc.orders.Images = test.images
			}
			if test.change != nil {
				test.change(&sc.stage.Groups[0].Members[0], sc)
			}
			if diff := cmp.Diff(test.want, sc.walk()); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			sc.states("a Completed").over(fleet.Completed)
		})
	}
}

// donor adds a cluster whose pool p is at that image and version.
func (sc *scene) donor(image fleet.NodeImage, version fleet.KubernetesVersion) *scene {
	return sc.cluster("donor", func(c *fleet.Cluster) {
		*c = fleet.Cluster{ID: id("donor"), Location: "west", State: fleet.ProvisioningSucceeded, Version: version, Pools: []fleet.NodePool{
			{Name: "p", Version: version, Image: image, State: fleet.ProvisioningSucceeded},
		}}
	})
}

func TestAStepNamesItsTarget(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"))).cluster("a", func(c *fleet.Cluster) { c.Version = v134 }).turn()
	want := fleet.Step{Cluster: id("a"), Kind: fleet.PoolVersion, Pool: "sys", Version: v134, Image: new1, Pinned: true}
	if diff := cmp.Diff(want, sc.last.Begin[0]); diff != "" {
		t.Errorf("step (-want +got):\n%s", diff)
	}
}

func TestLatestIsWhatTheRegionOffersWhenThePoolBegins(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a")))
	sc.orders.Images = "Latest"
	sc.cluster("a", func(c *fleet.Cluster) { c.Version = v134 }).turn().begins("a:PoolVersion sys").acceptAll()
	step := sc.last.Begin[0]
	if step.Image != new1 || step.Pinned {
		t.Fatalf("step %+v", step)
	}
	sc.inv.Regions = map[string]fleet.Region{north: region(north, newer)} // moves on meanwhile
	sc.cluster("a", func(c *fleet.Cluster) { c.Pools[0].Version, c.Pools[0].Image = v134, new1 }).
		cluster("a", func(c *fleet.Cluster) { c.State = fleet.ProvisioningSucceeded })
	sc.after(time.Hour).answer("a", ended()).turn().begins("a:PoolVersion usr") // sys is at what Latest meant for it
	if diff := cmp.Diff(map[string]fleet.NodeImage{"sys": new1, "usr": newer}, sc.progress.Members[id("a")].Latest); diff != "" {
		t.Errorf("latest (-want +got):\n%s", diff)
	}
}

func TestWhatWasFoundAtItsEndStaysThereWhenLatestMovesOn(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).atTarget("a").busy("b")
	sc.orders.Images = "Latest"
	sc.turn().begins().states("a Completed, b Pending")
	sc.inv.Regions[north] = region(north, newer)
	sc.after(time.Hour).resume().turn().begins().states("a Completed, b Pending")
}

func TestARetryUnderLatestGoesToTodaysLatest(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...))
	sc.orders.Images = "Latest"
	sc.turn().acceptAll().after(poll).image("a", "sys", old).answer("a", badly("UpgradeFailed")).turn().states("a Failed")
	sc.inv.Regions = map[string]fleet.Region{north: region(north, newer)}
	sc.resume().turn().begins("a:PoolImage sys")
	if step := sc.last.Begin[0]; step.Image != newer {
		t.Errorf("step goes to %s, want %s", step.Image, newer)
	}
}

func TestWholeClusterRecordsLatestOfEveryPool(t *testing.T) {
	m := fullMember("a")
	m.WholeCluster = true
	sc := newScene(t, oneGroup(1, 0, m))
	sc.orders.Images = "Latest"
	sc.turn().begins("a:WholeCluster")
	if diff := cmp.Diff(map[string]fleet.NodeImage{"sys": new1, "usr": new1}, sc.progress.Members[id("a")].Latest); diff != "" {
		t.Errorf("latest (-want +got):\n%s", diff)
	}
}

func TestACompletedMemberSaysWhatWasNotUpgraded(t *testing.T) {
	m := imageMember("a")
	m.Pools = append(m.Pools,
		plan.Pool{Name: "win", Action: plan.ActionSkip, Route: plan.RouteAhead, FromVersion: v133, FromImage: old},
		plan.Pool{Name: "moved", Action: plan.ActionSkip, FromVersion: v133, FromImage: older},
		imagePool("lost"))
	newScene(t, oneGroup(1, 0, m)).atTarget("a").cluster("a", func(c *fleet.Cluster) {
		c.Pools = append(c.Pools[:3:3], fleet.NodePool{Name: "fresh", State: fleet.ProvisioningSucceeded})
	}).turn().states("a Completed").
		says("a", "left alone, as planned: win").says("a", "changed by others since the plan was made: moved (now 1.33.5").
		says("a", "removed since the plan was made: lost").says("a", "added since the plan was made and not upgraded: fresh")
}
