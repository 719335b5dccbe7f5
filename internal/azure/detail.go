package azure

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Detail says for which clusters Details reads what only those with something to upgrade need.
type Detail struct {
	Clusters []fleet.ClusterID
	Window   fleet.WindowKind
}

// Details returns the inventory with the maintenance window, quotas, subnets, locks and Fleet membership of some clusters
// read. The
// inventory given is not changed. What may not be read becomes an Unread finding: a warning, but an error for a window,
// as nobody can then tell that it is open.
func (c *Client) Details(ctx context.Context, inventory fleet.Inventory, detail Detail) (fleet.Inventory, error) {
	var clusters []fleet.Cluster
	for _, id := range detail.Clusters {
		if cluster, found := inventory.Clusters[id]; found {
			clusters = append(clusters, cluster)
		}
	}
	unread := slices.Clone(inventory.Unread)
	reads := []func(context.Context, *fleet.Inventory, []fleet.Cluster) ([]fleet.Finding, error){
		func(ctx context.Context, inventory *fleet.Inventory, clusters []fleet.Cluster) ([]fleet.Finding, error) {
			return c.addWindows(ctx, inventory, clusters, detail.Window)
		},
		c.addQuotas, c.addSubnets, c.addLocks, c.addMemberships,
	}
	for _, read := range reads {
		findings, err := read(ctx, &inventory, clusters)
		if err != nil {
			return fleet.Inventory{}, err
		}
		unread = append(unread, findings...)
	}
	inventory.Unread = unread
	inventory.At = c.now()
	return inventory, nil
}

// optional calls read for 0..n-1 and turns each refusal for want of a role, or of the thing itself, into a finding.
func (c *Client) optional(ctx context.Context, n int, rule string, read func(ctx context.Context, i int) error) ([]fleet.Finding, error) {
	unread := make([]*fleet.Finding, n)
	err := c.each(ctx, n, func(ctx context.Context, i int) error {
		err := read(ctx, i)
		if hasStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest) {
			unread[i] = &fleet.Finding{Rule: rule, Severity: fleet.Warning, Message: "Not checked, as it could not be read: " + err.Error()}
			return nil
		}
		return err
	})
	var findings []fleet.Finding
	for _, finding := range unread {
		if finding != nil {
			findings = append(findings, *finding)
		}
	}
	return findings, err
}

func (c *Client) addWindows(ctx context.Context, inventory *fleet.Inventory, clusters []fleet.Cluster, kind fleet.WindowKind) ([]fleet.Finding, error) {
	windows := make([]map[fleet.WindowKind]fleet.MaintenanceWindow, len(clusters))
	refusals := make([]error, len(clusters))
	err := c.each(ctx, len(clusters), func(ctx context.Context, i int) (err error) {
		windows[i], err = c.window(ctx, clusters[i].ID, clusters[i].Location, kind)
		if unreadable(err) {
			refusals[i] = err
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	read := maps.Clone(inventory.Clusters)
	var findings []fleet.Finding
	for i, cluster := range clusters {
		cluster.Windows = windows[i]
		read[cluster.ID] = cluster
		if refusals[i] != nil {
			findings = append(findings, fleet.Finding{
				Rule: "window-unread", Severity: fleet.Error, Cluster: cluster.ID,
				Message: "The maintenance window could not be read, so nobody can tell whether it is open: " + refusals[i].Error(),
				Advice:  windowAdvice(refusals[i]),
			})
		}
	}
	inventory.Clusters = read
	return findings, nil
}

func windowAdvice(err error) string {
	if isMalformed(err) {
		return "Write the maintenance configuration again with az aks maintenanceconfiguration update."
	}
	return fmt.Sprintf("Grant the identity the role %q on the cluster.", contributorRole)
}
