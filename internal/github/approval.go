package github

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// Approval is what a reviewer answered to the jobs of a run that waited for environments.
type Approval struct {
	Environments []string
	State        string // approved, rejected or pending
	User         string
	Comment      string
}

// Rejected finds among the answers to a run the first that is a no.
func Rejected(reviews []Approval) (Approval, bool) {
	at := slices.IndexFunc(reviews, func(review Approval) bool { return review.State == "rejected" })
	if at < 0 {
		return Approval{}, false
	}
	return reviews[at], true
}

// Approvals reads what reviewers answered to a run (GitHub REST API, "Get the review history for a workflow run"). GitHub
// tells neither when nor for which attempt or job.
func (a *API) Approvals(ctx context.Context, run int64) ([]Approval, error) {
	var found []struct {
		State        string `json:"state"`
		Comment      string `json:"comment"`
		Environments []struct {
			Name string `json:"name"`
		} `json:"environments"`
		User struct {
			Login string `json:"login"`
		} `json:"user"`
	}
	if _, err := a.get(ctx, a.path("actions", "runs", strconv.FormatInt(run, 10), "approvals"), nil, &found); err != nil {
		return nil, a.failed(task{fmt.Sprintf("reading the approvals of run %d", run), "actions: read"}, err)
	}
	approvals := make([]Approval, len(found))
	for i, entry := range found {
		approvals[i] = Approval{State: entry.State, User: entry.User.Login, Comment: entry.Comment}
		for _, environment := range entry.Environments {
			approvals[i].Environments = append(approvals[i].Environments, environment.Name)
		}
	}
	return approvals, nil
}
