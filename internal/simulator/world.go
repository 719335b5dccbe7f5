package simulator

import (
	"fmt"
	"sync"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// World is a set of AKS clusters with what surrounds them. Its methods may be called from several goroutines, but its
// history is the same for the same seed only while one caller at a time drives it.
type World struct {
	mu        sync.Mutex
	now       time.Time
	seed      uint64
	lean      bool
	padded    paddingFile
	pageSize  int
	lifetime  time.Duration // of an access token
	durations Durations

	queue  queue
	serial int // of planned happenings, ids and etags

	clusters   map[fleet.ClusterID]*Cluster
	order      []fleet.ClusterID // as LIST gives them
	regions    map[string]*fleet.Region
	snapshots  map[string]*fleet.Snapshot
	fleets     map[string]*Fleet // by ARM id in lower case
	operations map[string]*Operation
	quotas     []QuotaFile
	subnets    map[string]fleet.Subnet
	locks      []LockFile
	denied     []Denial
	github     *GitHub

	faults         Faults
	faultCalls     map[int]int    // how often each exact fault was met
	operationCalls map[string]int // operations begun, by cluster and pool
	requestCalls   map[string]int // requests, by method and path
	buckets        map[string]*bucket
	history        []Event
}

// PageSize returns how many entries a page of a list has.
func (w *World) PageSize() int { return w.pageSize }

// TokenLifetime returns for how long an access token is good, in the world's time.
func (w *World) TokenLifetime() time.Duration { return w.lifetime }

// Seed returns the seed from which faults are drawn.
func (w *World) Seed() uint64 { return w.seed }

// guid makes the next identifier; what it is for keeps the kinds apart.
func (w *World) guid(what string) string {
	w.serial++
	return w.guidOf(what, w.serial)
}

func (w *World) guidOf(what string, number int) string {
	high := uint64(w.draw(what, number) * (1 << 53))
	low := uint64(w.draw("low"+what, number) * (1 << 53))
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", high&0xffffffff, high>>32&0xffff, low>>8&0xfff, low>>20&0xfff, low&0xffffffffffff)
}

// Region returns what a region offers now. The maps are copies.
func (w *World) Region(name string) (fleet.Region, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	region, ok := w.regions[name]
	if !ok {
		return fleet.Region{}, false
	}
	copied := *region
	copied.Images = make(map[string]fleet.NodeImage, len(region.Images))
	for family, image := range region.Images {
		copied.Images[family] = image
	}
	return copied, true
}
