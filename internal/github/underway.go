package github

import (
	"context"
	"fmt"
)

// underWay are the statuses of runs that have not ended, in the order in which most runs go through them: one that moves
// on while they are asked for is met by a later question. An approval moves a run back, so that is asked for again.
var underWay = []string{"requested", Queued, Pending, InProgress, Waiting, Queued, Pending, InProgress}

// RunsUnderWay lists the runs of all workflows of the repository that have not ended, on any branch, newest first (GitHub
// REST API, "List workflow runs for a repository", by status).
func (a *API) RunsUnderWay(ctx context.Context) ([]Run, error) {
	var found []Run
	for _, status := range underWay {
		runs, err := a.runs(ctx, RunQuery{Status: status}, "actions", "runs")
		if err != nil {
			return nil, a.failed(task{fmt.Sprintf("listing the runs that are %s", status), "actions: read"}, err)
		}
		found = append(runs, found...) // as it stands now comes before as it stood
	}
	return NewestFirst(found), nil
}
