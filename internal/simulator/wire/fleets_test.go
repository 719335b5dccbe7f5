package wire_test

import (
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestFleetMembersArePagedAndLabelled(t *testing.T) {
	c := small(t, func(d *simulator.Description) { d.PageSize = 1 })
	path := group + provider + "/fleets/prod"
	first := c.get(path + "/members?api-version=2026-06-01").json(t)
	member := at(first, "value", 0)
	if at(member, "name") != "aks-one" || at(member, "properties", "group") != "dev" || at(member, "properties", "labels", "ring") != "0" ||
		at(member, "properties", "labels", "fleet.azure.com/location") != "westeurope" {
		t.Errorf("got %v", member)
	}
	if id := at(member, "properties", "clusterResourceId"); id != subscription+"/resourcegroups/rg-fleet/providers/Microsoft.ContainerService/managedClusters/aks-one" {
		t.Errorf("its cluster is %v", id)
	}
	second := c.get(first["nextLink"].(string)).json(t)
	if at(second, "value", 0, "name") != "aks-two" || second["nextLink"] != nil {
		t.Errorf("got %v", second)
	}
	if old := c.get(path + "/members?api-version=2025-03-01").json(t); at(old, "value", 0, "properties", "labels") != nil {
		t.Error("there are labels in a version that had none")
	}
	if body := c.get(path + "?api-version=2025-03-01").json(t); body["name"] != "prod" {
		t.Errorf("got %v", body)
	}
	if list := c.get(subscription + provider + "/fleets?api-version=2025-03-01").json(t); at(list, "value", 0, "name") != "prod" {
		t.Errorf("the list of fleets is %v", list)
	}
	refused(t, c.send("GET", group+provider+"/fleets/gone/members?api-version=2025-03-01", ""), 404, "ResourceNotFound", true)
	refused(t, c.send("GET", group+provider+"/fleets/gone?api-version=2025-03-01", ""), 404, "ResourceNotFound", true)
}
