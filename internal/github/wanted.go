package github

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// wanted is how an environment has to be protected: what the strategy requires, and what is there beyond that. Nothing is
// taken away but what the strategy forbids. It is the one place that knows what a requirement means.
func wanted(required fleet.Environment, actual fleet.Protection, where Repository, dispatch bool) fleet.Protection {
	want := actual
	if !actual.Exists {
		want = fleet.Protection{AdminBypass: true} // as GitHub makes one
	}
	want.Exists = true
	if !dispatch {
		want.Reviewers = enough(want.Reviewers, required.Reviewers)
		want.PreventSelfReview = want.PreventSelfReview || required.PreventSelfReview
		want.AdminBypass = want.AdminBypass && (required.AdminBypass == nil || *required.AdminBypass)
		want.WaitMinutes = max(want.WaitMinutes, required.WaitMinutes)
	}
	switch {
	case len(required.Branches) > 0:
		nameBranches(&want, required.Branches, func(pattern string) bool { return slices.Contains(required.Branches, pattern) })
	case required.ProtectedBranches:
		want.ProtectedBranches, want.NoProtectedBranch, want.BranchesLimited = true, false, true // patterns go by themselves
	case dispatch: // protected branches, if it has those, are more than anybody asked for
		nameBranches(&want, []string{where.DefaultBranch}, isBranch)
	}
	return want
}

// byHand is what an environment requires where stages are started by hand, and the patterns of it that are no limit then:
// whoever may push can make a branch that matches them.
func byHand(required fleet.Environment) (fleet.Environment, []string) {
	wildcards := slices.DeleteFunc(slices.Clone(required.Branches), isBranch)
	required.Branches = without(required.Branches, wildcards)
	return required, wildcards
}

// nameBranches limits an environment to those of its patterns that are allowed, or to others where it has none of them.
func nameBranches(want *fleet.Protection, others []string, allowed func(pattern string) bool) {
	want.Branches = slices.DeleteFunc(slices.Clone(want.Branches), func(pattern string) bool { return !allowed(pattern) })
	if len(want.Branches) == 0 {
		want.Branches = others
	}
	want.ProtectedBranches, want.NoProtectedBranch, want.BranchesLimited, want.Tags = false, false, true, nil
}

// isBranch reports whether a pattern is the name of one branch: without what File.fnmatch of Ruby, by which GitHub matches,
// takes for more, and not the reference of something else, such as refs/pull/7/merge.
func isBranch(pattern string) bool {
	return !strings.ContainsAny(pattern, `*?[{\`) && !strings.HasPrefix(pattern, "refs/")
}

// enough adds reviewers that nobody has named yet, by ids that no account has: -1, -2 and so on.
func enough(reviewers []fleet.Reviewer, count int) []fleet.Reviewer {
	for i := int64(-1); len(reviewers) < count; i-- {
		reviewers = append(reviewers, fleet.Reviewer{Type: "User", ID: i})
	}
	return reviewers
}
