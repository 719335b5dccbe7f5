package azure

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

type fleetBody struct {
	ID string `json:"id"`
}

// addMemberships notes on each cluster the Fleet resource it is a member of. Those of the strategy are known already;
// the others are looked for in the clusters' own subscriptions, so that a Fleet of another subscription stays unseen.
func (c *Client) addMemberships(ctx context.Context, inventory *fleet.Inventory, clusters []fleet.Cluster) ([]fleet.Finding, error) {
	ids := make([]fleet.ClusterID, len(clusters))
	for i, cluster := range clusters {
		ids[i] = cluster.ID
	}
	known := map[string]bool{}
	for _, cluster := range inventory.Clusters {
		known[strings.ToLower(cluster.Settings.FleetMembership)] = true
	}
	subscriptions := subscriptionsIn(ids)
	found := make([][]fleet.Source, len(subscriptions))
	findings, err := c.optional(ctx, len(subscriptions), "fleets-unread", func(ctx context.Context, i int) (err error) {
		found[i], err = c.fleetsIn(ctx, subscriptions[i], known)
		return err
	})
	read := maps.Clone(inventory.Clusters)
	for _, sources := range found {
		markMembership(sources, read)
	}
	inventory.Clusters = read
	return findings, err
}

// fleetsIn reads the Fleet resources of a subscription with their members, but for those that are known.
func (c *Client) fleetsIn(ctx context.Context, subscription string, known map[string]bool) ([]fleet.Source, error) {
	bodies, err := c.fleetBodies(ctx, subscription, fleetMembers)
	if unknownVersion(err) {
		bodies, err = c.fleetBodies(ctx, subscription, fleetMembersOld)
	}
	if err != nil {
		return nil, err
	}
	bodies = slices.DeleteFunc(bodies, func(body fleetBody) bool { return known[strings.ToLower(body.ID)] })
	sources := make([]fleet.Source, len(bodies))
	for i, body := range bodies {
		sources[i].Fleet = body.ID
		if sources[i].Listed, err = c.membersOfFleet(ctx, sources[i]); err != nil {
			return nil, err
		}
	}
	return sources, nil
}

func (c *Client) fleetBodies(ctx context.Context, subscription, version string) ([]fleetBody, error) {
	call, err := c.resource(listFleets, "/subscriptions/"+subscription, "/providers/Microsoft.ContainerService/fleets", version, armReadBucket(subscription))
	if err != nil {
		return nil, err
	}
	call.role = readerRole
	return all[fleetBody](ctx, c, call)
}
