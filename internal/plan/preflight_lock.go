package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// locksByScope sorts locks under the resource group they are set on or in, or else under their subscription, so that
// each cluster looks only at those near it.
func locksByScope(locks map[string][]fleet.Lock) map[string][]fleet.Lock {
	sorted := map[string][]fleet.Lock{}
	for _, subscription := range slices.Sorted(maps.Keys(locks)) {
		for _, lock := range locks[subscription] {
			lock.Scope = strings.ToLower(lock.Scope)
			parts := strings.Split(lock.Scope, "/")
			near := strings.Join(parts[:min(len(parts), 5)], "/")
			sorted[near] = append(sorted[near], lock)
		}
	}
	return sorted
}

// locked finds locks that stand against an upgrade: ReadOnly refuses every write, and CanNotDelete on or in the node
// resource group keeps Azure from removing the nodes it has replaced.
func locked(r *run, c *candidate) []problem {
	if len(r.locks) == 0 {
		return nil
	}
	subscription := "/subscriptions/" + c.subscription
	group := subscription + "/resourcegroups/" + c.resourceGroup
	nodes := subscription + "/resourcegroups/" + strings.ToLower(c.cluster.Settings.NodeResourceGroup)
	cluster := strings.ToLower(string(c.member.Cluster))
	var problems []problem
	for _, near := range []string{subscription, group, nodes} {
		for _, lock := range r.locks[near] {
			onIt := lock.Scope == near || lock.Scope == cluster
			inIt := strings.HasPrefix(lock.Scope, cluster+"/") || strings.HasPrefix(lock.Scope, nodes+"/")
			if onIt || inIt {
				problems = append(problems, lockProblem(c, lock, onIt))
			}
		}
	}
	return problems
}

func lockProblem(c *candidate, lock fleet.Lock, onIt bool) problem {
	p := problem{
		severity: fleet.Warning,
		message:  fmt.Sprintf("The lock %s (%s) on %s may stand against the upgrade of %s.", lock.Name, lock.Level, lock.Scope, c.label()),
		advice:   azure("lock delete", []string{"--ids", lock.Scope + "/providers/Microsoft.Authorization/locks/" + lock.Name}),
	}
	if onIt && strings.EqualFold(lock.Level, "ReadOnly") {
		p.severity = fleet.Error
		p.message = fmt.Sprintf("The lock %s (ReadOnly) on %s forbids the upgrade of %s.", lock.Name, lock.Scope, c.label())
	}
	return p
}
