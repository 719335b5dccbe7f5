package forecast

import "time"

// job is one run of a stage's job on a runner.
type job = span

// jobsOf says how a stage would be spread over runs of its job, the first of which begins at a time: a job sits out a
// pause that ends within its limit, and ends at once before a longer one, to be run again when that is over.
func jobsOf(begins time.Time, busy []span, limit time.Duration) []job {
	jobs := []job{{begins, begins}}
	for _, work := range busy {
		last := &jobs[len(jobs)-1]
		if work.from.Sub(last.from) > limit && work.from.After(last.to) {
			jobs = append(jobs, work)
			continue
		}
		last.to = work.to
	}
	return jobs
}

// times is how many times a job is run for these: one that takes longer than its limit is cut off there, and goes on in another.
func times(jobs []job, limit time.Duration) int {
	n := 0
	for _, j := range jobs {
		n += max(1, int((j.lasts()+limit-1)/limit))
	}
	return n
}

// longest is how long the longest of the jobs runs.
func longest(jobs []job) time.Duration {
	var most time.Duration
	for _, j := range jobs {
		most = max(most, j.lasts())
	}
	return most
}

// total is how long all of them last together.
func total(spans []span) time.Duration {
	var sum time.Duration
	for _, s := range spans {
		sum += s.lasts()
	}
	return sum
}
