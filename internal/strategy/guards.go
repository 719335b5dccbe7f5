package strategy

import "github.com/org/fleet-update-action/internal/fleet"

// Environments lists the GitHub environments that stages and approvals name, each with all that is required of it.
func (s Strategy) Environments() []fleet.Environment {
	var all []fleet.Environment
	for _, stage := range s.Stages {
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
