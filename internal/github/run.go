package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// The statuses of runs and jobs that are told apart here.
const (
	Queued     = "queued"
	InProgress = "in_progress"
	Waiting    = "waiting" // for the rules of an environment
	Pending    = "pending" // for its concurrency group
	Completed  = "completed"
)

// The conclusions of runs and jobs that are told apart here.
const (
	Success   = "success"
	Failure   = "failure"
	Cancelled = "cancelled"
	Skipped   = "skipped"
)

// Run is a run of a workflow.
type Run struct {
	ID              int64
	Attempt         int
	Status          string // queued, in_progress, waiting (for an environment), pending (for its concurrency group), completed
	Conclusion      string // once it is completed: success, failure, cancelled
	Workflow        string // path of its file: .github/workflows/fleet-production.yml
	HeadBranch      string // or the name of the tag that it is of: GitHub does not say which
	HeadSHA         string
	HeadRepository  string // owner/name; another than the workflow's is a fork
	Event           string // that began it: push, workflow_dispatch
	Actor           string // who began it
	TriggeringActor string // who began this attempt
	CreatedAt       time.Time
	StartedAt       time.Time // of its last attempt
	UpdatedAt       time.Time // not before it ended
	Title           string    // as run-name of the workflow says it
	URL             string    // for people
}

// Ended reports whether nothing of the run goes on.
func (r Run) Ended() bool { return r.Status == Completed }

// Concluded reports whether the run has ended, and so.
func (r Run) Concluded(conclusion string) bool { return r.Ended() && r.Conclusion == conclusion }

// Alike reports whether two runs are of the same workflow and branch.
func (r Run) Alike(other Run) bool {
	return r.Workflow == other.Workflow && r.HeadBranch == other.HeadBranch && r.HeadRepository == other.HeadRepository
}

// runBody is a run as the API has it; go-github lacks the path of its workflow.
type runBody struct {
	gh.WorkflowRun
	Path string `json:"path"`
}

func (b *runBody) run() Run {
	// of a workflow in another repository, or at another commit, the path ends in @ and which
	workflow, _, _ := strings.Cut(b.Path, "@")
	created := b.GetCreatedAt().Time
	return Run{
		ID: b.GetID(), Attempt: b.GetRunAttempt(), Status: b.GetStatus(), Conclusion: b.GetConclusion(), Workflow: workflow,
		HeadBranch: b.GetHeadBranch(), HeadSHA: b.GetHeadSHA(), HeadRepository: b.GetHeadRepository().GetFullName(), Event: b.GetEvent(),
		Actor: b.GetActor().GetLogin(), TriggeringActor: b.GetTriggeringActor().GetLogin(),
		CreatedAt: created, StartedAt: cmp.Or(b.GetRunStartedAt().Time, created), UpdatedAt: b.GetUpdatedAt().Time, Title: b.GetDisplayTitle(), URL: b.GetHTMLURL(),
	}
}

// Run reads a run (GitHub REST API, "Get a workflow run").
func (a *API) Run(ctx context.Context, id int64) (Run, error) {
	var body runBody
	if _, err := a.get(ctx, a.path("actions", "runs", strconv.FormatInt(id, 10)), nil, &body); err != nil {
		return Run{}, a.failed(task{fmt.Sprintf("reading run %d", id), "actions: read"}, err)
	}
	return body.run(), nil
}

// RunQuery chooses among the runs of a workflow; what is empty chooses all.
type RunQuery struct {
	Since  time.Time // created then or later
	Branch string
	Status string // or conclusion
	Newest int    // so many, or a few more, are enough; 0: all
}

// Runs lists the runs of a workflow, by the name of its file, newest first (GitHub REST API, "List workflow runs for a
// workflow"; of those that a query chooses GitHub tells no more than 1000).
func (a *API) Runs(ctx context.Context, file string, query RunQuery) ([]Run, error) {
	runs, err := a.runs(ctx, query, "actions", "workflows", file, "runs")
	if err != nil {
		return nil, a.failed(task{"listing the runs of workflow " + file, "actions: read"}, err)
	}
	return runs, nil
}

// runs reads a list of runs to its end.
func (a *API) runs(ctx context.Context, query RunQuery, path ...string) ([]Run, error) {
	read := 0
	bodies, err := all(func(page gh.ListOptions) ([]runBody, *gh.Response, error) {
		var list struct {
			Runs []runBody `json:"workflow_runs"`
		}
		response, err := a.get(ctx, a.path(path...), query.values(page), &list)
		if read += len(list.Runs); err == nil && query.Newest > 0 && read >= query.Newest {
			response.NextPage = 0 // GitHub lists the newest first
		}
		return list.Runs, response, err
	})
	if err != nil {
		return nil, err
	}
	runs := make([]Run, len(bodies))
	for i := range bodies {
		runs[i] = bodies[i].run()
	}
	return NewestFirst(runs), nil
}

// NewestFirst sorts runs, and of those that stand there twice takes the first. A run that begins while a list is read moves
// an entry to the next page, where it stands again.
func NewestFirst(runs []Run) []Run {
	slices.SortStableFunc(runs, func(a, b Run) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID)) })
	return slices.CompactFunc(runs, func(a, b Run) bool { return a.ID == b.ID })
}

func (q RunQuery) values(page gh.ListOptions) url.Values {
	values := pageQuery(page)
	if !q.Since.IsZero() {
		values.Set("created", ">="+q.Since.UTC().Format(time.RFC3339))
	}
	if q.Branch != "" {
		values.Set("branch", q.Branch)
	}
	if q.Status != "" {
		values.Set("status", q.Status)
	}
	return values
}

// RerunFailed runs the failed jobs of a run again, and the jobs that need them (GitHub REST API, "Re-run failed jobs from
// a workflow run"). GitHub refuses it, with 403, while the run is not completed, 30 days after it was created, and after
// 50 re-runs.
func (a *API) RerunFailed(ctx context.Context, run int64) error {
	if _, err := a.client.Actions.RerunFailedJobsByID(ctx, a.owner, a.name, run); err != nil {
		return a.failed(task{fmt.Sprintf("re-running the failed jobs of run %d", run), "actions: write"}, err)
	}
	return nil
}

// Cancel cancels a run (GitHub REST API, "Cancel a workflow run"). GitHub accepts it and tells the jobs afterwards. It
// refuses it, with 409, where the run has ended, or where a re-run has not been queued yet.
func (a *API) Cancel(ctx context.Context, run int64) error {
	_, err := a.client.Actions.CancelWorkflowRunByID(ctx, a.owner, a.name, run)
	var accepted *gh.AcceptedError
	if err != nil && !errors.As(err, &accepted) {
		return a.failed(task{fmt.Sprintf("cancelling run %d", run), "actions: write"}, err)
	}
	return nil
}
