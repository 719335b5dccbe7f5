package forecast

import (
	"fmt"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// many is a fleet of so many clusters with three pools of all sizes, half of them with a maintenance window.
func many(clusters, stages int) *rollout {
	r := newRollout(strategy.Full, strategy.Latest)
	for i := range clusters {
		edits := []func(*fleet.Cluster){nodes(3, 3+i%17, 1+i%29), pools(func(p *fleet.NodePool) { p.MaxSurge = "33%" })}
		if i%2 == 0 {
			edits = append(edits, opens(i%24))
		}
		r.cluster(fmt.Sprintf("c%d", i), fmt.Sprintf("s%d", i%stages), edits...)
	}
	return r
}

// BenchmarkForecast1000 forecasts a run in ten stages of 100 clusters each, of which ten are upgraded at once; one of a
// single stage, fifty at once, whose job is too long, so that ways out are tried; and one without stages, one cluster
// after another. The aim is 5 s.
func BenchmarkForecast1000(b *testing.B) {
	for name, r := range map[string]*rollout{
		"stages": many(1000, 10).atOnce(10),
		"stage":  many(1000, 1).atOnce(40),
		"single": many(1000, 1).with(func(s *strategy.Strategy) { s.Stages = nil }),
	} {
		p := plan.Build(r.s, r.inv, plan.Orders{})
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Add(p, r.s, r.inv)
			}
		})
	}
}

// BenchmarkForecastGrows forecasts larger and larger runs in ten stages, ten clusters at once.
func BenchmarkForecastGrows(b *testing.B) {
	for _, clusters := range []int{1000, 2000, 5000, 10000} {
		r := many(clusters, 10).atOnce(10)
		p := plan.Build(r.s, r.inv, plan.Orders{})
		b.Run(fmt.Sprint(clusters), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Add(p, r.s, r.inv)
			}
		})
	}
}
