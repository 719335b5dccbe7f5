package simulator

import "slices"

// Branch reports whether there is a branch, and whether it is protected. There are the default branch, those that are
// protected, and those of runs, unless there is a tag of the name, which the runs are of then.
func (g *GitHub) Branch(name string) (protected, found bool) {
	if slices.Contains(g.protected, name) {
		return true, true
	}
	return false, name == g.repository.DefaultBranch || !g.Tagged(name) && len(g.history(name)) > 0
}

// history is the commits of a branch that are known, oldest first: those of the runs that are said to be of it. A run of a
// tag has the name of that.
func (g *GitHub) history(branch string) []string {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	var commits []string
	for _, run := range g.runs {
		if run.Branch == branch && run.HeadRepository == g.repository.FullName() && !slices.Contains(g.stray, run.SHA) {
			commits = append(commits, run.SHA)
		}
	}
	return commits
}

// Commits on a branch, and beside it, as GitHub calls what it finds when it compares them with the branch.
const (
	comparedIdentical = "identical"
	comparedBehind    = "behind"
	comparedDiverged  = "diverged"
)

// Compared is how a commit stands to a branch; only commits of runs are there.
func (g *GitHub) Compared(branch, commit string) (status string, found bool) {
	if _, there := g.Branch(branch); !there || !g.knows(commit) {
		return "", false
	}
	history := g.history(branch)
	switch at := slices.Index(history, commit); {
	case at < 0:
		return comparedDiverged, true
	case commit == history[len(history)-1]:
		return comparedIdentical, true
	default:
		return comparedBehind, true
	}
}

func (g *GitHub) knows(commit string) bool {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	return slices.ContainsFunc(g.runs, func(run *WorkflowRun) bool { return run.SHA == commit })
}
