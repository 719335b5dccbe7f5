package execute

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Now is how the clusters of a stage stand in Azure against the plan, and in what that differs from the record of the
// stage. It measures as Ready does.
func Now(stage plan.Stage, recorded fleet.StageResult, inv fleet.Inventory) fleet.StageNow {
	now := fleet.StageNow{At: inv.At, Clusters: []fleet.ClusterNow{}}
	known := map[fleet.ClusterID]fleet.MemberResult{}
	for _, group := range recorded.Groups {
		for _, member := range group.Members {
			known[member.Cluster] = member
		}
	}
	for member := range stage.Members() {
		cluster, there := inv.Clusters[member.Cluster]
		one := clusterNow(stage, member, known[member.Cluster], cluster, there)
		if aimed(stage, member) {
			now.Members++
		}
		if one.AtTarget {
			now.AtTarget++
		}
		if !one.AtTarget && aimed(stage, member) || one.State != "" || one.Recorded != "" {
			now.Clusters = append(now.Clusters, one)
		}
	}
	return now
}

// aimed reports whether the plan has a target for the member: it is to be upgraded, or was found at it.
func aimed(stage plan.Stage, member *plan.Member) bool {
	return stage.Skip == "" && (member.Action.Open() || member.Why == plan.WhyAtTarget)
}

func clusterNow(stage plan.Stage, member *plan.Member, recorded fleet.MemberResult, cluster fleet.Cluster, there bool) fleet.ClusterNow {
	now := fleet.ClusterNow{Name: member.Name, Cluster: member.Cluster, State: clusterState(member, cluster, there)}
	if !aimed(stage, member) {
		return now
	}
	switch now.State {
	case fleet.ClusterGone, fleet.ClusterReplaced:
	case fleet.ClusterBusy: // its versions change as soon as an upgrade was accepted
		now.AtTarget = reached(member, cluster, recorded)
	default:
		now.AtTarget = reached(member, cluster, recorded)
		now.Behind = behind(member, cluster, recorded.Latest)
	}
	if differs(recorded.State, now.AtTarget) {
		now.Recorded = recorded.State
	}
	return now
}

func clusterState(member *plan.Member, cluster fleet.Cluster, there bool) fleet.ClusterState {
	switch {
	case !there:
		return fleet.ClusterGone
	case member.UID != "" && cluster.UID != "" && cluster.UID != member.UID:
		return fleet.ClusterReplaced
	case cluster.Busy():
		return fleet.ClusterBusy
	case !cluster.Healthy():
		return fleet.ClusterFailed
	case cluster.Stopped:
		return fleet.ClusterStopped
	default:
		return ""
	}
}

// differs reports whether Azure shows something else than what was recorded. A record that is no end says nothing yet of
// the target.
func differs(recorded fleet.State, at bool) bool {
	switch recorded {
	case fleet.Completed:
		return !at
	case fleet.Failed, fleet.Pending, fleet.Stopped:
		return at
	default:
		return false
	}
}
