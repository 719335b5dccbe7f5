package azure

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// A read is repeated at most maxTries times in all, and within maxRepeating of its first try.
const (
	maxTries     = 8
	maxRepeating = 10 * time.Minute
	maxPause     = time.Minute // where Azure does not say how long to wait
)

// repeat sends reads again when they were throttled, cut or met a passing fault. Writes are sent once: whether to
// repeat them is not decided here.
type repeat struct {
	now   func() time.Time
	wait  func(ctx context.Context, until time.Time) error
	posts bool // POSTs are reads too, as Entra's token requests are
}

// Do sends the request, and sends it again as long as that may help.
func (r repeat) Do(request *policy.Request) (*http.Response, error) {
	ctx := request.Raw().Context()
	if method := request.Raw().Method; method != http.MethodGet && !(r.posts && method == http.MethodPost) {
		return request.Next()
	}
	deadline := r.now().Add(maxRepeating)
	for try := 1; ; try++ {
		response, err := request.Clone(ctx).Next()
		if try == maxTries || ctx.Err() != nil || !repeatable(response, err) {
			return response, err
		}
		now := r.now()
		until, said := retryAfter(response, now)
		if !said {
			until = now.Add(min(time.Second<<(try-1), maxPause))
		}
		if until.After(deadline) {
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

// repeatable reports whether the same read may well succeed later: a passing status, or no reply at all.
func repeatable(response *http.Response, err error) bool {
	if err == nil {
		return passing(response.StatusCode)
	}
	var tooLong *http.MaxBytesError
	return !isFinal(err) && !errors.As(err, &tooLong)
}

// isFinal reports whether an error carries azcore's marker of errors that repeating does not mend, as failed logins do.
func isFinal(err error) bool {
	var final interface{ NonRetriable() }
	return errors.As(err, &final)
}

// maxRetryAfter is the longest that a reply is believed to ask for.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads how long a reply asks to be left alone: milliseconds in Azure's own headers, seconds or a date in
// Retry-After. It is maxRetryAfter at most.
func retryAfter(response *http.Response, now time.Time) (until time.Time, said bool) {
	if response == nil {
		return time.Time{}, false
	}
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if pause := pauseOf(response.Header.Get(name), time.Millisecond); pause > 0 {
			return now.Add(pause), true
		}
	}
	text := response.Header.Get("Retry-After")
	if pause := pauseOf(text, time.Second); pause > 0 {
		return now.Add(pause), true
	}
	if date, err := http.ParseTime(text); err == nil && date.After(now) {
		return now.Add(min(date.Sub(now), maxRetryAfter)), true
	}
	return time.Time{}, false
}

// pauseOf reads a whole number of units; zero is none.
func pauseOf(text string, unit time.Duration) time.Duration {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number <= 0 {
		return 0
	}
	return time.Duration(min(number, int64(maxRetryAfter/unit))) * unit
}
