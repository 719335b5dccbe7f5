package github

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// mend writes the command that makes an environment what it has to be, on one line, as findings are. PUT replaces all
// settings (GitHub REST API, "Create or update an environment"), so it names what is there as well, and takes nothing away
// but branches.
func (c *comparison) mend() (advice, command string) {
	var commands []string
	if body := settingsOf(c.want); !c.actual.Exists || body != settingsOf(c.actual) {
		commands = append(commands, c.put(c.path(), c.withPlaceholders(body)))
	}
	if c.want.ProtectedBranches && c.actual.NoProtectedBranch {
		commands = append(commands, c.protect(c.where.DefaultBranch))
	}
	if c.dispatch && !c.want.ProtectedBranches {
		for _, branch := range both(c.want.Branches, c.actual.OpenBranches) {
			commands = append(commands, c.protect(branch))
		}
	}
	for _, pattern := range without(c.want.Branches, c.actual.Branches) {
		commands = append(commands, c.gh("POST", c.path()+policies, "-f", "name="+pattern))
	}
	for _, pattern := range without(c.actual.Branches, c.want.Branches) {
		commands = append(commands, c.dropPolicy(pattern, notTag))
	}
	for _, pattern := range without(c.actual.Tags, c.want.Tags) {
		commands = append(commands, c.dropPolicy(pattern, `.type == "tag"`))
	}
	return "An administrator of the repository makes it right with one command" + c.explained() + ".", strings.Join(commands, " && ")
}

// TimerCommand writes the command that sets the wait timer of an environment and leaves everything else as it is.
func TimerCommand(actual fleet.Protection, where Repository, minutes int) string {
	c := comparison{required: fleet.Environment{Name: actual.Name}, where: where}
	actual.WaitMinutes = minutes
	return c.put(c.path(), settingsOf(actual))
}

// branchProtection lets nobody change a branch but by a pull request that another has approved (GitHub REST API, "Update
// branch protection", which wants all four).
const branchProtection = `{"required_status_checks":null,"enforce_admins":true,"required_pull_request_reviews":{"required_approving_review_count":1},"restrictions":null}`

func (c *comparison) protect(branch string) string {
	return c.put("repos/"+c.where.FullName()+"/branches/"+url.PathEscape(branch)+"/protection", branchProtection)
}

// notTag chooses policies of branches: servers that know no others do not say so.
const notTag = `.type != "tag"`

// policies is the path of branch policies below an environment.
const policies = "/deployment-branch-policies"

// gh is a call of GitHub's command-line tool.
func (c *comparison) gh(method, path string, more ...string) string {
	return fleet.Command(append(append(c.ghAPI(), "--method", method, path), more...)...)
}

func (c *comparison) put(path, body string) string {
	return fleet.Command("echo", body) + " | " + c.gh("PUT", path, "--input", "-")
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
	return c.gh("DELETE", c.path()+policies+"/") + `"$(` + find + `)"`
}

// settings is the body of a PUT. GitHub's page does not have can_admins_bypass in it, but github.com takes it, and sets it to
// true where it is left out (google/go-github#2725); Terraform's provider sends it always. Servers that do not know it refuse
// the whole body: "can_admins_bypass" is not a permitted key (integrations/terraform-provider-github#1804, of 2023).
type settings struct {
	WaitTimer         int               `json:"wait_timer"`
	PreventSelfReview bool              `json:"prevent_self_review"`
	CanAdminsBypass   bool              `json:"can_admins_bypass"`
	Reviewers         []reviewerSetting `json:"reviewers"`
	branchSettings
}

type reviewerSetting struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
}

type branchSettings struct {
	Policy *policy `json:"deployment_branch_policy"`
}

// policy is a kind of branch policy; exactly one of the two is set.
type policy struct {
	ProtectedBranches    bool `json:"protected_branches"`
	CustomBranchPolicies bool `json:"custom_branch_policies"`
}

func policyOf(p fleet.Protection) *policy {
	switch {
	case p.ProtectedBranches, p.NoProtectedBranch:
		return &policy{ProtectedBranches: true}
	case p.BranchesLimited:
		return &policy{CustomBranchPolicies: true}
	default:
		return nil // any branch
	}
}

// settingsOf writes the body of the PUT that protects an environment so. Where only branches are limited, it says nothing
// else: GitHub's defaults are the same, and plans without reviewers take nothing else.
func settingsOf(p fleet.Protection) string {
	limit := branchSettings{policyOf(p)}
	var body any = limit
	if len(p.Reviewers) > 0 || p.PreventSelfReview || p.WaitMinutes > 0 || !p.AdminBypass {
		reviewers := make([]reviewerSetting, len(p.Reviewers))
		for i, reviewer := range p.Reviewers {
			reviewers[i] = reviewerSetting{reviewer.Type, reviewer.ID}
		}
		body = settings{p.WaitMinutes, p.PreventSelfReview, p.AdminBypass, reviewers, limit}
	}
	text, _ := json.Marshal(body) // of numbers, words and no more
	return string(text)
}

// placeholders stand for the ids of reviewers that nobody has named yet. A command with one in it is refused.
func (c *comparison) placeholders() []string {
	missing := len(c.want.Reviewers) - len(c.actual.Reviewers)
	if missing == 1 {
		return []string{"REVIEWER_ID"}
	}
	placeholders := make([]string, missing)
	for i := range placeholders {
		placeholders[i] = fmt.Sprintf("REVIEWER_ID_%d", i+1)
	}
	return placeholders
}

func (c *comparison) withPlaceholders(body string) string {
	for i, placeholder := range c.placeholders() {
		body = strings.ReplaceAll(body, fmt.Sprintf(`"id":-%d}`, i+1), `"id":`+placeholder+"}")
	}
	return body
}

// explained says how to find what stands in the command for a reviewer.
func (c *comparison) explained() string {
	missing := c.placeholders()
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

// commandHost is what GitHub's command-line tool calls the host of an API: nothing where it is github.com.
func commandHost(host string) string {
	host = strings.TrimPrefix(host, "api.")
	if host == "github.com" {
		return ""
	}
	return host
}
