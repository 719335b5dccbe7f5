package azure

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// takeSnapshot makes a snapshot of the donor pool under our tag. A snapshot of ours from the same pool with the step's
// image is the target reached; any other of that name is left alone.
func (e *Engine) takeSnapshot(ctx context.Context, step fleet.Step) fleet.Answer {
	if step.Tag == "" {
		return *refused("NoTag", "A snapshot without our tag could never be removed again.", "")
	}
	held, err := e.client.snapshot(ctx, step.Snapshot)
	if err == nil {
		if answer := e.snapshotStands(held, step); answer != nil {
			return *answer
		}
	} else if !hasStatus(err, http.StatusNotFound) {
		return *e.failed(err)
	}
	cluster, donor, _, answer := e.idlePool(ctx, step.Donor)
	if answer != nil {
		return *answer
	}
	if answer := donorServes(donor, step); answer != nil {
		return *answer
	}
	body, err := snapshotRequest(step, cluster.Location)
	if err != nil {
		return *refused("MalformedReply", err.Error(), "")
	}
	subscription := subscriptionOf(step.Snapshot)
	call, err := e.client.resource(takeSnapshot, step.Snapshot, "", containerService,
		otherBucket(subscription, cluster.Location), armWriteBucket(subscription))
	if err != nil {
		return *e.failed(err)
	}
	call.body = body
	return e.write(ctx, http.MethodPut, "", call)
}

// snapshotStands answers where a snapshot of the step's name exists, unless it is ours and failed: then it is made
// again.
func (e *Engine) snapshotStands(held fleet.Snapshot, step fleet.Step) *fleet.Answer {
	same := strings.EqualFold(held.SourcePool, step.Donor.String()) && (step.Image == "" || held.Image.Same(step.Image))
	switch {
	case held.Tags[fleet.SnapshotTag] != step.Tag:
		return refused("SnapshotNotOurs", fmt.Sprintf("A snapshot %s exists that was not made for this strategy.", step.Snapshot), "Remove it, or name another resource group in snapshots.resourceGroup.")
	case held.State.Busy():
		answer := later(e.client.now(), "SnapshotNotReady", fmt.Sprintf("Snapshot %s is being made.", step.Snapshot))
		return &answer
	case held.State.Is(fleet.ProvisioningSucceeded) && same:
		return &fleet.Answer{Verdict: fleet.Ended}
	case held.State.Is(fleet.ProvisioningSucceeded):
		return refused("OtherSnapshot", fmt.Sprintf("Snapshot %s exists and holds %s of pool %s.", step.Snapshot, held.Image, held.SourcePool), "Remove it, and run again.")
	default:
		return nil
	}
}

// donorServes answers where the donor does not run what the snapshot is to hold.
func donorServes(donor fleet.NodePool, step fleet.Step) *fleet.Answer {
	if !donor.State.Is(fleet.ProvisioningSucceeded) {
		return refused("DonorFailed", fmt.Sprintf("Donor pool %s is %s.", step.Donor, donor.State), "Mend the pool, or name another donor.")
	}
	if step.Image != "" && !donor.Image.Same(step.Image) {
		return moved("DonorMoved", fmt.Sprintf("Donor pool %s runs %s and not %s.", step.Donor, donor.Image, step.Image))
	}
	if !step.Version.IsZero() && donor.Version != step.Version {
		return moved("DonorMoved", fmt.Sprintf("Donor pool %s runs Kubernetes %s and not %s.", step.Donor, donor.Version, step.Version))
	}
	return nil
}

func snapshotRequest(step fleet.Step, location string) ([]byte, error) {
	return json.Marshal(map[string]any{
		"location": location,
		"tags":     map[string]string{fleet.SnapshotTag: step.Tag},
		"properties": map[string]any{
			"creationData": map[string]string{"sourceResourceId": step.Donor.String()},
		},
	})
}

// dropSnapshot removes a snapshot, if a fresh read shows our tag on it, with the strategy's name as far as it is known.
func (e *Engine) dropSnapshot(ctx context.Context, step fleet.Step) fleet.Answer {
	held, err := e.client.snapshot(ctx, step.Snapshot)
	if hasStatus(err, http.StatusNotFound) {
		return fleet.Answer{Verdict: fleet.Ended}
	}
	if err != nil {
		return *e.failed(err)
	}
	value, tagged := held.Tags[fleet.SnapshotTag]
	want := cmp.Or(step.Tag, e.config.SnapshotTag)
	if !tagged || (want != "" && value != want) {
		return *refused("SnapshotNotOurs", fmt.Sprintf("Snapshot %s was not made for this strategy; it stays.", step.Snapshot), "")
	}
	subscription := subscriptionOf(step.Snapshot)
	call, err := e.client.resource(dropSnapshot, step.Snapshot, "", containerService,
		otherBucket(subscription, held.Location), armWriteBucket(subscription))
	if err != nil {
		return *e.failed(err)
	}
	return e.write(ctx, http.MethodDelete, "", call)
}
