package azure

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// fleetMembers returns the sources with the members of every Fleet resource read into Listed.
func (c *Client) fleetMembers(ctx context.Context, sources []fleet.Source) ([]fleet.Source, error) {
	read := slices.Clone(sources)
	err := c.each(ctx, len(read), func(ctx context.Context, i int) (err error) {
		if read[i].Fleet != "" {
			read[i].Listed, err = c.membersOfFleet(ctx, read[i])
		}
		return err
	})
	return read, err
}

type fleetMemberBody struct {
	Name       string `json:"name"`
	Properties struct {
		ClusterResourceID string            `json:"clusterResourceId"`
		Group             string            `json:"group"`
		Labels            map[string]string `json:"labels"`
	} `json:"properties"`
}

func (c *Client) membersOfFleet(ctx context.Context, source fleet.Source) ([]fleet.Member, error) {
	bodies, err := c.fleetMemberBodies(ctx, source.Fleet, fleetMembers)
	if unknownVersion(err) {
		bodies, err = c.fleetMemberBodies(ctx, source.Fleet, fleetMembersOld)
	}
	if err != nil {
		return nil, err
	}
	members := make([]fleet.Member, len(bodies))
	for i, body := range bodies {
		id, err := fleet.ParseClusterID(body.Properties.ClusterResourceID)
		if err != nil {
			return nil, fmt.Errorf("member %q of fleet %s: %w", body.Name, source.Fleet, err)
		}
		members[i] = fleet.Member{
			Name: body.Name, Cluster: id, Group: body.Properties.Group, Labels: body.Properties.Labels,
			Source: source.Fleet, Position: source.Position,
		}
	}
	return members, nil
}

func (c *Client) fleetMemberBodies(ctx context.Context, fleetID, version string) ([]fleetMemberBody, error) {
	call, err := c.resource(listFleetMembers, fleetID, "/members", version, armReadBucket(subscriptionOf(fleetID)))
	if err != nil {
		return nil, err
	}
	call.role = "Azure Kubernetes Fleet Manager Contributor Role"
	return all[fleetMemberBody](ctx, c, call)
}

// unknownVersion reports whether the resource manager of this cloud or region does not serve an api-version (or the
// resource in it).
func unknownVersion(err error) bool {
	if !hasStatus(err, http.StatusBadRequest, http.StatusNotFound) {
		return false
	}
	for _, code := range []string{"NoRegisteredProviderFound", "InvalidApiVersionParameter", "InvalidResourceType", "UnsupportedApiVersion"} {
		if strings.Contains(err.Error(), code) {
			return true
		}
	}
	return false
}

// wanted says which clusters of a LIST are kept.
type wanted func(id fleet.ClusterID, tags map[string]string) bool

func wantedBy(sources []fleet.Source) wanted {
	named := map[fleet.ClusterID]bool{}
	for _, source := range sources {
		for _, member := range source.Listed {
			named[member.Cluster] = true
		}
	}
	return func(id fleet.ClusterID, tags map[string]string) bool {
		return named[id] || slices.ContainsFunc(sources, func(source fleet.Source) bool {
			return source.Discover != nil && discovers(*source.Discover, id, tags)
		})
	}
}

// discovers reports whether a discovery finds a cluster. Azure compares the names of tags without regard to case, and
// their values with it.
func discovers(discovery fleet.Discovery, id fleet.ClusterID, tags map[string]string) bool {
	within := slices.ContainsFunc(discovery.Subscriptions, func(subscription string) bool {
		return strings.EqualFold(subscription, id.Subscription())
	})
	if !within {
		return false
	}
	for name, want := range discovery.Tags {
		value, tagged := tag(tags, name)
		if !tagged || (want != "*" && value != want) {
			return false
		}
	}
	return true
}

func tag(tags map[string]string, name string) (value string, tagged bool) {
	if value, tagged = tags[name]; tagged {
		return value, true
	}
	for key, value := range tags {
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

// subscriptionsOf returns the subscriptions that the sources reach into, each once, in order.
func subscriptionsOf(sources []fleet.Source) []string {
	set := map[string]bool{}
	for _, source := range sources {
		for _, member := range source.Listed {
			set[member.Cluster.Subscription()] = true
		}
		if source.Discover != nil {
			for _, subscription := range source.Discover.Subscriptions {
				set[strings.ToLower(subscription)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// membersOf returns the members in the order of the sources; those that one discovery finds are in the order of their
// ids. The labels of a member found by tag are its cluster's tags.
func membersOf(sources []fleet.Source, clusters map[fleet.ClusterID]fleet.Cluster) []fleet.Member {
	var members []fleet.Member
	sorted := slices.Sorted(maps.Keys(clusters))
	for _, source := range sources {
		members = append(members, source.Listed...)
		if source.Discover == nil {
			continue
		}
		for _, id := range sorted {
			cluster := clusters[id]
			if !discovers(*source.Discover, id, cluster.Tags) {
				continue
			}
			group, _ := tag(cluster.Tags, source.Discover.GroupTag)
			members = append(members, fleet.Member{
				Name: cluster.Name, Cluster: id, Group: group, Labels: cluster.Tags,
				Source: "tags " + tagQuery(source.Discover.Tags), Position: source.Position,
			})
		}
	}
	return members
}

// tagQuery writes the tags of a discovery for people, "env=prod, fleet=*".
func tagQuery(tags map[string]string) string {
	terms := make([]string, 0, len(tags))
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		terms = append(terms, name+"="+tags[name])
	}
	return strings.Join(terms, ", ")
}

// markMembership notes on each cluster the Fleet resource that it was seen to be a member of.
func markMembership(sources []fleet.Source, clusters map[fleet.ClusterID]fleet.Cluster) {
	for _, source := range sources {
		if source.Fleet == "" {
			continue
		}
		for _, member := range source.Listed {
			if cluster, found := clusters[member.Cluster]; found {
				cluster.Settings.FleetMembership = source.Fleet
				clusters[member.Cluster] = cluster
			}
		}
	}
}

// subscriptionOf returns the subscription in an ARM id, in lower case.
func subscriptionOf(id string) string {
	parts := strings.Split(strings.ToLower(id), "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}
