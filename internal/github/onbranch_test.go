package github_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
)

const (
	older = "1111111111111111111111111111111111111111"
	newer = "2222222222222222222222222222222222222222"
	other = "3333333333333333333333333333333333333333"
	stray = "4444444444444444444444444444444444444444"
	fork  = "5555555555555555555555555555555555555555"
)

func TestOnBranch(t *testing.T) {
	s := enter(t, simulator.GitHubFile{StrayCommits: []string{stray}, Runs: []simulator.RunFile{
		{ID: 1, SHA: older}, {ID: 2, SHA: newer}, {ID: 3, SHA: other, Branch: "release/50% #1"}, {ID: 4, SHA: stray}, {ID: 5, SHA: fork, HeadRepository: "mallory/fleet"}}})
	for _, test := range []struct {
		name, branch, sha string
		want              bool
	}{
		{"the newest commit", "main", newer, true},
		{"one before it", "main", older, true},
		{"with a slash, a blank and a percent", "release/50% #1", other, true},
		{"of another branch", "main", other, false},
		{"of no branch", "main", stray, false},
		{"of a fork", "main", fork, false},
		{"a commit that is not there", "main", strings.Repeat("9", 40), false},
		{"a branch that is not there", "release", newer, false},
		{"a branch that begins so", "mai", newer, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := s.OnBranch(t.Context(), test.branch, test.sha); err != nil || got != test.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	if want := "GET /compare/refs/heads/release/50%25%20%231..." + other; s.sent[2] != want {
		t.Errorf("sent %q, want %q", s.sent[2], want)
	}
}

func TestOnlyACommitThatTheBranchHoldsIsOnIt(t *testing.T) {
	for body, want := range map[string]bool{
		`{"status":"behind"}`: true, `{"status":"identical"}`: true, `{"status":"ahead"}`: false, `{"status":"diverged"}`: false, `{"status":"new"}`: false, `{}`: false,
	} {
		s := scripted(t, func(*http.Request) *http.Response { return says(200, body) })
		if got, err := s.OnBranch(t.Context(), "main", newer); err != nil || got != want {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
}

func TestWhetherACommitIsOnABranchTakesContents(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Permissions: map[string]string{"actions": "read"}, Runs: []simulator.RunFile{{ID: 1, SHA: newer}}})
	_, err := s.OnBranch(t.Context(), "main", newer)
	refused(t, err, 403, "commit "+newer, `branch "main"`, "permissions: contents: read")
	broken := scripted(t, func(*http.Request) *http.Response { return says(422, `{"message":"too large"}`) })
	_, err = broken.OnBranch(t.Context(), "main", newer)
	refused(t, err, 422, "too large")
}

// What is not the name of a branch or the hash of a commit would compare something else, or lead elsewhere.
func TestBranchesAndCommitsThatLeadElsewhereAreRefused(t *testing.T) {
	s := enter(t, simulator.GitHubFile{})
	for _, name := range []string{"", ".", "..", "../tags/main", "a/../b", "a//b", "a/", "a...b"} {
		if got, err := s.OnBranch(t.Context(), name, newer); err == nil || len(s.sent) != 0 {
			t.Errorf("%q: got %v after %v", name, got, s.sent)
		}
	}
	for _, sha := range []string{"", "main", newer[1:], newer + "0", "mallory:" + newer, strings.Repeat("A", 40), newer + "/..", newer + "\n"} {
		if got, err := s.OnBranch(t.Context(), "main", sha); err == nil || len(s.sent) != 0 {
			t.Errorf("%q: got %v after %v", sha, got, s.sent)
		}
	}
	if got, err := enter(t, simulator.GitHubFile{}).OnBranch(t.Context(), "main", strings.Repeat("ab", 32)); err != nil || got {
		t.Errorf("a hash of SHA-256: got %v, %v", got, err)
	}
}
