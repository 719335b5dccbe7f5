package azure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestClusterIsReadWhole(t *testing.T) {
	client, _, _ := newStub(t, always(answer{body: string(content(t, "cluster.json"))}))
	got, _, err := client.fetched(t.Context(), clusterOne())
	if err != nil {
		t.Fatal(err)
	}
	v := func(minor, patch int) fleet.KubernetesVersion {
		return fleet.KubernetesVersion{Major: 1, Minor: minor, Patch: patch}
	}
	want := fleet.Cluster{
		ID: clusterOne(), Name: "Aks-One", Location: "westeurope", UID: "uid-1", State: "Succeeded", Version: v(33, 5), Desired: v(33, fleet.AnyPatch),
		ETag: "3e8f0c6a-cluster", Tags: map[string]string{"fleet": "prod", "Update-Group": "eu", "note": `a <b> & "c" é`},
		Settings: fleet.ClusterSettings{UpgradeChannel: "none", NodeOSChannel: "NodeImage", SupportPlan: "KubernetesOfficial", SKU: "Base", Tier: "Standard",
			NodeProvisioning: "Manual", MaxAgentPools: 100, ForceUpgradeUntil: got.Settings.ForceUpgradeUntil, NodeResourceGroup: "MC_rg-one_Aks-One_westeurope",
			NetworkPlugin: "azure", NetworkPluginMode: "overlay"},
		Pools: []fleet.NodePool{
			{Name: "system", Mode: "System", Type: "VirtualMachineScaleSets", OSType: "Linux", OSSKU: "Ubuntu", VMSize: "Standard_D4s_v5", Count: 3, MaxPods: 110,
				Version: v(33, 5), Desired: v(33, 5), Image: "AKSUbuntu-2204gen2containerd-202509.11.0", State: "Succeeded", MaxSurge: "33%", MaxUnavailable: "0",
				DrainMinutes: 45, SoakMinutes: 2, ETag: "3e8f0c6a-system", SubnetID: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/nodes"},
			{Name: "work", Mode: "User", Type: "VirtualMachineScaleSets", OSType: "Linux", OSSKU: "Ubuntu", VMSize: "Standard_D4s_v5", MaxPods: 110,
				Version: v(33, 4), Desired: v(33, 4), Image: oldImage, State: "Succeeded", Stopped: true, Spot: true, ETag: "3e8f0c6a-work",
				PodSubnetID: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/pods",
				Snapshot:    "/subscriptions/s/resourcegroups/snaps/providers/microsoft.containerservice/snapshots/pin"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Settings.ForceUpgradeUntil.IsZero() {
		t.Error("the forced upgrade was not read")
	}
}

func TestInventoryErrors(t *testing.T) {
	const listed = "GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters"
	const broken = `{"value":[{"id":"/subscriptions/1/x"}]}`
	listing := []fleet.Source{{Listed: []fleet.Member{{Name: "one", Cluster: clusterOne()}}}}
	tests := []struct {
		name    string
		sources []fleet.Source
		answers map[string]answer
		want    string
	}{
		{"no sources", nil, nil, "no members"},
		{"nothing found by tag", []fleet.Source{{Discover: &fleet.Discovery{Subscriptions: []string{subscription}, Tags: map[string]string{"a": "*"}}}},
			map[string]answer{listed: list()}, "no members"},
		{"a LIST that is refused", listing, map[string]answer{listed: {status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`}}, contributorRole},
		{"a LIST of something else", listing, map[string]answer{listed: {body: broken}}, "list clusters /subscriptions/" + subscription + ": the reply is malformed"},
		{"a cluster that may not be seen", listing, map[string]answer{listed: list(), "GET managedClusters/aks-one": {status: 403}}, string(clusterOne())},
		{"a subscription that is none", []fleet.Source{{Discover: &fleet.Discovery{Subscriptions: []string{"a/../b"}, Tags: map[string]string{"a": "*"}}}}, nil, "is not an Azure resource id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, _, _ := newStub(t, byPath(test.answers))
			_, err := client.Inventory(t.Context(), Query{Sources: test.sources})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}

// All clusters that may not be seen are named at once, up to a number.
func TestRefusedMembersAreNamedTogether(t *testing.T) {
	const listed = "GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters"
	source := fleet.Source{}
	answers := map[string]answer{listed: list()}
	for i := range maxErrors + 3 {
		id := fleet.NewClusterID(subscription, "rg", fmt.Sprintf("aks-%02d", i))
		source.Listed = append(source.Listed, fleet.Member{Name: id.Name(), Cluster: id})
		answers["GET "+string(id)] = answer{status: 403}
	}
	client, _, _ := newStub(t, byPath(answers))
	_, err := client.Inventory(t.Context(), Query{Sources: []fleet.Source{source}})
	if err == nil || strings.Count(err.Error(), "read cluster") != maxErrors || !strings.Contains(err.Error(), "and 3 more") {
		t.Errorf("error is %v", err)
	}
}

// BenchmarkDecodeClusters reads a LIST of 1,000 clusters with two pools each.
func BenchmarkDecodeClusters(b *testing.B) {
	one := string(content(b, "cluster.json"))
	entries := make([]string, 1000)
	for i := range entries {
		entries[i] = strings.Replace(one, "managedClusters/Aks-One", fmt.Sprintf("managedClusters/aks-%d", i), 1)
	}
	page := list(entries...)
	client, _, _ := newStub(b, always(page))
	b.SetBytes(int64(len(page.body)))
	b.ReportAllocs()
	for b.Loop() {
		clusters, err := client.listed(b.Context(), subscription, func(fleet.ClusterID, map[string]string) bool { return true })
		if err != nil || len(clusters) != 1000 {
			b.Fatal(len(clusters), err)
		}
	}
}

// A LIST that lacks what is decided by, or leads elsewhere, is one clear error, and nothing is asked after it.
func TestInventoryOfOddClusters(t *testing.T) {
	clusters := "GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters"
	for name, test := range map[string]struct {
		body string
		want string
	}{
		"no id":            {`{"name":"x"}`, "is not the resource id of an AKS cluster"},
		"no properties":    {`{"id":"` + string(clusterOne()) + `","location":"westeurope","tags":null,"properties":null}`, "provisioningState is missing"},
		"no version":       {changed(t, "cluster.json", `"currentKubernetesVersion": "1.33.5",`, ``).body, "currentKubernetesVersion is missing"},
		"no location":      {changed(t, "cluster.json", `"location": "westeurope",`, ``).body, `location is ""`},
		"an odd location":  {changed(t, "cluster.json", `"location": "westeurope"`, `"location": "../../x?y"`).body, "location is \"../../x?y\""},
		"a version of ten": {changed(t, "cluster.json", `"currentKubernetesVersion": "1.33.5"`, `"currentKubernetesVersion": "ten"`).body, "currentKubernetesVersion: "},
		"a huge number":    {changed(t, "cluster.json", `"maxAgentPools": 100`, `"maxAgentPools": 100000000000000000000000`).body, "maxAgentPools holds a number 1"},
	} {
		t.Run(name, func(t *testing.T) {
			client, s, _ := newStub(t, byPath(map[string]answer{clusters: list(test.body)}))
			_, err := client.Inventory(t.Context(), Query{Versions: true, Images: true, Sources: []fleet.Source{{Listed: []fleet.Member{{Name: "a", Cluster: clusterOne()}}}}})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "list clusters /subscriptions/"+subscription) {
				t.Errorf("error is %v, want %s", err, test.want)
			}
			if len(s.asked) != 1 {
				t.Errorf("%d requests", len(s.asked))
			}
		})
	}
}
