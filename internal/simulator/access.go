package simulator

import (
	"path"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Rights are a permission as Microsoft.Authorization shows it.
type Rights struct {
	Actions    []string
	NotActions []string
}

// Allowed refuses an action that the caller may not do at a scope, an ARM id in any case.
func (w *World) Allowed(action, scope string) error {
	if w.Rights(scope).allow(action) {
		return nil
	}
	return nested(403, "AuthorizationFailed", "The client 'fleet-update-action' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. "+
		"If access was recently granted, please refresh your credentials.", w.guidOf("caller", 0), action, scope)
}

func (r Rights) allow(action string) bool {
	return matchesAny(r.Actions, action) && !matchesAny(r.NotActions, action)
}

// Rights returns what the caller may do at a scope: a cluster's access, less what is denied.
func (w *World) Rights(scope string) Rights {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rights(scope)
}

func (w *World) rights(scope string) Rights {
	scope = strings.ToLower(scope)
	rights := Rights{Actions: []string{"*"}}
	if c, ok := w.clusters[clusterOf(scope)]; ok {
		switch c.Access {
		case "read":
			rights.Actions = []string{"*/read"}
		case "none":
			rights.Actions = []string{}
		}
	}
	for _, denial := range w.denied {
		if strings.HasPrefix(scope+"/", strings.ToLower(denial.Scope)+"/") || denial.Scope == "" {
			rights.NotActions = append(rights.NotActions, denial.Action)
		}
	}
	return rights
}

// clusterOf cuts an ARM id down to its cluster; it is empty where there is none.
func clusterOf(scope string) fleet.ClusterID {
	parts := strings.Split(scope, "/")
	if len(parts) < 9 || parts[7] != "managedclusters" {
		return ""
	}
	return fleet.NewClusterID(parts[2], parts[4], parts[8])
}

func matchesAny(patterns []string, action string) bool {
	// "*" of a role stands for any text, slashes included; path.Match keeps to one segment.
	flatten := strings.NewReplacer("/", "\x00")
	for _, pattern := range patterns {
		if ok, _ := path.Match(flatten.Replace(strings.ToLower(pattern)), flatten.Replace(strings.ToLower(action))); ok {
			return true
		}
	}
	return false
}
