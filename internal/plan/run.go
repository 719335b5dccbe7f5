package plan

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// run is what the steps of one Build share. Each step adds its part to the candidates: who takes part, versions,
// images, routes, and at last the members of the plan.
type run struct {
	strategy   strategy.Strategy
	orders     Orders
	inv        fleet.Inventory
	assignment strategy.Assignment
	skipped    skipSet
	candidates [][]*candidate             // by stage, in the order of groups and members
	kubernetes fleet.KubernetesVersion    // what the run goes to; zero where there is nothing
	images     map[string]fleet.NodeImage // Consistent and Custom: the target by family in lower case
	places     []fleet.Region             // of a run that follows a channel
	paths      map[path][]fleet.KubernetesVersion
	locks      map[string][]fleet.Lock // by the subscription or resource group they are set on or in
	vmFamilies map[string]string       // by VM size; see vmFamily
	targets    []ImageTarget
}

// candidate is a member on its way into the plan.
type candidate struct {
	member       fleet.Member
	stage, group int

	subscription, resourceGroup string // of the cluster, in lower case

	cluster fleet.Cluster           // zero where the cluster is not there
	goal    fleet.KubernetesVersion // the member's own target in this run; zero where it has none
	parts   []part                  // in the order of their upgrades
	verdict verdict                 // zero: to be upgraded
	rank    int                     // of its maintenance window: lower ranks are picked first
	out     Member
}

// part is a node pool on its way into the plan.
type part struct {
	pool   fleet.NodePool
	left   verdict // set: the pool is left alone, and why
	family string  // out.Family in lower case
	closed string  // why no route to its target is open
	lacks  need    // the one that no donor meets; zero where there is none
	out    Pool
}

func newRun(s strategy.Strategy, inv fleet.Inventory, assignment strategy.Assignment, orders Orders) (*run, []fleet.Finding) {
	r := &run{
		strategy: s, orders: orders, inv: inv, assignment: assignment,
		images: customImages(s.Upgrade.Custom),
		paths:  map[path][]fleet.KubernetesVersion{},
		locks:  locksByScope(inv.Locks), vmFamilies: map[string]string{},
	}
	maps.Copy(r.images, orders.Retry.images())
	skipped, findings := newSkipSet(orders.Skips, assignment)
	r.skipped = skipped
	r.candidates = make([][]*candidate, len(assignment.Stages))
	for i, stage := range assignment.Stages {
		for j, group := range stage.Groups {
			for _, member := range group.Members {
				r.candidates[i] = append(r.candidates[i], r.candidate(member, i, j))
			}
		}
	}
	return r, findings
}

func (r *run) candidate(member fleet.Member, stage, group int) *candidate {
	cluster, found := r.inv.Clusters[member.Cluster]
	c := &candidate{
		member: member, stage: stage, group: group, cluster: cluster, rank: rankNone,
		subscription: member.Cluster.Subscription(), resourceGroup: member.Cluster.ResourceGroup(),
	}
	c.out = Member{
		Name: member.Name, Cluster: member.Cluster, UID: cluster.UID, Location: cluster.Location,
		Window: r.strategy.Upgrade.Type.Window(),
	}
	c.parts = parts(cluster)
	c.verdict = r.attendance(c, found)
	return c
}

// parts lists a cluster's pools in the order in which they are upgraded: system pools first, because the cluster's own
// pods must run on the new version before anything else moves, then by name.
func parts(cluster fleet.Cluster) []part {
	all := make([]part, len(cluster.Pools))
	for i, pool := range cluster.Pools {
		all[i] = part{pool: pool, out: Pool{
			Name: pool.Name, System: pool.System(), FromVersion: pool.Version, FromImage: pool.Image,
		}}
	}
	slices.SortFunc(all, func(a, b part) int {
		if a.out.System != b.out.System {
			if a.out.System {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.pool.Name, b.pool.Name)
	})
	return all
}

// takesPart reports whether the member is to be upgraded, now or later. Only such members decide which regions and
// image families the run has.
func (c *candidate) takesPart() bool {
	return c.verdict.action == "" || c.verdict.action == ActionPending
}

// all goes through the candidates in the order of the plan.
func (r *run) all() iter.Seq[*candidate] {
	return func(yield func(*candidate) bool) {
		for _, stage := range r.candidates {
			for _, c := range stage {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// participants goes through the candidates that take part.
func (r *run) participants() iter.Seq[*candidate] {
	return func(yield func(*candidate) bool) {
		for c := range r.all() {
			if c.takesPart() && !yield(c) {
				return
			}
		}
	}
}

// region is what the member's region offers.
func (r *run) region(c *candidate) fleet.Region { return r.inv.Regions[c.cluster.Location] }

// ours finds the snapshot a pool is pinned to, where this tool made it.
func (r *run) ours(pool fleet.NodePool) (fleet.Snapshot, bool) {
	if pool.Snapshot == "" {
		return fleet.Snapshot{}, false
	}
	snapshot, found := r.inv.Snapshots[strings.ToLower(pool.Snapshot)]
	return snapshot, found && snapshot.Tags[fleet.SnapshotTag] != ""
}

// label names the cluster in messages.
func (c *candidate) label() string {
	if c.cluster.Name != "" {
		return c.cluster.Name
	}
	return c.member.Cluster.Name()
}
