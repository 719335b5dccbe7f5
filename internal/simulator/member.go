package simulator

import (
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Fleet is a Fleet resource.
type Fleet struct {
	ID      string // in lower case
	Name    string
	Members []FleetMember // in the order of the description
}

// FleetMember is a cluster's membership of a Fleet resource.
type FleetMember struct {
	Name          string
	Cluster       fleet.ClusterID
	ClusterName   string
	ResourceGroup string
	Location      string
	Group         string
	Labels        map[string]string
}

// Fleets returns the Fleet resources of a subscription, in the order of their ids.
func (w *World) Fleets(subscription string) []Fleet {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []Fleet
	for _, id := range slices.Sorted(maps.Keys(w.fleets)) {
		if strings.HasPrefix(id, "/subscriptions/"+strings.ToLower(subscription)+"/") {
			found = append(found, *w.fleets[id])
		}
	}
	return found
}

// Fleet finds a Fleet resource by its ARM id in any case. Memberships outlive their clusters, as in Azure.
func (w *World) Fleet(id string) (Fleet, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found, ok := w.fleets[strings.ToLower(id)]
	if !ok {
		return Fleet{}, false
	}
	copied := *found
	copied.Members = slices.Clone(found.Members)
	return copied, true
}
