package wire

import (
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

const locationPath = subscriptionPath + provider + "/locations/{location}"

func locationEndpoints() []endpoint {
	return []endpoint{
		{"GET " + locationPath + "/kubernetesversions", "GET kubernetesVersions", "Microsoft.ContainerService/locations/kubernetesVersions/read", aks("locations/kubernetesVersions"), simulator.LimitOther, kubernetesVersions},
		{"GET " + locationPath + "/nodeimageversions", "GET nodeImageVersions", "Microsoft.ContainerService/locations/nodeImageVersions/read", aksPreview("locations/nodeImageVersions"), simulator.LimitOther, nodeImageVersions},
	}
}

func (c *call) region() (fleet.Region, error) {
	region, found := c.world.Region(c.PathValue("location"))
	if !found {
		return region, &simulator.Refusal{Status: 400, Code: "NoRegisteredProviderFound", Nested: true,
			Message: "No registered resource provider found for location '" + c.PathValue("location") + "'."}
	}
	return region, nil
}

type minorJSON struct {
	Version      string               `json:"version"`
	Default      bool                 `json:"isDefault,omitempty"`
	Preview      bool                 `json:"isPreview,omitempty"`
	Capabilities capabilitiesJSON     `json:"capabilities"`
	Patches      map[string]patchJSON `json:"patchVersions"`
}

type capabilitiesJSON struct {
	SupportPlan []string `json:"supportPlan"`
}

type patchJSON struct {
	Upgrades []string `json:"upgrades"`
}

// kubernetesVersions lists a region's versions by minor, newest first; whether a version is a preview and what plans
// have it is said per minor.
func kubernetesVersions(c *call) (reply, error) {
	region, err := c.region()
	if err != nil {
		return reply{}, err
	}
	minors := map[fleet.KubernetesVersion]*minorJSON{}
	for _, version := range slices.SortedFunc(maps.Keys(region.Versions), fleet.KubernetesVersion.Compare) {
		offered := region.Versions[version]
		minor := minors[version.MinorOnly()]
		if minor == nil {
			minor = &minorJSON{Version: version.MinorOnly().String(), Preview: offered.Preview,
				Capabilities: capabilitiesJSON{SupportPlan: offered.SupportPlans}, Patches: map[string]patchJSON{}}
			minors[version.MinorOnly()] = minor
		}
		minor.Default = minor.Default || offered.Default
		patch := patchJSON{Upgrades: []string{}}
		for _, to := range offered.Upgrades {
			patch.Upgrades = append(patch.Upgrades, to.String())
		}
		minor.Patches[version.String()] = patch
	}
	values := []*minorJSON{}
	for _, version := range slices.SortedFunc(maps.Keys(minors), fleet.KubernetesVersion.Compare) {
		values = append([]*minorJSON{minors[version]}, values...)
	}
	return ok(map[string]any{"values": values})
}

type imageJSON struct {
	FullName string `json:"fullName"`
	OS       string `json:"os"`
	SKU      string `json:"sku"`
	Version  string `json:"version"`
}

// nodeImageVersions lists the latest image of every family in a region, in pages.
func nodeImageVersions(c *call) (reply, error) {
	region, err := c.region()
	if err != nil {
		return reply{}, err
	}
	images := slices.Sorted(maps.Values(region.Images))
	return paged(c, images, func(image fleet.NodeImage) any {
		name, _ := simulator.ReadImage(image)
		os, sku, _ := strings.Cut(name.Family, "-")
		return imageJSON{FullName: string(image), OS: os, SKU: sku, Version: name.Version}
	})
}
