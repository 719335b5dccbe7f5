package azure

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

type snapshotBody struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	SystemData struct {
		CreatedAt time.Time `json:"createdAt"`
	} `json:"systemData"`
	Properties struct {
		ProvisioningState fleet.ProvisioningState `json:"provisioningState"`
		CreationData      struct {
			SourceResourceID string `json:"sourceResourceId"`
		} `json:"creationData"`
		KubernetesVersion string          `json:"kubernetesVersion"`
		NodeImageVersion  fleet.NodeImage `json:"nodeImageVersion"`
		OSSKU             string          `json:"osSku"`
		VMSize            string          `json:"vmSize"`
	} `json:"properties"`
}

func (b *snapshotBody) snapshot() (fleet.Snapshot, error) {
	v, err := version("kubernetesVersion", b.Properties.KubernetesVersion)
	if err != nil {
		return fleet.Snapshot{}, fmt.Errorf("snapshot %s: %w", b.ID, err)
	}
	state := b.Properties.ProvisioningState
	if state == "" { // AKS makes snapshots within the request and does not always say so
		state = fleet.ProvisioningSucceeded
	}
	return fleet.Snapshot{
		ID: strings.ToLower(b.ID), Name: b.Name, Location: regionName(b.Location), State: state, Tags: b.Tags,
		SourcePool: b.Properties.CreationData.SourceResourceID, Version: v, Image: b.Properties.NodeImageVersion,
		OSSKU: b.Properties.OSSKU, VMSize: b.Properties.VMSize, CreatedAt: b.SystemData.CreatedAt,
	}, nil
}

// snapshots lists the snapshots in a resource group of each subscription. A group that does not exist holds none.
func (c *Client) snapshots(ctx context.Context, subscriptions []string, group, tag string) (map[string]fleet.Snapshot, error) {
	if group == "" {
		return nil, nil
	}
	lists := make([][]snapshotBody, len(subscriptions))
	err := c.each(ctx, len(subscriptions), func(ctx context.Context, i int) error {
		call, err := c.resource(listSnapshots, "/subscriptions/"+subscriptions[i]+"/resourceGroups/"+group,
			"/providers/Microsoft.ContainerService/snapshots", containerService,
			otherBucket(subscriptions[i], ""), armReadBucket(subscriptions[i]))
		if err != nil {
			return err
		}
		lists[i], err = all[snapshotBody](ctx, c, call)
		if hasStatus(err, http.StatusNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	snapshots := map[string]fleet.Snapshot{}
	for _, list := range lists {
		for i := range list {
			snapshot, err := list[i].snapshot()
			if err != nil {
				return nil, err
			}
			if tag == "" || snapshot.Tags[fleet.SnapshotTag] == tag {
				snapshots[snapshot.ID] = snapshot
			}
		}
	}
	return snapshots, nil
}

// snapshot reads one snapshot.
func (c *Client) snapshot(ctx context.Context, id string) (fleet.Snapshot, error) {
	subscription := subscriptionOf(id)
	call, err := c.resource(readSnapshot, id, "", containerService, otherBucket(subscription, ""), armReadBucket(subscription))
	if err != nil {
		return fleet.Snapshot{}, err
	}
	var body snapshotBody
	if err := c.read(ctx, call, &body); err != nil {
		return fleet.Snapshot{}, err
	}
	snapshot, err := body.snapshot()
	if err != nil {
		return fleet.Snapshot{}, malformed(call, err)
	}
	return snapshot, nil
}
