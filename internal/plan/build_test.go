package plan

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestThreeFacts(t *testing.T) {
	type facts struct{ Complete, Applyable, Errored bool }
	there := func(w *world) {
		w.cluster("there", "dev", "westeurope", pools(pool("system", image(fast))), onVersion("1.34.2"))
	}
	ordinary := func(w *world) { w.cluster("ordinary", "dev", "westeurope") }
	for name, spec := range map[string]struct {
		world []func(*world)
		skips []SkipTarget
		want  facts
	}{
		"all is upgraded":            {world: []func(*world){ordinary}, want: facts{Complete: true, Applyable: true}},
		"some are at their target":   {world: []func(*world){ordinary, there}, want: facts{Complete: true, Applyable: true}},
		"all are at their target":    {world: []func(*world){there}, want: facts{Complete: true}},
		"some are left out":          {world: []func(*world){ordinary, there}, skips: []SkipTarget{{"Member", "there"}}, want: facts{Complete: true, Applyable: true}},
		"all are left out":           {world: []func(*world){ordinary}, skips: []SkipTarget{{"Stage", "dev"}}, want: facts{Complete: true}},
		"one is stopped":             {world: []func(*world){ordinary, func(w *world) { w.cluster("s", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true }) }}, want: facts{Applyable: true}},
		"one is blocked":             {world: []func(*world){ordinary, func(w *world) { w.cluster("s", "dev", "westeurope", onVersion("1.32.9")) }}, want: facts{Applyable: true}},
		"the only one is blocked":    {world: []func(*world){func(w *world) { w.cluster("s", "dev", "westeurope", onVersion("1.32.9")) }}},
		"the only one is pending":    {world: []func(*world){ordinary, func(w *world) { delete(w.inv.Regions["westeurope"].Versions, version("1.34.2")) }}, want: facts{Applyable: true}},
		"something forbids the run":  {world: []func(*world){ordinary, lock("ReadOnly", groupScope)}, want: facts{Complete: true, Errored: true}},
		"the strategy does not hold": {world: []func(*world){ordinary, func(w *world) { w.s.Stages[0].Groups[0].Name = "nobody" }}, want: facts{Complete: true, Errored: true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.Full, strategy.Latest)
			for _, edit := range spec.world {
				edit(w)
			}
			p := w.build(t, spec.skips...)
			if diff := cmp.Diff(spec.want, facts{p.Complete, p.Applyable, p.Errored}); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, rulesOf(p))
			}
		})
	}
}

func TestWantsDetailsOfWhatIsToBeUpgraded(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	ordinary := w.cluster("ordinary", "dev", "westeurope")
	waiting := w.cluster("waiting", "dev", "westeurope", pools(pool("system", image("AKSFlatcar-flatcargen2-202510.01.0"))))
	w.cluster("there", "dev", "westeurope", pools(pool("system", image(fast))), onVersion("1.34.2"))
	w.cluster("stopped", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true })
	w.cluster("blocked", "dev", "westeurope", onVersion("1.32.9"))
	if diff := cmp.Diff([]fleet.ClusterID{ordinary, waiting}, w.build(t).Wants()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFindingsStandWorstFirst(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope", settings(func(s *fleet.ClusterSettings) { s.NodeOSChannel = "NodeImage" }))
	w.cluster("b", "dev", "westeurope")
	lock("ReadOnly", "/subscriptions/"+subscription)(w)
	p := w.build(t)
	var got []string
	for _, finding := range p.Findings {
		got = append(got, string(finding.Severity)+" "+finding.Rule+" "+finding.Member)
	}
	want := []string{"error resource-lock a", "error resource-lock b", "warning node-os-channel a", "note os-retired a", "note os-retired b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestPoolsStandInTheOrderOfTheirUpgrades(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope", pools(pool("a-user", user), pool("z-system"), pool("b-user", user), pool("c-system")))
	var order []string
	for _, p := range only(t, w.build(t)).Pools {
		order = append(order, p.Name)
	}
	if diff := cmp.Diff([]string{"c-system", "z-system", "a-user", "b-user"}, order); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestControlPlaneOnlyLeavesPoolsAlone(t *testing.T) {
	w := newWorld(strategy.ControlPlaneOnly, strategy.Latest)
	w.cluster("a", "dev", "westeurope")
	p := w.build(t)
	m := only(t, p)
	if m.ControlPlane == nil || m.ControlPlane.To != version("1.34.2") {
		t.Fatalf("control plane %+v", m.ControlPlane)
	}
	if got := m.Pools[0]; got.Action != ActionSkip || !got.ToVersion.IsZero() || got.ToImage != "" || got.Route != RouteNone {
		t.Errorf("pool %+v", got)
	}
	if p.Upgrade.Targets != nil {
		t.Errorf("images are pinned: %v", p.Upgrade.Targets)
	}
}

// A member at its target keeps its targets: stages verify it against them.
func TestMemberAtItsTargetKeepsIt(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Consistent)
	w.cluster("a", "dev", "westeurope", pools(pool("system", image(fast))), onVersion("1.34.2"))
	m := only(t, w.build(t))
	if m.ControlPlane == nil || m.Pools[0].ToImage != fast || m.Pools[0].ToVersion != version("1.34.2") {
		t.Errorf("%+v", m)
	}
}

// bigFleet has n clusters of three pools in ten subscriptions and two regions, in five stages; snapshots are allowed.
func bigFleet(n int) (strategy.Strategy, fleet.Inventory) {
	w := newWorld(strategy.Full, strategy.Consistent)
	w.allowSnapshots()
	groups := []string{"canary", "early", "eu", "us", "rest"}
	regions := []string{"northeurope", "westeurope"}
	for i := range n {
		name := fmt.Sprintf("aks-%05d", i)
		id := fleet.NewClusterID(fmt.Sprintf("00000000-0000-0000-0000-%012d", i%10), "rg-"+name, name)
		c := fleet.Cluster{
			ID: id, Name: name, Location: regions[i%2], UID: name, State: fleet.ProvisioningSucceeded,
			Version: version("1.33.5"), Desired: version("1.33.5"),
			Pools:    []fleet.NodePool{pool("system"), pool("work1", user), pool("work2", user, size("Standard_E8s_v5"))},
			Settings: fleet.ClusterSettings{MaxAgentPools: 100, NodeOSChannel: "NodeImage", NodeResourceGroup: "MC_" + name},
		}
		opensIn(i%24, fleet.UpgradeWindow)(&c)
		w.inv.Clusters[id] = c
		w.member(name, groups[i*len(groups)/n], id)
	}
	for i := range w.s.Stages {
		w.s.Stages[i].Groups[0].MaxConcurrency = strategy.Share{Number: 20, Set: true}
	}
	w.inv.At = now().Add(17 * time.Minute)
	return w.s, w.inv
}

func benchmarkBuild(b *testing.B, n int) {
	s, inv := bigFleet(n)
	for b.Loop() {
		if p := Build(s, inv, Orders{}); p.Errored {
			b.Fatal(p.Findings[0].Message)
		}
	}
}

func BenchmarkBuild1000(b *testing.B)  { benchmarkBuild(b, 1000) }
func BenchmarkBuild2000(b *testing.B)  { benchmarkBuild(b, 2000) }
func BenchmarkBuild5000(b *testing.B)  { benchmarkBuild(b, 5000) }
func BenchmarkBuild10000(b *testing.B) { benchmarkBuild(b, 10000) }

func BenchmarkEncode1000(b *testing.B) {
	p := Build(bigFleetPlan(1000))
	for b.Loop() {
		if _, err := Encode(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode1000(b *testing.B) {
	text, err := Encode(Build(bigFleetPlan(1000)))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, findings := Decode("plan.json", text); len(findings) > 0 {
			b.Fatal(findings[0].Message)
		}
	}
}

func bigFleetPlan(n int) (strategy.Strategy, fleet.Inventory, Orders) {
	s, inv := bigFleet(n)
	return s, inv, Orders{}
}
