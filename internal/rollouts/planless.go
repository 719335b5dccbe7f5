package rollouts

import (
	"context"
	"slices"

	"github.com/org/fleet-update-action/internal/github"
)

// Planless says why a run has no plan, where one of its jobs failed and left it without a plan and without a record of any
// stage; of every other run it is "".
func Planless(ctx context.Context, from Store, gh jobs, run int64) (why string, err error) {
	kept, expired, err := from.Artifacts(ctx, run, "")
	if err != nil {
		return "", err
	}
	left := slices.Concat(kept, expired)
	if slices.ContainsFunc(left, isPlan) || len(recordsAmong(left)) > 0 {
		return "", nil
	}
	jobs, err := gh.Jobs(ctx, run)
	if err != nil || !slices.ContainsFunc(jobs, endedBadly) {
		return "", err
	}
	return noteNoPlan, nil
}

// endedBadly reports whether a job is over, and was neither done nor left out.
func endedBadly(job github.Job) bool {
	return job.Status == github.Completed && job.Conclusion != github.Success && job.Conclusion != github.Skipped && job.Conclusion != "neutral"
}
