package plan

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestExpectedSecondsOfAPool(t *testing.T) {
	const round = nodeSeconds
	for name, spec := range map[string]struct {
		edit func(*fleet.NodePool)
		want int
	}{
		"one node at a time":          {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 3, "1" }, poolSeconds + 3*round},
		"rounds are rounded up":       {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 7, "3" }, poolSeconds + 3*round},
		"a third at once":             {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 9, "33%" }, poolSeconds + 3*round},
		"AKS's default of a tenth":    {func(p *fleet.NodePool) { p.Count, p.MaxSurge = 20, "" }, poolSeconds + 10*round},
		"a soak time per round":       {func(p *fleet.NodePool) { p.Count, p.MaxSurge, p.SoakMinutes = 2, "1", 5 }, poolSeconds + 2*(round+300)},
		"no surge nodes":              {func(p *fleet.NodePool) { p.Count, p.MaxSurge, p.MaxUnavailable = 4, "0", "1" }, poolSeconds + 4*round},
		"several nodes without surge": {func(p *fleet.NodePool) { p.Count, p.MaxSurge, p.MaxUnavailable = 20, "0", "5" }, poolSeconds + 4*round},
		"no nodes":                    {func(p *fleet.NodePool) { p.Count = 0 }, poolSeconds},
		"a stopped pool":              {func(p *fleet.NodePool) { p.Count, p.Stopped = 9, true }, poolSeconds},
	} {
		if got := expectedSeconds(pool("p", spec.edit)); got != spec.want {
			t.Errorf("%s: %d s, want %d s", name, got, spec.want)
		}
	}
}

func TestExpectedSecondsOfAMember(t *testing.T) {
	onePool := expectedSeconds(pool("p"))
	for name, spec := range map[string]struct {
		edits []func(*fleet.Cluster)
		want  int
	}{
		"control plane and pools": {want: controlPlaneSeconds + 2*onePool},
		"pools alone":             {[]func(*fleet.Cluster){func(c *fleet.Cluster) { c.Version, c.Desired = version("1.34.2"), version("1.34.2") }}, 2 * onePool},
		"nothing":                 {[]func(*fleet.Cluster){pools(pool("p", image(fast))), onVersion("1.34.2")}, 0},
		"blocked":                 {[]func(*fleet.Cluster){onVersion("1.32.9")}, 0},
	} {
		w := newWorld(strategy.Full, strategy.Latest)
		edits := append([]func(*fleet.Cluster){pools(pool("p"), pool("q", user))}, spec.edits...)
		w.cluster("a", "dev", "westeurope", edits...)
		if got := only(t, w.build(t)).ExpectedSeconds; got != spec.want {
			t.Errorf("%s: %d s, want %d s", name, got, spec.want)
		}
	}
}

func TestExpectedSecondsOfAStage(t *testing.T) {
	group := func(concurrency int, seconds ...int) Group {
		g := Group{MaxConcurrency: concurrency}
		for _, s := range seconds {
			g.Members = append(g.Members, Member{Action: ActionUpgrade, ExpectedSeconds: s})
		}
		return g
	}
	idle := Group{MaxConcurrency: 1, Members: []Member{{Action: ActionPending, ExpectedSeconds: 100}, {Action: ActionSkip, ExpectedSeconds: 100}}}
	for name, spec := range map[string]struct {
		stage Stage
		want  int
	}{
		"one after another":              {Stage{MaxConcurrency: 50, Groups: []Group{group(1, 10, 20, 30)}}, 60},
		"two at a time":                  {Stage{MaxConcurrency: 50, Groups: []Group{group(2, 10, 20, 30)}}, 40},
		"groups in parallel":             {Stage{MaxConcurrency: 50, Groups: []Group{group(1, 10, 20), group(1, 25)}}, 30},
		"the stage's limit over groups'": {Stage{MaxConcurrency: 1, Groups: []Group{group(1, 10, 20), group(1, 25)}}, 55},
		"only what is upgraded":          {Stage{MaxConcurrency: 50, Groups: []Group{idle, group(1, 5)}}, 5},
		"nothing":                        {Stage{MaxConcurrency: 50}, 0},
	} {
		if got := stageSeconds(spec.stage); got != spec.want {
			t.Errorf("%s: %d s, want %d s", name, got, spec.want)
		}
	}
}
