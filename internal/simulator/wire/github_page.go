package wire

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// How many entries a page has where the client does not say, and at most (GitHub documentation, "Using pagination in the
// REST API").
const (
	githubPage    = 30
	maxGitHubPage = 100
)

// githubPaged cuts one page out of a list and says in the Link header where its neighbours are.
func githubPaged[T any](c *call, entries []T) ([]T, http.Header) {
	size, page := githubPage, 1
	if asked, err := strconv.Atoi(c.URL.Query().Get("per_page")); err == nil && asked > 0 {
		size = min(asked, maxGitHubPage)
	}
	if asked, err := strconv.Atoi(c.URL.Query().Get("page")); err == nil && asked > 0 {
		page = asked
	}
	last := max(1, (len(entries)+size-1)/size)
	var links []string
	link := func(relation string, number int) {
		query := c.URL.Query()
		query.Set("page", strconv.Itoa(number))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, c.base(), c.URL.EscapedPath(), query.Encode(), relation))
	}
	if page > 1 {
		link("prev", page-1)
	}
	if page < last {
		link("next", page+1)
		link("last", last)
	}
	if page > 1 {
		link("first", 1)
	}
	header := http.Header{}
	if len(links) > 0 {
		header.Set("Link", strings.Join(links, ", "))
	}
	from := min((page-1)*size, len(entries))
	return entries[from:min(from+size, len(entries))], header
}
