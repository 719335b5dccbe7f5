package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

// TestManyMembersAtOnceOverdrawNoBucket: 45 members under way in one region draw on the buckets that clusters share.
func TestManyMembersAtOnceOverdrawNoBucket(t *testing.T) {
	t.Parallel()
	s := newScene(1)
	s.world.Faults = simulator.Faults{}
	s.world.Clusters, s.windows = nil, nil
	for n := range 45 {
		s.world.Clusters = append(s.world.Clusters, simulator.ClusterFile{
			Name: fmt.Sprintf("aks-%d", n), Location: "northeurope", Version: "1.33.5", Tags: map[string]string{"fleet": "seeds", "ring": "ring"},
			Pools: []simulator.PoolFile{{Name: "system", Image: "AKSUbuntu-2204gen2containerd-202601.07.0", Count: 1}},
		})
	}
	s.strategy = fmt.Sprintf(`
version: 1
name: seeds
members: [{discover: {subscriptions: [%s], tags: {fleet: seeds}, groupTag: ring}}]
upgrade: {type: NodeImageOnly, nodeImageSelection: {type: Consistent}}
stages: [{name: crowd, groups: [{name: ring, maxConcurrency: 50}]}]
`, sceneSubscription)
	th := newTheatre(t, s)
	applyable := th.makePlan()
	th.world.AdvanceTo(th.world.Now().Add(time.Hour)) // planning is a process of its own, and empties the buckets
	if !applyable || th.roll(nil) != exitDone {
		t.Error("the members were not upgraded")
	}
	for _, line := range th.audit() {
		t.Error(line)
	}
}
