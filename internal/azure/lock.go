package azure

import (
	"context"
	"maps"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

type lockBody struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Properties struct {
		Level string `json:"level"`
	} `json:"properties"`
}

// lock finds the scope in the lock's id, which is the scope's followed by the provider and name of the lock.
func (b lockBody) lock() fleet.Lock {
	id := strings.ToLower(b.ID)
	if at := strings.LastIndex(id, "/providers/microsoft.authorization/locks/"); at >= 0 {
		id = id[:at]
	}
	return fleet.Lock{Name: b.Name, Scope: id, Level: b.Properties.Level}
}

// addLocks reads the management locks of each subscription of the clusters.
func (c *Client) addLocks(ctx context.Context, inventory *fleet.Inventory, clusters []fleet.Cluster) ([]fleet.Finding, error) {
	ids := make([]fleet.ClusterID, len(clusters))
	for i, cluster := range clusters {
		ids[i] = cluster.ID
	}
	subscriptions := subscriptionsIn(ids)
	read := make([][]fleet.Lock, len(subscriptions))
	findings, err := c.optional(ctx, len(subscriptions), "locks-unread", func(ctx context.Context, i int) error {
		call, err := c.resource(readLocks, "/subscriptions/"+subscriptions[i], "/providers/Microsoft.Authorization/locks",
			managementLocks, armReadBucket(subscriptions[i]))
		if err != nil {
			return err
		}
		call.role = readerRole
		found := []fleet.Lock{}
		err = pages(ctx, c, call, func(entries []lockBody) error {
			for _, entry := range entries {
				found = append(found, entry.lock())
			}
			return nil
		})
		if err == nil {
			read[i] = found
		}
		return err
	})
	locks := maps.Clone(inventory.Locks)
	if locks == nil {
		locks = map[string][]fleet.Lock{}
	}
	for i, subscription := range subscriptions {
		if read[i] != nil {
			locks[subscription] = read[i]
		}
	}
	inventory.Locks = locks
	return findings, err
}
