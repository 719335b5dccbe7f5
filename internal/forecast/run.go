package forecast

import (
	"maps"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// run is one stage being carried out.
type run struct {
	world    *world
	stage    plan.Stage // a copy: members of which no time is known are left out of it
	members  map[fleet.ClusterID]*plan.Member
	groups   map[fleet.ClusterID]int
	queues   []*queue // by group
	entire   bool     // the next turn is decided on the whole stage
	orders   execute.Orders
	progress execute.Progress
	decision execute.Decision
	busy     []span // when something was under way
	jobs     []job  // the runs of its job, where they are cut
	cut      cut
	idle     int // jobs in a row that began nothing
	leftOut  int
	slowly   bool
}

// span is a time from one moment to another.
type span struct{ from, to time.Time }

func (s span) lasts() time.Duration { return s.to.Sub(s.from) }

// unwatched is how long an operation is left alone at the most. The world says when one ends, so there is no need to poll.
const unwatched = 10 * 365 * 24 * time.Hour

func newRun(p plan.Plan, index int, w *world) *run {
	r := &run{
		world: w, stage: p.Stages[index], progress: execute.Progress{Members: map[fleet.ClusterID]execute.Member{}}, members: map[fleet.ClusterID]*plan.Member{}, groups: map[fleet.ClusterID]int{},
		orders: execute.Orders{Images: string(p.Upgrade.Images), Policy: p.Policy, Name: p.Name, Poll: unwatched},
	}
	r.stage.Groups = slices.Clone(r.stage.Groups)
	for g := range r.stage.Groups {
		group := &r.stage.Groups[g]
		group.Members = slices.Clone(group.Members)
		for i := range group.Members {
			r.members[group.Members[i].Cluster], r.groups[group.Members[i].Cluster] = &group.Members[i], g
		}
		r.queues = append(r.queues, newQueue(*group, w.inv))
	}
	return r
}

// carryOut decides again whenever something has happened, until the stage has come to its end.
func (r *run) carryOut() {
	var answers map[fleet.ClusterID]fleet.Answer
	for {
		r.decide(execute.Seen{Inventory: r.world.inv, Answers: answers})
		if r.decision.Over {
			if again, cut := r.nextJob(); cut {
				answers = again
				continue
			}
			if !r.progress.Finished.IsZero() || !r.leaveOut() {
				return
			}
			answers = nil
			continue
		}
		var again bool
		if answers, again = r.begin(); again {
			continue // Decide has to hear of it
		}
		next, known := r.next()
		if !known {
			if !r.leaveOut() {
				return
			}
			continue
		}
		answers = r.advance(r.byDeadline(next))
	}
}

// begin takes the steps that were decided, and returns the answers to those that took no time. again reports whether that is
// to be decided on at once.
func (r *run) begin() (ended map[fleet.ClusterID]fleet.Answer, again bool) {
	if len(r.decision.Begin) == 0 {
		return nil, false
	}
	r.idle = 0
	accepted, ended := map[fleet.ClusterID]fleet.Answer{}, map[fleet.ClusterID]fleet.Answer{}
	for _, step := range r.decision.Begin {
		var takes time.Duration
		if member := r.members[step.Cluster]; member != nil {
			takes = member.Expected(step)
		}
		switch answer := r.world.begin(step, takes); answer.Verdict {
		case fleet.Accepted:
			accepted[step.Cluster] = answer
		case fleet.Later:
			r.putBack(step.Cluster)
			again = true
		default:
			ended[step.Cluster] = answer
			again = true
		}
	}
	begun := execute.Progress{Members: map[fleet.ClusterID]execute.Member{}}
	for id := range accepted {
		begun.Members[id] = r.progress.Members[id]
	}
	maps.Copy(r.progress.Members, begun.Accepted(r.world.inv.At, accepted).Members)
	return ended, again
}

// putBack has a member's step not begun. A real stage tries it again half a minute later, and finds what is in its way.
func (r *run) putBack(id fleet.ClusterID) {
	m := r.progress.Members[id]
	m.Step = nil
	if m.Began.IsZero() {
		m.State = fleet.NotStarted
	}
	r.progress.Members[id] = m
}

// next is when something happens next: an operation ends, or the time has come that a member waits for.
func (r *run) next() (at time.Time, known bool) {
	at, known = r.world.next()
	earlier := func(m execute.Member) {
		if later := m.NotBefore.After(r.world.inv.At); later && !m.State.Terminal() && (!known || m.NotBefore.Before(at)) {
			at, known = m.NotBefore, true
		}
	}
	for g, q := range r.queues {
		group := r.stage.Groups[g].Members
		for _, i := range q.active {
			earlier(r.progress.Members[group[i].Cluster])
		}
		if len(q.asleep) > 0 {
			earlier(r.progress.Members[group[q.asleep[0].at].Cluster])
		}
	}
	return at, known
}

// advance lets the world go on, and keeps when anything was under way.
func (r *run) advance(to time.Time) map[fleet.ClusterID]fleet.Answer {
	from := r.world.inv.At
	working := len(r.world.operations) > 0
	answers := r.world.advance(to)
	if working {
		r.busy = append(r.busy, span{from, r.world.inv.At})
	}
	return answers
}

// leaveOut leaves the members out that would wait for ever, as nothing else happens in this world. It reports whether
// there are any.
func (r *run) leaveOut() bool {
	before := r.leftOut
	for member := range r.stage.Members() {
		if !r.progress.Members[member.Cluster].State.Terminal() {
			member.Action, member.Why, member.Reason = plan.ActionSkip, plan.WhyOther, "when its turn comes is not known"
			r.leftOut++
			r.entire = true
		}
	}
	return r.leftOut > before
}
