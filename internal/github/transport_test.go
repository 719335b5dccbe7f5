package github_test

import (
	"net/http"
	"strings"
	"testing"
)

// Where a repository has moved, the API says where to, and net/http goes there.
func TestRedirects(t *testing.T) {
	run := `{"id":1,"run_attempt":2}`
	for _, test := range []struct {
		name, to string
		followed bool
	}{
		{"renamed", endpoint + "/repositories/7/actions/runs/1", true},
		{"another host", "https://evil.example/api/v3/runs/1", false},
		{"in the clear", strings.Replace(endpoint, "https", "http", 1) + "/runs/1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := 0
			s := scripted(t, func(r *http.Request) *http.Response {
				asked++
				if r.Header.Get("Authorization") != "Bearer "+token {
					t.Errorf("%s came without the token", r.URL)
				}
				if asked == 1 {
					return says(301, `{"message":"Moved Permanently"}`, "Location", test.to)
				}
				return says(200, run)
			})
			got, err := s.Run(t.Context(), 1)
			if (err == nil && got.Attempt == 2) != test.followed || asked > 1 != test.followed {
				t.Errorf("got %+v, %v after %d requests", got, err, asked)
			}
		})
	}
}

// net/http turns a POST into a GET on most redirects; a re-run would be reported that was never asked for.
func TestWritesThatBecomeReadsAreNotFollowed(t *testing.T) {
	s := scripted(t, func(r *http.Request) *http.Response {
		if r.Method == http.MethodPost {
			return says(302, "", "Location", endpoint+"/elsewhere")
		}
		return says(200, "{}")
	})
	refused(t, s.RerunFailed(t.Context(), 1), 302, "GitHub answered 302: Found.")
}

// Each page of a list and each redirect is a request of its own; a circle of them must end.
func TestRedirectsInACircleEnd(t *testing.T) {
	asked := 0
	s := scripted(t, func(r *http.Request) *http.Response {
		asked++
		return says(301, "", "Location", r.URL.String())
	})
	if _, err := s.Run(t.Context(), 1); err == nil || asked > 10 {
		t.Errorf("error %v after %d requests", err, asked)
	}
}
