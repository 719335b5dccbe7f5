package github

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"
)

// PendingDeployment is an environment whose protection rules jobs of a run wait for.
type PendingDeployment struct {
	Environment    string
	Reviewers      []string  // logins of people and slugs of teams, of whom one has to approve; none: nobody has to
	WaitMinutes    int       // its wait timer; 0 is none
	TimerStartedAt time.Time // zero: it has not
}

// Until is when the wait timer ends; zero where there is none, or it has not begun.
func (p PendingDeployment) Until() time.Time {
	if p.WaitMinutes <= 0 || p.TimerStartedAt.IsZero() {
		return time.Time{}
	}
	return p.TimerStartedAt.Add(time.Duration(p.WaitMinutes) * time.Minute)
}

// Pending reads what the jobs of a run wait for (GitHub REST API, "Get pending deployments for a workflow run"). It says
// neither which jobs they are nor since when they wait.
func (a *API) Pending(ctx context.Context, run int64) ([]PendingDeployment, error) {
	var found []struct {
		Environment struct {
			Name string `json:"name"`
		} `json:"environment"`
		WaitTimer          int        `json:"wait_timer"`
		WaitTimerStartedAt *time.Time `json:"wait_timer_started_at"`
		Reviewers          []struct {
			Reviewer struct {
				Login string `json:"login"`
				Slug  string `json:"slug"`
			} `json:"reviewer"`
		} `json:"reviewers"`
	}
	if _, err := a.get(ctx, a.path("actions", "runs", strconv.FormatInt(run, 10), "pending_deployments"), nil, &found); err != nil {
		return nil, a.failed(task{fmt.Sprintf("reading what run %d waits for", run), "actions: read"}, err)
	}
	pending := make([]PendingDeployment, len(found))
	for i, entry := range found {
		pending[i] = PendingDeployment{Environment: entry.Environment.Name, WaitMinutes: entry.WaitTimer}
		if entry.WaitTimerStartedAt != nil {
			pending[i].TimerStartedAt = *entry.WaitTimerStartedAt
		}
		for _, each := range entry.Reviewers {
			pending[i].Reviewers = append(pending[i].Reviewers, cmp.Or(each.Reviewer.Slug, each.Reviewer.Login))
		}
	}
	return pending, nil
}
