package execute

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// The order in which members of a group start: those that had failed, and then Fleet Manager's order, of which "opens
// within four hours" and "closed" do not start at all. Ties are in the order of the plan.
const (
	rankRetry = iota
	rankOpenWindow
	rankNoWindow
)

// consider says whether a member at which something is left to do can go on now, when all have been looked at. One between
// its steps needs its next step's route only; one that has not begun needs all of its routes, its window and its group's
// start open, so that no member holds a slot while it waits for something that may take days.
func (t *turn) consider(pl *place) {
	if !pl.ready {
		return
	}
	m := &pl.now
	if m.underway() {
		pl.wait = t.forDonor(pl.work.blocked)
		if pl.wait.open() && t.orders.Policy.WindowClose == "hold" {
			_, _, pl.wait = t.opening(pl)
		}
	} else {
		pl.wait = t.startWait(pl)
	}
	if pl.wait.open() {
		return
	}
	m.rest(fleet.Pending, pl.wait.reason, pl.wait.until)
	if m.Retry && pl.wait.until.IsZero() && !pl.wait.nextRun { // it would hold up all others until nobody knows when
		m.Retry = false
	}
}

// startWait says why a member that has not begun cannot start now, and ranks it if it can.
func (t *turn) startWait(pl *place) wait {
	if w := t.gate(pl); !w.open() {
		return w
	}
	if !pl.work.closed.open() {
		return t.forDonor(pl.work.closed)
	}
	windowed, w := t.window(pl)
	if !w.open() {
		return w
	}
	if deadline := t.orders.Deadline; !deadline.IsZero() && t.inv.At.Add(pl.work.expect).After(deadline) && t.couldFit(pl.work.expect) {
		return wait{nextRun: true, reason: "waits for the next run: the " + minutes(pl.work.expect) +
			" it is expected to take would not end before this run's deadline at " + clock(deadline)}
	}
	switch {
	case pl.now.Retry:
		pl.rank = rankRetry
	case windowed:
		pl.rank = rankOpenWindow
	default:
		pl.rank = rankNoWindow
	}
	return wait{}
}

// couldFit reports whether something that takes so long fits between the beginning of a run and its deadline. What never
// does is begun whenever its turn comes, and followed to its end by the runs after this one.
func (t *turn) couldFit(expect time.Duration) bool {
	return t.orders.Began.IsZero() || expect <= t.orders.Deadline.Sub(t.orders.Began)
}

// proceed continues the members under way, those that never let go of their slot first. They are followed to their end
// after a failure too: a member left between its steps is worse off than one that is done.
func (t *turn) proceed() {
	for _, holding := range []bool{true, false} {
		for i := range t.places {
			pl := &t.places[i]
			if !pl.ready || !pl.now.underway() || (pl.now.State == fleet.Running) != holding {
				continue
			}
			pl.ready = false
			if !pl.wait.open() {
				t.waits(pl.wait)
			} else if obstacle := t.beginStep(pl); obstacle != "" {
				pl.now.Reason = obstacle
			}
		}
	}
}

// start lets members begin while slots are free, one of each group in turn.
func (t *turn) start() {
	queues := t.queues()
	for going := true; going; {
		going = false
		for g, queue := range queues {
			if len(queue) == 0 {
				continue
			}
			going = true
			queues[g] = queue[1:]
			if obstacle := t.beginStep(queue[0]); obstacle != "" {
				queue[0].now.rest(fleet.NotStarted, obstacle, queue[0].now.NotBefore)
			}
		}
	}
}

// queues returns who may start, by group, in pick order. After a failure beyond the budget that is nobody; while any
// member that had failed before this process has not come to its end, nobody else.
func (t *turn) queues() [][]*place {
	queues := make([][]*place, len(t.stage.Groups))
	retrying := t.retrying()
	for i := range t.places {
		pl := &t.places[i]
		waitsForRetry := retrying && !pl.now.Retry
		switch {
		case !pl.ready || pl.now.done():
		case t.exceeded != "":
			pl.now.rest(fleet.NotStarted, "not started: "+t.exceeded, pl.now.NotBefore)
		case !pl.wait.open() && !waitsForRetry:
			t.waits(pl.wait)
		case !pl.wait.open():
		case waitsForRetry:
			pl.now.rest(fleet.NotStarted, "waits until the members that had failed before have been tried again", pl.now.NotBefore)
		default:
			queues[pl.group] = append(queues[pl.group], pl)
		}
	}
	for _, queue := range queues {
		slices.SortStableFunc(queue, func(a, b *place) int { return cmp.Compare(a.rank, b.rank) })
	}
	return queues
}

func (t *turn) retrying() bool {
	for i := range t.places {
		if t.places[i].now.Retry {
			return true
		}
	}
	return false
}

// beginStep begins a member's next step, or says what is in the way.
func (t *turn) beginStep(pl *place) (obstacle string) {
	step := pl.work.step
	switch snapshot := takes(step); {
	case t.orders.Stop || t.late():
		t.nextRun = true
		return "not before the next run"
	case !t.free(pl.group):
		return "waits for a free slot"
	case t.begins(step.Donor.Cluster):
		return "waits: an upgrade begins at donor pool " + step.Donor.Pool + " of cluster " + step.Donor.Cluster.Name()
	case t.donates(step.Cluster):
		return "waits: a snapshot of one of its node pools is being taken"
	case t.takes(snapshot):
		return "waits: snapshot " + snapshotName(snapshot) + " is being taken"
	}
	t.take(step)
	t.recordLatest(&pl.now, pl, func(pool *plan.Pool) bool { return step.Kind == fleet.WholeCluster || step.Pool == pool.Name })
	pl.now.begin(step)
	t.begin = append(t.begin, step)
	t.hold(pl)
	t.inFlight = true
	t.wake(t.poll())
	return ""
}

// recordLatest keeps what Latest means at the moment a pool's step begins, or its member is found at its end without
// one: later stages, and a restart, are measured against that and not against what the region offers by then.
func (t *turn) recordLatest(m *Member, pl *place, of func(*plan.Pool) bool) {
	if !t.latest() {
		return
	}
	latest := maps.Clone(m.Latest)
	if latest == nil {
		latest = map[string]fleet.NodeImage{}
	}
	for i := range pl.plan.Pools {
		assigned := &pl.plan.Pools[i]
		image, known := t.region(pl).Latest(assigned.Family)
		if known && !leftAlone(assigned) && of(assigned) {
			latest[assigned.Name] = image
		}
	}
	m.Latest = latest
}
