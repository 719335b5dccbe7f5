package forecast

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// afterWait has a second stage, after a wait and in an environment with a timer of so many minutes.
func afterWait(wait, timer int) *rollout {
	return images().cluster("a1", "a").cluster("b1", "b").with(waits(time.Duration(wait) * time.Minute)).with(func(s *strategy.Strategy) {
		s.Stages[1].Environment, s.Stages[1].JobLimit = &fleet.Environment{Name: "e", WaitMinutes: timer}, time.Hour
	})
}

// In these a job works for 50 minutes. A pool of three nodes takes 25 minutes, one of five 41, one of twenty 161.
func TestAStageIsCutAtTheEndOfItsJob(t *testing.T) {
	timer := func(minutes int) func(*strategy.Strategy) {
		return func(s *strategy.Strategy) {
			s.Stages[0].Environment = &fleet.Environment{Name: "e", WaitMinutes: minutes}
		}
	}
	three := func() *rollout {
		return images().cluster("a1", "a", nodes(3)).cluster("a2", "a", nodes(5)).cluster("a3", "a", nodes(5)).atOnce(2)
	}
	for name, spec := range map[string]struct {
		rollout *rollout
		want    string
		jobs    int
	}{
		"what would not end in time is left to the next job":      {three(), "a 0-82: a1 0-25, a2 0-41, a3 41-82", 2},
		"a shorter one takes its place":                           {three().cluster("a4", "a"), "a 0-82: a1 0-25, a2 0-41, a3 41-82, a4 25-34", 2},
		"what no job is long enough for is followed through many": {images().cluster("a1", "a", nodes(20)), "a 0-161: a1 0-161", 4},
		"the timer of its environment passes before each":         {three().with(timer(30)), "a 30-142: a1 30-55, a2 30-71, a3 101-142", 2},
		"what ends between two is seen by the second":             {images().cluster("a1", "a", nodes(20, 1)).with(timer(60)), "a 60-289: a1 60-289", 3},
		"run again so early that its timer ends in time":          {images().cluster("a1", "a", opens(10)).with(timer(60)), "a 60-609: a1 600-609", 2},
		"a timer that is longer lets it miss the window":          {images().cluster("a1", "a", opens(10)).with(timer(500)), "a 500-2049: a1 2040-2049", 3},
		"a wait before it that it can sit out counts with it": {images().cluster("a0", "0").cluster("a1", "a", nodes(3)).with(waits(40 * time.Minute)).with(func(s *strategy.Strategy) {
			s.Stages[1].JobLimit = time.Hour
		}), "0 0-9: a0 0-9; a 49-74: a1 49-74", 2},
		"a timer that leaves a part of the wait is over with it the second time": {afterWait(600, 300), "a 0-9: a1 0-9; b 609-618: b1 609-618", 2},
		"one that leaves less than it lasts runs longer":                         {afterWait(600, 400), "a 0-9: a1 0-9; b 809-818: b1 809-818", 2},
		"what no time brings adds none":                                          {newRollout(strategy.NodeImageOnly, strategy.Consistent).cluster("a1", "a", in("northeurope"), nodes(20)).cluster("a2", "a"), "a 0-161: a1 0-161 without 1", 4},
		"one that misses every window never ends":                                {images().cluster("a1", "a", opens(2)).with(timer(32 * 60)), "a 1920-23040:  without 1", 12},
	} {
		p := spec.rollout.with(jobLimit(time.Hour)).made(t)
		if got := timeline(p); got != spec.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, spec.want)
		}
		if got := p.Forecast.Stages[len(p.Forecast.Stages)-1].Jobs; got != spec.jobs {
			t.Errorf("%s: %d jobs, want %d", name, got, spec.jobs)
		}
	}
}
