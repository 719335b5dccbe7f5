package github

import (
	"fmt"

	gh "github.com/google/go-github/v60/github"
)

// pageSize is how many entries of a list are asked for at once: the most there are (GitHub REST API, "Using pagination
// in the REST API").
const pageSize = 100

// maxPages ends a list whose pages lead nowhere.
const maxPages = 1000

// all reads a list to its end.
func all[T any](read func(page gh.ListOptions) ([]T, *gh.Response, error)) ([]T, error) {
	var entries []T
	page := gh.ListOptions{Page: 1, PerPage: pageSize}
	for range maxPages {
		some, response, err := read(page)
		if err != nil {
			return nil, err
		}
		entries = append(entries, some...)
		if response.NextPage <= page.Page {
			return entries, nil
		}
		page.Page = response.NextPage
	}
	return nil, fmt.Errorf("it has more than %d pages", maxPages)
}
