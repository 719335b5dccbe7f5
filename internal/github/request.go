package github

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	gh "github.com/google/go-github/v60/github"
)

// get reads what go-github has no method for, or reads only in part.
func (a *API) get(ctx context.Context, path string, query url.Values, target any) (*gh.Response, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	request, err := a.client.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	return a.client.Do(ctx, request, target)
}

func pageQuery(page gh.ListOptions) url.Values {
	return url.Values{"page": {strconv.Itoa(page.Page)}, "per_page": {strconv.Itoa(page.PerPage)}}
}
