package execute

import (
	"cmp"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Orders are what holds for a stage from outside.
type Orders struct {
	Images   string // the plan's image selection
	Policy   plan.Policy
	Name     string        // the strategy's: the value of fleet.SnapshotTag
	Poll     time.Duration // how long to leave a running operation alone; more than zero
	Deadline time.Time     // zero: none; no member starts that is not expected to end before it, unless that never fits a run
	Began    time.Time     // when the run began that the deadline ends; zero: not known, anything may fit
	Stop     bool          // begin nothing more
}

// Seen is what one turn of the loop saw. Answers holds what was said of operations and of the writes begun in the turn
// before, by cluster; to the removal of a snapshot, by the snapshot's id.
type Seen struct {
	Inventory fleet.Inventory
	Answers   map[fleet.ClusterID]fleet.Answer
}

// Decision is what Decide returns.
type Decision struct {
	Progress  Progress     // a new value; the input is never changed
	Begin     []fleet.Step // at most one per cluster
	LookAgain time.Time    // exact: a poll, an opening, a NotBefore. Over with work left: when to come back; zero: no time helps
	Over      bool         // nothing more can be done before the deadline, or at all
	Stuck     bool         // over with work left, and what is waited for does not come by itself
	State     fleet.State  // of the stage
	Reason    string       // why the stage is in that state, where that is not plain
}

// Decide decides one turn: settle what was begun, count failures and slots, continue the members under way, start
// others. It is pure: seen.Inventory.At is its only clock, and the same arguments give the same decision.
//
// What becomes of a member follows from the plan and from Azure, so that a restart without any record comes to the same
// end:
//   - skipped by the plan, removed, or another cluster by now: Skipped. Blocked by the plan: Skipped with its reason,
//     never counted as succeeded; but Failed where it is blocked for being stopped, which is what stoppedClusters: fail
//     asks for. Stopped since the plan: as stoppedClusters says.
//   - everything the plan assigned is read back and all of it is Succeeded: Completed, whoever did it.
//   - an operation that ended badly, a write that was refused, an operation that ended and left its part where it was:
//     Failed, and counted.
//   - a window, route, version, gate or deadline that is not open: Pending, without a slot.
//
// A member with any operation under way holds a slot, whoever began it: after a restart our own looks like a stranger's.
func Decide(s plan.Stage, o Orders, p Progress, seen Seen) Decision {
	t := newTurn(s, o, p, seen)
	for i := range t.places {
		t.look(&t.places[i])
	}
	for i := range t.places {
		t.consider(&t.places[i])
	}
	t.count()
	t.proceed()
	t.start()
	t.drop()
	return t.decision()
}

// turn is one Decide under way.
type turn struct {
	stage    plan.Stage
	orders   Orders
	inv      fleet.Inventory
	answers  map[fleet.ClusterID]fleet.Answer
	first    bool // the first turn of this process
	progress Progress
	places   []place                    // every member of the stage, in the order of the plan
	taking   map[string]fleet.ClusterID // snapshots that are being taken, and from which cluster

	held      []int // slots held, by group
	heldTotal int
	exceeded  string // which failure budget is exceeded, and how; "" where none is
	inFlight  bool   // an operation is under way, or about to be

	begin   []fleet.Step
	next    time.Time // the earliest time at which something is known to happen
	unknown bool      // something may happen, nobody knows when
	stuck   bool      // something waits that no time brings
	nextRun bool      // something could start at once if the deadline were later
	dropped bool      // nothing is left to be done about snapshots
}

// place is one member's place in a turn.
type place struct {
	plan    *plan.Member
	group   int
	cluster fleet.Cluster
	there   bool // the cluster is
	now     Member
	ready   bool // nothing is under way there, and something is left to do
	work    work
	wait    wait // why it cannot go on now
	rank    int  // pick order
}

// wait is why something cannot go on. The zero value means that it can.
type wait struct {
	reason  string
	until   time.Time    // zero: nobody knows
	nextRun bool         // not before the deadline, whenever that is
	unaided bool         // no time brings it: somebody has to do something, or another member to come to its end
	donor   fleet.PoolID // of another member of this stage, which it waits for
}

func (w wait) open() bool { return w.reason == "" }

func newTurn(s plan.Stage, o Orders, p Progress, seen Seen) *turn {
	t := &turn{
		stage: s, orders: o, inv: seen.Inventory, answers: seen.Answers,
		first: !p.Looked, progress: p.copied(), taking: map[string]fleet.ClusterID{}, held: make([]int, len(s.Groups)),
	}
	t.progress.Looked = true
	if t.progress.Started.IsZero() {
		t.progress.Started = t.inv.At
	}
	size := 0
	for g := range s.Groups {
		size += len(s.Groups[g].Members)
	}
	t.places = make([]place, 0, size)
	for g := range s.Groups {
		for i := range s.Groups[g].Members {
			member := &s.Groups[g].Members[i]
			now := p.Members[member.Cluster]
			now.State = cmp.Or(now.State, fleet.NotStarted)
			if now.Step != nil && now.Operation != "" {
				t.take(*now.Step)
			}
			cluster, there := t.inv.Clusters[member.Cluster]
			t.places = append(t.places, place{plan: member, group: g, cluster: cluster, there: there, now: now})
		}
	}
	return t
}

// poll is when to look again at something under way.
func (t *turn) poll() time.Time { return t.inv.At.Add(t.orders.Poll) }

// wake asks to look again at that time; the earliest wins.
func (t *turn) wake(at time.Time) {
	if t.next.IsZero() || at.Before(t.next) {
		t.next = at
	}
}

// waits notes when a waiting member can go on.
func (t *turn) waits(w wait) {
	switch {
	case w.nextRun:
		t.nextRun = true
	case w.unaided:
		t.stuck = true
	case w.until.IsZero():
		t.unknown = true
	default:
		t.wake(w.until)
	}
}

// Times between looks at what has no known time: Fleet Manager evaluates again every hour while it runs, and what a
// region offers about every six hours.
const (
	lookBetween = time.Hour
	comeBack    = 6 * time.Hour
)

// decision gathers what the turn came to.
func (t *turn) decision() Decision {
	d := Decision{Begin: t.begin}
	finished := t.finished()
	d.Over = finished || t.orders.Stop || t.late() || t.nothingCanHappen()
	d.State, d.Reason = t.standing(d.Over)
	if d.Over && (finished || t.exceeded != "") {
		t.progress.Finished = t.lastEnd()
	}
	if !finished {
		d.LookAgain = t.lookAgain(d.Over)
		d.Stuck = d.Over && d.LookAgain.IsZero()
	}
	for i := range t.places {
		pl := &t.places[i]
		if d.Over {
			pl.now.leave(t.exceeded)
		}
		t.progress.Members[pl.plan.Cluster] = pl.now
	}
	d.Progress = t.progress
	return d
}

// late reports whether the deadline has come.
func (t *turn) late() bool { return !t.orders.Deadline.IsZero() && !t.inv.At.Before(t.orders.Deadline) }

// finished reports whether every member has come to its end, and with them the stage.
func (t *turn) finished() bool {
	for i := range t.places {
		if !t.places[i].now.done() {
			return false
		}
	}
	return t.dropped
}

// nothingCanHappen reports whether waiting is of no use: nothing is under way, and what is waited for comes after the
// deadline or at a time that nobody knows.
func (t *turn) nothingCanHappen() bool {
	if t.inFlight {
		return false
	}
	return t.next.IsZero() || !t.orders.Deadline.IsZero() && t.next.After(t.orders.Deadline)
}

func (t *turn) lookAgain(over bool) time.Time {
	switch {
	case over && (t.nextRun || t.inFlight):
		return t.inv.At
	case over && t.next.IsZero() && t.stuck && !t.unknown: // it would be as it is now
		return time.Time{}
	case over && t.next.IsZero():
		return t.inv.At.Add(comeBack)
	case over:
		return t.next
	}
	next := t.next
	if soon := t.inv.At.Add(lookBetween); t.unknown && soon.Before(next) {
		next = soon
	}
	if deadline := t.orders.Deadline; !deadline.IsZero() && deadline.Before(next) {
		next = deadline
	}
	return next
}

// lastEnd is when the last member came to its end; the after-stage wait counts from there.
func (t *turn) lastEnd() time.Time {
	var last time.Time
	for i := range t.places {
		if ended := t.places[i].now.Ended; ended.After(last) {
			last = ended
		}
	}
	if last.IsZero() {
		return t.inv.At
	}
	return last
}

// leave says of a member that a stage leaves behind why, where nothing says so yet.
func (m *Member) leave(exceeded string) {
	switch {
	case m.done() || m.State == fleet.Pending || m.State == fleet.Failed:
	case m.State == fleet.Running:
		m.Reason = "under way when this run ended; run the stage again to bring it to its end"
	case exceeded != "":
		m.Reason = "not started: " + exceeded
	default:
		m.Reason = "not started before this run ended"
	}
}
