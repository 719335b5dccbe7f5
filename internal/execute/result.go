package execute

import (
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// standing says where the stage stands.
func (t *turn) standing(over bool) (fleet.State, string) {
	var open, waiting, skipped int
	for i := range t.places {
		switch m := &t.places[i].now; {
		case m.done() && m.State == fleet.Skipped:
			skipped++
		case m.done():
		case m.State == fleet.Pending || m.State == fleet.Failed:
			waiting++
			open++
		default:
			open++
		}
	}
	switch {
	case t.exceeded != "" && over:
		return fleet.Failed, t.exceeded
	case t.exceeded != "":
		return fleet.Stopping, t.exceeded
	case open == 0 && !t.dropped:
		return fleet.Running, ""
	case open == 0 && skipped == len(t.places):
		return fleet.Skipped, ""
	case open == 0:
		return fleet.Completed, ""
	case open == waiting && !t.inFlight:
		return fleet.Pending, fmt.Sprintf("%d of %d members wait", waiting, len(t.places))
	case over:
		return fleet.Stopped, fmt.Sprintf("ended with %d of %d members not at their end", open, len(t.places))
	default:
		return fleet.Running, ""
	}
}

// Result writes down where a stage of a plan stands after a decision, with the clusters as read. It is the record that
// Resume and Ready take in; status URLs, which are signed, are left out of it.
func Result(p plan.Plan, stage int, d Decision, inv fleet.Inventory) fleet.StageResult {
	s := p.Stages[stage]
	r := fleet.StageResult{
		Name: s.Name, Digest: p.Digest, State: d.State, Reason: d.Reason,
		StartedAt: d.Progress.Started, FinishedAt: d.Progress.Finished, Snapshots: snapshotsOf(p, s, inv),
	}
	if d.Over {
		r.LookAgain, r.Stuck = d.LookAgain, d.Stuck
	}
	ended := true
	for _, group := range s.Groups {
		g := fleet.GroupResult{Name: group.Name, Members: make([]fleet.MemberResult, 0, len(group.Members))}
		for i := range group.Members {
			member := &group.Members[i]
			m := d.Progress.Members[member.Cluster]
			cluster, there := inv.Clusters[member.Cluster]
			g.Members = append(g.Members, memberResult(member, m, cluster))
			ended = ended && m.done()
			if m.State == fleet.Failed {
				g.Failures++
			}
			if m.State == fleet.Completed || there && member.Why == plan.WhyAtTarget && atTarget(member, cluster, nil) {
				r.Succeeded++
			}
		}
		g.State = groupState(g, group.MaxAllowedFailures, d)
		r.Failures += g.Failures
		r.Groups = append(r.Groups, g)
	}
	r.Outcome = outcome(s, r, d.Over, ended)
	if r.Outcome == fleet.OutcomeFailed && r.Reason == "" {
		r.Reason = fmt.Sprintf("members at their target: %d, of at least %d that must be", r.Succeeded, needed(s, r.Failures))
	}
	return r
}

func memberResult(member *plan.Member, m Member, cluster fleet.Cluster) fleet.MemberResult {
	r := fleet.MemberResult{
		Name: member.Name, Cluster: member.Cluster, State: m.State, Reason: m.Reason, Problem: m.Problem, Step: m.Step,
		Operation: m.OperationID, Progress: m.Progress, NotBefore: m.NotBefore, StartedAt: m.Began, EndedAt: m.Ended,
		ExpectedSeconds: member.ExpectedSeconds, Latest: m.Latest, Attempts: m.Attempts, Version: cluster.Version,
	}
	if r.State == "" {
		r.State = fleet.NotStarted
	}
	for _, pool := range cluster.Pools {
		r.Pools = append(r.Pools, fleet.PoolResult{Name: pool.Name, Version: pool.Version, Image: pool.Image})
	}
	return r
}

// groupState says where a group stands by its members.
func groupState(g fleet.GroupResult, allowed int, d Decision) fleet.State {
	n := map[fleet.State]int{}
	for _, m := range g.Members {
		n[m.State]++
	}
	all := len(g.Members)
	ended := n[fleet.Completed] + n[fleet.Skipped] + n[fleet.Failed]
	switch {
	case g.Failures > allowed && n[fleet.Running] == 0:
		return fleet.Failed
	case n[fleet.Skipped] == all:
		return fleet.Skipped
	case ended == all:
		return fleet.Completed
	case d.Over && (d.State == fleet.Failed || d.State == fleet.Stopped):
		return fleet.Stopped
	case d.State == fleet.Stopping && n[fleet.Running] > 0:
		return fleet.Stopping
	case n[fleet.Running] == 0 && n[fleet.Pending] > 0:
		return fleet.Pending
	case n[fleet.NotStarted] == all:
		return fleet.NotStarted
	default:
		return fleet.Running
	}
}

// needed is how many members must be at their target for a stage to count as done: what the strategy asks for, and where
// any failed at least one, so that a stage of nothing but failures is never called a success. Of a retry that is one which
// it leaves out for having been there in the run before.
func needed(s plan.Stage, failures int) int {
	for member := range s.Members() {
		if member.Why == plan.WhyReached {
			return s.MinSucceeded
		}
	}
	return max(s.MinSucceeded, min(failures, 1))
}

// outcome puts what came out into one word. A stage in which too few members are at their target has failed, whatever
// its failure budget allows.
func outcome(s plan.Stage, r fleet.StageResult, over, ended bool) fleet.Outcome {
	switch {
	case r.State == fleet.Failed:
		return fleet.OutcomeFailed
	case !over || !ended:
		return fleet.OutcomeUnfinished
	case r.Succeeded < needed(s, r.Failures):
		return fleet.OutcomeFailed
	case r.Failures > 0:
		return fleet.OutcomeWithFailures
	default:
		return fleet.OutcomeSucceeded
	}
}

// snapshotsOf returns the snapshots of ours that the stage's routes use and that are there.
func snapshotsOf(p plan.Plan, s plan.Stage, inv fleet.Inventory) []string {
	var ids []string
	seen := map[string]bool{}
	for _, group := range s.Groups {
		for _, member := range group.Members {
			for _, pool := range member.Pools {
				snapshot, there := inv.Snapshots[pool.Snapshot]
				if there && !seen[pool.Snapshot] && snapshot.Tags[fleet.SnapshotTag] == p.Name {
					seen[pool.Snapshot] = true
					ids = append(ids, pool.Snapshot)
				}
			}
		}
	}
	return ids
}

// Resume turns the record of an earlier process into what Decide goes on from. Members that had Failed are to be tried
// once more; status URLs are lost, so an operation still under way is followed by the state of its cluster.
func Resume(r fleet.StageResult) Progress {
	p := Progress{Members: map[fleet.ClusterID]Member{}, Started: r.StartedAt}
	for _, group := range r.Groups {
		for _, m := range group.Members {
			p.Members[m.Cluster] = Member{
				State: m.State, Reason: m.Reason, Problem: m.Problem, Step: m.Step, OperationID: m.Operation,
				Began: m.StartedAt, Ended: m.EndedAt, Latest: m.Latest, Attempts: m.Attempts,
				Retry: triedAgain(m),
			}
		}
	}
	return p
}

// triedAgain reports whether a member had failed before it was recorded, and has not ended since.
func triedAgain(m fleet.MemberResult) bool {
	beginsAgain := m.Attempts > 1 || m.Attempts > 0 && m.StartedAt.IsZero()
	return m.State == fleet.Failed || beginsAgain && !m.State.Terminal()
}
