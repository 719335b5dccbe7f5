package rollouts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/workflow"
)

// doing says what a rollout does or waits for, and since when.
func (o other) doing() string {
	if o.soaks {
		return fmt.Sprintf("is in the wait after its stage %s until %s", o.stage, clock(o.opens))
	}
	if !o.opens.IsZero() {
		return fmt.Sprintf("is to go on with stage %s at %s", o.stage, clock(o.opens))
	}
	if len(o.pending) > 0 {
		return "waits for " + strings.Join(awaits(o.pending), " and for ") + since(o.asked())
	}
	if job, working := o.first(github.InProgress); working {
		return jobDoing(job) + since(job.StartedAt)
	}
	if job, queued := o.first(github.Queued); queued {
		return "waits for a runner" + since(job.CreatedAt)
	}
	if job, pending := o.first(github.Pending); pending {
		return "waits for its turn" + since(job.CreatedAt)
	}
	if o.run.Status == github.Pending {
		return "waits for its turn" + since(o.run.CreatedAt)
	}
	return "is under way" + since(o.run.CreatedAt)
}

// first finds the first job of a status.
func (o other) first(status string) (github.Job, bool) {
	at := slices.IndexFunc(o.jobs, func(job github.Job) bool { return job.Status == status })
	if at < 0 {
		return github.Job{}, false
	}
	return o.jobs[at], true
}

func jobDoing(job github.Job) string {
	switch kind, stage := workflow.JobNamed(job.Name); kind {
	case workflow.PlanJob:
		return "makes its plan"
	case workflow.StageJob:
		return "runs stage " + stage
	default:
		return "runs its job “" + job.Name + "”"
	}
}

// asked is since when the first of the jobs waits that wait for an environment. GitHub does not say it of the environments.
func (o other) asked() time.Time {
	return firstCreated(o.jobs, func(job github.Job) bool { return job.Status == github.Waiting })
}

// awaits says what of each environment is waited for.
func awaits(pending []github.PendingDeployment) []string {
	all := make([]string, len(pending))
	for i, p := range pending {
		switch {
		case len(p.Reviewers) > 0:
			all[i] = "approval of " + p.Environment + " by " + strings.Join(p.Reviewers, ", ")
		case !p.Until().IsZero():
			all[i] = "the wait timer of " + p.Environment + " until " + clock(p.Until())
		default:
			all[i] = "the protection rules of " + p.Environment
		}
	}
	return all
}

func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " since " + clock(t)
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }
