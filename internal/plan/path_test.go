package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
)

func versions(texts ...string) []fleet.KubernetesVersion {
	var all []fleet.KubernetesVersion
	for _, text := range texts {
		all = append(all, version(text))
	}
	return all
}

func TestEdges(t *testing.T) {
	for from, want := range map[string][]fleet.KubernetesVersion{
		"1.33.6": versions("1.34.1", "1.34.2"),
		"1.34.0": versions("1.34.1", "1.34.2", "1.34.2", "1.35.0"), // not listed: to its minor's patches, and on as the oldest
		"1.33.9": nil,                                              // not listed, and newer than all that is: never back
		"1.28.3": nil,
	} {
		if diff := cmp.Diff(want, edges(graph(), version(from))); diff != "" {
			t.Errorf("from %s (-want +got)\n%s", from, diff)
		}
	}
}

func TestWay(t *testing.T) {
	offered := graph()
	preview := fleet.OfferedVersion{Preview: true, Upgrades: versions("1.34.2")}
	offered[version("1.33.7")] = preview // would be the newest hop
	entry := offered[version("1.32.9")]
	entry.Upgrades = append(entry.Upgrades, version("1.33.7"))
	offered[version("1.32.9")] = entry
	offered[version("1.30.9")] = fleet.OfferedVersion{Upgrades: versions("1.31.101"), SupportPlans: []string{"AKSLongTermSupport"}}
	for name, spec := range map[string]struct {
		from, to string
		want     []fleet.KubernetesVersion
		longTerm bool
	}{
		"by the newest released version":                  {from: "1.32.9", to: "1.34.2", want: versions("1.33.6", "1.34.2")},
		"the shortest way":                                {from: "1.33.5", to: "1.35.0", want: versions("1.34.2", "1.35.0")},
		"a preview is a goal only":                        {from: "1.34.2", to: "1.36.0", want: versions("1.35.0", "1.36.0")},
		"back is no way":                                  {from: "1.35.0", to: "1.34.2"},
		"from nowhere":                                    {from: "1.28.3", to: "1.34.2"},
		"by a long-term version":                          {from: "1.30.9", to: "1.33.5", want: versions("1.31.101", "1.33.5"), longTerm: true},
		"by a long-term version, which is not for others": {from: "1.30.9", to: "1.33.5"},
	} {
		r := &run{paths: map[path][]fleet.KubernetesVersion{}, inv: fleet.Inventory{Regions: map[string]fleet.Region{"x": {Versions: offered}}}}
		p := path{region: "x", from: version(spec.from), to: version(spec.to), longTerm: spec.longTerm}
		for range 2 { // found, then remembered
			if diff := cmp.Diff(spec.want, r.way(p)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	}
}
