package github_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func oneRun() simulator.GitHubFile {
	return simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 1, Conclusion: "failure"}}}
}

func TestReadsAreRepeated(t *testing.T) {
	fault := func(kind simulator.FaultKind, call int, after time.Duration) simulator.Fault {
		return simulator.Fault{Kind: kind, Path: "get /api/v3/repos/org/fleet/actions/runs/1", Call: call, RetryAfter: after}
	}
	for _, test := range []struct {
		name   string
		faults []simulator.Fault
		waits  []time.Duration
		status int    // of the error
		want   string // in its text, "" is success
	}{
		{"at once", nil, nil, 0, ""},
		{"primary limit", []simulator.Fault{fault(simulator.RateLimit, 1, 4*time.Minute)}, []time.Duration{4 * time.Minute}, 0, ""},
		{"primary limit for long", []simulator.Fault{fault(simulator.RateLimit, 1, 40*time.Minute)}, nil, 0, "GitHub answered 403: the token's rate limit"},
		{"secondary limit", []simulator.Fault{fault(simulator.SecondaryLimit, 1, 90*time.Second)}, []time.Duration{90 * time.Second}, 0, ""},
		{"too many requests", []simulator.Fault{fault(simulator.Throttle, 1, 5*time.Second)}, []time.Duration{5 * time.Second}, 0, ""},
		{"limited for ever", []simulator.Fault{fault(simulator.Throttle, 0, 5*time.Minute)}, []time.Duration{5 * time.Minute, 5 * time.Minute, 5 * time.Minute}, 0, "GitHub answered 429: the token's rate limit"},
		{"a page", []simulator.Fault{fault(simulator.BadGateway, 1, 0)}, []time.Duration{time.Second}, 0, ""},
		{"server error", []simulator.Fault{fault(simulator.ServerFail, 1, 0), fault(simulator.Unready, 1, 0)}, []time.Duration{time.Second, 2 * time.Second}, 0, ""},
		{"cut", []simulator.Fault{fault(simulator.CutBefore, 1, 0), fault(simulator.CutAfter, 1, 0)}, []time.Duration{time.Second, 2 * time.Second}, 0, ""},
		{"never mended", []simulator.Fault{fault(simulator.BadGateway, 0, 0)}, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 60e9}, 502, "GitHub answered 502"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := enter(t, oneRun(), test.faults...)
			run, err := s.Run(t.Context(), 1)
			if err == nil && (run.ID != 1 || test.want != "") || err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)) || github.Status(err) != test.status {
				t.Errorf("got %+v, %v", run, err)
			}
			if !slices.Equal(s.waits, test.waits) {
				t.Errorf("waited %v, want %v", s.waits, test.waits)
			}
		})
	}
}

// It is no refusal: the same request is granted later.
func TestAnErrorOfALimitSaysUntilWhen(t *testing.T) {
	s := enter(t, oneRun(), simulator.Fault{Kind: simulator.RateLimit, Path: "actions/runs", RetryAfter: time.Hour})
	_, err := s.Run(t.Context(), 1)
	refused(t, err, 0, "reading run 1 of org/fleet", "rate limit is used up until 2026-11-23T07:00:00Z")
	if strings.Contains(err.Error(), "permissions") {
		t.Errorf("error %q speaks of a permission", err)
	}
}

// The ways in which GitHub refuses too many requests, and when it wants to be asked again.
func TestLimits(t *testing.T) {
	reset := strconv.FormatInt(time.Date(2026, 11, 23, 6, 2, 0, 0, time.UTC).Unix(), 10)
	past := strconv.FormatInt(time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC).Unix(), 10)
	for _, test := range []struct {
		name     string
		response func() *http.Response
		wait     time.Duration
	}{
		{"Retry-After goes first", func() *http.Response {
			return says(403, "{}", "Retry-After", "7", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset)
		}, 7 * time.Second},
		{"reset", func() *http.Response {
			return says(429, "{}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset)
		}, 2 * time.Minute},
		{"reset has passed", func() *http.Response { return says(403, "{}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", past) }, time.Second},
		{"secondary by its text", func() *http.Response {
			return says(403, `{"message":"You have exceeded a secondary rate limit."}`, "X-RateLimit-Remaining", "4000")
		}, time.Minute},
		{"429 alone", func() *http.Response { return says(429, "{}") }, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			first := true
			s := scripted(t, func(*http.Request) *http.Response {
				if first {
					first = false
					return test.response()
				}
				return says(200, `{"id":1}`)
			})
			if _, err := s.Run(t.Context(), 1); err != nil || !slices.Equal(s.waits, []time.Duration{test.wait}) {
				t.Errorf("error %v after waiting %v", err, s.waits)
			}
		})
	}
}

// go-github would refuse the next call by itself, by the system's clock.
func TestTheLastRequestOfAnHourIsNotTheLast(t *testing.T) {
	s := scripted(t, func(*http.Request) *http.Response {
		return says(200, `{"id":1}`, "X-RateLimit-Limit", "1000", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "9000000000")
	})
	for range 2 {
		if _, err := s.Run(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
}

// A write is sent again only where it was certainly not done.
func TestWritesAreRepeatedAfterLimitsAlone(t *testing.T) {
	for _, test := range []struct {
		kind           simulator.FaultKind
		tries, written int
	}{
		{simulator.RateLimit, 2, 1}, {simulator.SecondaryLimit, 2, 1}, {simulator.Throttle, 2, 1},
		{simulator.BadGateway, 1, 0}, {simulator.ServerFail, 1, 0}, {simulator.CutBefore, 1, 0}, {simulator.CutAfter, 1, 1},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			s := enter(t, oneRun(), simulator.Fault{Kind: test.kind, Path: "post /api/v3", Call: 1})
			err := s.PutComment(t.Context(), 7, "<!-- m -->", github.Comment{}, "<!-- m --> text")
			if len(s.sent) != test.tries || (err == nil) != (test.tries == 2) {
				t.Errorf("%d tries, %v", len(s.sent), err)
			}
			if comments := s.GitHub().Comments(7); len(comments) != test.written {
				t.Errorf("comments are %+v", comments)
			}
		})
	}
}

// A connection takes the body with it.
func TestAWriteIsSentAgainWithItsBody(t *testing.T) {
	var bodies []string
	s := scripted(t, func(r *http.Request) *http.Response {
		content, err := io.ReadAll(r.Body)
		bodies = append(bodies, string(content))
		if len(bodies) == 1 || err != nil {
			return says(429, "{}")
		}
		return says(201, `{"id":1}`)
	})
	if err := s.PutComment(t.Context(), 7, "m", github.Comment{}, "m text"); err != nil || len(bodies) != 2 || bodies[0] != bodies[1] || !strings.Contains(bodies[1], "m text") {
		t.Errorf("sent %q, %v", bodies, err)
	}
}

func TestInterruptedReadEnds(t *testing.T) {
	s := enter(t, oneRun(), simulator.Fault{Kind: simulator.Throttle, Path: "actions/runs"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Run(ctx, 1); err == nil || len(s.waits) != 0 {
		t.Errorf("error %v after %v", err, s.waits)
	}
}

func TestAReplyThatBreaksOffIsReadAgain(t *testing.T) {
	asked := 0
	s := scripted(t, func(*http.Request) *http.Response {
		asked++
		response := says(200, `{"id":1}`)
		if asked == 1 {
			response.Body = brokenOff{}
		}
		return response
	})
	if _, err := s.Run(t.Context(), 1); err != nil || asked != 2 {
		t.Errorf("error %v after %d requests", err, asked)
	}
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, http.ErrBodyReadAfterClose }
func (brokenOff) Close() error             { return nil }
