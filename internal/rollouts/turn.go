package rollouts

import (
	"context"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/github"
)

// Turn is when a run had its turn in its concurrency group for a plan that was made then, zero where that is not known. The plan
// of a profile is made outside the group; the jobs in the workflows that it calls come up when the turn has come, before any
// approval. Those that came up before the plan were there for another.
func Turn(ctx context.Context, gh attempts, run int64, planned time.Time) (time.Time, error) {
	jobs, err := gh.JobsOfAllAttempts(ctx, run)
	return firstCreated(jobs, func(job github.Job) bool { return strings.Contains(job.Name, " / ") && !job.CreatedAt.Before(planned) }), err
}

// attempts tells of the jobs of all attempts of runs.
type attempts interface {
	JobsOfAllAttempts(ctx context.Context, run int64) ([]github.Job, error)
}

// firstCreated is when the first of some jobs came up; zero: there is none.
func firstCreated(jobs []github.Job, is func(github.Job) bool) time.Time {
	var first time.Time
	for _, job := range jobs {
		if is(job) && (first.IsZero() || job.CreatedAt.Before(first)) {
			first = job.CreatedAt
		}
	}
	return first
}
