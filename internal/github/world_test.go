package github_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// These tests run the client against the simulated GitHub, through go-github, in process and in the world's own time.

const (
	token    = "ghs_secret-token-of-the-job"
	endpoint = "https://github.example/api/v3"
)

// scene is a world, a client of its GitHub, and what went between them.
type scene struct {
	*simulator.World
	*github.API
	waits []time.Duration
	sent  []string // "METHOD path"
}

// enter builds a world around a GitHub. Waiting moves its clock.
func enter(t testing.TB, file simulator.GitHubFile, faults ...simulator.Fault) *scene {
	t.Helper()
	world, err := simulator.New(simulator.Description{Start: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), GitHub: &file, Faults: simulator.Faults{Exact: faults}})
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{World: world}
	served := wire.Transport(wire.Handler(world))
	s.API = s.connect(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		s.sent = append(s.sent, r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), "/api/v3/repos/org/fleet"))
		return served.RoundTrip(r)
	}))
	return s
}

func (s *scene) connect(t testing.TB, transport http.RoundTripper) *github.API {
	t.Helper()
	wait := func(ctx context.Context, until time.Time) error {
		s.waits = append(s.waits, until.Sub(s.Now()))
		s.AdvanceTo(until)
		return ctx.Err()
	}
	api, err := github.NewAPI(github.APIConfig{BaseURL: endpoint, Repository: "org/fleet", Token: token, Transport: transport, Now: s.Now, Wait: wait})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// scripted is a client whose GitHub answers from a script, for what the simulated one never says.
func scripted(t testing.TB, script func(r *http.Request) *http.Response) *scene {
	t.Helper()
	s := enter(t, simulator.GitHubFile{})
	s.API = s.connect(t, roundTrip(func(r *http.Request) (*http.Response, error) { return script(r), nil }))
	return s
}

// says is a reply; headers are name, value, name, value.
func says(status int, body string, headers ...string) *http.Response {
	response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(headers); i += 2 {
		response.Header.Set(headers[i], headers[i+1])
	}
	return response
}

// refused checks an error's status and that it says all of the texts.
func refused(t *testing.T, err error, status int, texts ...string) {
	t.Helper()
	if err == nil || github.Status(err) != status {
		t.Fatalf("error %v has status %d, want %d", err, github.Status(err), status)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error %q lacks %q", err, text)
		}
	}
}

// hostOf is how gh names the host of an API.
func hostOf(t *testing.T, base string) string {
	t.Helper()
	s := enter(t, simulator.GitHubFile{})
	api, err := github.NewAPI(github.APIConfig{BaseURL: base, Repository: "org/fleet", Token: token, Now: s.Now, Wait: func(context.Context, time.Time) error { return nil },
		Transport: roundTrip(func(*http.Request) (*http.Response, error) { return says(200, `{"name":"fleet"}`), nil })})
	if err != nil {
		t.Fatal(err)
	}
	repository, err := api.Repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return repository.Host
}
