package github

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// mend writes the command that makes an environment what the strategy requires, on one line, as findings are. PUT
// replaces all settings (GitHub REST API, "Create or update an environment"), so it names what is there as well, and
// takes nothing away but branches.
func (c *comparison) mend() string {
	var commands []string
	if body, changes := c.settings(); changes {
		commands = append(commands, fleet.Command("echo", body)+" | "+c.gh("PUT", "", "--input", "-"))
	}
	add, drop, dropTags := c.patternChanges()
	for _, pattern := range add {
		commands = append(commands, c.gh("POST", policies, "-f", "name="+pattern))
	}
	for _, pattern := range drop {
		commands = append(commands, c.dropPolicy(pattern, `.type != "tag"`))
	}
	for _, pattern := range dropTags {
		commands = append(commands, c.dropPolicy(pattern, `.type == "tag"`))
	}
	return "An administrator of the repository runs" + c.placeholders() + ": " + strings.Join(commands, " && ")
}

// policies is the path of branch policies below an environment.
const policies = "/deployment-branch-policies"

// gh is a call of GitHub's command-line tool on the environment.
func (c *comparison) gh(method, below string, more ...string) string {
	return fleet.Command(append(append(c.ghAPI(), "--method", method, c.path()+below), more...)...)
}

func (c *comparison) ghAPI() []string {
	if c.where.Host == "" {
		return []string{"gh", "api"}
	}
	return []string{"gh", "api", "--hostname", c.where.Host}
}

func (c *comparison) path() string {
	return "repos/" + c.where.FullName() + "/environments/" + url.PathEscape(c.required.Name)
}

// dropPolicy deletes a branch policy, which is known by its id.
func (c *comparison) dropPolicy(pattern, kind string) string {
	choose := fmt.Sprintf(`.branch_policies[] | select(.name == %s and %s) | .id`, strconv.Quote(pattern), kind)
	find := fleet.Command(append(c.ghAPI(), "--paginate", c.path()+policies, "--jq", choose)...)
	return c.gh("DELETE", policies+"/") + `"$(` + find + `)"`
}

// settings is the body of the PUT, and whether it changes anything.
func (c *comparison) settings() (body string, changes bool) {
	limit, limits := c.branchLimit()
	branches := `"deployment_branch_policy":` + limit
	missing := c.missingReviewers()
	bypass := (c.actual.AdminBypass || !c.actual.Exists) && (c.dispatch || !c.noBypass())
	self, wait := c.actual.PreventSelfReview, c.actual.WaitMinutes
	if !c.dispatch {
		self, wait = self || c.required.PreventSelfReview, max(wait, c.required.WaitMinutes)
	}
	if c.dispatch && len(c.actual.Reviewers) == 0 && !self && wait == 0 && bypass {
		return "{" + branches + "}", limits || !c.actual.Exists // plans without reviewers take nothing else
	}
	var reviewers []string
	for _, reviewer := range c.actual.Reviewers {
		reviewers = append(reviewers, fmt.Sprintf(`{"type":%s,"id":%d}`, strconv.Quote(reviewer.Type), reviewer.ID))
	}
	for _, placeholder := range missing {
		reviewers = append(reviewers, `{"type":"User","id":`+placeholder+`}`)
	}
	body = fmt.Sprintf(`{"wait_timer":%d,"prevent_self_review":%t,"can_admins_bypass":%t,"reviewers":[%s],%s}`, wait, self, bypass, strings.Join(reviewers, ","), branches)
	changes = limits || !c.actual.Exists || len(missing) > 0 || bypass != c.actual.AdminBypass || self != c.actual.PreventSelfReview || wait != c.actual.WaitMinutes
	return body, changes
}

// missingReviewers stand for the ids of reviewers that nobody has named yet. A command with one in it is refused.
func (c *comparison) missingReviewers() []string {
	missing := c.required.Reviewers - len(c.actual.Reviewers)
	if c.dispatch || missing <= 0 {
		return nil
	}
	if missing == 1 {
		return []string{"REVIEWER_ID"}
	}
	placeholders := make([]string, missing)
	for i := range placeholders {
		placeholders[i] = fmt.Sprintf("REVIEWER_ID_%d", i+1)
	}
	return placeholders
}

// placeholders says how to find what stands in the command for a reviewer.
func (c *comparison) placeholders() string {
	missing := c.missingReviewers()
	if len(missing) == 0 {
		return ""
	}
	find := fleet.Command(append(c.ghAPI(), "users/LOGIN", "--jq", ".id")...)
	text := fmt.Sprintf(", with the id of a reviewer for %s (%s", strings.Join(missing, " and "), find)
	if c.where.OwnerType == "Organization" {
		team := fleet.Command(append(c.ghAPI(), "orgs/"+c.where.Owner+"/teams/TEAM", "--jq", ".id")...)
		text += fmt.Sprintf(`; of a team, whose type is "Team": %s`, team)
	}
	return text + ")"
}

// branchLimit is the kind of branch policy that there should be, and whether that is another one than there is.
func (c *comparison) branchLimit() (body string, changes bool) {
	const protected, custom = `{"protected_branches":true,"custom_branch_policies":false}`, `{"protected_branches":false,"custom_branch_policies":true}`
	isCustom := c.actual.BranchesLimited && !c.actual.ProtectedBranches
	switch {
	case c.required.ProtectedBranches:
		return protected, !c.actual.ProtectedBranches
	case len(c.required.Branches) > 0:
		return custom, !isCustom
	case c.actual.ProtectedBranches:
		return protected, false
	case isCustom:
		return custom, false
	case c.dispatch:
		return custom, true
	default:
		return "null", false
	}
}

// patternChanges are the patterns to add and to drop. An environment that keeps some of those that the strategy names
// may do without the others.
func (c *comparison) patternChanges() (add, drop, dropTags []string) {
	_, switches := c.branchLimit()
	drop, dropTags = c.extraPatterns()
	wanted := c.required.Branches
	if c.dispatch && !c.namesBranches() && switches {
		wanted = []string{c.where.DefaultBranch}
	}
	keeps := slices.ContainsFunc(c.actual.Branches, func(pattern string) bool { return slices.Contains(wanted, pattern) })
	if switches || !keeps {
		add = wanted
	}
	return add, drop, dropTags
}

// commandHost is what GitHub's command-line tool calls the host of an API: nothing where it is github.com.
func commandHost(host string) string {
	host = strings.TrimPrefix(host, "api.")
	if host == "github.com" {
		return ""
	}
	return host
}
