package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// TestSurgeNodesOfAStageTogether specifies what is said of members that are upgraded at once. Each of the four adds one
// node of four vCPUs to its pool; three may be upgraded at once.
func TestSurgeNodesOfAStageTogether(t *testing.T) {
	limit := func(number int) strategy.Share { return strategy.Share{Number: number, Set: true} }
	together := func(n int) func(*world) {
		return func(w *world) { w.s.Stages[0].Groups[0].MaxConcurrency = limit(n) }
	}
	every := func(edit func(*fleet.Cluster)) func(*world) {
		return func(w *world) {
			for id, c := range w.inv.Clusters {
				edit(&c)
				w.inv.Clusters[id] = c
			}
		}
	}
	one := func(name string, edit func(*fleet.NodePool)) func(*world) {
		return func(w *world) {
			edit(&w.inv.Clusters[fleet.NewClusterID(subscription, "rg", name)].Pools[0])
		}
	}
	for name, spec := range map[string]struct {
		world        []func(*world)
		want         string // "" for no finding
		says, advice string
	}{
		"enough for three":    {world: []func(*world){quota(88, 100)}},
		"enough for two":      {world: []func(*world){quota(89, 100)}, want: "vcpu-quota", says: "The surge nodes of the 3 members that stage dev may upgrade at once can need 12 vCPUs of standardDSv5Family in westeurope, and 11 are left.", advice: "Lower the stage's maxConcurrency to 2. Ask for more quota; see az vm list-usage --location westeurope"},
		"just enough for two": {world: []func(*world){quota(92, 100)}, want: "vcpu-quota", advice: "maxConcurrency to 2"},
		"enough for one":      {world: []func(*world){quota(96, 100)}, want: "vcpu-quota", says: "need 12 vCPUs", advice: "maxConcurrency to 1"},
		"one after another":   {world: []func(*world){quota(96, 100), together(1)}},
		"the stage allows less than its group": {world: []func(*world){quota(92, 100), func(w *world) {
			w.s.Stages[0].MaxConcurrency = limit(2)
		}}},
		"more than there are":                {world: []func(*world){quota(84, 100), together(9)}},
		"the hungriest come first":           {world: []func(*world){quota(85, 100), one("aks-d", func(p *fleet.NodePool) { p.MaxSurge = "2" })}, want: "vcpu-quota", says: "the 3 members that stage dev may upgrade at once can need 16 vCPUs"},
		"one that is short alone is no part": {world: []func(*world){quota(89, 100), one("aks-d", func(p *fleet.NodePool) { p.MaxSurge = "3" })}, want: "vcpu-quota", says: "can need 12 vCPUs"},
		"its pools come one after another":   {world: []func(*world){quota(88, 100), every(func(c *fleet.Cluster) { c.Pools = append(c.Pools, pool("apps", user)) })}},
		"all families share the region's":    {world: []func(*world){regional(89, 100), one("aks-c", size("Standard_E4s_v5"))}, want: "vcpu-quota", says: "can need 12 vCPUs of all families in westeurope, and 11 are left"},
		"of its pools the hungriest counts": {world: []func(*world){quota(80, 100), every(func(c *fleet.Cluster) {
			c.Pools = append(c.Pools, pool("apps", user, func(p *fleet.NodePool) { p.MaxSurge = "2" }), pool("batch", user))
		})}, want: "vcpu-quota", says: "can need 24 vCPUs"},
		"a pool at its target needs nothing": {world: []func(*world){quota(89, 100), every(func(c *fleet.Cluster) { at("1.34.2")(&c.Pools[0]); c.Pools[0].Image = fast })}},
		"a stopped cluster needs nothing":    {world: []func(*world){quota(92, 100), every(func(c *fleet.Cluster) { c.Stopped = c.Name < "aks-c" })}},
		"a blocked cluster needs nothing": {world: []func(*world){quota(92, 100), every(func(c *fleet.Cluster) {
			if c.Name < "aks-c" {
				unknowable(fleet.UpgradeWindow)(c)
			}
		})}},
		"another family has its own":      {world: []func(*world){quota(92, 100), one("aks-c", size("Standard_E4s_v5")), one("aks-d", size("Standard_E4s_v5"))}},
		"spot pools get no surge nodes":   {world: []func(*world){quota(89, 100), every(func(c *fleet.Cluster) { c.Pools[0].Spot = true })}},
		"stopped pools get none":          {world: []func(*world){quota(89, 100), every(func(c *fleet.Cluster) { c.Pools[0].Stopped = true })}},
		"addresses of a shared subnet":    {world: []func(*world){every(inSubnet), subnet("10.0.0.0/25", 31)}, want: "subnet-full", says: "can need 93 addresses in the subnet Nodes, and 92 are left", advice: "maxConcurrency to 2. Make room in the subnet"},
		"pods with a subnet of their own": {world: []func(*world){every(inSubnet), subnet("10.0.0.0/25", 120), every(func(c *fleet.Cluster) { c.Pools[0].PodSubnetID = "/subnets/pods" })}},
		"a subnet of pods that is full": {
			world: []func(*world){every(func(c *fleet.Cluster) { c.Pools[0].PodSubnetID = "/Subnets/Nodes" }), subnet("10.0.0.0/25", 34)}, want: "subnet-full", says: "can need 90 addresses in the subnet Nodes, and 89 are left",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.Full, strategy.Latest)
			for _, letter := range []string{"a", "b", "c", "d"} {
				w.cluster("aks-"+letter, "dev", "westeurope")
			}
			together(3)(w)
			for _, edit := range spec.world {
				edit(w)
			}
			var found []fleet.Finding
			for _, finding := range w.build(t).Findings {
				if finding.Cluster == "" && (finding.Rule == "vcpu-quota" || finding.Rule == "subnet-full") {
					found = append(found, finding)
				}
			}
			if spec.want == "" && len(found) == 0 {
				return
			}
			if len(found) != 1 || found[0].Rule != spec.want || found[0].Severity != fleet.Warning || found[0].Stage != "dev" ||
				!strings.Contains(found[0].Message, spec.says) || !strings.Contains(found[0].Advice, spec.advice) {
				t.Errorf("found %+v, want %s: %s: %s", found, spec.want, spec.says, spec.advice)
			}
		})
	}
}

// TestGroupsOfAStageTogether: each group keeps to its own limit, and the stage to its.
func TestGroupsOfAStageTogether(t *testing.T) {
	d := demand{members: []drawn{{0, 9}, {0, 8}, {1, 5}, {0, 4}, {1, 3}}}
	stage := Stage{MaxConcurrency: 4, Groups: []Group{{MaxConcurrency: 1}, {MaxConcurrency: 2}}}
	for atOnce, want := range map[int]string{1: "9 of 1", 2: "14 of 2", 4: "17 of 3"} {
		need, members := d.peak(stage, atOnce)
		if got := fmt.Sprintf("%d of %d", need, members); got != want {
			t.Errorf("%d at once need %s, want %s", atOnce, got, want)
		}
	}
}
