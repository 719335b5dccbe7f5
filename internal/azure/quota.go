package azure

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

type usageBody struct {
	CurrentValue int `json:"currentValue"`
	Limit        int `json:"limit"`
	Name         struct {
		Value string `json:"value"`
	} `json:"name"`
}

// cores reports whether a usage counts vCPUs: those of a VM family, or of the region as a whole.
func (u usageBody) cores() bool {
	return strings.HasSuffix(u.Name.Value, "Family") || u.Name.Value == "cores"
}

// addQuotas reads the vCPU quotas of each subscription and region of the clusters.
func (c *Client) addQuotas(ctx context.Context, inventory *fleet.Inventory, clusters []fleet.Cluster) ([]fleet.Finding, error) {
	places := quotaPlaces(clusters)
	usages := make([][]usageBody, len(places))
	findings, err := c.optional(ctx, len(places), "quota-unread", func(ctx context.Context, i int) error {
		at := places[i]
		call, err := c.resource(readQuotas, "/subscriptions/"+at.Subscription, "/providers/Microsoft.Compute/locations/"+at.Location+"/usages",
			computeUsages, armReadBucket(at.Subscription))
		if err != nil {
			return err
		}
		call.role = readerRole
		usages[i], err = all[usageBody](ctx, c, call)
		return err
	})
	quotas := maps.Clone(inventory.Quotas)
	if quotas == nil {
		quotas = map[fleet.QuotaKey]fleet.Quota{}
	}
	for i, key := range places {
		for _, usage := range usages[i] {
			if usage.cores() {
				quotas[fleet.NewQuotaKey(key.Subscription, key.Location, usage.Name.Value)] = fleet.Quota{Used: usage.CurrentValue, Limit: usage.Limit}
			}
		}
	}
	inventory.Quotas = quotas
	return findings, err
}

// quotaPlaces returns the subscriptions and regions of the clusters, each pair once, in order, as keys without family.
func quotaPlaces(clusters []fleet.Cluster) []fleet.QuotaKey {
	set := map[fleet.QuotaKey]bool{}
	for _, cluster := range clusters {
		set[fleet.QuotaKey{Subscription: cluster.ID.Subscription(), Location: cluster.Location}] = true
	}
	return slices.SortedFunc(maps.Keys(set), func(a, b fleet.QuotaKey) int {
		return cmp.Or(strings.Compare(a.Subscription, b.Subscription), strings.Compare(a.Location, b.Location))
	})
}
