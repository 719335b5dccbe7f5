package azure

import (
	"maps"
	"slices"
	"sync"

	"github.com/org/fleet-update-action/internal/fleet"
)

// tally counts what reading takes.
type tally struct {
	mu       sync.Mutex
	requests map[string]int // by kind
}

func newTally() *tally { return &tally{requests: map[string]int{}} }

func (t *tally) request(kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests[kind]++
}

func (t *tally) counts() []fleet.RequestCount {
	t.mu.Lock()
	defer t.mu.Unlock()
	var counts []fleet.RequestCount
	for _, kind := range slices.Sorted(maps.Keys(t.requests)) {
		counts = append(counts, fleet.RequestCount{Kind: kind, Count: t.requests[kind]})
	}
	return counts
}
