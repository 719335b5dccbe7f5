package azure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestLatestImages(t *testing.T) {
	const list, profile = "GET nodeImageVersions", "GET upgradeProfiles/default"
	images := answer{body: `{"value":[{"fullName":"` + string(oldImage) + `"},{"fullName":"` + string(newImage) + `"},{"fullName":"` + string(middleImage) + `"},{"fullName":"odd"}]}`}
	ofPool := answer{body: `{"properties":{"latestNodeImageVersion":"` + string(middleImage) + `"}}`}
	family := "aksubuntu-2204gen2containerd"
	at := place{region: "westeurope", subscription: subscription, clusters: []fleet.Cluster{
		{ID: clusterOne(), Pools: []fleet.NodePool{{Name: "a", Image: oldImage}, {Name: "b", Image: newImage}, {Name: "c", Image: "odd"}}},
	}}
	tests := []struct {
		name    string
		answers map[string]answer
		want    fleet.NodeImage
		first   int // requests the first time
		second  int // and the second time
	}{
		{"from the region's list", map[string]answer{list: images}, newImage, 1, 1},
		{"the list leaves the family out", map[string]answer{list: {body: `{"value":[{"fullName":"AKSAzureLinux-V3gen2-202602.13.5"}]}`}, profile: ofPool}, middleImage, 2, 2},
		{"preview not served", map[string]answer{list: {status: 404, body: `{"error":{"code":"InvalidResourceType","message":"m"}}`}, profile: ofPool}, middleImage, 2, 1},
		{"api-version not known", map[string]answer{list: {status: 400, body: `{"error":{"code":"NoRegisteredProviderFound","message":"m"}}`}, profile: ofPool}, middleImage, 2, 1},
		{"role ends at the clusters", map[string]answer{list: {status: 403}, profile: ofPool}, middleImage, 2, 1},
		{"and the pool is gone", map[string]answer{list: {status: 403}}, "", 2, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, _ := newStub(t, byPath(test.answers))
			want := map[string]fleet.NodeImage{}
			if strings.Contains(test.answers[list].body, "AzureLinux") {
				want["aksazurelinux-v3gen2"] = "AKSAzureLinux-V3gen2-202602.13.5"
			}
			if test.want != "" {
				want[family] = test.want
			}
			for _, requests := range []int{test.first, test.second} {
				s.asked = nil
				got, err := client.latestImages(t.Context(), at)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				if len(s.asked) != requests {
					t.Errorf("%d requests, want %d", len(s.asked), requests)
				}
			}
		})
	}
}

func TestLatestImagesFailWithTheList(t *testing.T) {
	client, _, _ := newStub(t, always(answer{status: 500}))
	if _, err := client.latestImages(t.Context(), place{region: "westeurope", subscription: subscription}); err == nil {
		t.Error("no error")
	}
	if client.unlisted.has("westeurope") {
		t.Error("a passing fault counts as a refusal")
	}
}
