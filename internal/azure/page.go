package azure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxPages ends a LIST whose pages lead nowhere.
const maxPages = 10_000

// pages reads a LIST to its end and hands over each page's entries.
func pages[T any](ctx context.Context, c *Client, call call, take func(entries []T) error) error {
	asked := map[string]bool{}
	for range maxPages {
		asked[call.url] = true
		var page struct {
			Value    []T    `json:"value"`
			NextLink string `json:"nextLink"`
		}
		if err := c.read(ctx, call, &page); err != nil {
			return err
		}
		if err := take(page.Value); err != nil {
			return malformed(call, err)
		}
		if page.NextLink == "" {
			return nil
		}
		if err := c.ours(page.NextLink); err != nil {
			return malformed(call, fmt.Errorf("its nextLink %w", err))
		}
		if asked[page.NextLink] {
			return malformed(call, errors.New("its nextLinks lead in a circle"))
		}
		call.url = page.NextLink
	}
	return malformed(call, fmt.Errorf("it has more than %d pages", maxPages))
}

// all reads a LIST into one slice.
func all[T any](ctx context.Context, c *Client, call call) ([]T, error) {
	var entries []T
	err := pages(ctx, c, call, func(page []T) error {
		entries = append(entries, page...)
		return nil
	})
	return entries, err
}

// ours refuses a link that would take our token to another host than the resource manager's.
func (c *Client) ours(link string) error {
	target, err := url.Parse(link)
	if err != nil {
		return errors.New("is not a URL")
	}
	if target.Scheme != c.endpoint.Scheme || address(target) != address(c.endpoint) || target.User != nil {
		return fmt.Errorf("leads to another host, %q", target.Host)
	}
	return nil
}

// address is where an https URL leads. Some resource providers write the default port out, as in
// "https://management.azure.com:443/…".
func address(u *url.URL) string {
	return strings.ToLower(u.Hostname()) + ":" + cmp.Or(u.Port(), "443")
}
