package simulator

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Environment is an environment of the repository, as its settings are.
type Environment struct {
	ID int64
	fleet.Protection
}

// Environment finds an environment by its name in any case, as the API tells of it: in a private repository the owner's
// plan decides. Free has no environments, and Team has neither reviewers nor wait timers nor a say about administrators
// (GitHub documentation, "Managing environments for deployment").
func (g *GitHub) Environment(name string) (Environment, bool) {
	at := slices.IndexFunc(g.environments, func(e Environment) bool { return strings.EqualFold(e.Name, name) })
	if at < 0 || g.repository.Private && g.plan == planFree {
		return Environment{}, false
	}
	found := g.environments[at]
	if g.repository.Private && g.plan == planTeam {
		found.Reviewers, found.WaitMinutes, found.PreventSelfReview, found.AdminBypass = nil, 0, false, true
	}
	return found, true
}
