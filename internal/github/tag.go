package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// TagExists reports whether the repository has a tag of exactly this name (GitHub REST API, "Get a reference"). A run's
// HeadBranch does not say whether it is of a branch or of a tag, and whoever may push a tag can put any commit there.
func (a *API) TagExists(ctx context.Context, name string) (bool, error) {
	reading := task{fmt.Sprintf("looking for a tag %q", name), "contents: read"}
	segments := strings.Split(name, "/")
	if leadElsewhere(segments) {
		return false, a.failed(reading, errors.New("a tag cannot have that name"))
	}
	var found struct {
		Ref string `json:"ref"`
	}
	_, err := a.get(ctx, a.path(append([]string{"git", "ref", "tags"}, segments...)...), nil, &found)
	if err != nil {
		err = a.failed(reading, err)
		if Status(err) == http.StatusNotFound {
			return false, nil
		}
		return false, err
	}
	return found.Ref == "refs/tags/"+name, nil
}

// leadElsewhere reports whether the segments of a path are no names: git has none that are empty or nothing but dots.
func leadElsewhere(segments []string) bool {
	return slices.ContainsFunc(segments, func(segment string) bool { return strings.Trim(segment, ".") == "" })
}
