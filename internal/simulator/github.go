package simulator

import (
	"slices"
	"strings"
)

// GitHub is the GitHub whose jobs log in to the world's Azure: one repository. Its methods may be called from several
// goroutines, and what they return are copies.
type GitHub struct {
	world        *World
	repository   Repository
	plan         string
	permissions  map[string]string
	subjects     []string
	protected    []string // branches
	tags         []string
	stray        []string // commits that are on no branch
	workflows    []string // nil: any
	environments []Environment
	runs         []*WorkflowRun // oldest first
	artifacts    []Artifact     // oldest first
	comments     []Comment      // oldest first
	jobs         []WorkflowJob  // in the order in which they came up
	reruns       []Rerun
	cancels      []int64 // runs
	lastID       int64
}

// Repository is the one repository that the simulated GitHub has.
type Repository struct {
	ID            int64
	Owner         string
	OwnerType     string // Organization or User
	Name          string
	Private       bool
	DefaultBranch string
}

// FullName is the repository's name with its owner's.
func (r Repository) FullName() string { return r.Owner + "/" + r.Name }

// The plans of a repository's owner, which decide what environments of a private repository can do.
const (
	planFree       = "free"
	planTeam       = "team"
	planEnterprise = "enterprise"
)

// GitHub returns the world's GitHub. A world whose description has none has one of an empty repository.
func (w *World) GitHub() *GitHub { return w.github }

// Repository returns the repository.
func (g *GitHub) Repository() Repository { return g.repository }

// ProtectedBranches returns the names of the branches that are protected.
func (g *GitHub) ProtectedBranches() []string { return slices.Clone(g.protected) }

// Tagged reports whether there is a tag of a name.
func (g *GitHub) Tagged(name string) bool { return slices.Contains(g.tags, name) }

// KnowsWorkflow reports whether a workflow has ever been on the default branch, by the name of its file.
func (g *GitHub) KnowsWorkflow(file string) bool {
	return g.workflows == nil || slices.Contains(g.workflows, file)
}

// Permitted reports whether the job's token has a permission, such as "actions", to "read" or to "write".
func (g *GitHub) Permitted(permission, level string) bool {
	if g.permissions == nil {
		return true
	}
	given := g.permissions[permission]
	return given == "write" || given == level
}

// Trusted reports whether Entra has a federated credential for the subject of a job's ID token.
func (g *GitHub) Trusted(subject string) bool {
	return len(g.subjects) == 0 || slices.Contains(g.subjects, subject) // character by character
}

// AccountType is what kind of account a login is: User or Bot.
func AccountType(login string) string {
	if strings.HasSuffix(login, "[bot]") {
		return "Bot"
	}
	return "User"
}

func (g *GitHub) nextID() int64 {
	g.lastID++
	return g.lastID
}
