package forecast

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// random is a rollout with something of everything.
func random(seed uint64) *rollout {
	chance := rand.New(rand.NewPCG(seed, 1))
	one := func(of int) bool { return chance.IntN(of) == 0 }
	r := newRollout([]strategy.UpgradeType{strategy.Full, strategy.NodeImageOnly}[chance.IntN(2)], []strategy.ImageSelection{strategy.Latest, strategy.Consistent}[chance.IntN(2)])
	r.s.Snapshots = strategy.Snapshots{Allow: one(2), ResourceGroup: "snaps"}
	for i := range 5 + chance.IntN(40) {
		edits := []func(*fleet.Cluster){nodes(1+chance.IntN(9), chance.IntN(4))}
		switch {
		case one(3):
			edits = append(edits, opens(chance.IntN(24)))
		case one(10):
			edits = append(edits, stopped)
		case one(10):
			edits = append(edits, func(c *fleet.Cluster) { c.Windows = nil })
		case one(10):
			edits = append(edits, func(c *fleet.Cluster) { c.State, c.Version, c.Desired = "Failed", v134, v134 }) // at this very upgrade
		case one(8):
			edits = append(edits, in("northeurope"))
		case one(10):
			edits = append(edits, upToDate)
		}
		r.cluster(fmt.Sprintf("c%02d", i), fmt.Sprintf("g%d", chance.IntN(4)), edits...)
	}
	for i := range r.s.Stages {
		stage := &r.s.Stages[i]
		stage.Groups[0].MaxConcurrency = strategy.Share{Number: 1 + chance.IntN(4), Set: true}
		stage.MinSucceeded = chance.IntN(2)
		stage.JobLimit = time.Duration(1+chance.IntN(6)) * time.Hour
		if one(4) {
			stage.Environment = &fleet.Environment{Name: stage.Name, WaitMinutes: chance.IntN(300)}
		}
		stage.MaxAllowedFailures = strategy.Share{Number: chance.IntN(4), Set: true}
	}
	if one(2) && len(r.s.Stages) > 1 {
		oneStage(&r.s)
		r.s.Stages[0].MaxConcurrency = strategy.Share{Number: 1 + chance.IntN(8), Set: true}
	}
	if one(3) {
		r.s.WindowClose, r.s.StoppedClusters = "hold", "fail"
	}
	return r
}

func TestAViewOfAStageDecidesAsTheWhole(t *testing.T) {
	forecast, hidden := 0, 0
	for seed := range uint64(100) {
		r := random(seed)
		p := plan.Build(r.s, r.inv, plan.Orders{})
		quick, slow := newForecaster(p, r.s, r.inv), newForecaster(p, r.s, r.inv)
		slow.slowly = true
		quick.all()
		slow.all()
		if diff := cmp.Diff(slow.forecast, quick.forecast); diff != "" {
			t.Fatalf("seed %d (-whole +view)\n%s", seed, diff)
		}
		if diff := cmp.Diff(slow.findings, quick.findings); diff != "" {
			t.Fatalf("seed %d (-whole +view)\n%s", seed, diff)
		}
		for _, stage := range quick.forecast.Stages {
			forecast += len(stage.Members)
			hidden += stage.LeftOut
		}
	}
	if forecast < 1000 || hidden < 50 {
		t.Errorf("%d members were forecast and %d left out: too few to show anything", forecast, hidden)
	}
}
