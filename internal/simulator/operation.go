package simulator

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// OperationKind is the provisioning state that an operation puts its resource into.
type OperationKind string

// The kinds of operations.
const (
	Creating       OperationKind = "Creating"
	Updating       OperationKind = "Updating"
	Upgrading      OperationKind = "Upgrading"
	UpgradingImage OperationKind = "UpgradingNodeImageVersion"
	Canceling      OperationKind = "Canceling"
)

// Operation is a long-running operation. It consists of parts that are done one after another: the control plane, then
// pools.
type Operation struct {
	ID      string // a GUID
	Kind    OperationKind
	Cluster fleet.ClusterID
	Pool    string // "" where it is on the cluster as a whole
	By      Actor
	Began   time.Time
	Ended   time.Time // zero while it runs
	Status  string    // InProgress, Succeeded, Failed, Canceled
	Problem *fleet.Problem
	Region  string

	parts []part
}

// part is one piece of an operation, with what it found so that a part that is overtaken can be undone.
type part struct {
	pool    string // "" is the control plane
	kind    OperationKind
	version fleet.KubernetesVersion
	image   fleet.NodeImage // "" takes the region's latest when the part begins
	keep    bool            // leaves the nodes' image alone
	lasts   time.Duration   // zero: as long as the world's durations say
	begins  time.Time
	ends    time.Time
	nodes   int
	before  fleet.NodePool // what it was when the part began
	pin     string         // and the snapshot it was pinned to before the write
}

// Running reports whether the operation has not ended.
func (o *Operation) Running() bool { return o != nil && o.Status == "InProgress" }

// Operation returns an operation by its GUID, with Status as AKS shows it at this time: while it runs, words about how
// far it is.
func (w *World) Operation(id string) (Operation, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	operation, ok := w.operations[strings.ToLower(id)]
	if !ok {
		return Operation{}, false
	}
	shown := *operation
	if operation.Running() {
		shown.Status = operation.progress(w.now)
	}
	return shown, true
}

// progress is what recent AKS versions put into the status of a running operation.
func (o *Operation) progress(now time.Time) string {
	if o.Kind == Canceling || o.parts[0].pool == "" {
		return "InProgress"
	}
	const upgrading = 0.9 // of the time; the rest removes surge nodes
	doing := o.parts[0]
	done := now.Sub(doing.begins).Seconds() / math.Max(1, doing.ends.Sub(doing.begins).Seconds())
	if done >= upgrading {
		return "RollingUpgradeRemovingSurgeNodes"
	}
	completed := int(done / upgrading * float64(doing.nodes))
	return fmt.Sprintf("RollingUpgradeUpgradingNodes: %d/%d nodes completed; 0 errors", completed, doing.nodes)
}

// begin starts the operation of an accepted write, on a cluster or on one of its pools as the write says, and records
// the write.
func (w *World) begin(c *Cluster, kind OperationKind, wrote Event, parts ...part) *Operation {
	o := w.newOperation(c, kind, wrote.Pool, wrote.By, parts)
	wrote.Kind, wrote.Cluster, wrote.Operation = Wrote, c.ID, o.ID
	w.record(wrote)
	if o.Pool == "" {
		w.setClusterState(c, fleet.ProvisioningState(kind), o.By)
		w.touchCluster(c)
	}
	w.beginPart(c, o)
	return o
}

// newOperation makes an operation the one that runs on a cluster or pool.
func (w *World) newOperation(c *Cluster, kind OperationKind, pool string, by Actor, parts []part) *Operation {
	o := &Operation{ID: w.guid("operation"), Kind: kind, Cluster: c.ID, Pool: pool, By: by, Began: w.now,
		Status: "InProgress", Region: c.Location, parts: parts}
	w.operations[o.ID] = o
	if p, ok := c.Pool(pool); ok {
		p.operation = o
	} else {
		c.operation = o
	}
	return o
}

// beginPart starts the first part that is left.
func (w *World) beginPart(c *Cluster, o *Operation) {
	now := &o.parts[0]
	took := w.durations.ControlPlane
	if now.kind == Updating || now.kind == Creating {
		took = w.durations.Update
	}
	if p, ok := c.Pool(now.pool); ok {
		now.before, now.nodes = p.NodePool, p.Count
		w.setPoolState(c, p, fleet.ProvisioningState(now.kind), o.By)
		if now.kind == Upgrading {
			p.Version, p.Desired = now.version, now.version // at once, long before the nodes are there
		}
		if now.image == "" && !now.keep {
			now.image = w.latestFor(c, p, now.version)
		}
		took = w.poolDuration(*p, *now)
	} else {
		now.before = fleet.NodePool{Version: c.Version, Desired: c.Desired}
		if now.kind == Upgrading {
			c.Version, c.Desired = now.version, now.version
		}
	}
	took = orElse(now.lasts, took)
	took += time.Duration(float64(took) * float64(w.durations.Jitter) / 100 * w.draw("jitter"+o.ID, len(o.parts)))
	w.schedule(c, o, wholeSeconds(took))
}

// schedule plans the end of the part that has just begun, good or bad.
func (w *World) schedule(c *Cluster, o *Operation, took time.Duration) {
	var fault Fault
	faulty := false
	if kind := o.parts[0].kind; kind == Upgrading || kind == UpgradingImage {
		fault, faulty = w.operationFault(c, o.parts[0].pool)
	}
	if faulty {
		w.record(Event{Kind: Faulted, By: o.By, Cluster: c.ID, Pool: o.parts[0].pool, What: string(fault.Kind), Operation: o.ID})
	}
	switch {
	case faulty && fault.Kind == Stuck:
		took += orElse(fault.After, 6*time.Hour)
	case faulty:
		took = orElse(fault.After, w.faultDelay(c, o, fault.Kind, took))
	}
	o.parts[0].begins, o.parts[0].ends = w.now, w.now.Add(took)
	w.plan(took, func() {
		if !o.Running() {
			return // aborted, or its cluster is gone
		}
		if faulty && fault.Kind != Stuck {
			w.endBadly(c, o, fault)
			return
		}
		w.endPart(c, o)
	})
}

// faultDelay is how long into a part a fault strikes: a drain gives up after its timeout, others halfway.
func (w *World) faultDelay(c *Cluster, o *Operation, kind FaultKind, took time.Duration) time.Duration {
	p, ok := c.Pool(o.parts[0].pool)
	if kind != Drain || !ok {
		return wholeSeconds(took / 2)
	}
	if p.DrainMinutes == 0 {
		return 30 * time.Minute
	}
	return time.Duration(p.DrainMinutes) * time.Minute
}

// endPart ends the first part well, and goes on with the next.
func (w *World) endPart(c *Cluster, o *Operation) {
	done := o.parts[0]
	if p, ok := c.Pool(done.pool); ok {
		if done.image != "" {
			p.Image = done.image
		}
		w.setPoolState(c, p, fleet.ProvisioningSucceeded, o.By)
	}
	if len(o.parts) > 1 {
		o.parts = o.parts[1:]
		w.beginPart(c, o)
		return
	}
	w.end(c, o, "Succeeded", nil)
}

// endBadly ends the operation as its fault says.
func (w *World) endBadly(c *Cluster, o *Operation, fault Fault) {
	now := o.parts[0]
	problem := fault.problem(c, now.pool, w.draw("problem"+o.ID, 0))
	if fault.Kind == Preempt {
		w.undo(c, now)
		w.end(c, o, "Failed", problem)
		w.begin(c, Updating, Event{By: Another, What: string(ChangeSettings)}, part{kind: Updating, keep: true})
		return
	}
	state, status := fleet.ProvisioningFailed, "Failed"
	if fault.Kind == Cancel {
		state, status = fleet.ProvisioningCanceled, "Canceled"
	}
	w.leave(c, o, state)
	w.end(c, o, status, problem)
}

// leave puts what an unfinished operation was working on into a state that is neither busy nor well.
func (w *World) leave(c *Cluster, o *Operation, state fleet.ProvisioningState) {
	if p, ok := c.Pool(o.parts[0].pool); ok {
		w.setPoolState(c, p, state, o.By)
	}
	if o.Pool == "" {
		w.setClusterState(c, state, o.By)
	}
}

// undo gives back what a part changed when it began: another's operation has the say now.
func (w *World) undo(c *Cluster, now part) {
	p, ok := c.Pool(now.pool)
	if !ok {
		c.Version, c.Desired = now.before.Version, now.before.Desired
		return
	}
	p.Version, p.Desired, p.Snapshot = now.before.Version, now.before.Desired, now.pin
	w.setPoolState(c, p, fleet.ProvisioningSucceeded, Another)
}

// end closes an operation. One that ended well leaves its cluster Succeeded; leave has seen to the others.
func (w *World) end(c *Cluster, o *Operation, status string, problem *fleet.Problem) {
	o.Status, o.Problem, o.Ended = status, problem, w.now
	code := ""
	if problem != nil {
		code = problem.Code
	}
	w.record(Event{Kind: Finished, By: o.By, Cluster: c.ID, Pool: o.Pool, What: string(o.Kind), From: code, To: status, Operation: o.ID})
	if o.Pool != "" {
		return
	}
	if fleet.ProvisioningState(o.Kind) == c.State {
		w.setClusterState(c, fleet.ProvisioningSucceeded, o.By)
	}
	w.touchCluster(c)
}
