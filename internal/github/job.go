package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// Job is a job of a run in one of its attempts.
type Job struct {
	ID         int64
	Name       string // of a job in a workflow that is called: CALLER / NAME
	Attempt    int
	Status     string // queued, in_progress, waiting (for an environment), pending (for its concurrency group), completed
	Conclusion string // once it is completed: success, failure, cancelled, skipped
	Runner     string // that took it; "": none has
	CreatedAt  time.Time
	StartedAt  time.Time // of one that has not: when it came up
}

// The filters of a list of jobs.
const (
	latestAttempt = "latest"
	allAttempts   = "all"
)

// Jobs lists the jobs of a run as they stand: those of its last attempt, with those that it did not run again (GitHub REST
// API, "List jobs for a workflow run"). Jobs that others have to come before may be missing.
func (a *API) Jobs(ctx context.Context, run int64) ([]Job, error) {
	return a.jobs(ctx, run, latestAttempt)
}

// JobsOfAllAttempts lists the jobs of all attempts of a run, oldest first.
func (a *API) JobsOfAllAttempts(ctx context.Context, run int64) ([]Job, error) {
	return a.jobs(ctx, run, allAttempts)
}

func (a *API) jobs(ctx context.Context, run int64, filter string) ([]Job, error) {
	bodies, err := all(func(page gh.ListOptions) ([]*gh.WorkflowJob, *gh.Response, error) {
		list, response, err := a.client.Actions.ListWorkflowJobs(ctx, a.owner, a.name, run, &gh.ListWorkflowJobsOptions{Filter: filter, ListOptions: page})
		if err != nil {
			return nil, response, err
		}
		return list.Jobs, response, nil
	})
	if err != nil {
		return nil, a.failed(task{fmt.Sprintf("listing the jobs of run %d", run), "actions: read"}, err)
	}
	jobs := make([]Job, len(bodies))
	for i, body := range bodies {
		jobs[i] = Job{
			ID: body.GetID(), Name: body.GetName(), Attempt: int(body.GetRunAttempt()), Status: body.GetStatus(), Conclusion: body.GetConclusion(),
			Runner: body.GetRunnerName(), CreatedAt: body.GetCreatedAt().Time, StartedAt: body.GetStartedAt().Time,
		}
	}
	slices.SortFunc(jobs, func(a, b Job) int { return cmp.Or(cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.ID, b.ID)) })
	// one that comes up while the list is read moves an entry to the next page, where it stands again
	return slices.CompactFunc(jobs, func(a, b Job) bool { return a.ID == b.ID }), nil
}
