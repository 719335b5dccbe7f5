package wire

import (
	"net/http"
	"net/url"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

const githubEnvironmentPath = repositoryPath + "/environments/{environment}"

func githubEnvironmentEndpoints() []githubEndpoint {
	return []githubEndpoint{
		{"GET " + githubEnvironmentPath, "GET environment", "actions: read", getEnvironment},
		{"GET " + githubEnvironmentPath + "/deployment-branch-policies", "LIST branch policies", "actions: read", listBranchPolicies},
	}
}

func (c *call) environment() (simulator.Environment, error) {
	environment, found := c.world.GitHub().Environment(c.PathValue("environment"))
	if !found {
		return environment, simulator.NotFoundByGitHub()
	}
	return environment, nil
}

func getEnvironment(c *call) (reply, error) {
	environment, err := c.environment()
	if err != nil {
		return reply{}, err
	}
	body := map[string]any{
		"id": environment.ID, "name": environment.Name, "url": c.repositoryURL() + "/environments/" + url.PathEscape(environment.Name),
		"can_admins_bypass": environment.AdminBypass, "protection_rules": protectionRules(environment), "deployment_branch_policy": nil,
	}
	if environment.BranchesLimited {
		body["deployment_branch_policy"] = map[string]bool{"protected_branches": environment.ProtectedBranches, "custom_branch_policies": !environment.ProtectedBranches}
	}
	return ok(body)
}

// protectionRules has one entry for each kind of rule that is set.
func protectionRules(environment simulator.Environment) []map[string]any {
	rules := []map[string]any{}
	rule := func(kind string, number int64) map[string]any {
		added := map[string]any{"id": environment.ID*10 + number, "type": kind}
		rules = append(rules, added)
		return added
	}
	if environment.WaitMinutes > 0 {
		rule("wait_timer", 1)["wait_timer"] = environment.WaitMinutes
	}
	if len(environment.Reviewers) > 0 || environment.PreventSelfReview {
		required := rule("required_reviewers", 2)
		required["prevent_self_review"] = environment.PreventSelfReview
		required["reviewers"] = reviewerBodies(environment.Reviewers)
	}
	if environment.BranchesLimited {
		rule("branch_policy", 3)
	}
	return rules
}

func reviewerBodies(reviewers []fleet.Reviewer) []map[string]any {
	bodies := make([]map[string]any, len(reviewers))
	for i, reviewer := range reviewers {
		body := map[string]any{"id": reviewer.ID, "login": reviewer.Name, "type": "User"}
		if reviewer.Type == "Team" {
			body = map[string]any{"id": reviewer.ID, "slug": reviewer.Name, "name": reviewer.Name}
		}
		bodies[i] = map[string]any{"type": reviewer.Type, "reviewer": body}
	}
	return bodies
}

func listBranchPolicies(c *call) (reply, error) {
	environment, err := c.environment()
	if err != nil {
		return reply{}, err
	}
	policies := []map[string]any{}
	add := func(kind string, patterns []string) {
		for _, pattern := range patterns {
			policies = append(policies, map[string]any{"id": environment.ID*1000 + int64(len(policies)), "name": pattern, "type": kind})
		}
	}
	add("tag", environment.Tags)
	add("branch", environment.Branches)
	page, header := githubPaged(c, policies)
	return reply{status: http.StatusOK, header: header, body: map[string]any{"total_count": len(policies), "branch_policies": page}}, nil
}
