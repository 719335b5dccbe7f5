package github

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Compare says where an environment is protected less than the strategy requires. Each difference is an Error with the one
// command that mends all of them. A team counts as one reviewer, however many members it has: GitHub does
// not tell a job's token how many those are, and takes the approval of any one.
//
// With dispatch nobody is asked to approve: whoever may start a stage's job by hand decides, and so the environment must say
// which branches that job may come from, and those must be protected, of which BranchProtection tells. Reviewers and wait
// timers are not looked at.
func Compare(required fleet.Environment, actual fleet.Protection, where Repository, dispatch bool) []fleet.Finding {
	c := comparison{required: required, actual: actual, where: where, dispatch: dispatch}
	if dispatch {
		c.required, c.wildcards = byHand(required)
	}
	c.want = wanted(c.required, actual, where, dispatch)
	c.limits()
	if actual.Exists {
		c.reviewers()
		c.rest()
		c.plan()
		c.branches()
	} else {
		c.missing()
	}
	for i := range c.findings {
		if c.findings[i].Advice == "" {
			c.findings[i].Advice, c.findings[i].Command = c.mend()
		}
	}
	return c.findings
}

// comparison is an environment as it has to be beside how it is.
type comparison struct {
	required     fleet.Environment // without wildcards that are no limit
	actual, want fleet.Protection
	where        Repository
	dispatch     bool
	wildcards    []string // of the strategy, that are no limit
	findings     []fleet.Finding
}

// differs adds a finding. Its advice is how to mend all of them, unless it gets one of its own.
func (c *comparison) differs(rule, format string, arguments ...any) *fleet.Finding {
	c.findings = append(c.findings, fleet.Finding{
		Rule: rule, Severity: fleet.Error, Message: fmt.Sprintf(format, arguments...), Position: c.required.Position,
	})
	return &c.findings[len(c.findings)-1]
}

// limits looks at what the strategy takes for a limit.
func (c *comparison) limits() {
	if len(c.wildcards) == 0 {
		return
	}
	names := c.required.Branches
	if len(names) == 0 {
		names = []string{c.where.DefaultBranch}
	}
	c.differs("environment-branches", "the strategy lets branches that match %s deploy to environment %q: where stages are started by hand, a wildcard is no limit, as whoever may push can make such a branch",
		strings.Join(c.wildcards, ", "), c.required.Name).Advice = fmt.Sprintf("In the strategy, name the branches of the environment in full: branches: [%s]", strings.Join(names, ", "))
}

func (c *comparison) missing() {
	about := ""
	if c.where.Private {
		about = " (in a private repository GitHub Free has none, and Pro and Team have none with reviewers)"
	}
	c.differs("environment-missing", "there is no environment %q in %s%s: the first job that names it would create it without any protection",
		c.required.Name, c.where.FullName(), about)
}

func (c *comparison) reviewers() {
	if have := len(c.actual.Reviewers); have < len(c.want.Reviewers) {
		c.differs("environment-reviewers", "environment %q asks for the approval of one of %d reviewers, fewer than the %d that the strategy requires",
			c.required.Name, have, len(c.want.Reviewers))
	}
	if c.want.PreventSelfReview && !c.actual.PreventSelfReview {
		c.differs("environment-self-review", "whoever starts a run may approve it for environment %q, which the strategy's preventSelfReview forbids", c.required.Name)
	}
}

// rest compares who may go past the rules, and how long a job has to wait.
func (c *comparison) rest() {
	if c.actual.AdminBypass && !c.want.AdminBypass {
		c.differs("environment-admin-bypass", "administrators may bypass the rules of environment %q, which the strategy's adminBypass: false forbids", c.required.Name)
	}
	if c.actual.WaitMinutes < c.want.WaitMinutes {
		c.differs("environment-wait", "environment %q waits %d minutes, less than the %d that the strategy requires", c.required.Name, c.actual.WaitMinutes, c.want.WaitMinutes)
	}
}

// plan adds why a private repository's environment may have no rules. Which plan its owner has, a job's token cannot see.
func (c *comparison) plan() {
	if len(c.findings) == 0 || !c.where.Private || len(c.actual.Reviewers) > 0 || c.actual.WaitMinutes > 0 {
		return
	}
	returned := "neither reviewers nor a wait timer"
	if c.actual.Unprotected() {
		returned = "no rules at all"
	}
	c.findings = append([]fleet.Finding{{
		Rule: "environment-unprotected-plan", Severity: fleet.Error, Position: c.required.Position,
		Message: fmt.Sprintf("GitHub returns %s for environment %q of the private repository %s: the likely cause is the plan of the organisation, as Free, Pro and Team have them in public repositories only",
			returned, c.required.Name, c.where.FullName()),
		Advice: "With GitHub Enterprise, protect the environment. Without, set workflow: {approvals: dispatch} in the strategy: each stage is then started by hand, by people whom the branch policy of its environment allows.",
	}}, c.findings...)
}

// branches compares where a job may come from. An environment that names its branches may name fewer than the strategy.
func (c *comparison) branches() {
	name, why := c.required.Name, c.allowed()
	switch {
	case !c.want.BranchesLimited:
	case c.actual.NoProtectedBranch:
		c.differs("environment-branches", "environment %q is limited to protected branches and %s has none, so that GitHub lets any branch deploy%s", name, c.where.FullName(), why)
	case !c.actual.BranchesLimited:
		c.differs("environment-branches", "any branch may deploy to environment %q%s", name, why)
	case c.want.ProtectedBranches && !c.actual.ProtectedBranches:
		c.differs("environment-branches", "environment %q names the branches that may deploy itself%s", name, why)
	case !c.want.ProtectedBranches && c.actual.ProtectedBranches:
		c.differs("environment-branches", "any protected branch may deploy to environment %q%s", name, why)
	default:
		if extra := without(c.actual.Branches, c.want.Branches); len(extra) > 0 {
			c.differs("environment-branches", "branches that match %s may deploy to environment %q%s", strings.Join(extra, ", "), name, why)
		}
		if extra := without(c.actual.Tags, c.want.Tags); len(extra) > 0 {
			c.differs("environment-branches", "tags that match %s may deploy to environment %q, and whoever may push one can put any commit there%s", strings.Join(extra, ", "), name, why)
		}
		c.named()
	}
}

// named looks at the branches that may deploy: where stages are started by hand, what protects them protects the stages.
func (c *comparison) named() {
	if !c.dispatch || c.want.ProtectedBranches {
		return
	}
	for _, branch := range both(c.actual.Branches, c.actual.OpenBranches) {
		c.differs("environment-branches", "branch %s may deploy to environment %q and is not protected: where stages are started by hand, whoever may push to it approves", branch, c.required.Name)
	}
	for _, branch := range both(c.actual.Branches, c.actual.AbsentBranches) {
		c.differs("environment-branches", "branch %s may deploy to environment %q and there is none: where stages are started by hand, whoever makes it approves", branch, c.required.Name).
			Advice = fmt.Sprintf("Make branch %s and protect it, or let it deploy no longer; for that an administrator of the repository runs: %s", branch, c.dropPolicy(branch, notTag))
	}
}

// allowed says which branches may deploy.
func (c *comparison) allowed() string {
	switch {
	case len(c.required.Branches) > 0:
		return "; the strategy allows only branches that match " + strings.Join(c.required.Branches, ", ")
	case c.required.ProtectedBranches:
		return "; the strategy allows protected branches only"
	default:
		return ": where stages are started by hand, its branch policy is all that protects them, and it has to name branches, without wildcards"
	}
}

// without returns the patterns that are not among others.
func without(patterns, others []string) []string {
	return slices.DeleteFunc(slices.Clone(patterns), func(pattern string) bool { return slices.Contains(others, pattern) })
}

// both returns the patterns that are among others as well.
func both(patterns, others []string) []string { return without(patterns, without(patterns, others)) }
