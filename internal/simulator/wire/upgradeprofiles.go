package wire

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func upgradeProfileEndpoints() []endpoint {
	return []endpoint{
		{"GET " + clusterPath + "/upgradeprofiles/default", "GET upgradeProfile", clusterAction + "upgradeProfiles/read", aks("managedClusters/upgradeProfiles"), simulator.LimitOther, clusterUpgrades},
		{"GET " + poolPath + "/upgradeprofiles/default", "GET agentPool upgradeProfile", clusterAction + "agentPools/upgradeProfiles/read", aks("managedClusters/agentPools/upgradeProfiles"), simulator.LimitOther, poolUpgrades},
	}
}

type upgradesJSON struct {
	Name     string        `json:"name,omitempty"`
	Version  string        `json:"kubernetesVersion"`
	OSType   string        `json:"osType"`
	Upgrades []upgradeJSON `json:"upgrades,omitempty"`
	Latest   string        `json:"latestNodeImageVersion,omitempty"`
	Recent   []string      `json:"recentlyUsedVersions,omitempty"`
}

type upgradeJSON struct {
	Version string `json:"kubernetesVersion"`
	Preview bool   `json:"isPreview,omitempty"`
}

func (c *call) upgrades(location string, versions []fleet.KubernetesVersion) []upgradeJSON {
	region, _ := c.world.Region(location)
	var upgrades []upgradeJSON
	for _, version := range versions {
		upgrades = append(upgrades, upgradeJSON{Version: version.String(), Preview: region.Versions[version].Preview})
	}
	return upgrades
}

func clusterUpgrades(c *call) (reply, error) {
	cluster, err := c.cluster()
	if err != nil {
		return reply{}, err
	}
	pools := []upgradesJSON{}
	for _, p := range cluster.Pools {
		pools = append(pools, upgradesJSON{Name: p.Name, Version: p.Version.String(), OSType: p.OSType,
			Upgrades: c.upgrades(cluster.Location, c.world.PoolUpgrades(cluster.ID, p.Name))})
	}
	id := resourceID(cluster.ID, cluster.ResourceGroup, cluster.Name) + "/upgradeprofiles/default"
	return ok(map[string]any{"id": id, "name": "default", "type": "Microsoft.ContainerService/managedClusters/upgradeprofiles", "properties": map[string]any{
		"controlPlaneProfile": upgradesJSON{Version: cluster.Version.String(), OSType: "Linux", Upgrades: c.upgrades(cluster.Location, c.world.Upgrades(cluster.ID))},
		"agentPoolProfiles":   pools,
	}})
}

func poolUpgrades(c *call) (reply, error) {
	cluster, p, err := c.pool()
	if err != nil {
		return reply{}, err
	}
	return ok(map[string]any{"name": "default", "type": "Microsoft.ContainerService/managedClusters/agentPools/upgradeProfiles", "properties": upgradesJSON{
		Version: p.Version.String(), OSType: p.OSType, Upgrades: c.upgrades(cluster.Location, c.world.PoolUpgrades(cluster.ID, p.Name)),
		Latest: string(c.world.LatestImage(cluster.ID, p.Name)),
	}})
}
