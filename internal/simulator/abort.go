package simulator

import "github.com/org/fleet-update-action/internal/fleet"

// Abort ends the operation that runs on a cluster, or on a pool where pool is not empty. What was done stays done, and
// the resource ends Canceled. The operation is nil where nothing was ever begun. One that has ended is refused.
func (w *World) Abort(id fleet.ClusterID, pool string) (*Operation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return nil, clusterNotFound(id)
	}
	running := c.operation
	if pool != "" {
		p, ok := c.Pool(pool)
		if !ok {
			return nil, PoolNotFound(c, pool)
		}
		running = p.operation
	}
	switch {
	case running == nil:
		return nil, nil
	case !running.Running() || running.Kind == Canceling:
		return nil, flat(409, "OperationNotAllowed", "Abort is not allowed: the last operation (%s) has already finished.", running.Kind)
	}
	return w.abort(c, running), nil
}

func (w *World) abort(c *Cluster, running *Operation) *Operation {
	aborting := w.newOperation(c, Canceling, running.Pool, Client, running.parts[:1])
	w.record(Event{Kind: Wrote, By: Client, Cluster: c.ID, Pool: running.Pool, What: string(ChangeAbort), From: running.ID, Operation: aborting.ID})
	at := running.parts[0].pool
	if p, ok := c.Pool(at); ok {
		w.setPoolState(c, p, fleet.ProvisioningState(Canceling), Client)
	}
	if running.Pool == "" {
		w.setClusterState(c, fleet.ProvisioningState(Canceling), Client)
	}
	running.Status, running.Ended = "Canceled", w.now
	running.Problem = &fleet.Problem{Code: "OperationCanceled", Message: "The operation was aborted."}
	w.record(Event{Kind: Finished, By: Client, Cluster: c.ID, Pool: running.Pool, What: string(running.Kind), To: "Canceled", Operation: running.ID})
	w.plan(w.durations.Abort, func() {
		if aborting.Running() {
			w.leave(c, aborting, fleet.ProvisioningCanceled)
			w.end(c, aborting, "Succeeded", nil)
		}
	})
	return aborting
}
