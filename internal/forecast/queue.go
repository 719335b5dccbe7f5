package forecast

import (
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// queue is a group's members that have not come to their end, by their place in the group. With it a turn costs as much as
// it is about, and not as much as the stage has members.
type queue struct {
	everybody []int           // all places in the group
	windowed  []bool          // by place
	expected  []time.Duration // the same
	marked    []bool          // scratch
	active    []int           // begun, or to be tried again before others
	waiting   [2][]int        // not begun: those with a window, which begin before others while it is open; the others
	asleep    []sleeper       // not begun, and known not to begin before a time; the earliest first
}

// sleeper is a member that cannot begin before a time.
type sleeper struct {
	at    int
	until time.Time
}

// newQueue has everybody waiting.
func newQueue(group plan.Group, inv fleet.Inventory) *queue {
	q := &queue{}
	for i, member := range group.Members {
		_, windowed := inv.Clusters[member.Cluster].Windows[member.Window]
		q.windowed = append(q.windowed, windowed)
		q.expected = append(q.expected, time.Duration(member.ExpectedSeconds)*time.Second)
		q.everybody = append(q.everybody, i)
		q.waits(i)
	}
	q.marked = make([]bool, len(group.Members))
	return q
}

// waits puts a member among those that wait, in the order of the group.
func (q *queue) waits(i int) {
	line := &q.waiting[0]
	if !q.windowed[i] {
		line = &q.waiting[1]
	}
	at, _ := slices.BinarySearch(*line, i)
	*line = slices.Insert(*line, at, i)
}

// wake ends the sleep of those whose time has come.
func (q *queue) wake(now time.Time) {
	woken := 0
	for ; woken < len(q.asleep) && !q.asleep[woken].until.After(now); woken++ {
		q.waits(q.asleep[woken].at)
	}
	q.asleep = slices.Delete(q.asleep, 0, woken)
}

// show chooses all that are active and so many of those that wait, in the order of the group; of those that wait, not those
// of which it is known that they are too late for this job. It says how many more there are that may not be.
func (q *queue) show(most int, late func(expected time.Duration) bool) (chosen []int, hidden int) {
	chosen = slices.Clone(q.active)
	for _, line := range q.waiting {
		for i, at := range line {
			if most == 0 {
				hidden += len(line) - i
				break
			}
			if !late(q.expected[at]) {
				chosen = append(chosen, at)
				most--
			}
		}
	}
	slices.Sort(chosen)
	return chosen, hidden
}

// settle puts members where they are now, after a turn in which they were shown.
func (q *queue) settle(shown []int, now time.Time, of func(i int) execute.Member) {
	for _, i := range shown {
		q.marked[i] = true
	}
	gone := func(i int) bool { return q.marked[i] }
	q.active = slices.DeleteFunc(q.active, gone)
	q.waiting[0], q.waiting[1] = slices.DeleteFunc(q.waiting[0], gone), slices.DeleteFunc(q.waiting[1], gone)
	q.asleep = slices.DeleteFunc(q.asleep, func(s sleeper) bool { return q.marked[s.at] })
	for _, i := range shown {
		q.marked[i] = false
		switch m := of(i); {
		case m.State.Terminal() && !m.Retry:
		case m.Step != nil || !m.Began.IsZero() || m.Retry:
			q.active = append(q.active, i)
		case m.State == fleet.Pending && m.NotBefore.After(now) && m.NotBefore.Before(now.Add(unwatched)): // else it waits for another's operation
			at, _ := slices.BinarySearchFunc(q.asleep, m.NotBefore, func(s sleeper, until time.Time) int { return s.until.Compare(until) })
			q.asleep = slices.Insert(q.asleep, at, sleeper{i, m.NotBefore})
		default:
			q.waits(i)
		}
	}
}
