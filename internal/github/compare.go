package github

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Compare says where an environment is protected less than the strategy requires. Each difference is an Error whose
// advice is the one command that mends all of them.
func Compare(required fleet.Environment, actual fleet.Protection, where Repository) []fleet.Finding {
	c := comparison{required: required, actual: actual, where: where}
	c.advice = c.mend()
	if !actual.Exists {
		c.missing()
		return c.findings
	}
	c.reviewers()
	c.administrators()
	c.wait()
	c.plan()
	c.branches()
	return c.findings
}

// CompareDispatch is Compare where nobody is asked to approve: whoever may start a stage's job by hand decides, and so
// the environment must say which branches that job may come from. Reviewers and wait timers are not looked at.
func CompareDispatch(required fleet.Environment, actual fleet.Protection, where Repository) []fleet.Finding {
	c := comparison{required: required, actual: actual, where: where, dispatch: true}
	c.advice = c.mend()
	if !actual.Exists {
		c.missing()
		return c.findings
	}
	c.branches()
	return c.findings
}

type comparison struct {
	required fleet.Environment
	actual   fleet.Protection
	where    Repository
	dispatch bool
	advice   string
	findings []fleet.Finding
}

func (c *comparison) differs(rule, format string, arguments ...any) {
	c.findings = append(c.findings, fleet.Finding{
		Rule: rule, Severity: fleet.Error, Message: fmt.Sprintf(format, arguments...), Advice: c.advice, Position: c.required.Position,
	})
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
	if have := len(c.actual.Reviewers); have < c.required.Reviewers {
		c.differs("environment-reviewers", "environment %q asks for the approval of one of %d reviewers, fewer than the %d that the strategy requires",
			c.required.Name, have, c.required.Reviewers)
	}
	if c.required.PreventSelfReview && !c.actual.PreventSelfReview {
		c.differs("environment-self-review", "whoever starts a run may approve it for environment %q, which the strategy's preventSelfReview forbids", c.required.Name)
	}
}

func (c *comparison) administrators() {
	if c.noBypass() && c.actual.AdminBypass {
		c.differs("environment-admin-bypass", "administrators may bypass the rules of environment %q, which the strategy's adminBypass: false forbids", c.required.Name)
	}
}

func (c *comparison) noBypass() bool {
	return c.required.AdminBypass != nil && !*c.required.AdminBypass
}

func (c *comparison) wait() {
	if c.actual.WaitMinutes < c.required.WaitMinutes {
		c.differs("environment-wait", "environment %q waits %d minutes, less than the %d that the strategy requires", c.required.Name, c.actual.WaitMinutes, c.required.WaitMinutes)
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
	extra, tags := c.extraPatterns()
	name := c.required.Name
	switch {
	case !c.limitsBranches():
	case !c.actual.BranchesLimited && c.dispatch && !c.namesBranches():
		c.differs("environment-branches", "any branch may deploy to environment %q: where stages are started by hand, its branch policy is all that protects them", name)
	case !c.actual.BranchesLimited:
		c.differs("environment-branches", "any branch may deploy to environment %q; the strategy allows %s", name, c.allowed())
	case c.required.ProtectedBranches && !c.actual.ProtectedBranches:
		c.differs("environment-branches", "environment %q names the branches that may deploy itself; the strategy allows %s", name, c.allowed())
	case len(c.required.Branches) > 0 && c.actual.ProtectedBranches:
		c.differs("environment-branches", "any protected branch may deploy to environment %q; the strategy allows %s", name, c.allowed())
	default:
		if len(extra) > 0 {
			c.differs("environment-branches", "branches that match %s may deploy to environment %q; the strategy allows %s", strings.Join(extra, ", "), name, c.allowed())
		}
		if len(tags) > 0 {
			c.differs("environment-branches", "tags that match %s may deploy to environment %q, and whoever may push one can put any commit there; the strategy allows %s",
				strings.Join(tags, ", "), name, c.allowed())
		}
	}
}

// namesBranches reports whether the strategy says which branches may deploy.
func (c *comparison) namesBranches() bool {
	return c.required.ProtectedBranches || len(c.required.Branches) > 0
}

// limitsBranches reports whether some limit of branches must be there.
func (c *comparison) limitsBranches() bool { return c.namesBranches() || c.dispatch }

func (c *comparison) allowed() string {
	if c.required.ProtectedBranches {
		return "protected branches only"
	}
	return "only branches that match " + strings.Join(c.required.Branches, ", ")
}

// extraPatterns are the patterns that the environment has beyond those that the strategy names.
func (c *comparison) extraPatterns() (branches, tags []string) {
	if len(c.required.Branches) == 0 {
		return nil, nil
	}
	for _, pattern := range c.actual.Branches {
		if !slices.Contains(c.required.Branches, pattern) {
			branches = append(branches, pattern)
		}
	}
	return branches, c.actual.Tags
}
