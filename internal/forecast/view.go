package forecast

import (
	"maps"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// decide decides one turn. A stage of a thousand members has thousands of turns, and most members have nothing to do
// with most of them: after the first turn only those are shown to Decide that are at work or are to be tried again, and of
// those that wait as many as may begin. Where one that is not shown could have begun, more of them are shown, and where
// nobody who is shown can do anything more, the whole stage is. Nothing fails in this world, so no failure budget is
// exceeded after the first turn.
func (r *run) decide(seen execute.Seen) {
	if r.slowly || r.entire || !r.progress.Looked {
		r.decideEntirely(seen)
		return
	}
	now := seen.Inventory.At
	for _, q := range r.queues {
		q.wake(now)
	}
	v := r.decidePartly(seen)
	switch {
	case !r.decision.Over || len(r.world.operations) > 0: // or over with the job, while they go on
		r.took(v.shown)
	case r.goesOn():
		r.took(v.shown)
		r.decision.Over, r.progress.Finished = false, time.Time{}
	default:
		r.decideEntirely(seen)
	}
}

func (r *run) decideEntirely(seen execute.Seen) {
	r.entire = false
	r.decision = execute.Decide(r.stage, r.orders, r.progress, seen)
	r.took(nil)
}

func (r *run) decidePartly(seen execute.Seen) view {
	for shown := 1; ; shown *= 4 {
		v := r.view(shown, seen.Inventory.At)
		r.decision = execute.Decide(v.stage, r.orders, r.progressOf(v), seen)
		if !v.missed(r, seen.Inventory.At) {
			return v
		}
	}
}

// goesOn reports whether a stage goes on in this job, in which those who are shown can do nothing more: others sleep until
// a time before its end.
func (r *run) goesOn() bool {
	next, known := r.next()
	return known && r.byDeadline(next).Equal(next)
}

// late reports whether the job is at its end.
func (r *run) late(now time.Time) bool {
	return !r.orders.Deadline.IsZero() && !now.Before(r.orders.Deadline)
}

// tooLate says which members are not begun in this job any more, by what they are expected to take: those that a whole job
// would be long enough for.
func (r *run) tooLate(now time.Time) func(expected time.Duration) bool {
	deadline := r.orders.Deadline
	return func(expected time.Duration) bool {
		return !deadline.IsZero() && now.Add(expected).After(deadline) && expected <= deadline.Sub(r.orders.Began)
	}
}

// took takes a decision over, and puts the members that it was about where they are now; nil is all of them.
func (r *run) took(shown [][]int) {
	members := r.progress.Members
	maps.Copy(members, r.decision.Progress.Members)
	r.progress = r.decision.Progress
	r.progress.Members = members
	for g, q := range r.queues {
		group, some := r.stage.Groups[g].Members, q.everybody
		if shown != nil {
			some = shown[g]
		}
		q.settle(some, r.world.inv.At, func(i int) execute.Member { return members[group[i].Cluster] })
	}
}

// progressOf is what is known of the members shown.
func (r *run) progressOf(v view) execute.Progress {
	shown := r.progress
	shown.Members = map[fleet.ClusterID]execute.Member{}
	for member := range v.stage.Members() {
		if m, known := r.progress.Members[member.Cluster]; known {
			shown.Members[member.Cluster] = m
		}
	}
	return shown
}

// view is a stage with some of its members, and without what is to be done when all have ended.
type view struct {
	stage  plan.Stage
	shown  [][]int // the places of the members, by group
	hidden []int   // members that wait and could begin, as far as is known, by group
}

// view shows so many of the members that wait for each place that can be taken.
func (r *run) view(shown int, now time.Time) view {
	v := view{stage: r.stage, shown: make([][]int, len(r.queues)), hidden: make([]int, len(r.queues))}
	v.stage.Drop, v.stage.Groups = nil, slices.Clone(r.stage.Groups)
	held, all := r.held(nil)
	for g, q := range r.queues {
		group := &v.stage.Groups[g]
		free := max(0, min(group.MaxConcurrency-held[g], v.stage.MaxConcurrency-all))
		chosen, hidden := q.show(free*shown, r.tooLate(now))
		group.Members = make([]plan.Member, len(chosen))
		for i, at := range chosen {
			group.Members[i] = r.stage.Groups[g].Members[at]
		}
		v.shown[g], v.hidden[g] = chosen, hidden
	}
	return v
}

// missed reports whether members that were not shown could have begun: a place is left in their group, and in the stage; or
// the stage has just given its last ones away, and none of those shown before them was ready to take it.
func (v view) missed(r *run, now time.Time) bool {
	held, all := r.held(r.decision.Begin)
	begins := len(r.decision.Begin) > 0
	for g, group := range v.stage.Groups {
		could := held[g] < group.MaxConcurrency && (all < v.stage.MaxConcurrency || begins && !ready(group, r.decision))
		if v.hidden[g] > 0 && could && !r.late(now) {
			return true
		}
	}
	return false
}

// held counts the places taken, by group and in all: by what is under way, and by what is about to be begun.
func (r *run) held(begins []fleet.Step) (held []int, all int) {
	held = make([]int, len(r.stage.Groups))
	hold := func(id fleet.ClusterID) {
		if group, member := r.groups[id]; member {
			held[group]++
			all++
		}
	}
	for id := range r.world.operations {
		hold(id)
	}
	for _, step := range begins {
		hold(step.Cluster)
	}
	return held, all
}

// ready reports whether a member of the group lacks nothing but a place.
func ready(group plan.Group, decision execute.Decision) bool {
	return slices.ContainsFunc(group.Members, func(m plan.Member) bool {
		return decision.Progress.Members[m.Cluster].State == fleet.NotStarted
	})
}
