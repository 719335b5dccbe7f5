package plan

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestExpectedSecondsOfAPool(t *testing.T) {
	const round = nodeTime
	for name, spec := range map[string]struct {
		edit func(*fleet.NodePool)
		want time.Duration
	}{
		"one node at a time":          {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 3, "1" }, poolTime + 3*round},
		"rounds are rounded up":       {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 7, "3" }, poolTime + 3*round},
		"a third at once":             {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 9, "33%" }, poolTime + 3*round},
		"AKS's default of a tenth":    {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 20, "" }, poolTime + 10*round},
		"a soak time per round":       {func(p *fleet.NodePool) { p.Count, p.MaxSurge, p.SoakMinutes = 2, "1", 5 }, poolTime + 2*(round+5*time.Minute)},
		"no surge nodes":              {func(p *fleet.NodePool) { p.Count, p.MaxSurge, p.MaxUnavailable = 4, "0", "1" }, poolTime + 4*round},
		"several nodes without surge": {func(p *fleet.NodePool) { p.Count, p.MaxSurge, p.MaxUnavailable = 20, "0", "5" }, poolTime + 4*round},
		"no nodes":                    {func(p *fleet.NodePool) { p.Count = 0 }, poolTime},
		"a stopped pool":              {func(p *fleet.NodePool) { p.Count, p.Stopped = 9, true }, poolTime},
	} {
		if got := Expected(pool("p", spec.edit)); got != spec.want {
			t.Errorf("%s: %s, want %s", name, got, spec.want)
		}
	}
}

func TestExpectedSecondsOfAMember(t *testing.T) {
	onePool := Expected(pool("p"))
	for name, spec := range map[string]struct {
		edits []func(*fleet.Cluster)
		want  time.Duration
	}{
		"control plane and pools": {want: controlPlaneTime + 2*onePool},
		"pools alone":             {[]func(*fleet.Cluster){func(c *fleet.Cluster) { c.Version, c.Desired = version("1.34.2"), version("1.34.2") }}, 2 * onePool},
		"nothing":                 {[]func(*fleet.Cluster){pools(pool("p", image(fast))), onVersion("1.34.2")}, 0},
		"blocked":                 {[]func(*fleet.Cluster){onVersion("1.32.9")}, 0},
	} {
		w := newWorld(strategy.Full, strategy.Latest)
		edits := append([]func(*fleet.Cluster){pools(pool("p"), pool("q", user))}, spec.edits...)
		w.cluster("a", "dev", "westeurope", edits...)
		if got := only(t, w.build(t)).ExpectedSeconds; got != int(spec.want/time.Second) {
			t.Errorf("%s: %d s, want %s", name, got, spec.want)
		}
	}
}

func TestExpectedOfAStep(t *testing.T) {
	m := Member{ExpectedSeconds: 1000, ControlPlane: &ControlPlane{ExpectedSeconds: 600}, Pools: []Pool{{Name: "p", ExpectedSeconds: 300}, {Name: "q", ExpectedSeconds: 100}}}
	for name, spec := range map[string]struct {
		step fleet.Step
		want time.Duration
	}{
		"the control plane":         {fleet.Step{Kind: fleet.ControlPlane}, 600 * time.Second},
		"all of it":                 {fleet.Step{Kind: fleet.WholeCluster}, 1000 * time.Second},
		"a pool to a version":       {fleet.Step{Kind: fleet.PoolVersion, Pool: "p"}, 300 * time.Second},
		"a pool to an image":        {fleet.Step{Kind: fleet.PoolImage, Pool: "q"}, 100 * time.Second},
		"a pool that is not there":  {fleet.Step{Kind: fleet.PoolImage, Pool: "r"}, 0},
		"a snapshot":                {fleet.Step{Kind: fleet.TakeSnapshot, Pool: "p"}, snapshotTime},
		"the removal of a snapshot": {fleet.Step{Kind: fleet.DropSnapshot}, 0},
	} {
		if got := m.Expected(spec.step); got != spec.want {
			t.Errorf("%s: %s, want %s", name, got, spec.want)
		}
	}
}
