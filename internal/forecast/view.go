package forecast

import (
	"maps"
	"slices"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// decide decides one turn. A stage of a thousand members has thousands of turns, and most members have nothing to do
// with most of them: after the first turn only those are shown to Decide that are at work or are to be tried again, and of
// those that wait as many as may begin. Where one that is not shown could have begun, more of them are shown. Nothing
// fails in this world, so no failure budget is exceeded after the first turn.
func (r *run) decide(seen execute.Seen) {
	for shown := 2; ; shown *= 4 {
		view := r.view(shown)
		r.decision = execute.Decide(view.stage, r.orders, r.progressOf(view), seen)
		if !view.missed(r) {
			break
		}
	}
	members := r.progress.Members
	maps.Copy(members, r.decision.Progress.Members)
	r.progress = r.decision.Progress
	r.progress.Members = members
}

// progressOf is what is known of the members shown.
func (r *run) progressOf(v view) execute.Progress {
	shown := r.progress
	shown.Members = map[fleet.ClusterID]execute.Member{}
	for member := range v.stage.Members() {
		if m, known := r.progress.Members[member.Cluster]; known {
			shown.Members[member.Cluster] = m
		}
	}
	return shown
}

// view is a stage with some of its members.
type view struct {
	stage  plan.Stage
	hidden []int // members that wait and are not shown, by group
}

// view shows so many of the members that wait for each of a group's places. Where all of them are shown, so are those
// that have ended: how the stage ends depends on them.
func (r *run) view(shown int) view {
	if r.slowly || !r.progress.Looked {
		return view{stage: r.stage}
	}
	part := view{stage: r.stage, hidden: make([]int, len(r.stage.Groups))}
	part.stage.Groups = make([]plan.Group, len(r.stage.Groups))
	hidden := 0
	for i, group := range r.stage.Groups {
		group.Members, part.hidden[i] = r.viewOf(group, shown*group.MaxConcurrency)
		part.stage.Groups[i] = group
		hidden += part.hidden[i]
	}
	if hidden == 0 {
		return view{stage: r.stage}
	}
	return part
}

// viewOf chooses the members of a group that are shown, in their order. Of those that wait, those with a maintenance
// window come first: while it is open Decide lets them begin before others.
func (r *run) viewOf(group plan.Group, shown int) (members []plan.Member, hidden int) {
	chosen := make([]bool, len(group.Members))
	for _, windowed := range []bool{true, false} {
		for i := range group.Members {
			member := &group.Members[i]
			m := r.progress.Members[member.Cluster]
			switch {
			case r.windowed(member) != windowed || m.State.Terminal():
			case !waiting(m):
				chosen[i] = true
			case shown > 0:
				chosen[i] = true
				shown--
			default:
				hidden++
			}
		}
	}
	for i, chosen := range chosen {
		if chosen {
			members = append(members, group.Members[i])
		}
	}
	return members, hidden
}

func (r *run) windowed(member *plan.Member) bool {
	_, has := r.world.inv.Clusters[member.Cluster].Windows[member.Window]
	return has
}

// waiting reports whether a member has not begun.
func waiting(m execute.Member) bool { return m.Began.IsZero() && !m.Retry }

// missed reports whether members that were not shown could have begun: a place is left in their group, which none of those
// shown before them is ready to take, while the stage has a place left or has just given one away.
func (v view) missed(r *run) bool {
	if v.hidden == nil {
		return false
	}
	held, all := r.held()
	begins := len(r.decision.Begin) > 0
	for i, group := range v.stage.Groups {
		could := held[i] < group.MaxConcurrency && (all < v.stage.MaxConcurrency || begins) && !ready(group, r.decision)
		if v.hidden[i] > 0 && could {
			return true
		}
	}
	return false
}

// held counts the places taken, by group and in all.
func (r *run) held() (held []int, all int) {
	held = make([]int, len(r.stage.Groups))
	hold := func(id fleet.ClusterID) {
		if group, member := r.groups[id]; member {
			held[group]++
			all++
		}
	}
	for id := range r.world.operations {
		hold(id)
	}
	for _, step := range r.decision.Begin {
		hold(step.Cluster)
	}
	return held, all
}

// ready reports whether a member of the group lacks nothing but a place.
func ready(group plan.Group, decision execute.Decision) bool {
	return slices.ContainsFunc(group.Members, func(m plan.Member) bool {
		return decision.Progress.Members[m.Cluster].State == fleet.NotStarted
	})
}
