package wire

import (
	"strings"

	"github.com/org/fleet-update-action/internal/simulator"
)

func fleetEndpoints() []endpoint {
	path := groupPath + provider + "/fleets/{fleet}"
	return []endpoint{
		{"GET " + subscriptionPath + provider + "/fleets", "LIST fleets", "Microsoft.ContainerService/fleets/read", fleetVersions(), simulator.LimitNone, listFleets},
		{"GET " + path, "GET fleet", "Microsoft.ContainerService/fleets/read", fleetVersions(), simulator.LimitNone, getFleet},
		{"GET " + path + "/members", "LIST fleet members", "Microsoft.ContainerService/fleets/members/read", fleetVersions(), simulator.LimitNone, listMembers},
	}
}

func (c *call) fleet() (simulator.Fleet, error) {
	id := strings.TrimSuffix(c.URL.Path, "/members")
	found, ok := c.world.Fleet(id)
	if !ok {
		return found, simulator.NotFound("fleets", c.PathValue("fleet"), c.PathValue("group"))
	}
	return found, nil
}

func getFleet(c *call) (reply, error) {
	found, err := c.fleet()
	if err != nil {
		return reply{}, err
	}
	return ok(fleetJSON(found))
}

func fleetJSON(found simulator.Fleet) any {
	return map[string]any{"id": found.ID, "name": found.Name, "type": "Microsoft.ContainerService/fleets", "properties": map[string]any{"provisioningState": "Succeeded"}}
}

func listFleets(c *call) (reply, error) {
	return paged(c, c.world.Fleets(c.PathValue("subscription")), fleetJSON)
}

type memberJSON struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Type       string           `json:"type"`
	ETag       string           `json:"eTag"`
	Properties memberProperties `json:"properties"`
}

type memberProperties struct {
	Cluster string            `json:"clusterResourceId"`
	Group   string            `json:"group,omitempty"`
	State   string            `json:"provisioningState"`
	Labels  map[string]string `json:"labels,omitempty"`
}

// listMembers lists members in pages. Labels are there from 2025-04-01-preview on; Fleet adds some of its own to them.
func listMembers(c *call) (reply, error) {
	found, err := c.fleet()
	if err != nil {
		return reply{}, err
	}
	labelled := c.URL.Query().Get("api-version") >= "2025-04-01-preview"
	return paged(c, found.Members, func(m simulator.FleetMember) any {
		body := memberJSON{ID: strings.TrimSuffix(c.URL.Path, "/members") + "/members/" + m.Name, Name: m.Name, Type: "Microsoft.ContainerService/fleets/members",
			ETag: "\"" + m.Name + "\"", Properties: memberProperties{Cluster: resourceID(m.Cluster, m.ResourceGroup, m.ClusterName), Group: m.Group, State: "Succeeded"}}
		if labelled {
			body.Properties.Labels = allLabels(m)
		}
		return body
	})
}

func allLabels(m simulator.FleetMember) map[string]string {
	labels := map[string]string{
		"fleet.azure.com/cluster-name": m.ClusterName, "fleet.azure.com/location": m.Location, "fleet.azure.com/member-name": m.Name,
		"fleet.azure.com/resource-group": m.ResourceGroup, "fleet.azure.com/subscription-id": m.Cluster.Subscription(),
	}
	for name, value := range m.Labels {
		labels[name] = value
	}
	return labels
}
