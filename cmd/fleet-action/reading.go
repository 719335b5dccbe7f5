package main

import (
	"context"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/forecast"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// readAndPlan reads the fleet and computes the plan. The plan is computed twice: once to learn which members have
// something to upgrade, and again with their windows, quotas, subnets and locks; then it is forecast.
func readAndPlan(ctx context.Context, sh shells, s strategy.Strategy, orders plan.Orders) (plan.Plan, fleet.Reading, error) {
	defer sh.patience.reads()()
	started := sh.now()
	query := azure.Query{
		Sources:     s.Sources,
		Versions:    s.Upgrade.Type != strategy.NodeImageOnly,
		Images:      s.Upgrade.Type != strategy.ControlPlaneOnly,
		SnapshotTag: s.Name,
	}
	if s.Snapshots.Allow {
		query.SnapshotGroup = s.Snapshots.ResourceGroup
		for _, donor := range s.Snapshots.Donors {
			query.Donors = append(query.Donors, donor.Cluster)
		}
	}
	inventory, err := sh.client.Inventory(ctx, query)
	if err != nil {
		return plan.Plan{}, fleet.Reading{}, err
	}
	draft := plan.Build(s, inventory, orders)
	inventory, err = sh.client.Details(ctx, inventory, azure.Detail{Clusters: draft.Wants(), Window: s.Upgrade.Type.Window()})
	if err != nil {
		return plan.Plan{}, fleet.Reading{}, err
	}
	reading := fleet.Reading{Clusters: len(inventory.Clusters), Requests: sh.client.Requests(), Took: sh.now().Sub(started)}
	return forecast.Add(plan.Build(s, inventory, orders), s, inventory), reading, nil
}
