package github_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestBranchProtection(t *testing.T) {
	file := simulator.GitHubFile{ProtectedBranches: []string{"release/50% #1", "old"}, Runs: []simulator.RunFile{{Branch: "dev"}}}
	named := func(branches ...string) fleet.Protection {
		return fleet.Protection{Exists: true, BranchesLimited: true, Branches: branches}
	}
	for _, test := range []struct {
		name         string
		required     fleet.Environment
		actual       fleet.Protection
		open, absent []string
		asked        []string
	}{
		{"each that is named", fleet.Environment{}, named("release/50% #1", "main", "dev", "gone/1"), []string{"main", "dev"}, []string{"gone/1"},
			[]string{"release%2F50%25%20%231", "main", "dev", "gone%2F1"}},
		{"what the strategy forbids goes anyway", fleet.Environment{Branches: []string{"old", "dev"}}, named("main", "dev", "gone"), []string{"dev"}, nil, []string{"dev"}},
		{"what has to be named", fleet.Environment{Branches: []string{"old", "dev", "v*"}}, named("v*"), []string{"dev"}, nil, []string{"old", "dev"}},
		{"the default branch has to be", fleet.Environment{}, named("*", "v?"), []string{"main"}, nil, []string{"main"}},
		{"the default branch, as the strategy has but a wildcard", fleet.Environment{Branches: []string{"*"}}, named("*"), []string{"main"}, nil, []string{"main"}},
		{"nothing is there yet", fleet.Environment{}, fleet.Protection{}, []string{"main"}, nil, []string{"main"}},
		{"any branch may deploy", fleet.Environment{Branches: []string{"old"}}, unprotected, nil, nil, []string{"old"}},
		{"protected ones, that nobody asked for", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, ProtectedBranches: true}, []string{"main"}, nil, []string{"main"}},
		{"protected ones", fleet.Environment{ProtectedBranches: true}, named("dev"), nil, nil, nil},
		{"no names of branches", fleet.Environment{}, named("..", ".", "a..b", "a//b", "dev"), []string{"dev"}, []string{"..", ".", "a..b", "a//b"}, []string{"dev"}},
		{"what was known before is asked again", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"old"}, OpenBranches: []string{"old"}, AbsentBranches: []string{"old"}}, nil, nil, []string{"old"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := enter(t, file)
			want := test.actual
			want.OpenBranches, want.AbsentBranches = test.open, test.absent
			got, err := s.BranchProtection(t.Context(), test.required, test.actual, public)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
			var asked []string
			for _, sent := range s.sent {
				asked = append(asked, strings.TrimPrefix(sent, "GET /branches/"))
			}
			if diff := cmp.Diff(test.asked, asked); diff != "" {
				t.Errorf("asked: %s", diff)
			}
		})
	}
}

func TestTheProtectionOfABranchTakesContents(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Permissions: map[string]string{"actions": "read"}})
	_, err := s.BranchProtection(t.Context(), fleet.Environment{}, unprotected, public)
	refused(t, err, 403, `branch "main" of org/fleet`, "permissions: contents: read")
}

// GitHub leads from the old name of a branch to the new one, whose protection says nothing of the old name.
func TestABranchThatWasRenamedIsAbsent(t *testing.T) {
	s := scripted(t, func(r *http.Request) *http.Response {
		if strings.HasSuffix(r.URL.Path, "/branches/main") {
			return says(301, `{"message":"Moved Permanently"}`, "Location", endpoint+"/repositories/1/branches/trunk")
		}
		return says(200, `{"name":"trunk","protected":true}`)
	})
	got, err := s.BranchProtection(t.Context(), fleet.Environment{}, unprotected, public)
	if diff := cmp.Diff([]string{"main"}, got.AbsentBranches); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
