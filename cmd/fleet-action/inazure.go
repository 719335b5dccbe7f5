package main

import (
	"context"
	"maps"
	"slices"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/rollouts"
)

// addNow reads the clusters of runs, each once, and adds to the stages how they stand.
func (c call) addNow(ctx context.Context, runs []rollouts.Rollout) error {
	members := map[fleet.ClusterID]fleet.Member{}
	for _, run := range runs {
		for member := range run.Plan.Members() {
			members[member.Cluster] = fleet.Member{Name: member.Name, Cluster: member.Cluster}
		}
	}
	if len(members) == 0 {
		return nil
	}
	sh, err := realShells(c)
	if err != nil {
		return err
	}
	var listed []fleet.Member
	for _, id := range slices.Sorted(maps.Keys(members)) {
		listed = append(listed, members[id])
	}
	inventory, err := sh.client.Inventory(ctx, azure.Query{Sources: []fleet.Source{{Listed: listed}}})
	if err != nil {
		return err
	}
	for _, run := range runs {
		for i, stage := range run.Plan.Stages {
			if len(stage.Groups) == 0 {
				continue // of a plan that is not to be had
			}
			now := execute.Now(stage, run.Result.Stage(stage.Name), inventory)
			run.Status.Stages[i].Now = &now
		}
	}
	return nil
}
