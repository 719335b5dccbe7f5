package github_test

import (
	"net/http"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestTagExists(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Tags: []string{"v1.0.0", "release/1", "50% #1"}})
	for name, want := range map[string]bool{"v1.0.0": true, "release/1": true, "50% #1": true, "v1.0": false, "v1.0.00": false, "V1.0.0": false, "release": false, "main": false} {
		if got, err := s.TagExists(t.Context(), name); err != nil || got != want {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

// Servers that take the name for the beginning of one answer with another reference, or with a list of them.
func TestATagOfALongerNameIsAnother(t *testing.T) {
	for _, body := range []string{`{"ref":"refs/tags/v1.0"}`, `{"ref":"refs/heads/v1"}`, `{}`} {
		s := scripted(t, func(*http.Request) *http.Response { return says(200, body) })
		if got, err := s.TagExists(t.Context(), "v1"); err != nil || got {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
	s := scripted(t, func(*http.Request) *http.Response { return says(200, `[{"ref":"refs/tags/v1"}]`) })
	if got, err := s.TagExists(t.Context(), "v1"); err == nil {
		t.Errorf("got %v", got)
	}
}

func TestTagsThatLeadElsewhereAreRefused(t *testing.T) {
	s := enter(t, simulator.GitHubFile{})
	for _, name := range []string{"", ".", "..", "../heads/main", "a/../b", "a//b", "a/"} {
		if got, err := s.TagExists(t.Context(), name); err == nil || len(s.sent) != 0 {
			t.Errorf("%q: got %v after %v", name, got, s.sent)
		}
	}
}
