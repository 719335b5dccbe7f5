package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

const (
	clusterScope = "/subscriptions/" + subscription + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-a"
	groupScope   = "/subscriptions/" + subscription + "/resourcegroups/rg"
	nodeScope    = "/subscriptions/" + subscription + "/resourcegroups/mc_rg_aks-a"
)

func lock(level, scope string) func(*world) {
	return func(w *world) {
		w.inv.Locks[subscription] = []fleet.Lock{{Name: "keep", Scope: scope, Level: level}}
	}
}

func quota(used, limit int) func(*world) {
	return func(w *world) {
		w.inv.Quotas[fleet.NewQuotaKey(subscription, "westeurope", "standardDSv5Family")] = fleet.Quota{Used: used, Limit: limit}
	}
}

func regional(used, limit int) func(*world) {
	return func(w *world) {
		w.inv.Quotas[fleet.NewQuotaKey(subscription, "WestEurope", "cores")] = fleet.Quota{Used: used, Limit: limit}
	}
}

func subnet(prefix string, used int) func(*world) {
	return func(w *world) {
		w.inv.Subnets["/subnets/nodes"] = fleet.Subnet{ID: "/subnets/nodes", Prefix: prefix, Used: used}
	}
}

func inSubnet(c *fleet.Cluster) { c.Pools[0].SubnetID = "/Subnets/Nodes" }

// TestPreflight specifies each finding about one cluster that is upgraded; without the edits there is none. The
// upgrade is Full to 1.34.2 with Latest; its pool is on Ubuntu 24.04.
func TestPreflight(t *testing.T) {
	type spec struct {
		edits  []func(*fleet.Cluster)
		world  []func(*world)
		want   string // "severity rule"; "" for none
		says   string
		advice string
	}
	specs := map[string]spec{
		"nothing to say": {},
		"a busy cluster": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State = "Updating" }}, want: "note cluster-busy", says: "(Updating)",
		},
		"read-only cluster":                       {world: []func(*world){lock("ReadOnly", clusterScope)}, want: "error resource-lock", advice: "az lock delete --ids " + clusterScope},
		"read-only resource group":                {world: []func(*world){lock("ReadOnly", groupScope)}, want: "error resource-lock"},
		"read-only subscription":                  {world: []func(*world){lock("readonly", "/subscriptions/"+subscription)}, want: "error resource-lock"},
		"read-only node resource group":           {world: []func(*world){lock("ReadOnly", nodeScope)}, want: "error resource-lock"},
		"read-only inside the nodes":              {world: []func(*world){lock("ReadOnly", nodeScope+"/providers/microsoft.network/publicipaddresses/x")}, want: "warning resource-lock"},
		"nodes that cannot be deleted":            {world: []func(*world){lock("CanNotDelete", nodeScope)}, want: "warning resource-lock"},
		"a cluster that cannot be":                {world: []func(*world){lock("CanNotDelete", clusterScope)}, want: "warning resource-lock"},
		"a lock on another cluster":               {world: []func(*world){lock("ReadOnly", clusterScope+"b")}},
		"a lock on another group":                 {world: []func(*world){lock("ReadOnly", groupScope+"2")}},
		"too many nodes with surge":               {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Count, c.Pools[0].MaxSurge = 950, "100" }}, want: "error surge-limit", advice: "--name system --max-surge 50"},
		"as many nodes as a system pool can have": {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Count = 1000 }}, want: "error surge-limit", advice: "Scale the node pool in"},
		"as many nodes as a user pool can have":   {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Count = 1000; user(&c.Pools[0]) }}, want: "error surge-limit", advice: "--max-surge 0 --max-unavailable 1"},
		"as many nodes as may be":                 {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Count, c.Pools[0].MaxSurge = 900, "100" }}},
		"vCPUs for one node only":                 {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].MaxSurge = "2" }}, world: []func(*world){quota(96, 100)}, want: "warning vcpu-quota", says: "need 8 vCPUs of standardDSv5Family in westeurope, and 4 are left", advice: "--max-surge 1"},
		"no vCPUs at all":                         {world: []func(*world){quota(100, 100)}, want: "warning vcpu-quota", advice: "az vm list-usage --location westeurope"},
		"no vCPUs for a user pool":                {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { user(&c.Pools[0]) }}, world: []func(*world){quota(100, 100)}, want: "warning vcpu-quota", advice: "--max-surge 0 --max-unavailable 1"},
		"no vCPUs in the region":                  {world: []func(*world){quota(0, 100), regional(97, 100)}, want: "warning vcpu-quota", says: "need 4 vCPUs of all families in westeurope, and 3 are left"},
		"just enough vCPUs":                       {world: []func(*world){quota(96, 100)}},
		"a full subnet":                           {edits: []func(*fleet.Cluster){inSubnet}, world: []func(*world){subnet("10.0.0.0/25", 93)}, want: "warning subnet-full", says: "need 31 addresses in the subnet Nodes, and 30 are left"},
		"a full subnet, for a user pool":          {edits: []func(*fleet.Cluster){inSubnet, func(c *fleet.Cluster) { user(&c.Pools[0]) }}, world: []func(*world){subnet("10.0.0.0/25", 93)}, want: "warning subnet-full", advice: "--max-surge 0 --max-unavailable 1"},
		"a subnet for one node only":              {edits: []func(*fleet.Cluster){inSubnet, func(c *fleet.Cluster) { c.Pools[0].MaxSurge = "2" }}, world: []func(*world){subnet("10.0.0.0/25", 62)}, want: "warning subnet-full", advice: "--max-surge 1"},
		"just enough addresses":                   {edits: []func(*fleet.Cluster){inSubnet}, world: []func(*world){subnet("10.0.0.0/25", 92)}},
		"an overlay takes one per node":           {edits: []func(*fleet.Cluster){inSubnet, settings(func(s *fleet.ClusterSettings) { s.NetworkPluginMode = "overlay" })}, world: []func(*world){subnet("10.0.0.0/25", 122)}},
		"an overlay in a full subnet":             {edits: []func(*fleet.Cluster){inSubnet, settings(func(s *fleet.ClusterSettings) { s.NetworkPluginMode = "overlay" })}, world: []func(*world){subnet("10.0.0.0/25", 123)}, want: "warning subnet-full"},
		"an unknown number of pods":               {edits: []func(*fleet.Cluster){inSubnet, func(c *fleet.Cluster) { c.Pools[0].MaxPods = 0 }}, world: []func(*world){subnet("10.0.0.0/25", 93)}, want: "warning subnet-full"},
		"an IPv6 subnet is never full":            {edits: []func(*fleet.Cluster){inSubnet}, world: []func(*world){subnet("fd00::/64", 1<<30)}},
		"AKS upgrades it too":                     {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "patch" })}, want: "warning auto-upgrade-channel", advice: "--auto-upgrade-channel none"},
		"AKS Automatic":                           {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel, s.SKU = "stable", "Automatic" })}, want: "warning auto-upgrade-channel", advice: "leaving this one out"},
		"no channel":                              {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel, s.NodeOSChannel = "none", "SecurityPatch" })}},
		"AKS moves its images too":                {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.NodeOSChannel = "NodeImage" })}, want: "warning node-os-channel", advice: "--node-os-upgrade-channel None"},
		"images are none of its business":         {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.NodeOSChannel = "NodeImage" })}, world: []func(*world){func(w *world) { w.s.Upgrade.Type = strategy.ControlPlaneOnly }}},
		"a member of another Fleet":               {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.FleetMembership = "/fleets/other" })}, want: "warning double-driver", says: "the Fleet other"},
		"a member of the strategy's Fleet": {
			edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.FleetMembership = "/Fleets/prod" })},
			world: []func(*world){func(w *world) { w.s.Sources = []fleet.Source{{Fleet: "/fleets/Prod"}} }},
		},
		"upgrades are forced":          {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.ForceUpgradeUntil = now().Add(time.Hour) })}, want: "warning force-upgrade", says: "2025-11-24T13:00:00Z", advice: "--disable-force-upgrade"},
		"upgrades were forced":         {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.ForceUpgradeUntil = now().Add(-time.Hour) })}, want: "note force-upgrade"},
		"long-term support unpaid":     {edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.SupportPlan = "AKSLongTermSupport" })}, want: "warning long-term-support-tier", advice: "--tier premium"},
		"long-term support":            {edits: []func(*fleet.Cluster){longTerm}},
		"a pool stays far behind":      {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { at("1.31.4")(&c.Pools[0]) }}, world: []func(*world){func(w *world) { w.s.Upgrade.Type = strategy.ControlPlaneOnly }}, want: "warning version-skew", says: "3 minors ahead of node pool system"},
		"a pool stays a little behind": {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { at("1.32.4")(&c.Pools[0]) }}, world: []func(*world){func(w *world) { w.s.Upgrade.Type = strategy.ControlPlaneOnly }}},
		"a pool catches up":            {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { at("1.31.4")(&c.Pools[0]) }}},
		"an OS that is gone":           {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Image = "AKSWindows-2019-containerd-17763.2019.251001" }}, want: "warning os-retired", says: "Windows Server 2019, which AKS has retired", advice: "Windows Server 2025"},
		"an OS that is going":          {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Image = oldImage }}, want: "note os-retired", says: "Ubuntu 22.04"},
		"an OS that changes": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Image = oldImage }, onVersion("1.34.2")},
			world: []func(*world){func(w *world) { w.s.Upgrade.Kubernetes = version("1.35.0") }}, want: "note image-family-changes",
			says: "from the image family AKSUbuntu-2204gen2containerd to AKSUbuntu-2404gen2containerd with Kubernetes 1.35.0",
		},
		"a user's pin that is cleared": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Snapshot = "/theirs" }},
			world: []func(*world){func(w *world) { w.s.Upgrade.Images = strategy.Consistent }}, want: "warning snapshot-pin", says: "pinned to the snapshot theirs",
		},
		"a pin of ours that is cleared": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Pools[0].Snapshot = fleet.SnapshotID(subscription, "snaps", "ours") }},
			world: []func(*world){func(w *world) {
				w.s.Upgrade.Images = strategy.Consistent
				w.snapshot("ours", "production", oldImage)
			}},
		},
		"a window that is closed": {
			edits: []func(*fleet.Cluster){opensIn(9, fleet.UpgradeWindow)}, want: "note window-closed", says: "opens at 2025-11-24T21:00:00Z",
		},
		"a window that opens when the plan has expired": {
			edits: []func(*fleet.Cluster){opensIn(9, fleet.UpgradeWindow)}, world: []func(*world){func(w *world) { w.s.PlanMaxAge = 9 * time.Hour }},
			want: "warning window-closed", says: "after this plan has expired", advice: "planMaxAge",
		},
		"a window that is too short": {
			edits: []func(*fleet.Cluster){opensIn(-1, fleet.UpgradeWindow), func(c *fleet.Cluster) { c.Pools[0].Count = 30 }}, want: "warning window-too-short", says: "longer than its maintenance window of 4h0m0s",
		},
		"a window that is long enough": {edits: []func(*fleet.Cluster){opensIn(-1, fleet.UpgradeWindow)}},
	}
	found := map[string]bool{}
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.Full, strategy.Latest)
			w.region("westeurope", fast, noble, "AKSWindows-2019-containerd-17763.2019.251101")
			edits := append([]func(*fleet.Cluster){pools(pool("system", image("AKSUbuntu-2404gen2containerd-202510.01.0")))}, spec.edits...)
			w.cluster("aks-a", "dev", "westeurope", edits...)
			for _, edit := range spec.world {
				edit(w)
			}
			p := w.build(t)
			var want []string
			if spec.want != "" {
				want = []string{spec.want}
				found[strings.Fields(spec.want)[1]] = true
			}
			if diff := cmp.Diff(want, rulesOf(p)); diff != "" {
				t.Fatalf("findings (-want +got)\n%s", diff)
			}
			for _, finding := range p.Findings {
				if !strings.Contains(finding.Message, spec.says) || !strings.Contains(finding.Advice, spec.advice) {
					t.Errorf("message %q\nadvice %q", finding.Message, finding.Advice)
				}
				if !strings.Contains(finding.Message, "aks-a") || finding.Member != "aks-a" || finding.Cluster == "" || finding.Stage != "dev" {
					t.Errorf("the finding does not say which cluster it is about: %+v", finding)
				}
			}
		})
	}
	for _, rule := range rules() {
		if !found[rule.name] {
			t.Errorf("the rule %s has no specification here", rule.name)
		}
	}
}

// TestVerdictsAreFindings: what was meant to be upgraded and is not stands among the findings too, with its command.
func TestVerdictsAreFindings(t *testing.T) {
	for name, spec := range map[string]struct {
		kind   strategy.UpgradeType
		images strategy.ImageSelection
		edits  []func(*fleet.Cluster)
		want   string
		pool   string
	}{
		"blocked":                {edits: []func(*fleet.Cluster){onVersion("1.32.9")}, want: "warning version-unreachable"},
		"blocked by a pool":      {edits: []func(*fleet.Cluster){pools(pool("system", at("1.30.4")))}, want: "warning version-skew", pool: "system"},
		"skipped":                {edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Stopped = true }}, want: "note cluster-stopped"},
		"an unknown image":       {edits: []func(*fleet.Cluster){pools(pool("system", image("something-else")))}, want: "warning image-unknown", pool: "system"},
		"a pool is left alone":   {edits: []func(*fleet.Cluster){pools(pool("system", pinned("/theirs")))}, want: "warning pool-pinned", pool: "system"},
		"a pool is unreachable":  {images: strategy.Latest, kind: strategy.NodeImageOnly, edits: []func(*fleet.Cluster){pools(pool("system", image("AKSFlatcar-flatcargen2-202510.01.0")))}, want: "warning image-unreachable", pool: "system"},
		"at its target: nothing": {edits: []func(*fleet.Cluster){pools(pool("system", image(fast))), onVersion("1.34.2")}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.Full, strategy.Latest)
			if spec.kind != "" {
				w = newWorld(spec.kind, spec.images)
			}
			w.cluster("a", "dev", "westeurope", spec.edits...)
			p := w.build(t)
			m := only(t, p)
			if spec.want == "" {
				if len(p.Findings) > 0 {
					t.Errorf("findings %v", rulesOf(p))
				}
				return
			}
			finding, found := findingOf(p, strings.Fields(spec.want)[1])
			if !found || string(finding.Severity)+" "+finding.Rule != spec.want || finding.Pool != spec.pool {
				t.Fatalf("findings %+v", p.Findings)
			}
			if m.Command != "" && finding.Advice != m.Command {
				t.Errorf("advice %q, command %q", finding.Advice, m.Command)
			}
		})
	}
}

func TestImageAge(t *testing.T) {
	for name, spec := range map[string]struct {
		latest fleet.NodeImage
		says   string
	}{
		"young enough": {latest: "AKSUbuntu-2204gen2containerd-202509.01.0"},
		"too old":      {latest: "AKSUbuntu-2204gen2containerd-202508.01.0", says: "was built more than 90 days ago"},
	} {
		w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
		w.region("westeurope", spec.latest)
		w.cluster("a", "dev", "westeurope", pools(pool("system", image("AKSUbuntu-2204gen2containerd-202501.01.0"))))
		finding, _ := findingOf(w.build(t), "image-age")
		if (finding.Message == "") != (spec.says == "") || !strings.Contains(finding.Message, spec.says) {
			t.Errorf("%s: %q", name, finding.Message)
		}
	}
}

func TestMinSucceededThatCannotBeReached(t *testing.T) {
	for name, spec := range map[string]struct {
		edit  func(*world)
		skips []SkipTarget
		want  bool
	}{
		"enough":                       {edit: func(*world) {}},
		"one at its target counts":     {edit: func(w *world) { w.s.Stages[0].MinSucceeded = 2 }},
		"a stopped one does not":       {edit: func(w *world) { w.s.Stages[0].MinSucceeded = 3 }, want: true},
		"unless the stage is left out": {edit: func(w *world) { w.s.Stages[0].MinSucceeded = 3 }, skips: []SkipTarget{{"Stage", "dev"}}},
	} {
		w := newWorld(strategy.Full, strategy.Latest)
		w.cluster("a", "dev", "westeurope")
		w.cluster("b", "dev", "westeurope", pools(pool("system", image(fast))), onVersion("1.34.2"))
		w.cluster("c", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true })
		spec.edit(w)
		if _, found := findingOf(w.build(t, spec.skips...), "min-succeeded"); found != spec.want {
			t.Errorf("%s: found %v", name, found)
		}
	}
}

func TestCustomImageThatNobodyHas(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Custom)
	w.s.Upgrade.Custom = []fleet.NodeImage{fast, noble}
	w.cluster("a", "dev", "westeurope")
	p := w.build(t)
	if finding, found := findingOf(p, "custom-image-unused"); !found || !strings.Contains(finding.Message, noble) {
		t.Errorf("findings %v", rulesOf(p))
	}
	if len(p.Upgrade.Targets) != 1 {
		t.Errorf("targets %v", p.Upgrade.Targets)
	}
}

func TestUnreadIsSaid(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.inv.Unread = []fleet.Finding{{Rule: "quota-unread", Severity: fleet.Warning, Message: "m"}}
	w.cluster("a", "dev", "westeurope")
	if _, found := findingOf(w.build(t), "quota-unread"); !found {
		t.Errorf("what could not be read is not in the plan")
	}
}
