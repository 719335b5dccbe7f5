package fleet

import (
	"strings"
	"testing"
)

const clusterID = "/subscriptions/11111111-aaaa-bbbb-cccc-222222222222/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-1"

func TestClusterIDsAreEqualInAnySpelling(t *testing.T) {
	want := NewClusterID("11111111-AAAA-bbbb-cccc-222222222222", "RG-prod", "AKS-1")
	if want != clusterID {
		t.Errorf("got %s, want %s", want, clusterID)
	}
	for _, spelling := range []string{
		clusterID, clusterID + "/", strings.ToLower(clusterID), strings.ToUpper(clusterID),
		strings.Replace(clusterID, "resourceGroups", "resourcegroups", 1),
	} {
		if got, err := ParseClusterID(spelling); err != nil || got != want {
			t.Errorf("%s: got %s and error %v", spelling, got, err)
		}
	}
}

func TestClusterIDParts(t *testing.T) {
	id := ClusterID(clusterID)
	if id.Subscription() != "11111111-aaaa-bbbb-cccc-222222222222" || id.ResourceGroup() != "rg-prod" || id.Name() != "aks-1" {
		t.Errorf("got %q, %q, %q", id.Subscription(), id.ResourceGroup(), id.Name())
	}
	if none := ClusterID(""); none.Subscription() != "" || none.ResourceGroup() != "" || none.Name() != "" {
		t.Error("no id has parts")
	}
}

func TestParseClusterIDErrors(t *testing.T) {
	for _, id := range []string{
		"", "/", "aks-1", clusterID + "/agentPools/system", clusterID[1:], "https://management.azure.com" + clusterID,
		strings.TrimSuffix(clusterID, "aks-1"),
		strings.Replace(clusterID, "rg-prod", "", 1),
		strings.Replace(clusterID, "11111111-aaaa-bbbb-cccc-222222222222", "", 1),
		strings.Replace(clusterID, "managedClusters", "fleets", 1),
		strings.Replace(clusterID, "Microsoft.ContainerService", "Microsoft.Compute", 1),
		strings.Replace(clusterID, "/providers", "/provider", 1),
		strings.Replace(clusterID, "/resourceGroups", "/groups", 1),
		strings.Replace(clusterID, "/subscriptions", "/subscription", 1),
	} {
		got, err := ParseClusterID(id)
		if err == nil || !strings.Contains(err.Error(), "is not the resource id of an AKS cluster (want /subscriptions/") {
			t.Errorf("%q: got %q and error %v", id, got, err)
		}
	}
}

func TestParsePoolID(t *testing.T) {
	want := PoolID{Cluster: clusterID, Pool: "system"}
	for _, spelling := range []string{clusterID + "/agentPools/system", strings.ToUpper(clusterID) + "/AGENTPOOLS/System"} {
		if got, err := ParsePoolID(spelling); err != nil || got != want {
			t.Errorf("%s: got %v and error %v", spelling, got, err)
		}
	}
	if got := want.String(); got != clusterID+"/agentPools/system" {
		t.Errorf("written as %s", got)
	}
}

func TestParsePoolIDErrors(t *testing.T) {
	for _, id := range []string{
		"", clusterID, clusterID + "/agentPools/", clusterID + "/agentPools/a/b", "/agentPools/a", clusterID + "/x/agentPools/a",
		"İİİİ/agentPools/a", // grows in lower case
	} {
		got, err := ParsePoolID(id)
		if err == nil || !strings.Contains(err.Error(), "is not the resource id of a node pool (want /subscriptions/") {
			t.Errorf("%q: got %v and error %v", id, got, err)
		}
	}
}
