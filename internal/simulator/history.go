package simulator

import (
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// EventKind says what an Event records.
type EventKind string

// What the history records.
const (
	Wrote    EventKind = "wrote"    // a write was accepted: What is its Change
	Finished EventKind = "finished" // an operation ended: To is its status
	Changed  EventKind = "changed"  // a provisioning or power state, From and To
	Latest   EventKind = "latest"   // a region's latest image moved, From and To; Cluster is empty, What is the region
	Asked    EventKind = "asked"    // a request arrived: What is its kind
	Faulted  EventKind = "faulted"  // a fault took effect: What is its kind
)

// Actor says whose doing an Event is.
type Actor string

// The actors.
const (
	Client  Actor = "client"  // whoever sends requests
	AKS     Actor = "AKS"     // AKS itself, auto-upgrading
	Another Actor = "another" // some other user of the same cluster
)

// Change says what an accepted write changes.
type Change string

// The changes.
const (
	ChangeControlPlane Change = "control plane"  // the control plane alone, to Version
	ChangeCluster      Change = "whole cluster"  // the control plane and all pools, to Version
	ChangePoolVersion  Change = "pool version"   // a pool, to Version and Image
	ChangePoolImage    Change = "pool image"     // a pool, to Image
	ChangeSettings     Change = "settings"       // anything else
	ChangeNothing      Change = "nothing"        // a PUT of what was there already
	ChangeCreate       Change = "create"         // a cluster or pool that was not there
	ChangeAbort        Change = "abort"          // ends the running operation
	ChangeSnapshot     Change = "snapshot"       // a snapshot made, To is its id
	ChangeDrop         Change = "drop snapshot"  // a snapshot deleted, From is its id
	ChangePower        Change = "power"          // stopped or started
	ChangeDelete       Change = "delete cluster" // the cluster is gone
)

// Event is one entry of the history.
type Event struct {
	At        time.Time
	Kind      EventKind
	By        Actor
	Cluster   fleet.ClusterID
	Pool      string
	What      string
	From, To  string
	Version   fleet.KubernetesVersion // Wrote: what the write asks for
	Image     fleet.NodeImage         // Wrote: the image that it brings the pool to
	Resumed   bool                    // Wrote: tries again what had failed or was canceled
	Operation string                  // Wrote: what it began, empty where it began nothing; Finished, Faulted: which one
	Status    int                     // Asked: the status of a request that was refused at once, by a bucket or a fault; else 0
	Bucket    string                  // Asked: the throttling bucket that was fullest used
	Left      float64                 // Asked: requests left in that bucket; below zero the request was refused for it
}

func (w *World) record(e Event) {
	e.At = w.now
	w.history = append(w.history, e)
}

// History returns all that has happened so far, in order. Entries are never changed.
func (w *World) History() []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clip(w.history)
}

// Requests counts the requests so far by what they asked for, such as "GET managedClusters".
func (w *World) Requests() map[string]int {
	counts := map[string]int{}
	for _, event := range w.History() {
		if event.Kind == Asked {
			counts[event.What]++
		}
	}
	return counts
}
