package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var commitHash = regexp.MustCompile(`\A([0-9a-f]{40}|[0-9a-f]{64})\z`)

// OnBranch reports whether a commit is the newest of a branch or one before it (GitHub REST API, "Compare two commits"). A
// run's HeadBranch is no more than a name, which a tag may have had that is gone by now; its HeadSHA stays.
//
// The branch is written as refs/heads/…, as a tag of its name would come first, and it is what is compared with: a commit
// that it holds differs in nothing then, so that the reply is short. 404 is the answer for a commit or a branch that is not
// there, and for histories that have nothing in common.
func (a *API) OnBranch(ctx context.Context, branch, sha string) (bool, error) {
	reading := task{fmt.Sprintf("looking for commit %s on branch %q", sha, branch), "contents: read"}
	segments := strings.Split(branch, "/")
	switch {
	case leadElsewhere(segments) || strings.Contains(branch, ".."):
		return false, a.failed(reading, errors.New("a branch cannot have that name"))
	case !commitHash.MatchString(sha):
		return false, a.failed(reading, errors.New("that is not the hash of a commit"))
	}
	segments[len(segments)-1] += "..." + sha
	var found struct {
		Status string `json:"status"` // of the commit, seen from the branch
	}
	_, err := a.get(ctx, a.path(append([]string{"compare", "refs", "heads"}, segments...)...), url.Values{"per_page": {"1"}}, &found)
	if err != nil {
		err = a.failed(reading, err)
		if Status(err) == http.StatusNotFound {
			return false, nil
		}
		return false, err
	}
	return found.Status == "identical" || found.Status == "behind", nil
}
