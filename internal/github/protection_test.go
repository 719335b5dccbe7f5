package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestProtection(t *testing.T) {
	no := false
	guarded := simulator.EnvironmentFile{Name: "Aks Prod/EU #1", Reviewers: []simulator.ReviewerFile{{User: "alice", ID: 11}, {Team: "platform", ID: 12}}, PreventSelfReview: true,
		AdminBypass: &no, WaitMinutes: 30, Branches: []string{"main", "release/*"}, Tags: []string{"v*"}}
	all := fleet.Protection{Name: "Aks Prod/EU #1", Exists: true, Reviewers: []fleet.Reviewer{{Type: "User", Name: "alice", ID: 11}, {Type: "Team", Name: "platform", ID: 12}},
		PreventSelfReview: true, WaitMinutes: 30, Branches: []string{"main", "release/*"}, Tags: []string{"v*"}, BranchesLimited: true}
	withoutReviewers := fleet.Protection{Name: "Aks Prod/EU #1", Exists: true, AdminBypass: true, Branches: []string{"main", "release/*"}, Tags: []string{"v*"}, BranchesLimited: true}
	for _, test := range []struct {
		name, plan string
		private    bool
		file       simulator.EnvironmentFile
		ask        string
		want       fleet.Protection
	}{
		{"everything", "", true, guarded, "Aks Prod/EU #1", all},
		{"in another case", "", true, guarded, "aks prod/eu #1", all},
		{"nothing", "", false, simulator.EnvironmentFile{Name: "dev"}, "dev", fleet.Protection{Name: "dev", Exists: true, AdminBypass: true}},
		{"protected branches", "", false, simulator.EnvironmentFile{Name: "dev", ProtectedBranches: true}, "dev",
			fleet.Protection{Name: "dev", Exists: true, AdminBypass: true, ProtectedBranches: true, BranchesLimited: true}},
		{"not there", "", false, guarded, "other", fleet.Protection{Name: "other"}},
		{"private, Team", "team", true, guarded, "Aks Prod/EU #1", withoutReviewers},
		{"public, Team", "team", false, guarded, "Aks Prod/EU #1", all},
		{"private, Free", "free", true, guarded, "Aks Prod/EU #1", fleet.Protection{Name: "Aks Prod/EU #1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := enter(t, simulator.GitHubFile{Private: test.private, Plan: test.plan, Environments: []simulator.EnvironmentFile{test.file}})
			got, err := s.Protection(t.Context(), test.ask)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
			if asksMore := len(got.Branches)+len(got.Tags) > 0 || test.file.ProtectedBranches; (len(s.sent) > 1) != asksMore {
				t.Errorf("sent %q", s.sent)
			}
		})
	}
}

// "If no branch protection rules are defined for any branch in the repository, then all branches can deploy."
func TestProtectedBranchesOfARepositoryThatHasNone(t *testing.T) {
	file := simulator.GitHubFile{Environments: []simulator.EnvironmentFile{{Name: "dev", ProtectedBranches: true}}}
	for name, test := range map[string]struct {
		branches []string
		want     fleet.Protection
	}{
		"none is said":  {nil, fleet.Protection{Name: "dev", Exists: true, AdminBypass: true, ProtectedBranches: true, BranchesLimited: true}},
		"another":       {[]string{"release/1"}, fleet.Protection{Name: "dev", Exists: true, AdminBypass: true, ProtectedBranches: true, BranchesLimited: true}},
		"there is none": {[]string{}, fleet.Protection{Name: "dev", Exists: true, AdminBypass: true, NoProtectedBranch: true}},
	} {
		t.Run(name, func(t *testing.T) {
			file.ProtectedBranches = test.branches
			got, err := enter(t, file).Protection(t.Context(), "dev")
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
	file.Permissions = map[string]string{"actions": "read"}
	_, err := enter(t, file).Protection(t.Context(), "dev")
	refused(t, err, 403, "protected branches of org/fleet", "permissions: contents: read")
	gone := scripted(t, func(r *http.Request) *http.Response {
		if strings.HasSuffix(r.URL.Path, "/branches") {
			return says(404, `{"message":"Not Found"}`)
		}
		return says(200, `{"name":"dev","deployment_branch_policy":{"protected_branches":true}}`)
	})
	_, err = gone.Protection(t.Context(), "dev")
	refused(t, err, 404, "permissions: contents: read")
}

func TestPatternsOfAllPagesAreRead(t *testing.T) {
	file := simulator.EnvironmentFile{Name: "dev"}
	for i := range 230 {
		file.Branches = append(file.Branches, fmt.Sprintf("release/%d", i))
	}
	s := enter(t, simulator.GitHubFile{Environments: []simulator.EnvironmentFile{file}})
	got, err := s.Protection(t.Context(), "dev")
	if diff := cmp.Diff(file.Branches, got.Branches); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	s := enter(t, simulator.GitHubFile{})
	for _, name := range []string{"", ".", ".."} {
		if p, err := s.Protection(t.Context(), name); err == nil || len(s.sent) != 0 {
			t.Errorf("%q: got %+v after %v", name, p, s.sent)
		}
	}
}

// A kind of reviewer that is not known yet, or is not said, still is one; and a rule of a GitHub App is none of ours.
func TestRulesThatAreNotKnown(t *testing.T) {
	s := scripted(t, func(*http.Request) *http.Response {
		return says(200, `{"name":"dev","protection_rules":[{"id":1,"type":"required_reviewers","reviewers":[{"type":"App","reviewer":{"id":5}},{"reviewer":{"id":6}}]},{"id":2,"type":"custom"}]}`)
	})
	got, err := s.Protection(t.Context(), "dev")
	want := fleet.Protection{Name: "dev", Exists: true, AdminBypass: true, Reviewers: []fleet.Reviewer{{Type: "App", ID: 5}, {ID: 6}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
