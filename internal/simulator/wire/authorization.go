package wire

import (
	"strings"

	"github.com/org/fleet-update-action/internal/simulator"
)

const authorization = "/providers/microsoft.authorization"

func authorizationEndpoints() []endpoint {
	var endpoints []endpoint
	for _, scope := range []string{subscriptionPath, groupPath, clusterPath} {
		endpoints = append(endpoints,
			endpoint{"GET " + scope + authorization + "/locks", "LIST locks", "Microsoft.Authorization/locks/read", locks(), simulator.LimitNone, listLocks},
			endpoint{"GET " + scope + authorization + "/permissions", "GET permissions", "Microsoft.Authorization/permissions/read", permissions(), simulator.LimitNone, getPermissions})
	}
	return endpoints
}

func authorizationScope(c *call) string {
	scope, _, _ := strings.Cut(c.URL.Path, authorization)
	return scope
}

func listLocks(c *call) (reply, error) {
	return paged(c, c.world.Locks(authorizationScope(c)), func(lock simulator.LockFile) any {
		return map[string]any{"id": lock.Scope + "/providers/Microsoft.Authorization/locks/" + lock.Name, "name": lock.Name,
			"type": "Microsoft.Authorization/locks", "properties": map[string]string{"level": lock.Level}}
	})
}

type permissionJSON struct {
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
}

func getPermissions(c *call) (reply, error) {
	rights := c.world.Rights(authorizationScope(c))
	none := []string{}
	return ok(map[string]any{"value": []permissionJSON{{Actions: append(none, rights.Actions...), NotActions: append(none, rights.NotActions...), DataActions: none, NotDataActions: none}}})
}
