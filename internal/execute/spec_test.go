package execute

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// The little language of this package's specifications: a stage of one-letter members, a table of clusters, and what
// one or more turns of Decide make of them. Unless told otherwise members are one pool "sys" to be brought from image
// old to image new in region north, where new is the latest.

const (
	older fleet.NodeImage = "AKSUbuntu-2204gen2containerd-202601.05.0"
	old   fleet.NodeImage = "AKSUbuntu-2204gen2containerd-202602.01.0"
	new1  fleet.NodeImage = "AKSUbuntu-2204gen2containerd-202603.01.0"
	newer fleet.NodeImage = "AKSUbuntu-2204gen2containerd-202604.01.0"

	family = "AKSUbuntu-2204gen2containerd"
	north  = "north"
	south  = "south"
	poll   = 30 * time.Second
	snapID = "/subscriptions/s/resourcegroups/snaps/providers/microsoft.containerservice/snapshots/donated"
)

var (
	monday = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) // a Monday
	v133   = fleet.KubernetesVersion{Major: 1, Minor: 33, Patch: 5}
	v134   = fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: 2}
	v135   = fleet.KubernetesVersion{Major: 1, Minor: 35, Patch: 0}
)

func id(name string) fleet.ClusterID { return fleet.NewClusterID("s", "g", name) }

// imageMember is to get image new on its pool sys.
func imageMember(name string) plan.Member {
	return plan.Member{
		Name: name, Cluster: id(name), UID: "uid-" + name, Location: north, Action: plan.ActionUpgrade, Window: fleet.NodeOSWindow,
		Pools:           []plan.Pool{imagePool("sys")},
		ExpectedSeconds: 600,
	}
}

func imagePool(name string) plan.Pool {
	return plan.Pool{
		Name: name, Action: plan.ActionUpgrade, FromVersion: v133, FromImage: old, Family: family, ToImage: new1,
		Route: plan.RouteOrdinary, ExpectedSeconds: 600,
	}
}

// fullMember is to get Kubernetes 1.34.2 and image new on pools sys and usr.
func fullMember(name string) plan.Member {
	m := imageMember(name)
	m.Window = fleet.UpgradeWindow
	m.ControlPlane = &plan.ControlPlane{From: v133, To: v134, ExpectedSeconds: 300}
	m.Pools = []plan.Pool{imagePool("sys"), imagePool("usr")}
	for i := range m.Pools {
		m.Pools[i].ToVersion = v134
	}
	m.ExpectedSeconds = 1500
	return m
}

// oneGroup is a stage of one group with that concurrency and failure budget.
func oneGroup(concurrency, budget int, members ...plan.Member) plan.Stage {
	return plan.Stage{
		Name: "canary", MaxConcurrency: 50, MaxAllowedFailures: budget, MinSucceeded: 1,
		Groups: []plan.Group{{Name: "dev", MaxConcurrency: concurrency, MaxAllowedFailures: budget, Members: members}},
	}
}

func imageMembers(names string) []plan.Member {
	var members []plan.Member
	for _, name := range names {
		members = append(members, imageMember(string(name)))
	}
	return members
}

// scene is what a specification starts from, and the conversation that follows.
type scene struct {
	t        *testing.T
	stage    plan.Stage
	orders   Orders
	inv      fleet.Inventory
	progress Progress
	answers  map[fleet.ClusterID]fleet.Answer
	last     Decision
}

// newScene puts a cluster at the old state for every member of the stage.
func newScene(t *testing.T, s plan.Stage) *scene {
	t.Helper()
	sc := &scene{
		t: t, stage: s,
		orders: Orders{Images: "Consistent", Name: "prod", Poll: poll, Policy: plan.Policy{StoppedClusters: "skip", WindowClose: "finish"}},
		inv: fleet.Inventory{
			At: monday, Clusters: map[fleet.ClusterID]fleet.Cluster{}, Snapshots: map[string]fleet.Snapshot{},
			Regions: map[string]fleet.Region{north: region(north, new1), south: region(south, newer)},
		},
		answers: map[fleet.ClusterID]fleet.Answer{},
	}
	for _, group := range s.Groups {
		for _, m := range group.Members {
			c := fleet.Cluster{
				ID: m.Cluster, Name: m.Name, Location: m.Location, UID: "uid-" + m.Name, State: fleet.ProvisioningSucceeded,
				Version: v133, Windows: map[fleet.WindowKind]fleet.MaintenanceWindow{},
			}
			for _, p := range m.Pools {
				c.Pools = append(c.Pools, fleet.NodePool{Name: p.Name, Version: v133, Image: old, State: fleet.ProvisioningSucceeded})
			}
			sc.inv.Clusters[m.Cluster] = c
		}
	}
	return sc
}

func region(name string, latest fleet.NodeImage) fleet.Region {
	return fleet.Region{
		Name:     name,
		Versions: map[fleet.KubernetesVersion]fleet.OfferedVersion{v133: {}, v134: {}},
		Images:   map[string]fleet.NodeImage{strings.ToLower(family): latest},
	}
}

// cluster changes one cluster, without touching what earlier turns were shown.
func (sc *scene) cluster(name string, change func(*fleet.Cluster)) *scene {
	clusters := maps.Clone(sc.inv.Clusters)
	c := clusters[id(name)]
	c.Pools = slices.Clone(c.Pools)
	c.Windows = maps.Clone(c.Windows)
	change(&c)
	clusters[id(name)] = c
	sc.inv.Clusters = clusters
	return sc
}

func (sc *scene) gone(name string) *scene {
	clusters := maps.Clone(sc.inv.Clusters)
	delete(clusters, id(name))
	sc.inv.Clusters = clusters
	return sc
}

func (sc *scene) busy(names ...string) *scene {
	for _, name := range names {
		sc.cluster(name, func(c *fleet.Cluster) { c.State = "Upgrading" })
	}
	return sc
}

func (sc *scene) image(name, pool string, image fleet.NodeImage) *scene {
	return sc.cluster(name, func(c *fleet.Cluster) {
		c.State = fleet.ProvisioningSucceeded
		for i := range c.Pools {
			if c.Pools[i].Name == pool {
				c.Pools[i].Image, c.Pools[i].State = image, fleet.ProvisioningSucceeded
			}
		}
	})
}

// atTarget brings a cluster of an image member to its target.
func (sc *scene) atTarget(names ...string) *scene {
	for _, name := range names {
		sc.image(name, "sys", new1)
	}
	return sc
}

// window gives a cluster a daily window.
func (sc *scene) window(name string, kind fleet.WindowKind, hour, hours int) *scene {
	return sc.cluster(name, func(c *fleet.Cluster) {
		c.Windows = map[fleet.WindowKind]fleet.MaintenanceWindow{kind: {
			Daily: &fleet.DailySchedule{IntervalDays: 1}, StartMinute: hour * 60, Duration: time.Duration(hours) * time.Hour,
		}}
	})
}

func (sc *scene) answer(name string, answer fleet.Answer) *scene {
	sc.answers[id(name)] = answer
	return sc
}

func accepted() fleet.Answer {
	return fleet.Answer{Verdict: fleet.Accepted, Operation: "https://arm/operations/0123-guid?api-version=1&s=signed"}
}

func ended() fleet.Answer { return fleet.Answer{Verdict: fleet.Ended} }

func badly(code string) fleet.Answer {
	return fleet.Answer{Verdict: fleet.Ended, Err: &fleet.Problem{Code: code, Message: "drain failed", Advice: "relax the PDB"}}
}

// after lets time pass.
func (sc *scene) after(d time.Duration) *scene {
	sc.inv.At = sc.inv.At.Add(d)
	return sc
}

// turn decides once with the answers given since the last turn. Whatever it is about, the input stays untouched, the
// same input gives the same decision, and a stage that is not over is looked at again later.
func (sc *scene) turn() *scene {
	sc.t.Helper()
	before := deepCopy(sc.progress.copied())
	seen := Seen{Inventory: sc.inv, Answers: sc.answers}
	d := Decide(sc.stage, sc.orders, sc.progress, seen)
	again := Decide(sc.stage, sc.orders, sc.progress, seen)
	if diff := cmp.Diff(d, again); diff != "" {
		sc.t.Fatalf("two decisions from one input differ:\n%s", diff)
	}
	if diff := cmp.Diff(before, sc.progress.copied()); diff != "" {
		sc.t.Fatalf("Decide changed its input:\n%s", diff)
	}
	if !d.Over && !d.LookAgain.After(sc.inv.At) {
		sc.t.Fatalf("looks again at %s, which is not after %s", d.LookAgain, sc.inv.At)
	}
	sc.last, sc.progress, sc.answers = d, d.Progress, map[fleet.ClusterID]fleet.Answer{}
	return sc
}

func deepCopy(p Progress) Progress {
	for id, m := range p.Members {
		m.Latest = maps.Clone(m.Latest)
		if m.Step != nil {
			step := *m.Step
			m.Step = &step
		}
		p.Members[id] = m
	}
	return p
}

// acceptAll answers every write of the last turn with Accepted, and shows the clusters busy.
func (sc *scene) acceptAll() *scene {
	for _, step := range sc.last.Begin {
		sc.answer(step.Cluster.Name(), accepted())
	}
	sc.progress = sc.progress.Accepted(sc.inv.At, sc.answers)
	for _, step := range sc.last.Begin {
		if step.Kind != fleet.TakeSnapshot {
			sc.busy(step.Cluster.Name())
		}
	}
	sc.answers = map[fleet.ClusterID]fleet.Answer{}
	return sc
}

// restart forgets everything that a process knows.
func (sc *scene) restart() *scene {
	sc.progress = Progress{}
	return sc
}

// resume goes on from the record of the last turn.
func (sc *scene) resume() *scene {
	p := plan.Plan{Name: "prod", Digest: "sha256:d", Stages: []plan.Stage{sc.stage}}
	sc.progress = Resume(Result(p, 0, Decision{Progress: sc.progress, State: sc.last.State}, sc.inv))
	return sc
}

// fork goes another way from here.
func (sc *scene) fork(t *testing.T) *scene {
	other := *sc
	other.t, other.answers = t, maps.Clone(sc.answers)
	return &other
}

// begins requires exactly these writes, as "a:PoolImage sys".
func (sc *scene) begins(want ...string) *scene {
	sc.t.Helper()
	var got []string
	for _, step := range sc.last.Begin {
		got = append(got, write(step))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		sc.t.Fatalf("writes (-want +got):\n%s\nmembers: %s", diff, sc.describe())
	}
	return sc
}

func write(step fleet.Step) string {
	text := fmt.Sprintf("%s:%s", step.Cluster.Name(), step.Kind)
	if step.Kind == fleet.DropSnapshot {
		text = string(step.Kind)
	}
	if step.Pool != "" {
		text += " " + step.Pool
	}
	return text
}

// states requires the members' states, as "a Completed, b Pending".
func (sc *scene) states(want string) *scene {
	sc.t.Helper()
	var got []string
	for _, group := range sc.stage.Groups {
		for _, m := range group.Members {
			got = append(got, m.Name+" "+string(sc.progress.Members[m.Cluster].State))
		}
	}
	if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
		sc.t.Fatalf("states (-want +got):\n%s\nmembers: %s", diff, sc.describe())
	}
	return sc
}

// says requires that a member's reason contains the text.
func (sc *scene) says(name, text string) *scene {
	sc.t.Helper()
	if reason := sc.progress.Members[id(name)].Reason; !strings.Contains(reason, text) {
		sc.t.Fatalf("member %s says %q, want %q in it", name, reason, text)
	}
	return sc
}

func (sc *scene) looksAgain(after time.Duration) *scene {
	sc.t.Helper()
	if got := sc.last.LookAgain.Sub(sc.inv.At); got != after {
		sc.t.Fatalf("looks again after %s, want %s", got, after)
	}
	return sc
}

func (sc *scene) over(state fleet.State) *scene {
	sc.t.Helper()
	if !sc.last.Over || sc.last.State != state {
		sc.t.Fatalf("over %t in state %s, want over in %s: %s", sc.last.Over, sc.last.State, state, sc.describe())
	}
	return sc
}

func (sc *scene) goesOn(state fleet.State) *scene {
	sc.t.Helper()
	if sc.last.Over || sc.last.State != state {
		sc.t.Fatalf("over %t in state %s, want going on in %s: %s", sc.last.Over, sc.last.State, state, sc.describe())
	}
	return sc
}

func (sc *scene) describe() string {
	var all strings.Builder
	for _, group := range sc.stage.Groups {
		for _, m := range group.Members {
			now := sc.progress.Members[m.Cluster]
			fmt.Fprintf(&all, "\n  %s %s: %s", m.Name, now.State, now.Reason)
		}
	}
	return all.String()
}
