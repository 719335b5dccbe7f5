package azure

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

type subnetBody struct {
	Properties struct {
		AddressPrefix    string            `json:"addressPrefix"`
		AddressPrefixes  []string          `json:"addressPrefixes"`
		IPConfigurations []json.RawMessage `json:"ipConfigurations"` // one per address in use
	} `json:"properties"`
}

// addSubnets reads the subnets that the clusters' pools and their pods stand in, each once.
func (c *Client) addSubnets(ctx context.Context, inventory *fleet.Inventory, clusters []fleet.Cluster) ([]fleet.Finding, error) {
	ids := subnetIDs(clusters)
	bodies := make([]*subnetBody, len(ids))
	findings, err := c.optional(ctx, len(ids), "subnet-unread", func(ctx context.Context, i int) error {
		call, err := c.resource(readSubnet, ids[i], "", networkSubnets, armReadBucket(subscriptionOf(ids[i])))
		if err != nil {
			return err
		}
		call.role = readerRole
		var body subnetBody
		if err := c.read(ctx, call, &body); err != nil {
			return err
		}
		bodies[i] = &body
		return nil
	})
	subnets := maps.Clone(inventory.Subnets)
	if subnets == nil {
		subnets = map[string]fleet.Subnet{}
	}
	for i, body := range bodies {
		if body != nil {
			subnets[ids[i]] = body.subnet(ids[i])
		}
	}
	inventory.Subnets = subnets
	return findings, err
}

// subnet keeps the first prefix where a subnet has several: AKS takes addresses from all of them, so that less is
// counted as free than there is.
func (b *subnetBody) subnet(id string) fleet.Subnet {
	prefix := b.Properties.AddressPrefix
	if prefix == "" && len(b.Properties.AddressPrefixes) > 0 {
		prefix = b.Properties.AddressPrefixes[0]
	}
	return fleet.Subnet{ID: id, Prefix: prefix, Used: len(b.Properties.IPConfigurations)}
}

func subnetIDs(clusters []fleet.Cluster) []string {
	set := map[string]bool{}
	for _, cluster := range clusters {
		for _, pool := range cluster.Pools {
			for _, id := range []string{pool.SubnetID, pool.PodSubnetID} {
				if id != "" {
					set[strings.ToLower(id)] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}
