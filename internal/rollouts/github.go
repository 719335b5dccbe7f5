package rollouts

import (
	"context"
	"net/http"

	"github.com/org/fleet-update-action/internal/github"
)

// GitHub is what the runs of a repository are asked for; *github.API is one, and says of each method what GitHub answers.
type GitHub interface {
	Store
	jobs
	Runs(ctx context.Context, file string, query github.RunQuery) ([]github.Run, error)
	attempts
	Pending(ctx context.Context, run int64) ([]github.PendingDeployment, error)
	Approvals(ctx context.Context, run int64) ([]github.Approval, error)
}

// jobs tells of the jobs of runs as they stand.
type jobs interface {
	Jobs(ctx context.Context, run int64) ([]github.Job, error)
}

// runsOf lists the runs of some workflows, newest first. One that GitHub does not know has none: it is on no default branch.
func runsOf(ctx context.Context, gh GitHub, files []string, query github.RunQuery) ([]github.Run, error) {
	var found []github.Run
	for i, file := range files {
		runs, err := gh.Runs(ctx, file, query)
		if err != nil && (i == 0 || github.Status(err) != http.StatusNotFound) {
			return nil, err
		}
		found = append(found, runs...)
	}
	return github.NewestFirst(found), nil
}
