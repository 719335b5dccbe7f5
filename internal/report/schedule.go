package report

import (
	"time"

	"github.com/org/fleet-update-action/internal/plan"
)

// schedule lays out the planned run from its creation on: members in their order, as many at once as group and stage
// allow, none before its window is known to open. Approvals take no time here.
func schedule(p plan.Plan) []lane {
	var lanes []lane
	at := p.CreatedAt
	for _, s := range p.Stages {
		if s.Skip != "" {
			continue
		}
		stageLanes, end := stageSchedule(s, at)
		lanes = append(lanes, stageLanes...)
		if at = end; s.WaitSeconds > 0 && len(stageLanes) > 0 {
			at = end.Add(seconds(s.WaitSeconds))
			lanes = append(lanes, lane{s.Name, waitLane, bar{"wait " + expected(s.WaitSeconds), end, at, faint}})
		}
	}
	return lanes
}

func stageSchedule(s plan.Stage, start time.Time) (lanes []lane, end time.Time) {
	end = start
	stageSlots := newSlots(s.MaxConcurrency, start)
	queues := make([]queue, len(s.Groups))
	for i, g := range s.Groups {
		queues[i] = newQueue(g, start)
	}
	for {
		free := stageSlots[stageSlots.first()]
		chosen, from := -1, time.Time{}
		for i, q := range queues {
			if at, waits := q.next(free); waits && (chosen < 0 || at.Before(from)) {
				chosen, from = i, at
			}
		}
		if chosen < 0 {
			return lanes, end
		}
		m := queues[chosen].take(from)
		to := from.Add(seconds(m.ExpectedSeconds))
		stageSlots[stageSlots.first()] = to
		end = later(end, to)
		lanes = append(lanes, lane{s.Name, s.Groups[chosen].Name, bar{label: m.Name, from: from, to: to}})
	}
}

// queue holds the members of a group that have not begun.
type queue struct {
	members []plan.Member
	slots   slots
}

func newQueue(g plan.Group, start time.Time) queue {
	q := queue{slots: newSlots(min(g.MaxConcurrency, len(g.Members)), start)}
	for _, m := range g.Members {
		if m.Action == plan.ActionUpgrade {
			q.members = append(q.members, m)
		}
	}
	return q
}

// next returns when the queue's first member can begin, if the stage has a place for it from free on.
func (q queue) next(free time.Time) (at time.Time, waits bool) {
	if len(q.members) == 0 {
		return time.Time{}, false
	}
	return later(later(q.slots[q.slots.first()], free), q.members[0].Until), true
}

func (q *queue) take(from time.Time) plan.Member {
	m := q.members[0]
	q.members = q.members[1:]
	q.slots[q.slots.first()] = from.Add(seconds(m.ExpectedSeconds))
	return m
}

// slots holds when each place of a concurrency limit becomes free.
type slots []time.Time

func newSlots(n int, free time.Time) slots {
	s := make(slots, max(1, n))
	for i := range s {
		s[i] = free
	}
	return s
}

func (s slots) first() int {
	first := 0
	for i := range s {
		if s[i].Before(s[first]) {
			first = i
		}
	}
	return first
}
