package wire_test

import (
	"testing"
)

func TestUpgradeProfiles(t *testing.T) {
	c := small(t)
	cluster := c.get(one + "/upgradeProfiles/default" + version).json(t)
	if at(cluster, "properties", "controlPlaneProfile", "upgrades", 1, "kubernetesVersion") != "1.34.2" || at(cluster, "properties", "agentPoolProfiles", 0, "name") != "system" {
		t.Errorf("got %v", cluster)
	}
	pool := c.get(one + "/agentPools/user/upgradeProfiles/default" + version).json(t)
	if at(pool, "properties", "latestNodeImageVersion") != "AKSUbuntu-2204gen2containerd-202602.10.0" || at(pool, "properties", "upgrades") != nil {
		t.Errorf("got %v: a pool is offered nothing beyond its control plane", pool)
	}
}
