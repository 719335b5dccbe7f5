package rollouts

import (
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Rollout is a run of a plan with what counts of its records, and where it stands.
type Rollout struct {
	Plan   plan.Plan // where it is not to be had: the names of the stages that recorded something, or of none
	Result fleet.Result
	Status fleet.RunStatus
}

// Of is a rollout by what is known of it: its plan, and its records in the order in which they were written.
func Of(made plan.Plan, known []fleet.Result, now time.Time) Rollout {
	counts := execute.Recorded(made, known)
	return Rollout{Plan: made, Result: counts, Status: execute.Status(made, counts, now)}
}
