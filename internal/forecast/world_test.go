package forecast

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

const (
	subscription = "11111111-1111-1111-1111-111111111111"
	old          = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202510.01.0")
	slow         = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202511.03.0") // the latest in northeurope
	fast         = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202511.12.0") // the latest in westeurope
)

var (
	monday = time.Date(2025, 11, 24, 12, 0, 0, 0, time.UTC)
	v133   = fleet.KubernetesVersion{Major: 1, Minor: 33, Patch: 5}
	v134   = fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: 2}
)

// rollout is a strategy and the fleet it is for: one stage per group, in the order in which groups are first named. A
// member has a pool of one node, whose image takes 9 minutes.
type rollout struct {
	s     strategy.Strategy
	inv   fleet.Inventory
	skips []plan.SkipTarget
}

func newRollout(kind strategy.UpgradeType, images strategy.ImageSelection) *rollout {
	r := &rollout{
		s: strategy.Strategy{
			Name: "production", StoppedClusters: "skip", WindowClose: "finish", PlanMaxAge: 14 * 24 * time.Hour,
			Workflow: strategy.Workflow{Approvals: strategy.ApprovalsByEnvironments, RunsOn: strategy.RunsOn{Labels: []string{"ubuntu-latest"}}},
			Upgrade:  strategy.Upgrade{Engine: "direct", Type: kind, Images: images},
		},
		inv: fleet.Inventory{At: monday, Clusters: map[fleet.ClusterID]fleet.Cluster{}, Regions: map[string]fleet.Region{}, Snapshots: map[string]fleet.Snapshot{}},
	}
	if kind != strategy.NodeImageOnly {
		r.s.Upgrade.Kubernetes = v134
	}
	for name, image := range map[string]fleet.NodeImage{"northeurope": slow, "westeurope": fast} {
		r.inv.Regions[name] = fleet.Region{Name: name, Images: map[string]fleet.NodeImage{strings.ToLower(image.Family()): image},
			Versions: map[fleet.KubernetesVersion]fleet.OfferedVersion{v133: {Upgrades: []fleet.KubernetesVersion{v134}}, v134: {}}}
	}
	return r
}

func images() *rollout { return newRollout(strategy.NodeImageOnly, strategy.Latest) }

func (r *rollout) cluster(name, group string, edits ...func(*fleet.Cluster)) *rollout {
	id := fleet.NewClusterID(subscription, "rg", name)
	window := map[fleet.WindowKind]fleet.MaintenanceWindow{}
	c := fleet.Cluster{ID: id, Name: name, Location: "westeurope", UID: name, State: fleet.ProvisioningSucceeded, Version: v133, Desired: v133, Windows: window,
		Settings: fleet.ClusterSettings{SupportPlan: "KubernetesOfficial", Tier: "Standard", MaxAgentPools: 100}}
	nodes(1)(&c)
	for _, edit := range edits {
		edit(&c)
	}
	r.inv.Clusters[id] = c
	r.inv.Members = append(r.inv.Members, fleet.Member{Name: name, Cluster: id, Group: group})
	for _, stage := range r.s.Stages {
		if stage.Name == group {
			return r
		}
	}
	r.s.Stages = append(r.s.Stages, strategy.Stage{Name: group, MinSucceeded: 1, JobLimit: strategy.HostedLimit, Groups: []strategy.Group{{Name: group}}})
	return r
}

func (r *rollout) clusters(n int, group string, edits ...func(*fleet.Cluster)) *rollout {
	for i := range n {
		r.cluster(fmt.Sprintf("%s%d", group, i+1), group, edits...)
	}
	return r
}

// with changes the strategy.
func (r *rollout) with(edit func(*strategy.Strategy)) *rollout {
	edit(&r.s)
	return r
}

// atOnce sets the concurrency of a stage's groups.
func (r *rollout) atOnce(n int) *rollout {
	return r.with(func(s *strategy.Strategy) {
		for i := range s.Stages {
			for g := range s.Stages[i].Groups {
				s.Stages[i].Groups[g].MaxConcurrency = strategy.Share{Number: n, Set: true}
			}
		}
	})
}

func (r *rollout) skip(kind, name string) *rollout {
	r.skips = append(r.skips, plan.SkipTarget{Type: kind, Name: name})
	return r
}

// nodes gives the cluster one pool per number of nodes, each upgraded one node at a time: a minute, and 8 for each node.
func nodes(counts ...int) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		c.Pools = nil
		for i, count := range counts {
			c.Pools = append(c.Pools, fleet.NodePool{Name: fmt.Sprintf("p%d", i), Mode: "System", Type: "VirtualMachineScaleSets", OSType: "Linux", OSSKU: "Ubuntu",
				VMSize: "Standard_D4s_v5", Count: count, MaxPods: 30, Version: c.Version, Desired: c.Version, Image: old, State: fleet.ProvisioningSucceeded, MaxSurge: "1"})
		}
	}
}

func pools(edit func(*fleet.NodePool)) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		for i := range c.Pools {
			edit(&c.Pools[i])
		}
	}
}

// opens gives the cluster a window that is open for four hours a day, beginning so many hours after the plan is made.
func opens(in int) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		window := fleet.MaintenanceWindow{Daily: &fleet.DailySchedule{IntervalDays: 1}, StartMinute: (12 + in) % 24 * 60, Duration: 4 * time.Hour}
		c.Windows[fleet.UpgradeWindow], c.Windows[fleet.NodeOSWindow] = window, window
	}
}

// made makes the plan, with its forecast, and holds what is true of every forecast.
func (r *rollout) made(t *testing.T) plan.Plan {
	t.Helper()
	before := plan.Build(r.s, r.inv, plan.Orders{Skips: r.skips})
	p := Add(before, r.s, r.inv)
	text, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, findings := plan.Decode("plan.json", text); len(findings) > 0 {
		t.Errorf("plan.json: %+v", findings)
	}
	if p.Digest != before.Digest {
		t.Errorf("the forecast is in the digest")
	}
	return p
}

// timeline writes a forecast in minutes since the plan was made: "stage from-to: member from-to, …".
func timeline(p plan.Plan) string {
	if p.Forecast == nil {
		return "none"
	}
	span := func(from, to time.Time) string {
		return fmt.Sprintf("%d-%d", int(from.Sub(p.CreatedAt).Minutes()), int(to.Sub(p.CreatedAt).Minutes()))
	}
	var stages []string
	for _, s := range p.Forecast.Stages {
		var members []string
		for _, m := range s.Members {
			members = append(members, m.Cluster.Name()+" "+span(m.StartsAt, m.EndsAt))
		}
		line := s.Name + " " + span(s.StartsAt, s.EndsAt) + ": " + strings.Join(members, ", ")
		if s.LeftOut > 0 {
			line += fmt.Sprintf(" without %d", s.LeftOut)
		}
		stages = append(stages, strings.TrimSpace(line))
	}
	return strings.Join(stages, "; ")
}
