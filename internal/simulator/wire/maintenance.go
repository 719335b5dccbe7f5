package wire

import (
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/simulator"
)

func maintenanceEndpoints() []endpoint {
	versions, action := aks("managedClusters/maintenanceConfigurations"), clusterAction+"maintenanceConfigurations/read"
	path := "GET " + clusterPath + "/maintenanceconfigurations"
	return []endpoint{
		{path, "LIST maintenanceConfigurations", action, versions, simulator.LimitOther, listWindows},
		{path + "/{name}", "GET maintenanceConfiguration", action, versions, simulator.LimitOther, getWindow},
	}
}

func windowBody(cluster simulator.Cluster, name string) any {
	return map[string]any{"id": resourceID(cluster.ID, cluster.ResourceGroup, cluster.Name) + "/maintenanceConfigurations/" + name, "name": name,
		"type": "Microsoft.ContainerService/managedClusters/maintenanceConfigurations", "properties": map[string]any{"maintenanceWindow": cluster.Windows[name]}}
}

func listWindows(c *call) (reply, error) {
	cluster, err := c.cluster()
	if err != nil {
		return reply{}, err
	}
	return paged(c, slices.Sorted(maps.Keys(cluster.Windows)), func(name string) any { return windowBody(cluster, name) })
}

func getWindow(c *call) (reply, error) {
	cluster, err := c.cluster()
	if err != nil {
		return reply{}, err
	}
	for name := range cluster.Windows {
		if strings.EqualFold(name, c.PathValue("name")) {
			return ok(windowBody(cluster, name))
		}
	}
	return reply{}, &simulator.Refusal{Status: 404, Code: "NotFound", Message: "Could not find the maintenance configuration: " + c.PathValue("name")}
}
