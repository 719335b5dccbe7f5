package azure_test

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

// A cluster that the strategy finds by its tags may be driven by a Fleet resource too, which the strategy does not name.
func TestDetailsFindFleetsThatTheStrategyDoesNotName(t *testing.T) {
	description := twoRegions()
	description.Clusters[1].Member = &simulator.MemberFile{Fleet: "prod", Group: "us"}
	s := enter(t, description)
	inventory, err := s.client.Inventory(t.Context(), azure.Query{Sources: []fleet.Source{
		{Discover: &fleet.Discovery{Subscriptions: []string{subTwo}, Tags: map[string]string{"fleet": "prod"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	tagged := fleet.NewClusterID(subTwo, "rg", "eus-1")
	if membership := inventory.Clusters[tagged].Settings.FleetMembership; membership != "" {
		t.Errorf("the inventory alone says %q", membership)
	}
	after, err := s.client.Details(t.Context(), inventory, azure.Detail{Clusters: []fleet.ClusterID{tagged}, Window: fleet.NodeOSWindow})
	if err != nil {
		t.Fatal(err)
	}
	if membership := after.Clusters[tagged].Settings.FleetMembership; !strings.HasSuffix(strings.ToLower(membership), "/fleets/prod") {
		t.Errorf("the cluster is a member of %q", membership)
	}
	if inventory.Clusters[tagged].Settings.FleetMembership != "" {
		t.Error("the inventory given was changed")
	}
}

// The members of a Fleet that is a source are read once.
func TestDetailsReadTheStrategysOwnFleetOnce(t *testing.T) {
	s := enter(t, twoRegions())
	own := "/subscriptions/" + subTwo + "/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/prod"
	inventory, err := s.client.Inventory(t.Context(), azure.Query{Sources: []fleet.Source{{Fleet: own}}})
	if err != nil {
		t.Fatal(err)
	}
	before := s.count("list fleet members")
	member := fleet.NewClusterID(subOne, "rg", "weu-1")
	if _, err := s.client.Details(t.Context(), inventory, azure.Detail{Clusters: []fleet.ClusterID{member}, Window: fleet.NodeOSWindow}); err != nil {
		t.Fatal(err)
	}
	if again := s.count("list fleet members") - before; again != 0 || s.count("list fleets") != 1 {
		t.Errorf("%d more lists of members, %d of fleets", again, s.count("list fleets"))
	}
}
