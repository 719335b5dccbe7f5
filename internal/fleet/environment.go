package fleet

import (
	"cmp"
	"slices"
	"strings"
)

// Environment is what a strategy requires of a GitHub environment that guards a stage or an approval.
type Environment struct {
	Name              string `json:"name"`
	Reviewers         int    `json:"reviewers,omitempty"` // required reviewers, at least; an Approval gate implies 1. GitHub takes one approval, so more than 1 asks for that many people who may approve
	PreventSelfReview bool   `json:"preventSelfReview,omitempty"`
	AdminBypass       *bool  `json:"adminBypass,omitempty"` // nil: not looked at; false: administrators must not be able to bypass
	WaitMinutes       int    `json:"waitMinutes,omitempty"` // wait timer, at least

	// Which branches may deploy, at most: protected ones, or those that match these patterns. Neither: not looked at.
	ProtectedBranches bool     `json:"protectedBranches,omitempty"`
	Branches          []string `json:"branches,omitempty"`

	Position Position `json:"position,omitzero"` // where the strategy requires it
}

// And returns what both require of one environment. Its position is the first's. Branches that both name are those that
// both allow; a strategy in which two places share none is refused.
func (e Environment) And(other Environment) Environment {
	e.Reviewers = max(e.Reviewers, other.Reviewers)
	e.PreventSelfReview = e.PreventSelfReview || other.PreventSelfReview
	if e.AdminBypass == nil || other.AdminBypass != nil && !*other.AdminBypass {
		e.AdminBypass = cmp.Or(other.AdminBypass, e.AdminBypass)
	}
	e.WaitMinutes = max(e.WaitMinutes, other.WaitMinutes)
	e.ProtectedBranches = e.ProtectedBranches || other.ProtectedBranches
	switch {
	case len(e.Branches) == 0:
		e.Branches = other.Branches
	case len(other.Branches) > 0:
		e.Branches = slices.DeleteFunc(slices.Clone(e.Branches), func(pattern string) bool { return !slices.Contains(other.Branches, pattern) })
	}
	return e
}

// MergeEnvironments puts the requirements on each environment together, in the order in which the environments are
// first named. GitHub does not tell names apart by case.
func MergeEnvironments(all []Environment) []Environment {
	var merged []Environment
	for _, e := range all {
		at := slices.IndexFunc(merged, func(known Environment) bool { return strings.EqualFold(known.Name, e.Name) })
		if at < 0 {
			merged = append(merged, e)
			continue
		}
		merged[at] = merged[at].And(e)
	}
	return merged
}
