package azure

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func inventoryOfOne() fleet.Inventory {
	const (
		subnet    = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/Nodes"
		podSubnet = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/Pods"
	)
	return fleet.Inventory{Clusters: map[fleet.ClusterID]fleet.Cluster{clusterOne(): {
		ID: clusterOne(), Location: "westeurope", Pools: []fleet.NodePool{{Name: "a", SubnetID: subnet}, {Name: "b", SubnetID: strings.ToUpper(subnet[:15]) + subnet[15:], PodSubnetID: podSubnet}, {Name: "c"}},
	}}}
}

func detailAnswers(changes map[string]answer) map[string]answer {
	answers := map[string]answer{
		"GET " + string(fleet.NodeOSWindow): {status: 404},
		"GET locations/westeurope/usages": {body: `{"value":[{"currentValue":90,"limit":100,"name":{"value":"standardDSv5Family"}},
			{"currentValue":1,"limit":25000,"name":{"value":"availabilitySets"}},{"currentValue":95,"limit":200,"name":{"value":"cores"}}]}`},
		"GET subnets/nodes":                 {body: `{"properties":{"addressPrefixes":["10.0.0.0/24","fd00::/64"],"ipConfigurations":[{},{},{}]}}`},
		"GET subnets/pods":                  {body: `{"properties":{"addressPrefix":"10.1.0.0/16"}}`},
		"GET Microsoft.Authorization/locks": {body: `{"value":[{"name":"keep","id":"/subscriptions/S/resourceGroups/MC_x/providers/Microsoft.Authorization/locks/keep","properties":{"level":"ReadOnly"}}]}`},
	}
	answers["GET Microsoft.ContainerService/fleets"] = answer{body: `{"value":[]}`}
	for key, a := range changes {
		answers[key] = a
	}
	return answers
}

func TestDetails(t *testing.T) {
	client, s, _ := newStub(t, byPath(detailAnswers(nil)))
	before := inventoryOfOne()
	after, err := client.Details(t.Context(), before, Detail{Clusters: []fleet.ClusterID{clusterOne(), "/gone"}, Window: fleet.NodeOSWindow})
	if err != nil {
		t.Fatal(err)
	}
	if windows := after.Clusters[clusterOne()].Windows; windows == nil || len(windows) != 0 {
		t.Errorf("windows are %v, want none but read", windows)
	}
	if before.Clusters[clusterOne()].Windows != nil || before.Quotas != nil {
		t.Error("the inventory given was changed")
	}
	key := fleet.NewQuotaKey(subscription, "westeurope", "standardDSv5Family")
	if after.Quotas[key] != (fleet.Quota{Used: 90, Limit: 100}) || len(after.Quotas) != 2 {
		t.Errorf("quotas are %v", after.Quotas)
	}
	const subnet = "/subscriptions/s/resourcegroups/net/providers/microsoft.network/virtualnetworks/v/subnets/nodes"
	if after.Subnets[subnet] != (fleet.Subnet{ID: subnet, Prefix: "10.0.0.0/24", Used: 3}) || asks(s, "subnets/nodes") != 1 {
		t.Errorf("subnets are %v", after.Subnets)
	}
	if pods := strings.Replace(subnet, "nodes", "pods", 1); after.Subnets[pods].Prefix != "10.1.0.0/16" {
		t.Errorf("subnets are %v", after.Subnets)
	}
	if got := after.Locks[subscription]; len(got) != 1 || got[0] != (fleet.Lock{Name: "keep", Scope: "/subscriptions/s/resourcegroups/mc_x", Level: "ReadOnly"}) {
		t.Errorf("locks are %v", after.Locks)
	}
	if len(after.Unread) != 0 || len(s.asked) != 6 {
		t.Errorf("unread %v after %d requests", after.Unread, len(s.asked))
	}
}

// What may not be read is said, and stops nothing; but nobody can tell whether a window that may not be read is open.
func TestDetailsThatMayNotBeRead(t *testing.T) {
	denied := answer{status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`}
	window := "GET " + string(fleet.NodeOSWindow)
	tests := []struct {
		key      string
		answer   answer
		rule     string
		severity fleet.Severity
	}{
		{"GET locations/westeurope/usages", denied, "quota-unread", fleet.Warning},
		{"GET subnets/nodes", denied, "subnet-unread", fleet.Warning},
		{"GET subnets/nodes", answer{status: 404}, "subnet-unread", fleet.Warning},
		{"GET Microsoft.Authorization/locks", denied, "locks-unread", fleet.Warning},
		{window, denied, "window-unread", fleet.Error},
		{window, answer{body: `{"properties":{}}`}, "window-unread", fleet.Error},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			client, _, _ := newStub(t, byPath(detailAnswers(map[string]answer{test.key: test.answer})))
			inventory, err := client.Details(t.Context(), inventoryOfOne(), Detail{Clusters: []fleet.ClusterID{clusterOne()}, Window: fleet.NodeOSWindow})
			if err != nil || len(inventory.Unread) != 1 {
				t.Fatalf("unread %v, %v", inventory.Unread, err)
			}
			got := inventory.Unread[0]
			if got.Rule != test.rule || got.Severity != test.severity {
				t.Errorf("got %+v", got)
			}
			if test.answer.status == 403 && !strings.Contains(got.Message, "Grant the identity the role") {
				t.Errorf("message %q names no role", got.Message)
			}
			if test.severity == fleet.Error && (got.Cluster != clusterOne() || got.Advice == "" || inventory.Clusters[clusterOne()].Windows != nil) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestDetailsFailWithAPassingFault(t *testing.T) {
	for key := range detailAnswers(nil) {
		client, _, _ := newStub(t, byPath(detailAnswers(map[string]answer{key: {status: 503}})))
		if _, err := client.Details(t.Context(), inventoryOfOne(), Detail{Clusters: []fleet.ClusterID{clusterOne()}, Window: fleet.NodeOSWindow}); err == nil {
			t.Errorf("%s: no error", key)
		}
	}
}
