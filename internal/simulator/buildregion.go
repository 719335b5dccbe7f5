package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

func (b *builder) region(name string, file RegionFile) {
	region := &fleet.Region{Name: name, Versions: map[fleet.KubernetesVersion]fleet.OfferedVersion{}, Images: map[string]fleet.NodeImage{}}
	if name != strings.ToLower(name) || strings.Contains(name, " ") {
		b.wrong("is not the short name of a region: want lower case without spaces, such as westeurope", "regions", name)
	}
	b.world.regions[name] = region
	offered, at := file.Versions, []any{"regions", name, "versions"}
	if len(offered) == 0 {
		offered, at = b.description.Versions, []any{"versions"}
	}
	for _, text := range slices.Sorted(maps.Keys(offered)) {
		b.version(region, text, offered[text], append(slices.Clone(at), text))
	}
	fillGraph(region.Versions)
	for i, file := range file.Images {
		image := fleet.NodeImage(file.Image)
		if familyKey(image) == "" {
			b.wrong(fmt.Sprintf("%q is not a node image (want a name such as AKSUbuntu-2204gen2containerd-202602.10.0)", file.Image), "regions", name, "images", i, "image")
			continue
		}
		if file.After == 0 {
			region.Images[familyKey(image)] = image
			continue
		}
		b.world.plan(file.After, func() { b.world.setLatest(name, image) })
	}
}

func (b *builder) version(region *fleet.Region, text string, file OfferedVersion, path []any) {
	version, ok := b.patch(text, path...)
	if !ok {
		return
	}
	offered := fleet.OfferedVersion{Preview: file.Preview, Default: file.Default, SupportPlans: file.Plans}
	if len(file.Plans) == 0 {
		offered.SupportPlans = []string{standardSupport, longTermSupport}
	}
	if file.Upgrades != nil {
		offered.Upgrades = []fleet.KubernetesVersion{}
	}
	for i, to := range file.Upgrades {
		if upgrade, ok := b.patch(to, append(slices.Clone(path), "upgrades", i)...); ok {
			offered.Upgrades = append(offered.Upgrades, upgrade)
		}
	}
	for other, about := range region.Versions {
		if other.SameMinor(version) && (about.Preview != offered.Preview || !slices.Equal(about.SupportPlans, offered.SupportPlans)) {
			b.wrong(fmt.Sprintf("preview and plans differ from those of %s, but Azure says them once for a minor", other), path...)
		}
	}
	region.Versions[version] = offered
}

// patch reads a full version.
func (b *builder) patch(text string, path ...any) (fleet.KubernetesVersion, bool) {
	version, err := fleet.ParseKubernetesVersion(text)
	if err == nil && version.IsMinor() {
		err = fmt.Errorf("%q lacks its patch (want 1.34.2)", text)
	}
	if err != nil {
		b.wrong(err.Error(), path...)
		return version, false
	}
	return version, true
}
