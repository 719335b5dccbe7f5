package fleet

// Protection is how GitHub protects an environment, as its API tells (GET /repos/{owner}/{repo}/environments/{name}).
type Protection struct {
	Name              string
	Exists            bool
	Reviewers         []Reviewer // any one of them may approve, and of a team any one member
	PreventSelfReview bool
	AdminBypass       bool // GitHub's default: administrators may go past the rules
	WaitMinutes       int
	ProtectedBranches bool     // only protected branches may deploy
	Branches          []string // name patterns of the branches that may deploy, where the environment names them itself
	Tags              []string // name patterns of the tags that may deploy, where the environment names them itself
	BranchesLimited   bool     // false: any branch and any tag may deploy
	OpenBranches      []string // of the branches that are named in full: not protected, where that was asked
	AbsentBranches    []string // of the branches that are named in full: not there, where that was asked
	NoProtectedBranch bool     // it is limited to protected branches, of which the repository has none: any branch may deploy
}

// Reviewer is a person or team that may approve.
type Reviewer struct {
	Type string // User or Team
	Name string // login or slug
	ID   int64
}

// Unprotected reports whether GitHub returned no rule at all: neither reviewers nor a wait timer nor a limit of branches.
func (p Protection) Unprotected() bool {
	return len(p.Reviewers) == 0 && p.WaitMinutes == 0 && !p.BranchesLimited && !p.NoProtectedBranch
}
