package azure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/org/fleet-update-action/internal/fleet"
)

const (
	subscription = "11111111-1111-1111-1111-111111111111"
	accessToken  = "eyJ-secret-access-token"
)

var errCut = errors.New("connection reset by peer")

func clusterOne() fleet.ClusterID { return fleet.NewClusterID(subscription, "rg-one", "aks-one") }

// answer is one scripted reply; cut is a connection without one.
type answer struct {
	status int
	header map[string]string
	body   string
	cut    bool
}

// stub is an ARM that answers from a script and keeps what it was asked.
type stub struct {
	mu     sync.Mutex
	script func(r *http.Request, body string) answer
	asked  []asked
}

type asked struct {
	method, path, query, body string
	header                    http.Header
}

func (s *stub) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, asked{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Header.Clone()})
	a := s.script(r, string(body))
	if a.cut {
		return nil, fmt.Errorf("read: %w", errCut)
	}
	response := &http.Response{StatusCode: max(a.status, 200), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}
	if a.status == 0 {
		response.StatusCode = 200
	}
	for name, value := range a.header {
		response.Header.Set(name, value)
	}
	return response, nil
}

// writes returns the requests that were no GET.
func (s *stub) writes() []asked {
	var writes []asked
	for _, a := range s.asked {
		if a.method != http.MethodGet {
			writes = append(writes, a)
		}
	}
	return writes
}

// clock is a clock that only waiting moves.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	waits []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Wait(ctx context.Context, until time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	c.waits = append(c.waits, until.Sub(c.at))
	if until.After(c.at) {
		c.at = until
	}
	return nil
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

type staticCredential struct{ err error }

func (s staticCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: accessToken, ExpiresOn: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)}, s.err
}

// newStub returns a client whose ARM answers from script.
func newStub(t testing.TB, script func(r *http.Request, body string) answer) (*Client, *stub, *clock) {
	t.Helper()
	s, c := &stub{script: script}, newClock()
	config, err := Cloud("", "", "")
	if err != nil {
		t.Fatal(err)
	}
	client, err := NewClient(Config{Credential: staticCredential{}, Cloud: config, Transport: s, Now: c.Now, Wait: c.Wait, Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	return client, s, c
}

// always answers every request alike.
func always(a answer) func(*http.Request, string) answer {
	return func(*http.Request, string) answer { return a }
}

// inTurn answers the first request with the first answer and so on; the last is repeated.
func inTurn(answers ...answer) func(*http.Request, string) answer {
	next := 0
	return func(*http.Request, string) answer {
		a := answers[min(next, len(answers)-1)]
		next++
		return a
	}
}

// byPath answers by "METHOD suffix of the path"; the longest match counts, and what has no answer is 404.
func byPath(answers map[string]answer) func(*http.Request, string) answer {
	return func(r *http.Request, _ string) answer {
		found, best := answer{status: 404, body: `{"error":{"code":"ResourceNotFound","message":"not found"}}`}, -1
		for key, a := range answers {
			method, suffix, _ := strings.Cut(key, " ")
			if r.Method == method && strings.HasSuffix(strings.ToLower(r.URL.Path), strings.ToLower(suffix)) && len(suffix) > best {
				found, best = a, len(suffix)
			}
		}
		return found
	}
}
