package strategy

import (
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Environments lists the GitHub environments that stages and approvals name, each with all that is required of it. Those
// of profiles with stages of their own belong to other runs and are not among them.
func (s Strategy) Environments() []fleet.Environment { return environmentsOf(s.Stages) }

// AllEnvironments lists the environments of the strategy and of all its profiles.
func (s Strategy) AllEnvironments() []fleet.Environment {
	stages := slices.Clone(s.Stages)
	for _, profile := range s.AutoUpgrade {
		stages = append(stages, profile.Stages...)
	}
	return environmentsOf(stages)
}

func environmentsOf(stages []Stage) []fleet.Environment {
	var all []fleet.Environment
	for _, stage := range stages {
		if stage.Environment != nil {
			all = append(all, *stage.Environment)
		}
		for _, gates := range [][]Gate{stage.BeforeGates, stage.AfterGates} {
			for _, gate := range gates {
				if gate.Environment != nil {
					all = append(all, *gate.Environment)
				}
			}
		}
	}
	return fleet.MergeEnvironments(all)
}
