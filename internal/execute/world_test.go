package execute

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// world is a small Azure of one stage: clusters with operations that take their time, end badly, are begun by others,
// and answers that are lost. Whatever happens is decided by a hash of the seed and of what it happens to, so that a
// seed replays. It holds every write against the invariants of execution.
type world struct {
	seed      int
	hostile   bool // operations end badly and writes are refused, too
	stage     plan.Stage
	hold      bool // windowClose: hold
	at        time.Time
	clusters  map[fleet.ClusterID]fleet.Cluster
	ops       map[fleet.ClusterID]*operation
	snapshots map[string]fleet.Snapshot
	calls     map[string]int // per kind and thing: what faults are decided by
	ended     map[string]fleet.Answer

	started  map[fleet.ClusterID]bool // members whose upgrade is under way since their last failure
	failed   map[fleet.ClusterID]bool // members of whose failure this process was told
	before   map[fleet.ClusterID]bool // members that had failed before this process, and have not ended again
	retried  map[fleet.ClusterID]bool // of those, the ones whose new upgrade it knows to have begun
	recorded map[fleet.ClusterID]bool // members that the last record shows as Failed
	log      func(string, ...any)     // what happens, when a seed is replayed
	writes   int
	wrong    []string

	count int // calls of the engine
	kill  int // the call at which the process dies; 0: never
	dead  bool
}

type operation struct {
	step    fleet.Step
	foreign bool
	url     string
	until   time.Time
	bad     bool
}

// chance decides n in 100 by the seed, a kind of event and how often it could have happened there.
func (w *world) chance(percent int, what string) bool {
	w.calls[what]++
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d", w.seed, what, w.calls[what])
	return int(h.Sum64()>>17%100) < percent
}

func (w *world) pick(n int, what string) int {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", w.seed, what)
	return int(h.Sum64() >> 17 % uint64(n))
}

func newWorld(seed int, hostile bool) *world {
	w := &world{
		seed: seed, hostile: hostile, at: monday, clusters: map[fleet.ClusterID]fleet.Cluster{}, ops: map[fleet.ClusterID]*operation{},
		snapshots: map[string]fleet.Snapshot{}, calls: map[string]int{}, ended: map[string]fleet.Answer{},
		started: map[fleet.ClusterID]bool{}, failed: map[fleet.ClusterID]bool{}, before: map[fleet.ClusterID]bool{}, retried: map[fleet.ClusterID]bool{}, recorded: map[fleet.ClusterID]bool{},
	}
	w.hold = w.pick(3, "hold") == 0
	w.stage = plan.Stage{Name: "canary", MaxConcurrency: 1 + w.pick(4, "stage concurrency"), MaxAllowedFailures: w.pick(3, "stage budget"), MinSucceeded: 1}
	names := "abcdefgh"[:2+w.pick(5, "members")]
	for g := range 1 + w.pick(2, "groups") {
		w.stage.Groups = append(w.stage.Groups, plan.Group{
			Name: fmt.Sprint("g", g), MaxConcurrency: 1 + w.pick(3, fmt.Sprint("concurrency", g)), MaxAllowedFailures: w.pick(3, fmt.Sprint("budget", g)),
		})
	}
	for i, name := range names {
		g := &w.stage.Groups[i%len(w.stage.Groups)]
		g.Members = append(g.Members, w.newMember(string(name)))
	}
	w.clusters[id("donor")] = fleet.Cluster{Location: "west", State: fleet.ProvisioningSucceeded, Version: v134, Windows: map[fleet.WindowKind]fleet.MaintenanceWindow{},
		Pools: []fleet.NodePool{{Name: "p", Version: v134, Image: new1, State: fleet.ProvisioningSucceeded}}}
	if w.pick(2, "donor of the stage") == 0 {
		w.donateFrom(len(names))
	}
	return w
}

// donateFrom makes a member that gets the image by itself the donor of all others, the last of so many that can be.
func (w *world) donateFrom(members int) {
	ordinary := func(p plan.Pool) bool { return p.Route == plan.RouteOrdinary }
	var donor fleet.ClusterID
	for i := range members {
		_, m := w.find(id(string("abcdefgh"[i])))
		if m.Action == plan.ActionUpgrade && !w.clusters[m.Cluster].Stopped && !slices.ContainsFunc(m.Pools, func(p plan.Pool) bool { return !ordinary(p) }) {
			donor = m.Cluster
		}
	}
	for member := range w.stage.Members() {
		for i := range member.Pools {
			if p := &member.Pools[i]; donor != "" && !ordinary(*p) {
				p.Donor, p.DonorStage = fleet.PoolID{Cluster: donor, Pool: "sys"}, w.stage.Name
			}
		}
	}
}

func (w *world) newMember(name string) plan.Member {
	m := fullMember(name)
	for i := range m.Pools {
		if w.pick(5, name+"snapshot"+fmt.Sprint(i)) == 0 {
			m.Pools[i].Route, m.Pools[i].Snapshot, m.Pools[i].Donor = plan.RouteSnapshot, snapID, fleet.PoolID{Cluster: id("donor"), Pool: "p"}
		}
	}
	c := fleet.Cluster{ID: m.Cluster, UID: m.UID, Location: north, State: fleet.ProvisioningSucceeded, Version: v133, Windows: map[fleet.WindowKind]fleet.MaintenanceWindow{}}
	for _, p := range m.Pools {
		c.Pools = append(c.Pools, fleet.NodePool{Name: p.Name, Version: v133, Image: old, State: fleet.ProvisioningSucceeded})
	}
	if w.pick(3, name+"window") == 0 {
		c.Windows[fleet.UpgradeWindow] = fleet.MaintenanceWindow{
			Daily: &fleet.DailySchedule{IntervalDays: 1}, StartMinute: 60 * w.pick(24, name+"opens"), Duration: time.Duration(4+w.pick(6, name+"lasts")) * time.Hour,
		}
	}
	switch w.pick(12, name+"oddity") {
	case 0:
		m.Action, m.Why, m.Reason = plan.ActionSkip, plan.WhyRequested, "by request"
	case 1:
		c.Stopped = true
	case 2:
		c.Version = v134
		for i := range c.Pools {
			c.Pools[i].Version, c.Pools[i].Image = v134, new1
		}
	}
	w.clusters[m.Cluster] = c
	return m
}

func (w *world) say(format string, args ...any) {
	if w.log != nil {
		w.log(w.at.Format("02 15:04 ")+format, args...)
	}
}

func (w *world) complain(format string, args ...any) {
	w.wrong = append(w.wrong, w.at.Format("02 15:04 ")+fmt.Sprintf(format, args...))
}

var errDead = errors.New("killed")

// tick counts a call of the process, and lets it die at the chosen one.
func (w *world) tick() bool {
	w.count++
	w.dead = w.dead || w.count == w.kill
	return !w.dead
}

// wait lets the world go on to that time.
func (w *world) wait(_ context.Context, until time.Time) error {
	if !w.tick() {
		return errDead
	}
	w.advance(until)
	return nil
}

// advance ends, in the order of time, what ends until then; others may begin operations of their own.
func (w *world) advance(to time.Time) {
	for {
		var next *operation
		var where fleet.ClusterID
		for _, id := range slices.Sorted(maps.Keys(w.ops)) {
			if op := w.ops[id]; !op.until.After(to) && (next == nil || op.until.Before(next.until)) {
				next, where = op, id
			}
		}
		if next == nil {
			break
		}
		w.at = next.until
		w.end(where, next)
	}
	if to.After(w.at) {
		w.at = to
	}
	for _, id := range slices.Sorted(maps.Keys(w.clusters)) {
		if w.chance(2, "foreign "+string(id)) && w.ops[id] == nil && !w.clusters[id].Stopped {
			w.begin(id, &operation{foreign: true, until: w.at.Add(20 * time.Minute)})
		}
	}
}

func (w *world) begin(id fleet.ClusterID, op *operation) {
	w.ops[id] = op
	if op.step.Kind == fleet.TakeSnapshot {
		w.snapshots[op.step.Snapshot] = fleet.Snapshot{ID: op.step.Snapshot, State: "Creating", Image: new1, Version: v134}
		return
	}
	w.change(id, func(c *fleet.Cluster) { c.State = "Updating" })
}

func (w *world) change(id fleet.ClusterID, change func(*fleet.Cluster)) {
	c := w.clusters[id]
	c.Pools = slices.Clone(c.Pools)
	change(&c)
	w.clusters[id] = c
}

func (w *world) end(id fleet.ClusterID, op *operation) {
	w.say("ended %s: %s %s, badly %t, foreign %t", id.Name(), op.step.Kind, op.step.Pool, op.bad, op.foreign)
	delete(w.ops, id)
	answer := ended()
	if op.bad {
		answer = badly("UpgradeFailed")
	}
	if op.url != "" {
		w.ended[op.url] = answer
	}
	if op.step.Kind == fleet.TakeSnapshot {
		taken := w.snapshots[op.step.Snapshot]
		taken.State = fleet.ProvisioningSucceeded
		if op.bad {
			taken.State = fleet.ProvisioningFailed
		}
		w.snapshots[op.step.Snapshot] = taken
		return
	}
	w.change(id, func(c *fleet.Cluster) {
		c.State = fleet.ProvisioningSucceeded
		if op.bad {
			c.State = fleet.ProvisioningFailed
			return
		}
		if op.step.Kind == fleet.ControlPlane {
			c.Version = op.step.Version
		}
		for i := range c.Pools {
			if c.Pools[i].Name == op.step.Pool {
				c.Pools[i].Image = op.step.Image
				if !op.step.Version.IsZero() {
					c.Pools[i].Version = op.step.Version
				}
			}
		}
	})
}

// Observe shows the world, and tells of operations whose cluster is not busy.
func (w *world) Observe(_ context.Context, _ []fleet.ClusterID, ops map[fleet.ClusterID]string) (fleet.Inventory, map[fleet.ClusterID]fleet.Answer, error) {
	if !w.tick() {
		return fleet.Inventory{}, nil, errDead
	}
	if w.writes > 0 && w.chance(3, "reading fails") {
		return fleet.Inventory{}, nil, errors.New("503")
	}
	answers := map[fleet.ClusterID]fleet.Answer{}
	for id, url := range ops {
		if w.clusters[id].Busy() || w.chance(3, "status is gone "+string(id)) {
			continue
		}
		answers[id] = fleet.Answer{Verdict: fleet.Accepted, Operation: url}
		if answer, over := w.ended[url]; over {
			answers[id] = answer
			if answer.Err != nil {
				w.tellFailure(id)
			}
		}
	}
	return fleet.Inventory{
		At: w.at, Clusters: maps.Clone(w.clusters), Snapshots: maps.Clone(w.snapshots),
		Regions: map[string]fleet.Region{north: region(north, new1)},
	}, answers, nil
}

func (w *world) tellFailure(id fleet.ClusterID) {
	w.failed[id] = true
	delete(w.before, id)
}

// Begin takes a write, or does not.
func (w *world) Begin(_ context.Context, step fleet.Step) fleet.Answer {
	if !w.tick() {
		return fleet.Answer{Verdict: fleet.Later}
	}
	name := string(step.Cluster)
	switch {
	case w.chance(5, "throttled "+name):
		return fleet.Answer{Verdict: fleet.Later, NotBefore: w.at.Add(7 * time.Minute)}
	case w.chance(5, "cut before "+name):
		return fleet.Answer{Verdict: fleet.Later}
	case w.chance(3, "moved "+name):
		return fleet.Answer{Verdict: fleet.Moved}
	case w.chance(3, "overtaken "+name) && w.ops[step.Cluster] == nil:
		w.begin(step.Cluster, &operation{foreign: true, until: w.at.Add(15 * time.Minute)})
		return fleet.Answer{Verdict: fleet.Later}
	case w.hostile && w.chance(4, "refused "+name):
		w.tellFailure(step.Cluster)
		return fleet.Answer{Verdict: fleet.Refused, Err: &fleet.Problem{Code: "ScopeLocked"}}
	}
	w.say("%s, call %d", write(step), w.count)
	w.check(step)
	w.writes++
	w.started[step.Cluster] = true
	delete(w.failed, step.Cluster)
	op := &operation{step: step, url: fmt.Sprintf("https://arm/operations/%d?s=signed", w.writes), until: w.at.Add(time.Duration(3+w.pick(40, fmt.Sprint("lasts", name, w.writes))) * time.Minute)}
	op.bad = w.hostile && w.chance(12, "bad "+name)
	w.begin(step.Cluster, op)
	if w.chance(5, "cut after "+name) {
		return fleet.Answer{Verdict: fleet.Later}
	}
	if w.dies() { // after Azure took the write, before anybody heard of it
		return fleet.Answer{Verdict: fleet.Later}
	}
	w.retried[step.Cluster] = true
	return fleet.Answer{Verdict: fleet.Accepted, Operation: op.url}
}

func (w *world) dies() bool { return !w.tick() }

// check holds a write that is about to be accepted against what must always hold.
func (w *world) check(step fleet.Step) {
	group, member := w.find(step.Cluster)
	if member == nil || member.Action != plan.ActionUpgrade {
		w.complain("%s: not the plan's to upgrade", write(step))
		return
	}
	w.checkTarget(step, member)
	if op := w.ops[step.Cluster]; op != nil {
		w.complain("%s: another operation is running there, foreign %t", write(step), op.foreign)
	}
	inGroup, inStage := 1, 1 // a snapshot being taken is nothing under way at a member, and may not be known after a cut
	for other, op := range w.ops {
		if g, m := w.find(other); !op.foreign && op.step.Kind != fleet.TakeSnapshot && m != nil && m.Action == plan.ActionUpgrade && other != step.Cluster {
			inStage++
			if g == group {
				inGroup++
			}
		}
	}
	if inStage > w.stage.MaxConcurrency || inGroup > w.stage.Groups[group].MaxConcurrency {
		w.complain("%s: %d in flight in its group, %d in the stage", write(step), inGroup, inStage)
	}
	window, windowed := w.clusters[step.Cluster].Windows[fleet.UpgradeWindow]
	if opening, err := window.Next(w.at); windowed && (err != nil || !opening.Contains(w.at)) && (w.hold || !w.started[step.Cluster]) {
		w.complain("%s: its window is closed", write(step))
	}
	if !w.started[step.Cluster] {
		w.checkStart(step, group)
	}
}

// checkStart: nobody starts after failures beyond a budget, or before those that had failed have ended.
func (w *world) checkStart(step fleet.Step, group int) {
	perGroup := make([]int, len(w.stage.Groups))
	total := 0
	for id := range w.failed {
		g, _ := w.find(id)
		perGroup[g]++
		total++
	}
	for g, n := range perGroup {
		if n > w.stage.Groups[g].MaxAllowedFailures {
			w.complain("%s: starts after %d failures in group %d", write(step), n, g)
		}
	}
	if total > w.stage.MaxAllowedFailures {
		w.complain("%s: starts after %d failures", write(step), total)
	}
	if len(w.before) > 0 && !w.before[step.Cluster] {
		w.complain("%s: starts before those that had failed have ended: %v", write(step), w.before)
	}
}

func (w *world) checkTarget(step fleet.Step, member *plan.Member) {
	cluster := w.clusters[step.Cluster]
	switch step.Kind {
	case fleet.ControlPlane:
		if step.Version != v134 || cluster.Version.Compare(v134) > 0 {
			w.complain("%s: to %s from %s", write(step), step.Version, cluster.Version)
		}
	case fleet.PoolVersion, fleet.PoolImage:
		pool, _ := cluster.Pool(step.Pool)
		i := slices.IndexFunc(member.Pools, func(p plan.Pool) bool { return p.Name == step.Pool })
		if step.Image != new1 || step.Snapshot != member.Pools[i].Snapshot || step.Kind == fleet.PoolVersion && step.Version != v134 {
			w.complain("%s: not its target", write(step))
		}
		if !cluster.Version.AtOrAhead(v134) || !pool.Image.AtOrAhead(old) {
			w.complain("%s: before its control plane", write(step))
		}
		if _, there := w.snapshots[step.Snapshot]; step.Snapshot != "" && !there {
			w.complain("%s: its snapshot is not there", write(step))
		}
	case fleet.TakeSnapshot:
		donor := w.clusters[step.Donor.Cluster]
		if pool, _ := donor.Pool(step.Donor.Pool); donor.Busy() || pool.Image != new1 || pool.Version != v134 {
			w.complain("%s: its donor is not at the target, or busy", write(step))
		}
		for other, op := range w.ops {
			if op.step.Kind == fleet.TakeSnapshot && other != step.Cluster {
				w.complain("%s: taken twice", write(step))
			}
		}
	default:
		w.complain("%s: no such write here", write(step))
	}
}

func (w *world) find(id fleet.ClusterID) (group int, member *plan.Member) {
	for g := range w.stage.Groups {
		for i := range w.stage.Groups[g].Members {
			if m := &w.stage.Groups[g].Members[i]; m.Cluster == id {
				return g, m
			}
		}
	}
	return -1, nil
}

// told notes what was recorded: which members failed, and which of those that had failed before have ended again.
func (w *world) told(r fleet.StageResult) {
	w.say("recorded %s: %s %s", r.State, states(r), r.Reason)
	w.recorded = map[fleet.ClusterID]bool{}
	for _, g := range r.Groups {
		for _, m := range g.Members {
			if w.recorded[m.Cluster] = m.State == fleet.Failed; m.State == fleet.Failed {
				delete(w.started, m.Cluster)
			}
			if m.State == fleet.Completed || m.State == fleet.Skipped || m.State == fleet.Failed && w.retried[m.Cluster] {
				delete(w.before, m.Cluster)
			}
		}
	}
}

// judge holds a result against the world once the stage is over.
func (w *world) judge(r fleet.StageResult) {
	members := 0
	for _, g := range r.Groups {
		for _, m := range g.Members {
			members++
			_, planned := w.find(m.Cluster)
			cluster := w.clusters[m.Cluster]
			switch {
			case planned == nil:
				w.complain("%s is not in the plan", m.Name)
			case m.State != fleet.Completed && strings.TrimSpace(m.Reason) == "":
				w.complain("%s is %s without a reason", m.Name, m.State)
			case m.State == fleet.Completed && (!atTarget(planned, cluster, nil) || cluster.State == fleet.ProvisioningFailed):
				w.complain("%s is Completed, but %s", m.Name, cmp.Diff(planned, cluster))
			case !m.State.Terminal() && r.State != fleet.Failed:
				w.complain("%s is left %s in a stage that is %s", m.Name, m.State, r.State)
			}
		}
	}
	planned := 0
	for _, g := range w.stage.Groups {
		planned += len(g.Members)
	}
	if members != planned {
		w.complain("%d members in the result, %d in the plan", members, planned)
	}
}
