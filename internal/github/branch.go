package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// BranchProtection adds to how an environment is protected which of the branches are open or absent that it names, or has
// to name for what the strategy requires. Only where stages are started by hand it matters, for there the protection of
// these branches is that of the stages; it takes a request for each of them, and contents: read.
func (a *API) BranchProtection(ctx context.Context, required fleet.Environment, actual fleet.Protection, where Repository) (fleet.Protection, error) {
	required, _ = byHand(required)
	want := wanted(required, actual, where, true)
	if want.ProtectedBranches { // and names none
		return actual, nil
	}
	actual.OpenBranches, actual.AbsentBranches = nil, nil
	for _, name := range want.Branches {
		protected, found, err := a.branch(ctx, name)
		switch {
		case err != nil:
			return fleet.Protection{}, err
		case !found:
			actual.AbsentBranches = append(actual.AbsentBranches, name)
		case !protected:
			actual.OpenBranches = append(actual.OpenBranches, name)
		}
	}
	return actual, nil
}

// branch reads whether a branch is protected (GitHub REST API, "Get a branch"). For one that was renamed GitHub answers with
// the one that it is now: then there is none of that name, and anybody may make it again.
func (a *API) branch(ctx context.Context, name string) (protected, found bool, err error) {
	if strings.Contains(name, "..") || leadElsewhere(strings.Split(name, "/")) { // no branch can have that name
		return false, false, nil
	}
	var body struct {
		Name      string `json:"name"`
		Protected bool   `json:"protected"`
	}
	if _, err := a.get(ctx, a.path("branches", name), nil, &body); err != nil {
		err = a.failed(task{fmt.Sprintf("reading branch %q", name), "contents: read"}, err)
		if Status(err) == http.StatusNotFound {
			return false, false, nil
		}
		return false, false, err
	}
	return body.Protected, body.Name == name, nil
}
