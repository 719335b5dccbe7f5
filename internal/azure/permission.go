package azure

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// writeActions are the actions that an upgrade needs on a cluster.
func writeActions() []string {
	return []string{
		"Microsoft.ContainerService/managedClusters/read",
		"Microsoft.ContainerService/managedClusters/write",
		"Microsoft.ContainerService/managedClusters/agentPools/read",
		"Microsoft.ContainerService/managedClusters/agentPools/write",
		"Microsoft.ContainerService/managedClusters/agentPools/upgradeNodeImageVersion/action",
	}
}

// permissionBody is what one role assignment allows: the actions that match Actions and none of NotActions.
type permissionBody struct {
	Actions    []string `json:"actions"`
	NotActions []string `json:"notActions"`
}

// MayWrite checks, without writing, that the identity may upgrade every one of the clusters. It returns an Error
// finding, naming role and scope, for each that it may not; a cluster that is gone has none.
func (c *Client) MayWrite(ctx context.Context, ids []fleet.ClusterID) ([]fleet.Finding, error) {
	denied := make([]*fleet.Finding, len(ids))
	err := c.each(ctx, len(ids), func(ctx context.Context, i int) (err error) {
		denied[i], err = c.mayWrite(ctx, ids[i])
		return err
	})
	var findings []fleet.Finding
	for _, finding := range denied {
		if finding != nil {
			findings = append(findings, *finding)
		}
	}
	return findings, err
}

func (c *Client) mayWrite(ctx context.Context, id fleet.ClusterID) (*fleet.Finding, error) {
	call, err := c.resource(readPermissions, string(id), "/providers/Microsoft.Authorization/permissions", permissionList,
		armReadBucket(id.Subscription()))
	if err != nil {
		return nil, err
	}
	permissions, err := all[permissionBody](ctx, c, call)
	switch {
	case hasStatus(err, http.StatusNotFound):
		return nil, nil
	case hasStatus(err, http.StatusUnauthorized, http.StatusForbidden):
		return mayNot(id, "It cannot be seen whether the identity may upgrade this cluster: "+err.Error()), nil
	case err != nil:
		return nil, err
	}
	missing := slices.DeleteFunc(writeActions(), func(action string) bool { return allowed(permissions, action) })
	if len(missing) == 0 {
		return nil, nil
	}
	return mayNot(id, "The identity may not upgrade this cluster: it lacks "+strings.Join(missing, ", ")+"."), nil
}

func mayNot(id fleet.ClusterID, message string) *fleet.Finding {
	return &fleet.Finding{
		Rule: "no-permission", Severity: fleet.Error, Cluster: id, Message: message,
		Advice: fmt.Sprintf("Grant it the role %q: %s", contributorRole,
			fleet.Command("az", "role", "assignment", "create", "--role", contributorRole, "--assignee", "PRINCIPAL", "--scope", string(id))),
	}
}

func allowed(permissions []permissionBody, action string) bool {
	matches := func(pattern string) bool { return matchesAction(pattern, action) }
	return slices.ContainsFunc(permissions, func(p permissionBody) bool {
		return slices.ContainsFunc(p.Actions, matches) && !slices.ContainsFunc(p.NotActions, matches)
	})
}

// matchesAction compares without regard to case; a "*" in the pattern stands for any text, slashes included.
func matchesAction(pattern, action string) bool {
	pieces := strings.Split(strings.ToLower(pattern), "*")
	rest, found := strings.CutPrefix(strings.ToLower(action), pieces[0])
	if !found || len(pieces) == 1 {
		return found && rest == ""
	}
	last := pieces[len(pieces)-1]
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index(rest, piece)
		if at < 0 {
			return false
		}
		rest = rest[at+len(piece):]
	}
	return strings.HasSuffix(rest, last)
}
