package plan

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// A world is a strategy and what was read from Azure, built by specifications: one stage per group, in the order in
// which groups were first named.
type world struct {
	s   strategy.Strategy
	inv fleet.Inventory
}

const subscription = "11111111-1111-1111-1111-111111111111"

// now is a Monday.
func now() time.Time { return time.Date(2025, 11, 24, 12, 0, 0, 0, time.UTC) }

// The images of the tests: oldImage is what pools run, slow is the latest in northeurope and fast in westeurope.
const (
	oldImage = "AKSUbuntu-2204gen2containerd-202510.01.0"
	slow     = "AKSUbuntu-2204gen2containerd-202511.03.0"
	fast     = "AKSUbuntu-2204gen2containerd-202511.12.0"
	noble    = "AKSUbuntu-2404gen2containerd-202511.12.0"
)

func newWorld(kind strategy.UpgradeType, images strategy.ImageSelection) *world {
	w := &world{
		s: strategy.Strategy{
			Name: "production", StoppedClusters: "skip", WindowClose: "finish", Workflow: strategy.Workflow{Approvals: strategy.ApprovalsByEnvironments}, PlanMaxAge: 14 * 24 * time.Hour,
			Upgrade: strategy.Upgrade{Engine: "direct", Type: kind, Images: images},
		},
		inv: fleet.Inventory{
			At: now(), Clusters: map[fleet.ClusterID]fleet.Cluster{}, Regions: map[string]fleet.Region{},
			Snapshots: map[string]fleet.Snapshot{}, Quotas: map[fleet.QuotaKey]fleet.Quota{},
			Subnets: map[string]fleet.Subnet{}, Locks: map[string][]fleet.Lock{},
		},
	}
	if kind != strategy.NodeImageOnly {
		w.s.Upgrade.Kubernetes = version("1.34.2")
	}
	w.region("westeurope", fast, noble)
	w.region("northeurope", slow, fleet.NodeImage(strings.ReplaceAll(slow, "2204", "2404")))
	return w
}

func version(text string) fleet.KubernetesVersion {
	v, err := fleet.ParseKubernetesVersion(text)
	if err != nil {
		panic(err)
	}
	return v
}

// graph is the upgrade graph of a region: released versions one minor apart, and 1.36.0 as a preview.
func graph() map[fleet.KubernetesVersion]fleet.OfferedVersion {
	edges := map[string]string{
		"1.31.100": "1.31.101 1.33.5", "1.31.101": "1.33.5",
		"1.32.9": "1.33.5 1.33.6", "1.33.5": "1.33.6 1.34.1 1.34.2", "1.33.6": "1.34.1 1.34.2",
		"1.34.1": "1.34.2 1.35.0", "1.34.2": "1.35.0", "1.35.0": "1.36.0", "1.36.0": "",
	}
	offered := map[fleet.KubernetesVersion]fleet.OfferedVersion{}
	for from, to := range edges {
		entry := fleet.OfferedVersion{Preview: from == "1.36.0", SupportPlans: []string{"KubernetesOfficial", "AKSLongTermSupport"}}
		if version(from).Minor == 31 {
			entry.SupportPlans = []string{"AKSLongTermSupport"}
		}
		for _, text := range strings.Fields(to) {
			entry.Upgrades = append(entry.Upgrades, version(text))
		}
		offered[version(from)] = entry
	}
	return offered
}

func (w *world) region(name string, images ...fleet.NodeImage) {
	region := fleet.Region{Name: name, Versions: graph(), Images: map[string]fleet.NodeImage{}}
	for _, image := range images {
		region.Images[strings.ToLower(image.Family())] = image
	}
	w.inv.Regions[name] = region
}

// cluster adds a healthy member on 1.33.5 with one system pool of three nodes on the old image.
func (w *world) cluster(name, group, location string, edits ...func(*fleet.Cluster)) fleet.ClusterID {
	id := fleet.NewClusterID(subscription, "rg", name)
	c := fleet.Cluster{
		ID: id, Name: name, Location: location, UID: "uid-" + name, State: fleet.ProvisioningSucceeded,
		Version: version("1.33.5"), Desired: version("1.33.5"), Pools: []fleet.NodePool{pool("system")},
		Settings: fleet.ClusterSettings{
			SupportPlan: "KubernetesOfficial", Tier: "Standard", MaxAgentPools: 100, NetworkPlugin: "azure",
			NodeResourceGroup: "MC_rg_" + name,
		},
	}
	for _, edit := range edits {
		edit(&c)
	}
	w.inv.Clusters[id] = c
	w.member(name, group, id)
	return id
}

// edit changes a cluster that is there.
func (w *world) edit(id fleet.ClusterID, change func(*fleet.Cluster)) {
	c := w.inv.Clusters[id]
	change(&c)
	w.inv.Clusters[id] = c
}

func (w *world) member(name, group string, id fleet.ClusterID) {
	w.inv.Members = append(w.inv.Members, fleet.Member{Name: name, Cluster: id, Group: group})
	for _, stage := range w.s.Stages {
		if stage.Name == group {
			return
		}
	}
	w.s.Stages = append(w.s.Stages, strategy.Stage{
		Name: group, MinSucceeded: 1, Groups: []strategy.Group{{Name: group}},
	})
}

func pool(name string, edits ...func(*fleet.NodePool)) fleet.NodePool {
	p := fleet.NodePool{
		Name: name, Mode: "System", Type: "VirtualMachineScaleSets", OSType: "Linux", OSSKU: "Ubuntu", VMSize: "Standard_D4s_v5",
		Count: 3, MaxPods: 30, Version: version("1.33.5"), Desired: version("1.33.5"), Image: oldImage,
		State: fleet.ProvisioningSucceeded, MaxSurge: "1",
	}
	for _, edit := range edits {
		edit(&p)
	}
	return p
}

// Edits that many specifications use.

func pools(all ...fleet.NodePool) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) { c.Pools = all }
}

func image(name fleet.NodeImage) func(*fleet.NodePool) {
	return func(p *fleet.NodePool) { p.Image = name }
}

func at(text string) func(*fleet.NodePool) {
	return func(p *fleet.NodePool) { p.Version, p.Desired = version(text), version(text) }
}

func user(p *fleet.NodePool) { p.Mode = "User" }

func size(name string) func(*fleet.NodePool) {
	return func(p *fleet.NodePool) { p.VMSize = name }
}

func pinned(snapshot string) func(*fleet.NodePool) {
	return func(p *fleet.NodePool) { p.Snapshot = snapshot }
}

func poolState(state fleet.ProvisioningState) func(*fleet.NodePool) {
	return func(p *fleet.NodePool) { p.State = state }
}

func settings(edit func(*fleet.ClusterSettings)) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) { edit(&c.Settings) }
}

// onVersion puts the control plane and all pools on a version; it comes after edits that set the pools.
func onVersion(text string) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		c.Version, c.Desired = version(text), version(text)
		for i := range c.Pools {
			at(text)(&c.Pools[i])
		}
	}
}

func (w *world) allowSnapshots(donors ...fleet.PoolID) {
	w.s.Snapshots = strategy.Snapshots{Allow: true, ResourceGroup: "snaps", Donors: donors}
}

func (w *world) snapshot(name, strategy string, image fleet.NodeImage, edits ...func(*fleet.Snapshot)) string {
	s := fleet.Snapshot{
		ID: fleet.SnapshotID(subscription, "snaps", name), Name: name, State: fleet.ProvisioningSucceeded, Image: image,
		VMSize: "Standard_D4s_v5", Version: version("1.33.5"),
	}
	if strategy != "" {
		s.Tags = map[string]string{fleet.SnapshotTag: strategy}
	}
	for _, edit := range edits {
		edit(&s)
	}
	w.inv.Snapshots[s.ID] = s
	return s.ID
}

// build makes the plan and checks what holds for every plan: it survives being written and read, it fits the schema,
// and its inputs are left as they were.
func (w *world) build(t *testing.T, skips ...SkipTarget) Plan {
	t.Helper()
	return w.buildTo(t, Orders{Skips: skips})
}

func (w *world) buildTo(t *testing.T, orders Orders) Plan {
	t.Helper()
	p := Build(w.s, w.inv, orders)
	text, err := Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	decoded, findings := Decode("plan.json", text)
	for _, finding := range findings {
		t.Errorf("plan.json: %d:%d: %s: %s", finding.Position.Line, finding.Position.Column, finding.Rule, finding.Message)
	}
	again, err := Encode(decoded)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, again) {
		t.Errorf("the plan changes by being written and read:\n%s", cmp.Diff(string(text), string(again)))
	}
	return p
}

// only returns the one member of a plan.
func only(t *testing.T, p Plan) Member {
	t.Helper()
	if len(p.Stages) != 1 || len(p.Stages[0].Groups) != 1 || len(p.Stages[0].Groups[0].Members) != 1 {
		t.Fatalf("the plan has not exactly one member")
	}
	return p.Stages[0].Groups[0].Members[0]
}

func find(t *testing.T, p Plan, name string) Member {
	t.Helper()
	for m := range p.Members() {
		if m.Name == name {
			return *m
		}
	}
	t.Fatalf("no member %s in the plan", name)
	return Member{}
}

// rulesOf lists the rules of a plan's findings as "severity rule", each once.
func rulesOf(p Plan) []string {
	var names []string
	seen := map[string]bool{}
	for _, finding := range p.Findings {
		name := string(finding.Severity) + " " + finding.Rule
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func findingOf(p Plan, rule string) (fleet.Finding, bool) {
	for _, finding := range p.Findings {
		if finding.Rule == rule {
			return finding, true
		}
	}
	return fleet.Finding{}, false
}
