package fleet

import "strings"

// Region is what one Azure region offers.
type Region struct {
	Name     string
	Versions map[KubernetesVersion]OfferedVersion // by full patch; nil: not read
	Images   map[string]NodeImage                 // latest image by family in lower case; nil: not read
}

// Latest returns the region's newest image of a family, whatever the family's case.
func (r Region) Latest(family string) (NodeImage, bool) {
	image, ok := r.Images[strings.ToLower(family)]
	return image, ok
}

// OfferedVersion is one patch in a region's list of Kubernetes versions.
type OfferedVersion struct {
	Upgrades     []KubernetesVersion // the upgrade graph's edges from this patch
	Preview      bool
	Default      bool
	SupportPlans []string // KubernetesOfficial, AKSLongTermSupport
}

// OnlyLongTerm reports whether the version is offered to LTS clusters alone.
func (o OfferedVersion) OnlyLongTerm() bool {
	if len(o.SupportPlans) == 0 {
		return false
	}
	for _, plan := range o.SupportPlans {
		if !strings.EqualFold(plan, "AKSLongTermSupport") {
			return false
		}
	}
	return true
}
