package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	gh "github.com/google/go-github/v60/github"

	"github.com/org/fleet-update-action/internal/fleet"
)

// environmentBody is an environment as the API has it. go-github does not escape its name in the path, and fails where a
// reviewer is neither a user nor a team.
type environmentBody struct {
	Name            string `json:"name"`
	CanAdminsBypass *bool  `json:"can_admins_bypass"`
	ProtectionRules []struct {
		WaitTimer         int            `json:"wait_timer"`
		PreventSelfReview bool           `json:"prevent_self_review"`
		Reviewers         []reviewerBody `json:"reviewers"`
	} `json:"protection_rules"`
	BranchPolicy *struct {
		ProtectedBranches    bool `json:"protected_branches"`
		CustomBranchPolicies bool `json:"custom_branch_policies"`
	} `json:"deployment_branch_policy"`
}

type reviewerBody struct {
	Type     string `json:"type"`
	Reviewer struct {
		ID    int64  `json:"id"`
		Login string `json:"login"` // of a user
		Slug  string `json:"slug"`  // of a team
	} `json:"reviewer"`
}

// Protection reads how an environment is protected (GitHub REST API, "Get an environment"). One that is not there has
// Exists false: GitHub would create it, without any protection, for the first job that names it. Where it is limited to
// protected branches, the token needs contents: read as well as actions: read.
func (a *API) Protection(ctx context.Context, name string) (fleet.Protection, error) {
	reading := task{fmt.Sprintf("reading environment %q", name), "actions: read"}
	if name == "" || name == "." || name == ".." { // the path would lead elsewhere
		return fleet.Protection{}, a.failed(reading, errors.New("an environment cannot have that name"))
	}
	var body environmentBody
	if _, err := a.get(ctx, a.path("environments", name), nil, &body); err != nil {
		err = a.failed(reading, err)
		if Status(err) == http.StatusNotFound {
			return fleet.Protection{Name: name}, nil
		}
		return fleet.Protection{}, err
	}
	p := body.protection()
	var err error
	switch policy := body.BranchPolicy; {
	case policy == nil:
	case policy.CustomBranchPolicies:
		if p.Branches, p.Tags, err = a.patterns(ctx, name); err != nil {
			return fleet.Protection{}, a.failed(reading, err)
		}
	case policy.ProtectedBranches:
		if p.ProtectedBranches, err = a.protectsBranches(ctx); err != nil {
			return fleet.Protection{}, err
		}
		p.BranchesLimited, p.NoProtectedBranch = p.ProtectedBranches, !p.ProtectedBranches
	}
	return p, nil
}

// protectsBranches reports whether some branch is protected (GitHub REST API, "List branches"). Where none is, GitHub lets
// all of them deploy to an environment that is limited to protected branches (GitHub documentation, "Deployments and
// environments": deployment branches and tags). The list has branches that only a ruleset protects as well; that page speaks
// of branch protection rules, and of rulesets it says nothing.
func (a *API) protectsBranches(ctx context.Context) (bool, error) {
	var found []struct {
		Name string `json:"name"`
	}
	if _, err := a.get(ctx, a.path("branches"), url.Values{"protected": {"true"}, "per_page": {"1"}}, &found); err != nil {
		return false, a.failed(task{"looking for protected branches", "contents: read"}, err)
	}
	return len(found) > 0, nil
}

func (b *environmentBody) protection() fleet.Protection {
	p := fleet.Protection{Name: b.Name, Exists: true, AdminBypass: b.CanAdminsBypass == nil || *b.CanAdminsBypass, BranchesLimited: b.BranchPolicy != nil}
	for _, rule := range b.ProtectionRules {
		p.WaitMinutes = max(p.WaitMinutes, rule.WaitTimer)
		p.PreventSelfReview = p.PreventSelfReview || rule.PreventSelfReview
		for _, reviewer := range rule.Reviewers {
			name := reviewer.Reviewer.Login
			if reviewer.Type == "Team" {
				name = reviewer.Reviewer.Slug
			}
			p.Reviewers = append(p.Reviewers, fleet.Reviewer{Type: reviewer.Type, Name: name, ID: reviewer.Reviewer.ID})
		}
	}
	return p
}

// patterns lists the names of the branches and the tags that may deploy (GitHub REST API, "List deployment branch
// policies"). go-github reads the first page alone.
func (a *API) patterns(ctx context.Context, environment string) (branches, tags []string, err error) {
	policies, err := all(func(page gh.ListOptions) ([]*gh.DeploymentBranchPolicy, *gh.Response, error) {
		var list gh.DeploymentBranchPolicyResponse
		response, err := a.get(ctx, a.path("environments", environment, "deployment-branch-policies"), pageQuery(page), &list)
		return list.BranchPolicies, response, err
	})
	for _, policy := range policies {
		if policy.GetType() == "tag" { // without a type it is a branch: older servers know no other
			tags = append(tags, policy.GetName())
		} else {
			branches = append(branches, policy.GetName())
		}
	}
	return branches, tags, err
}
