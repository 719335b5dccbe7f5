package github_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
)

var (
	never       = false
	place       = fleet.Position{File: "strategy.yml", Line: 12, Column: 5}
	public      = github.Repository{Owner: "org", OwnerType: "Organization", Name: "fleet", DefaultBranch: "main"}
	private     = github.Repository{Host: "ghe.example", Owner: "org", OwnerType: "Organization", Name: "fleet", DefaultBranch: "main", Private: true}
	alice       = fleet.Reviewer{Type: "User", Name: "alice", ID: 11}
	platform    = fleet.Reviewer{Type: "Team", Name: "platform", ID: 12}
	unprotected = fleet.Protection{Name: "aks", Exists: true, AdminBypass: true}
	unlimited   = fleet.Protection{Name: "aks", Exists: true, AdminBypass: true, NoProtectedBranch: true}
)

// comparisons are what a strategy requires beside what GitHub tells.
var comparisons = []struct {
	name     string
	required fleet.Environment
	actual   fleet.Protection
	where    github.Repository
	dispatch bool
	want     string // rules
}{
	{"nothing is required", fleet.Environment{}, unprotected, public, false, ""},
	{"nothing is required of a private repository", fleet.Environment{}, unprotected, private, false, ""},
	{"missing", fleet.Environment{Reviewers: 1, PreventSelfReview: true, AdminBypass: &never, WaitMinutes: 5, Branches: []string{"main"}}, fleet.Protection{}, public, false, "environment-missing"},
	{"missing, administrators", fleet.Environment{AdminBypass: &never}, fleet.Protection{}, public, false, "environment-missing"},
	{"missing with nothing required", fleet.Environment{}, fleet.Protection{}, private, false, "environment-missing"},

	{"a reviewer", fleet.Environment{Reviewers: 1}, fleet.Protection{Exists: true, Reviewers: []fleet.Reviewer{alice}}, public, false, ""},
	{"a team", fleet.Environment{Reviewers: 1}, fleet.Protection{Exists: true, Reviewers: []fleet.Reviewer{platform}}, public, false, ""},
	{"no reviewer", fleet.Environment{Reviewers: 1}, unprotected, public, false, "environment-reviewers"},
	{"too few reviewers", fleet.Environment{Reviewers: 3}, fleet.Protection{Exists: true, WaitMinutes: 7, AdminBypass: true, Reviewers: []fleet.Reviewer{alice}}, public, false, "environment-reviewers"},
	{"self-review", fleet.Environment{Reviewers: 1, PreventSelfReview: true}, fleet.Protection{Exists: true, Reviewers: []fleet.Reviewer{alice}}, public, false, "environment-self-review"},
	{"no self-review", fleet.Environment{PreventSelfReview: true}, fleet.Protection{Exists: true, PreventSelfReview: true}, public, false, ""},
	{"administrators", fleet.Environment{AdminBypass: &never}, unprotected, public, false, "environment-admin-bypass"},
	{"administrators, who may", fleet.Environment{AdminBypass: new(true)}, unprotected, public, false, ""},
	{"a short wait", fleet.Environment{WaitMinutes: 30}, fleet.Protection{Exists: true, WaitMinutes: 29}, public, false, "environment-wait"},
	{"no wait", fleet.Environment{WaitMinutes: 30}, unprotected, public, false, "environment-wait"},
	{"nothing but self-review", fleet.Environment{PreventSelfReview: true}, unprotected, public, false, "environment-self-review"},
	{"a long wait", fleet.Environment{WaitMinutes: 30}, fleet.Protection{Exists: true, WaitMinutes: 31}, public, false, ""},

	{"any branch, protected wanted", fleet.Environment{ProtectedBranches: true}, unprotected, public, false, "environment-branches"},
	{"patterns, protected wanted", fleet.Environment{ProtectedBranches: true}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}}, public, false, "environment-branches"},
	{"protected", fleet.Environment{ProtectedBranches: true}, fleet.Protection{Exists: true, BranchesLimited: true, ProtectedBranches: true}, public, false, ""},
	{"no branch is protected", fleet.Environment{ProtectedBranches: true}, unlimited, public, false, "environment-branches"},
	{"no branch is protected, patterns wanted", fleet.Environment{Branches: []string{"main"}}, unlimited, public, false, "environment-branches"},
	{"no branch is protected, a reviewer wanted", fleet.Environment{Reviewers: 1}, unlimited, private, false, "environment-unprotected-plan environment-reviewers"},
	{"any branch, patterns wanted", fleet.Environment{Branches: []string{"main", "release/*"}}, unprotected, public, false, "environment-branches"},
	{"protected, patterns wanted", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, ProtectedBranches: true}, public, false, "environment-branches"},
	{"fewer patterns", fleet.Environment{Branches: []string{"main", "release/*"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}}, public, false, ""},
	{"a pattern too many", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "it's \"*\" $HOME"}}, public, false, "environment-branches"},
	{"other patterns", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"dev"}}, public, false, "environment-branches"},
	{"tags", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}, Tags: []string{"main", "v*"}}, public, false, "environment-branches"},
	{"branches and tags", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"dev"}, Tags: []string{"v*"}}, public, false, "environment-branches environment-branches"},

	{"everything is wrong", fleet.Environment{Reviewers: 1, PreventSelfReview: true, AdminBypass: &never, WaitMinutes: 5, ProtectedBranches: true}, unprotected, public, false,
		"environment-reviewers environment-self-review environment-admin-bypass environment-wait environment-branches"},
	{"private, no rules at all", fleet.Environment{Reviewers: 1, AdminBypass: &never}, unprotected, private, false, "environment-unprotected-plan environment-reviewers environment-admin-bypass"},
	{"private, branches alone", fleet.Environment{Reviewers: 1}, fleet.Protection{Exists: true, AdminBypass: true, BranchesLimited: true, Branches: []string{"main"}}, private, false, "environment-unprotected-plan environment-reviewers"},
	{"private, a reviewer", fleet.Environment{Reviewers: 2}, fleet.Protection{Exists: true, AdminBypass: true, Reviewers: []fleet.Reviewer{alice}}, private, false, "environment-reviewers"},
	{"private, only branches are wanted", fleet.Environment{Branches: []string{"main"}}, unprotected, private, false, "environment-branches"},

	{"dispatch, missing", fleet.Environment{Reviewers: 1}, fleet.Protection{}, private, true, "environment-missing"},
	{"dispatch, any branch", fleet.Environment{Reviewers: 1, PreventSelfReview: true, WaitMinutes: 5, AdminBypass: &never}, unprotected, private, true, "environment-branches"},
	{"dispatch, some branch policy", fleet.Environment{Reviewers: 1}, fleet.Protection{Exists: true, AdminBypass: true, BranchesLimited: true, Branches: []string{"main"}}, private, true, ""},
	{"dispatch, protected branches that the strategy does not ask for", fleet.Environment{Reviewers: 1}, fleet.Protection{Exists: true, AdminBypass: true, BranchesLimited: true, ProtectedBranches: true}, private, true, "environment-branches"},
	{"dispatch, protected branches", fleet.Environment{Reviewers: 1, ProtectedBranches: true}, fleet.Protection{Exists: true, AdminBypass: true, BranchesLimited: true, ProtectedBranches: true}, private, true, ""},
	{"dispatch, an open branch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev/1"}, OpenBranches: []string{"dev/1"}}, private, true, "environment-branches"},
	{"dispatch, open branches that the strategy names", fleet.Environment{Branches: []string{"main", "dev"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, OpenBranches: []string{"main", "dev"}}, public, true, "environment-branches environment-branches"},
	{"dispatch, the branch to name is open", fleet.Environment{}, fleet.Protection{Exists: true, OpenBranches: []string{"main"}}, public, true, "environment-branches"},
	{"dispatch, a wildcard, and the branch to name is open", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"*"}, OpenBranches: []string{"main"}}, public, true, "environment-branches"},
	{"dispatch, missing, and the branch is open", fleet.Environment{}, fleet.Protection{OpenBranches: []string{"main"}}, public, true, "environment-missing"},
	{"dispatch, an absent branch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, AbsentBranches: []string{"dev"}}, private, true, "environment-branches"},
	{"dispatch, nothing but an absent branch", fleet.Environment{Branches: []string{"dev"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"dev"}, AbsentBranches: []string{"dev"}}, public, true, "environment-branches"},
	{"dispatch, an absent branch beside an open one", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, OpenBranches: []string{"main"}, AbsentBranches: []string{"dev"}}, public, true, "environment-branches environment-branches"},
	{"dispatch, protected branches are asked for, and none of those is named", fleet.Environment{ProtectedBranches: true}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"dev"}, OpenBranches: []string{"dev"}}, public, true, "environment-branches"},
	{"open branches where reviewers approve", fleet.Environment{Branches: []string{"main", "dev"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, OpenBranches: []string{"main"}, AbsentBranches: []string{"dev"}}, public, false, ""},
	{"dispatch, two branches", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "release/1"}}, public, true, ""},
	{"dispatch, nothing may deploy", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true}, public, true, ""},
	{"dispatch, every branch by a wildcard", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"*"}}, public, true, "environment-branches"},
	{"dispatch, every branch by wildcards", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"*/*", "main", "**/*", "**"}}, public, true, "environment-branches"},
	{"dispatch, a wildcard of one letter", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"mai?"}}, public, true, "environment-branches"},
	{"dispatch, a set of letters", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"[!x]ain"}}, public, true, "environment-branches"},
	{"dispatch, a choice", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"{main,dev}"}}, public, true, "environment-branches"},
	{"dispatch, an escape", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{`\*`}}, public, true, "environment-branches"},
	{"dispatch, a pull request", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"refs/pull/7/merge"}}, public, true, "environment-branches"},
	{"dispatch, tags", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}, Tags: []string{"v1"}}, public, true, "environment-branches"},
	{"dispatch, tags alone", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Tags: []string{"*"}}, public, true, "environment-branches"},
	{"dispatch, a wildcard that the strategy names", fleet.Environment{Branches: []string{"release/*"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"release/*"}}, public, true, "environment-branches environment-branches"},
	{"dispatch, a wildcard of the strategy alone", fleet.Environment{Branches: []string{"main", "release/*"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}}, public, true, "environment-branches"},
	{"dispatch, a wildcard of both beside a name", fleet.Environment{Branches: []string{"*", "main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "*"}}, public, true, "environment-branches environment-branches"},
	{"dispatch, a wildcard of the strategy, and nothing is there", fleet.Environment{Branches: []string{"*"}}, fleet.Protection{}, public, true, "environment-branches environment-missing"},
	{"dispatch, no branch is protected", fleet.Environment{}, unlimited, public, true, "environment-branches"},
	{"dispatch, no branch is protected, protected wanted", fleet.Environment{ProtectedBranches: true}, unlimited, private, true, "environment-branches"},
	{"dispatch, other branches", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, AdminBypass: true, BranchesLimited: true, Branches: []string{"dev"}}, private, true, "environment-branches"},
	{"dispatch, with reviewers all the same", fleet.Environment{ProtectedBranches: true}, fleet.Protection{Exists: true, AdminBypass: true, Reviewers: []fleet.Reviewer{alice}}, private, true, "environment-branches"},
}

func compare(required fleet.Environment, actual fleet.Protection, where github.Repository, dispatch bool) []fleet.Finding {
	required.Name, required.Position = "aks eu/1", place
	return github.Compare(required, actual, where, dispatch)
}

func TestCompare(t *testing.T) {
	for _, test := range comparisons {
		t.Run(test.name, func(t *testing.T) {
			var rules []string
			for _, finding := range compare(test.required, test.actual, test.where, test.dispatch) {
				rules = append(rules, finding.Rule)
				if finding.Severity != fleet.Error || finding.Position != place || finding.Advice == "" || !strings.Contains(finding.Message, "aks eu/1") {
					t.Errorf("finding is %+v", finding)
				}
				if strings.ContainsAny(finding.Advice+finding.Message, "\n\t") || strings.Contains(finding.Advice, "  ") {
					t.Errorf("white space would be lost in %q", finding.Advice)
				}
			}
			if got := strings.Join(rules, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestThePlanOfTheOwnerIsNamed(t *testing.T) {
	findings := compare(fleet.Environment{Reviewers: 1}, unprotected, private, false)
	for _, text := range []string{"no rules at all", "org/fleet", "Free, Pro and Team"} {
		if !strings.Contains(findings[0].Message, text) {
			t.Errorf("%q lacks %q", findings[0].Message, text)
		}
	}
	if !strings.Contains(findings[0].Advice, "workflow: {approvals: dispatch}") {
		t.Errorf("advice is %q", findings[0].Advice)
	}
	limited := fleet.Protection{Exists: true, BranchesLimited: true, ProtectedBranches: true}
	for _, actual := range []fleet.Protection{limited, unlimited} {
		if message := compare(fleet.Environment{Reviewers: 1}, actual, private, false)[0].Message; !strings.Contains(message, "neither reviewers nor a wait timer") {
			t.Errorf("got %q", message)
		}
	}
}

func TestWhyBranchesAreRefused(t *testing.T) {
	wild := fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"*", "main"}, Tags: []string{"v*"}}
	for _, test := range []struct {
		name     string
		required fleet.Environment
		actual   fleet.Protection
		dispatch bool
		want     []string
	}{
		{"any", fleet.Environment{Branches: []string{"main", "release/*"}}, unprotected, false, []string{`any branch may deploy to environment "aks eu/1"; the strategy allows only branches that match main, release/*`}},
		{"any, protected wanted", fleet.Environment{ProtectedBranches: true}, unprotected, false, []string{`any branch may deploy to environment "aks eu/1"; the strategy allows protected branches only`}},
		{"any, dispatch", fleet.Environment{}, unprotected, true, []string{`any branch may deploy to environment "aks eu/1": where stages are started by hand, its branch policy is all that protects them, and it has to name branches, without wildcards`}},
		{"patterns", fleet.Environment{Branches: []string{"main"}}, wild, false, []string{`branches that match * may deploy to environment "aks eu/1"; the strategy allows only branches that match main`,
			`tags that match v* may deploy to environment "aks eu/1", and whoever may push one can put any commit there; the strategy allows only branches that match main`}},
		{"patterns, dispatch", fleet.Environment{}, wild, true, []string{`branches that match * may deploy to environment "aks eu/1": where stages are started by hand, its branch policy is all that protects them, and it has to name branches, without wildcards`,
			`tags that match v* may deploy to environment "aks eu/1", and whoever may push one can put any commit there: where stages are started by hand, its branch policy is all that protects them, and it has to name branches, without wildcards`}},
		{"protected, dispatch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, ProtectedBranches: true}, true, []string{`any protected branch may deploy to environment "aks eu/1": where stages are started by hand, its branch policy is all that protects them, and it has to name branches, without wildcards`}},
		{"a wildcard of the strategy, dispatch", fleet.Environment{Branches: []string{"main", "release/*", "[a-z]"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "release/*"}}, true, []string{
			`the strategy lets branches that match release/*, [a-z] deploy to environment "aks eu/1": where stages are started by hand, a wildcard is no limit, as whoever may push can make such a branch`,
			`branches that match release/* may deploy to environment "aks eu/1"; the strategy allows only branches that match main`}},
		{"an open branch, dispatch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev", "v2"}, OpenBranches: []string{"dev"}, AbsentBranches: []string{"v2"}}, true, []string{
			`branch dev may deploy to environment "aks eu/1" and is not protected: where stages are started by hand, whoever may push to it approves`,
			`branch v2 may deploy to environment "aks eu/1" and there is none: where stages are started by hand, whoever makes it approves`}},
		{"none is protected", fleet.Environment{ProtectedBranches: true}, unlimited, false, []string{`environment "aks eu/1" is limited to protected branches and org/fleet has none, so that GitHub lets any branch deploy; the strategy allows protected branches only`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, finding := range compare(test.required, test.actual, public, test.dispatch) {
				got = append(got, finding.Message)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a reader is given to paste, word by word.
func TestAdvice(t *testing.T) {
	for _, test := range []struct {
		name     string
		required fleet.Environment
		actual   fleet.Protection
		where    github.Repository
		dispatch bool
		want     string
	}{
		{"new", fleet.Environment{Reviewers: 1, PreventSelfReview: true, AdminBypass: &never, Branches: []string{"main"}}, fleet.Protection{}, public, false,
			`An administrator of the repository makes it right with one command, with the id of a reviewer for REVIEWER_ID (gh api users/LOGIN --jq .id; of a team, whose type is "Team": gh api orgs/org/teams/TEAM --jq .id): ` +
				`echo '{"wait_timer":0,"prevent_self_review":true,"can_admins_bypass":false,"reviewers":[{"type":"User","id":REVIEWER_ID}],"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}'` +
				` | gh api --method PUT repos/org/fleet/environments/aks%20eu%2F1 --input - && gh api --method POST repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies -f name=main`},
		{"what is there is kept", fleet.Environment{Reviewers: 3, WaitMinutes: 5}, fleet.Protection{Exists: true, Reviewers: []fleet.Reviewer{alice, platform}, WaitMinutes: 30, PreventSelfReview: true, BranchesLimited: true, ProtectedBranches: true}, private, false,
			`An administrator of the repository makes it right with one command, with the id of a reviewer for REVIEWER_ID (gh api --hostname ghe.example users/LOGIN --jq .id; of a team, whose type is "Team": gh api --hostname ghe.example orgs/org/teams/TEAM --jq .id): ` +
				`echo '{"wait_timer":30,"prevent_self_review":true,"can_admins_bypass":false,"reviewers":[{"type":"User","id":11},{"type":"Team","id":12},{"type":"User","id":REVIEWER_ID}],"deployment_branch_policy":{"protected_branches":true,"custom_branch_policies":false}}'` +
				` | gh api --hostname ghe.example --method PUT repos/org/fleet/environments/aks%20eu%2F1 --input -`},
		{"a user's repository has no teams", fleet.Environment{Reviewers: 2}, unprotected, github.Repository{Owner: "alice", OwnerType: "User", Name: "fleet"}, false,
			`An administrator of the repository makes it right with one command, with the id of a reviewer for REVIEWER_ID_1 and REVIEWER_ID_2 (gh api users/LOGIN --jq .id): ` +
				`echo '{"wait_timer":0,"prevent_self_review":false,"can_admins_bypass":true,"reviewers":[{"type":"User","id":REVIEWER_ID_1},{"type":"User","id":REVIEWER_ID_2}],"deployment_branch_policy":null}'` +
				` | gh api --method PUT repos/alice/fleet/environments/aks%20eu%2F1 --input -`},
		{"branches alone", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}}, public, false,
			`An administrator of the repository makes it right with one command: gh api --method DELETE repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies/` +
				`"$(gh api --paginate repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies --jq '.branch_policies[] | select(.name == "dev" and .type != "tag") | .id')"`},
		{"no branch is protected", fleet.Environment{ProtectedBranches: true}, unlimited, public, false,
			`An administrator of the repository makes it right with one command: echo '{"required_status_checks":null,"enforce_admins":true,"required_pull_request_reviews":{"required_approving_review_count":1},"restrictions":null}'` +
				` | gh api --method PUT repos/org/fleet/branches/main/protection --input -`},
		{"dispatch, every branch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"*"}}, public, true,
			`An administrator of the repository makes it right with one command: gh api --method POST repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies -f name=main` +
				` && gh api --method DELETE repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies/` +
				`"$(gh api --paginate repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies --jq '.branch_policies[] | select(.name == "*" and .type != "tag") | .id')"`},
		{"an open branch where reviewers approve", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, OpenBranches: []string{"main", "dev"}}, public, false,
			`An administrator of the repository makes it right with one command: gh api --method DELETE repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies/` +
				`"$(gh api --paginate repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies --jq '.branch_policies[] | select(.name == "dev" and .type != "tag") | .id')"`},
		{"dispatch, an open branch that goes anyway", fleet.Environment{Branches: []string{"main"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, OpenBranches: []string{"dev"}}, public, true,
			`An administrator of the repository makes it right with one command: gh api --method DELETE repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies/` +
				`"$(gh api --paginate repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies --jq '.branch_policies[] | select(.name == "dev" and .type != "tag") | .id')"`},
		{"dispatch, an open branch where protected ones are asked for", fleet.Environment{ProtectedBranches: true}, fleet.Protection{Exists: true, AdminBypass: true, BranchesLimited: true, Branches: []string{"dev"}, OpenBranches: []string{"dev"}}, public, true,
			`An administrator of the repository makes it right with one command: echo '{"deployment_branch_policy":{"protected_branches":true,"custom_branch_policies":false}}' | gh api --method PUT repos/org/fleet/environments/aks%20eu%2F1 --input -`},
		{"dispatch, an open branch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev/1"}, OpenBranches: []string{"dev/1"}}, private, true,
			`An administrator of the repository makes it right with one command: echo '{"required_status_checks":null,"enforce_admins":true,"required_pull_request_reviews":{"required_approving_review_count":1},"restrictions":null}'` +
				` | gh api --hostname ghe.example --method PUT repos/org/fleet/branches/dev%2F1/protection --input -`},
		{"dispatch, an absent branch", fleet.Environment{}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main", "dev"}, AbsentBranches: []string{"dev"}}, private, true,
			`Make branch dev and protect it, or let it deploy no longer; for that an administrator of the repository runs: gh api --hostname ghe.example --method DELETE repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies/` +
				`"$(gh api --hostname ghe.example --paginate repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies --jq '.branch_policies[] | select(.name == "dev" and .type != "tag") | .id')"`},
		{"dispatch, a wildcard of the strategy", fleet.Environment{Branches: []string{"main", "release/*"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}}, public, true,
			`In the strategy, name the branches of the environment in full: branches: [main]`},
		{"dispatch, nothing but a wildcard of the strategy", fleet.Environment{Branches: []string{"*"}}, fleet.Protection{Exists: true, BranchesLimited: true, Branches: []string{"main"}}, public, true,
			`In the strategy, name the branches of the environment in full: branches: [main]`},
		{"dispatch, on a plan that takes nothing else", fleet.Environment{Reviewers: 1, AdminBypass: &never}, fleet.Protection{}, private, true,
			`An administrator of the repository makes it right with one command: echo '{"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}'` +
				` | gh api --hostname ghe.example --method PUT repos/org/fleet/environments/aks%20eu%2F1 --input -` +
				` && gh api --hostname ghe.example --method POST repos/org/fleet/environments/aks%20eu%2F1/deployment-branch-policies -f name=main`},
	} {
		t.Run(test.name, func(t *testing.T) {
			findings := compare(test.required, test.actual, test.where, test.dispatch)
			if len(findings) == 0 {
				t.Fatal("nothing differs")
			}
			if diff := cmp.Diff(test.want, told(findings[len(findings)-1])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The addresses of the API are those of GitHub's hosts, which its command-line tool knows by other names.
func TestHostsOfTheCommandLineTool(t *testing.T) {
	for base, want := range map[string]string{"": "", "https://api.github.com": "", "https://ghe.example/api/v3": "ghe.example", "https://api.tenant.ghe.com": "tenant.ghe.com"} {
		if got := hostOf(t, base); got != want {
			t.Errorf("%s is %q, want %q", base, got, want)
		}
	}
}

// told is what a finding tells to do: its advice, and the command that goes with it.
func told(finding fleet.Finding) string {
	if finding.Command == "" {
		return finding.Advice
	}
	return strings.TrimSuffix(finding.Advice, ".") + ": " + finding.Command
}
