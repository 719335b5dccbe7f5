package report

import (
	"github.com/org/fleet-update-action/internal/plan"
)

// called names a run: by its strategy, and by its own name where it has another.
func called(strategy, run string) string {
	if run == "" || run == strategy {
		return strategy
	}
	return strategy + ", run " + run
}

// planned names the run of a plan. That of a profile is named where the profile is.
func planned(p plan.Plan) string {
	if p.Profile != nil {
		return p.Name
	}
	return called(p.Name, p.Run)
}

// retried says which run is retried, and for how much of the fleet.
func retried(p plan.Plan) []block {
	if p.Retry == nil {
		return nil
	}
	members := 0
	for member := range p.Members() {
		if member.Action.Open() {
			members++
		}
	}
	return []block{paragraph{text{
		plain("Retry of run "), code(p.Retry.Run), plain(", plan "), code(shortDigest(p.Retry.Digest)),
		plain(": " + count(members, "cluster") + " that failed or " + one(members, "was", "were") + " skipped there " + one(members, "is", "are") +
			" tried again with the targets of that plan. No other cluster is upgraded."),
	}}}
}
