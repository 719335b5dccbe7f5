package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// A request is repeated at most maxTries times in all, and within maxRepeating of its first try.
const (
	maxTries     = 8
	maxRepeating = 15 * time.Minute
	maxPause     = time.Minute // after what passes by itself
)

// repeat sends requests again where that may help: reads that were cut or met a passing fault, and whatever a rate limit
// refused, as that was before anything was done. It stands below go-github, whose own guard goes by the system's clock
// and refuses calls without sending them.
type repeat struct {
	next http.RoundTripper
	now  func() time.Time
	wait func(ctx context.Context, until time.Time) error
}

// RoundTrip sends the request, and sends it again as long as that may help.
func (r repeat) RoundTrip(request *http.Request) (*http.Response, error) {
	return r.do(request.Context(), request.Method, func() (*http.Response, error) {
		again, err := fresh(request)
		if err != nil {
			return nil, err
		}
		return r.next.RoundTrip(again)
	})
}

// do is RoundTrip for whatever way a request is sent.
func (r repeat) do(ctx context.Context, method string, send func() (*http.Response, error)) (*http.Response, error) {
	deadline := r.now().Add(maxRepeating)
	for try := 1; ; try++ {
		response, err := send()
		now := r.now()
		limit := limitOf(response, now, try)
		if limit == nil && !passing(method, response, err) || ctx.Err() != nil {
			return response, err
		}
		until := now.Add(min(time.Second<<(try-1), maxPause))
		if limit != nil {
			until, response, err = limit.until, nil, limit
		}
		if try == maxTries || until.After(deadline) {
			return response, err
		}
		if ended := r.wait(ctx, until); ended != nil {
			if err != nil && !errors.Is(ended, context.Canceled) {
				return nil, err // why it was to be sent again says more than that the time was up
			}
			return nil, ended
		}
	}
}

// fresh is a request with its body from the beginning.
func fresh(request *http.Request) (*http.Request, error) {
	again := request.Clone(request.Context())
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, err
		}
		again.Body = body
	}
	return again, nil
}

// passing reports whether a read may well succeed later. A write whose connection was cut may have been done.
func passing(method string, response *http.Response, err error) bool {
	if method != http.MethodGet {
		return false
	}
	if err != nil {
		var repeated *noAddress
		return !errors.Is(err, errTooLong) && !errors.As(err, &repeated)
	}
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// limited is the error of a request that a rate limit refused for longer than is waited.
type limited struct {
	status int
	until  time.Time
}

// Error says until when.
func (l *limited) Error() string {
	return fmt.Sprintf("GitHub answered %d: the token's rate limit is used up until %s; run again then", l.status, l.until.UTC().Format(time.RFC3339))
}

// limitOf reads from a reply whether a rate limit refused the request, and when to come back: after what Retry-After
// says, else when x-ratelimit-reset gives requests anew, else in a minute and longer each time (GitHub REST API, "Rate
// limits for the REST API": exceeding the rate limit). It takes the limit's headers out of the reply: go-github would
// go by them and the system's clock.
func limitOf(response *http.Response, now time.Time, try int) *limited {
	if response == nil {
		return nil
	}
	header := response.Header
	remaining, reset := header.Get("X-Ratelimit-Remaining"), header.Get("X-Ratelimit-Reset")
	for _, name := range []string{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
		header.Del(name)
	}
	tooMany := response.StatusCode == http.StatusTooManyRequests
	forbidden := response.StatusCode == http.StatusForbidden
	after, err := strconv.ParseInt(header.Get("Retry-After"), 10, 32)
	switch {
	case !tooMany && !forbidden:
		return nil
	case err == nil && after >= 0:
		return &limited{response.StatusCode, now.Add(time.Duration(max(after, 1)) * time.Second)}
	case remaining == "0":
		at, _ := strconv.ParseInt(reset, 10, 64)
		return &limited{response.StatusCode, later(time.Unix(at, 0), now.Add(time.Second))}
	case tooMany, saysSecondary(response):
		return &limited{response.StatusCode, now.Add(time.Minute << (try - 1))}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// saysSecondary reports whether the text of a refusal speaks of the secondary rate limit, the one of requests at once.
func saysSecondary(response *http.Response) bool {
	content, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(content))
	return err == nil && bytes.Contains(bytes.ToLower(content), []byte("secondary rate limit"))
}
