package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// Artifact is what a job of a run stored for others.
type Artifact struct {
	ID        int64
	Name      string
	Size      int64 // in bytes, zipped
	CreatedAt time.Time
}

// Artifacts lists the artifacts of a run whose names begin with prefix, oldest first, those of all its attempts (GitHub
// REST API, "List workflow run artifacts"). Several may have one name. Those that have expired are there by name only.
func (a *API) Artifacts(ctx context.Context, run int64, prefix string) (kept, expired []Artifact, err error) {
	bodies, err := all(func(page gh.ListOptions) ([]*gh.Artifact, *gh.Response, error) {
		list, response, err := a.client.Actions.ListWorkflowRunArtifacts(ctx, a.owner, a.name, run, &page)
		if err != nil {
			return nil, response, err
		}
		return list.Artifacts, response, nil
	})
	if err != nil {
		return nil, nil, a.failed(task{fmt.Sprintf("listing the artifacts of run %d", run), "actions: read"}, err)
	}
	slices.SortFunc(bodies, func(a, b *gh.Artifact) int {
		return cmp.Or(a.GetCreatedAt().Compare(b.GetCreatedAt().Time), cmp.Compare(a.GetID(), b.GetID()))
	})
	// one that is stored while the list is read moves an entry to the next page, where it stands again
	bodies = slices.CompactFunc(bodies, func(a, b *gh.Artifact) bool { return a.GetID() == b.GetID() })
	for _, body := range bodies {
		artifact := Artifact{ID: body.GetID(), Name: body.GetName(), Size: body.GetSizeInBytes(), CreatedAt: body.GetCreatedAt().Time}
		switch {
		case !strings.HasPrefix(artifact.Name, prefix):
		case body.GetExpired():
			expired = append(expired, artifact)
		default:
			kept = append(kept, artifact)
		}
	}
	return kept, expired, nil
}
