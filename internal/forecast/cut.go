package forecast

import (
	"maps"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// cut is what the job of a stage is held to: it ends by itself at its limit, or where it could only wait past that, and is
// run again as soon as there is something to do. GitHub holds each run back by the timer of its environment.
type cut struct {
	limit, timer time.Duration // limit 0: the job has no end
}

// changes reports whether a stage that would need these jobs is carried out otherwise when it is held to that.
func (c cut) changes(jobs []job) bool {
	return longest(jobs) > c.limit || len(jobs) > 1 && c.timer > 0
}

// idleJobs is how many runs of a job may follow one another in which nothing is under way. More of them never end: a timer
// that is longer than the time between two windows may let each run miss one.
const idleJobs = 10

// inJobs has the stage carried out in jobs, the first of which begins before or when the world is there.
func (r *run) inJobs(begins time.Time, c cut) {
	r.cut = c
	r.openJob(begins)
	if again := begins.Add(c.timer); r.world.inv.At.Sub(begins) > c.limit { // it could only wait, and ends at once
		r.world.advance(again)
		r.openJob(r.world.inv.At)
	}
}

// openJob begins a run of the job. Beyond those that GitHub allows it is of no use to know where each would end.
func (r *run) openJob(begins time.Time) {
	r.jobs = append(r.jobs, job{begins, begins})
	r.orders.Began, r.orders.Deadline = begins, begins.Add(r.cut.limit)
	if len(r.jobs) > strategy.Reruns+1 {
		r.orders.Deadline = time.Time{}
	}
}

// nextJob begins the next run of the job, where one is to follow: the stage is not at its end, and it is known when
// something can happen. What ends between the two is seen by the next.
func (r *run) nextJob() (answers map[fleet.ClusterID]fleet.Answer, follows bool) {
	if r.cut.limit == 0 {
		return nil, false
	}
	now, at := r.world.inv.At, r.decision.LookAgain
	r.jobs[len(r.jobs)-1].to = now
	_, known := r.next()
	unknown := !known && (at.IsZero() || at.After(now))
	if ended := !r.progress.Finished.IsZero() || r.orders.Deadline.IsZero(); ended || unknown || r.idle > idleJobs {
		return nil, false
	}
	r.idle++
	if len(r.world.operations) > 0 {
		r.idle = 0
	}
	if held := now.Add(r.cut.timer); held.After(at) {
		at = held
	}
	answers = map[fleet.ClusterID]fleet.Answer{}
	for next, known := r.world.next(); known && !next.After(at); next, known = r.world.next() {
		maps.Copy(answers, r.advance(next))
	}
	maps.Copy(answers, r.advance(at))
	r.openJob(at)
	return answers, true
}

// byDeadline is the time, or the end of the job where that comes first.
func (r *run) byDeadline(at time.Time) time.Time {
	if deadline := r.orders.Deadline; !deadline.IsZero() && deadline.Before(at) {
		return deadline
	}
	return at
}
