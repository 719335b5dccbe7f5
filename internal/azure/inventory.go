package azure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Query says what an Inventory is to hold.
type Query struct {
	Sources       []fleet.Source
	Donors        []fleet.ClusterID // clusters whose pools may be donors of snapshots; they need not be members
	Versions      bool              // the Kubernetes versions of each region
	Images        bool              // the latest node images of each region
	SnapshotGroup string            // resource group of snapshots, looked for in every subscription of the run; "": none are read
	SnapshotTag   string            // where not "", only snapshots whose fleet.SnapshotTag has this value
}

// ErrNoMembers is the error of a fleet without members: the strategy names none that the identity may see.
var ErrNoMembers = errors.New("the fleet has no members")

// Inventory reads the members of all sources, their clusters and what their regions offer: one LIST of clusters per
// subscription, and one GET for each member that a LIST does not show. A member whose cluster is gone stays in Members
// and is missing from Clusters. An identity that may not see a member, and a fleet without members, are errors.
func (c *Client) Inventory(ctx context.Context, query Query) (fleet.Inventory, error) {
	sources, err := c.fleetMembers(ctx, query.Sources)
	if err != nil {
		return fleet.Inventory{}, err
	}
	clusters, err := c.clusters(ctx, subscriptionsOf(sources), wantedBy(sources))
	if err != nil {
		return fleet.Inventory{}, err
	}
	members := membersOf(sources, clusters)
	if len(members) == 0 {
		return fleet.Inventory{}, fmt.Errorf("%w: no cluster is listed, joined to the Fleet resource or tagged as asked, or the identity may see none of them (it needs the role Reader on them)", ErrNoMembers)
	}
	ids := append(memberIDs(members), query.Donors...)
	if err := c.unlistedClusters(ctx, ids, clusters); err != nil {
		return fleet.Inventory{}, err
	}
	markMembership(sources, clusters)
	inventory := fleet.Inventory{Members: members, Clusters: clusters}
	if inventory.Regions, err = c.regions(ctx, clusters, query.Versions, query.Images); err != nil {
		return fleet.Inventory{}, err
	}
	if inventory.Snapshots, err = c.snapshots(ctx, subscriptionsIn(ids), query.SnapshotGroup, query.SnapshotTag); err != nil {
		return fleet.Inventory{}, err
	}
	inventory.At = c.now()
	return inventory, nil
}

// clusters lists the subscriptions and keeps the clusters that are wanted.
func (c *Client) clusters(ctx context.Context, subscriptions []string, wanted wanted) (map[fleet.ClusterID]fleet.Cluster, error) {
	lists := make([][]fleet.Cluster, len(subscriptions))
	err := c.each(ctx, len(subscriptions), func(ctx context.Context, i int) (err error) {
		lists[i], err = c.listed(ctx, subscriptions[i], wanted)
		return err
	})
	if err != nil {
		return nil, err
	}
	clusters := map[fleet.ClusterID]fleet.Cluster{}
	for _, list := range lists {
		for _, cluster := range list {
			clusters[cluster.ID] = cluster
		}
	}
	return clusters, nil
}

// unlistedClusters reads one by one the clusters that no LIST showed: a LIST hides what the identity may not see. What
// is found is added to clusters, what is gone is left out, and what may not be seen is an error, all of them together.
func (c *Client) unlistedClusters(ctx context.Context, ids []fleet.ClusterID, clusters map[fleet.ClusterID]fleet.Cluster) error {
	missing := slices.DeleteFunc(slices.Clone(ids), func(id fleet.ClusterID) bool {
		_, found := clusters[id]
		return found
	})
	slices.Sort(missing)
	missing = slices.Compact(missing)
	found := make([]*fleet.Cluster, len(missing))
	refusals := make([]error, len(missing))
	err := c.each(ctx, len(missing), func(ctx context.Context, i int) error {
		cluster, _, err := c.fetched(ctx, missing[i])
		switch {
		case err == nil:
			found[i] = &cluster
		case hasStatus(err, http.StatusNotFound):
		case hasStatus(err, http.StatusForbidden):
			refusals[i] = err
		default:
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, cluster := range found {
		if cluster != nil {
			clusters[cluster.ID] = *cluster
		}
	}
	return firstOf(refusals)
}

// maxErrors bounds how many errors of one kind are said.
const maxErrors = 10

// firstOf joins the first errors and counts the rest.
func firstOf(refusals []error) error {
	refusals = slices.DeleteFunc(refusals, func(err error) bool { return err == nil })
	if len(refusals) <= maxErrors {
		return errors.Join(refusals...)
	}
	rest := fmt.Errorf("and %d more", len(refusals)-maxErrors)
	return errors.Join(append(slices.Clone(refusals[:maxErrors]), rest)...)
}

// regions reads what each region of the clusters offers.
func (c *Client) regions(ctx context.Context, clusters map[fleet.ClusterID]fleet.Cluster, versions, images bool) (map[string]fleet.Region, error) {
	places := placesOf(clusters)
	regions := make([]fleet.Region, len(places))
	err := c.each(ctx, len(places), func(ctx context.Context, i int) (err error) {
		regions[i].Name = places[i].region
		if versions {
			if regions[i].Versions, err = c.versions(ctx, places[i]); err != nil {
				return err
			}
		}
		if images {
			regions[i].Images, err = c.latestImages(ctx, places[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	byName := make(map[string]fleet.Region, len(regions))
	for _, region := range regions {
		byName[region.Name] = region
	}
	return byName, nil
}

// place is one region of the run: the subscription through which it is asked, and its pools, in case the region does
// not list its node images.
type place struct {
	region       string
	subscription string
	clusters     []fleet.Cluster
}

// placesOf sorts clusters by region. The subscription is the region's first, so that equal fleets are read alike.
func placesOf(clusters map[fleet.ClusterID]fleet.Cluster) []place {
	byRegion := map[string]*place{}
	for _, id := range slices.Sorted(maps.Keys(clusters)) {
		cluster := clusters[id]
		at := byRegion[cluster.Location]
		if at == nil {
			at = &place{region: cluster.Location, subscription: id.Subscription()}
			byRegion[cluster.Location] = at
		}
		at.clusters = append(at.clusters, cluster)
	}
	places := make([]place, 0, len(byRegion))
	for _, region := range slices.Sorted(maps.Keys(byRegion)) {
		places = append(places, *byRegion[region])
	}
	return places
}

func memberIDs(members []fleet.Member) []fleet.ClusterID {
	ids := make([]fleet.ClusterID, len(members))
	for i, member := range members {
		ids[i] = member.Cluster
	}
	return ids
}

// subscriptionsIn returns the subscriptions of the clusters, each once, in order.
func subscriptionsIn(ids []fleet.ClusterID) []string {
	set := map[string]bool{}
	for _, id := range ids {
		set[id.Subscription()] = true
	}
	return slices.Sorted(maps.Keys(set))
}
