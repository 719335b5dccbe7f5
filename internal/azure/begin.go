package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Begin makes the one write of a step, after a fresh read that shows it is still wanted: never to a busy cluster,
// never to an older version or image, and not at all where the target is reached (Ended). The write carries the etag
// of that read and is tried once.
func (e *Engine) Begin(ctx context.Context, step fleet.Step) fleet.Answer {
	switch step.Kind {
	case fleet.ControlPlane, fleet.WholeCluster:
		return e.beginCluster(ctx, step)
	case fleet.PoolVersion:
		return e.beginPool(ctx, step)
	case fleet.PoolImage:
		return e.beginImage(ctx, step)
	case fleet.TakeSnapshot:
		return e.takeSnapshot(ctx, step)
	case fleet.DropSnapshot:
		return e.dropSnapshot(ctx, step)
	default:
		return *refused("UnknownStep", fmt.Sprintf("%q is not a kind of step.", step.Kind), "")
	}
}

// idle reads a cluster afresh. A cluster that cannot be written to now gives an answer instead.
func (e *Engine) idle(ctx context.Context, id fleet.ClusterID) (fleet.Cluster, []byte, *fleet.Answer) {
	cluster, raw, err := e.client.fetched(ctx, id)
	if err != nil {
		return cluster, nil, e.failed(err)
	}
	if cluster.Busy() {
		answer := later(e.client.now(), "OperationInProgress", fmt.Sprintf("Another operation is under way on cluster %s.", cluster.Name))
		return cluster, nil, &answer
	}
	return cluster, raw, nil
}

// idlePool reads one pool of a cluster that is not busy.
func (e *Engine) idlePool(ctx context.Context, id fleet.PoolID) (fleet.Cluster, fleet.NodePool, []byte, *fleet.Answer) {
	cluster, _, answer := e.idle(ctx, id.Cluster)
	if answer != nil {
		return cluster, fleet.NodePool{}, nil, answer
	}
	pool, raw, err := e.client.pool(ctx, id, cluster.Location)
	if err != nil {
		return cluster, pool, nil, e.failed(err)
	}
	if pool.State.Busy() {
		answer := later(e.client.now(), "OperationInProgress", fmt.Sprintf("Another operation is under way on pool %s of cluster %s.", pool.Name, cluster.Name))
		return cluster, pool, nil, &answer
	}
	return cluster, pool, raw, nil
}

// pool reads one pool, together with its raw body, which a write sends back.
func (c *Client) pool(ctx context.Context, id fleet.PoolID, region string) (fleet.NodePool, []byte, error) {
	subscription := id.Cluster.Subscription()
	call, err := c.resource(readPool, id.String(), "", containerService, otherBucket(subscription, region), armReadBucket(subscription))
	if err != nil {
		return fleet.NodePool{}, nil, err
	}
	r, err := c.do(ctx, call)
	if err != nil {
		return fleet.NodePool{}, nil, err
	}
	var body struct {
		Name       string   `json:"name"`
		Properties poolBody `json:"properties"`
	}
	if err := decode(call, r.body, &body); err != nil {
		return fleet.NodePool{}, nil, err
	}
	body.Properties.Name = body.Name
	pool, err := body.Properties.pool()
	if err != nil {
		return fleet.NodePool{}, nil, malformed(call, err)
	}
	return pool, r.body, nil
}

// failed turns an error of reading into an answer. What cannot be asked for, or the reply understood, will not be later
// either.
func (e *Engine) failed(err error) *fleet.Answer {
	var invalid *invalidID
	if errors.As(err, &invalid) {
		return refused("InvalidID", err.Error(), "Make a new plan.")
	}
	if isMalformed(err) {
		return refused("MalformedReply", err.Error(), "")
	}
	answer := answerTo(err, e.client.now())
	return &answer
}

// write sends a write once. etag, where not "", must still be the resource's.
func (e *Engine) write(ctx context.Context, method, etag string, call call) fleet.Answer {
	call.method = method
	if call.header == nil {
		call.header = http.Header{}
	}
	if etag != "" {
		call.header.Set("If-Match", etag)
	}
	r, err := e.client.do(ctx, call)
	if err != nil {
		return answerTo(err, e.client.now())
	}
	return e.client.begun(r)
}

// begun reads the reply to a write that was taken. The operation's URL is kept only where it is the resource manager's
// own; without it, the cluster's state tells how the operation goes.
func (c *Client) begun(r reply) fleet.Answer {
	operation := r.header.Get("Azure-AsyncOperation")
	if operation == "" && r.status == http.StatusAccepted {
		operation = r.header.Get("Location")
	}
	if operation != "" {
		if c.ours(operation) != nil {
			operation = ""
		}
		return fleet.Answer{Verdict: fleet.Accepted, Operation: operation}
	}
	var body struct {
		Properties struct {
			ProvisioningState fleet.ProvisioningState `json:"provisioningState"`
		} `json:"properties"`
	}
	state := fleet.ProvisioningState("")
	if json.Unmarshal(r.body, &body) == nil {
		state = body.Properties.ProvisioningState
	}
	if r.status == http.StatusAccepted || (state != "" && state.Busy()) {
		return fleet.Answer{Verdict: fleet.Accepted}
	}
	return fleet.Answer{Verdict: fleet.Ended}
}

// unguarded refuses to write over a resource that shows no etag: a change of someone else could then be lost.
func unguarded(what, etag string) *fleet.Answer {
	if etag != "" {
		return nil
	}
	return refused("NoETag", "Azure shows no etag for "+what+", so that a change made meanwhile could not be noticed.", "Run again later.")
}

// targetless refuses a step that does not say which patch to go to.
func targetless(step fleet.Step) *fleet.Answer {
	if !step.Version.IsZero() && !step.Version.IsMinor() {
		return nil
	}
	return refused("NoTarget", fmt.Sprintf("The step names %q and not a full Kubernetes version.", step.Version), "")
}

// downgrade refuses to go back.
func downgrade(what string, from, to fmt.Stringer) *fleet.Answer {
	return refused("Downgrade", fmt.Sprintf("%s runs %s, which is ahead of %s.", what, from, to), "Make a new plan.")
}
