package azure

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// tally counts what reading takes.
type tally struct {
	mu       sync.Mutex
	requests map[string]int // by kind
	clusters int
	took     time.Duration
}

func newTally() *tally { return &tally{requests: map[string]int{}} }

func (t *tally) request(kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests[kind]++
}

func (t *tally) inventory(clusters int, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clusters = clusters
	t.took += took
}

func (t *tally) reading() fleet.Reading {
	t.mu.Lock()
	defer t.mu.Unlock()
	reading := fleet.Reading{Clusters: t.clusters, Took: t.took}
	for _, kind := range slices.Sorted(maps.Keys(t.requests)) {
		reading.Requests = append(reading.Requests, fleet.RequestCount{Kind: kind, Count: t.requests[kind]})
	}
	return reading
}
