package plan

import (
	"reflect"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// Covers reports whether a plan that waits for its approvals does all that a newer one would: each member that is open in
// the newer one is open in it, with the same targets, in the same stage and group, and its stages are guarded no less. It
// may do more: of a cluster that was stopped since, its stage finds that out.
func Covers(waiting, made Plan) bool {
	expired := !made.CreatedAt.Before(waiting.ExpiresAt)
	if expired || waiting.Policy != made.Policy || waiting.Upgrade.Type != made.Upgrade.Type || waiting.Upgrade.Images != made.Upgrade.Images {
		return false
	}
	c := newCover(made)
	rest := waiting.Stages
	for _, stage := range made.Stages {
		at := slices.IndexFunc(rest, func(s Stage) bool { return s.Name == stage.Name })
		if at < 0 || !guardsStage(rest[at], stage) || !c.groups(rest[at], stage) {
			return false
		}
		rest = rest[at+1:]
	}
	return true
}

// cover is what a newer plan knows, by which its members are held against those of one that waits.
type cover struct {
	images strategy.ImageSelection
	gets   map[fleet.ClusterID]bool // clusters that it brings to their targets, or finds there
}

func newCover(made Plan) cover {
	c := cover{images: made.Upgrade.Images, gets: map[fleet.ClusterID]bool{}}
	for member := range made.Members() {
		c.gets[member.Cluster] = member.Action == ActionUpgrade || member.Why == WhyAtTarget
	}
	return c
}

// guardsStage reports whether a stage asks for the same approvals as another, and is as careful.
func guardsStage(waiting, made Stage) bool {
	asked := func(s Stage) Stage {
		s = decidedStage(s)
		return Stage{Environment: s.Environment, BeforeGates: s.BeforeGates, AfterGates: s.AfterGates}
	}
	return reflect.DeepEqual(asked(waiting), asked(made)) &&
		waiting.WaitSeconds >= made.WaitSeconds && waiting.MinSucceeded >= made.MinSucceeded &&
		waiting.MaxConcurrency <= made.MaxConcurrency && waiting.MaxAllowedFailures <= made.MaxAllowedFailures
}

func (c cover) groups(waiting, made Stage) bool {
	for _, group := range made.Groups {
		at := slices.IndexFunc(waiting.Groups, func(g Group) bool { return g.Name == group.Name })
		if at < 0 || !guardsGroup(waiting.Groups[at], group) || !c.members(waiting.Groups[at], group) {
			return false
		}
	}
	return true
}

func guardsGroup(waiting, made Group) bool {
	return reflect.DeepEqual(decidedAll(waiting.BeforeGates, decidedGate), decidedAll(made.BeforeGates, decidedGate)) &&
		waiting.MaxConcurrency <= made.MaxConcurrency && waiting.MaxAllowedFailures <= made.MaxAllowedFailures
}

func (c cover) members(waiting, made Group) bool {
	open := map[fleet.ClusterID]Member{}
	for _, member := range waiting.Members {
		if member.Action.Open() {
			open[member.Cluster] = member
		}
	}
	for _, member := range made.Members {
		known, there := open[member.Cluster]
		if member.Action.Open() && !(there && c.reaches(known, member)) {
			return false
		}
	}
	return true
}

// reaches reports whether a member is brought to all the targets that another plan has for it. How it gets there is found out
// anew on the way, but for a snapshot: none is used for a pool whose plan names none, and it is taken from the donor that it
// names.
func (c cover) reaches(waiting, made Member) bool {
	if waiting.UID != made.UID || made.ControlPlane != nil && (waiting.ControlPlane == nil || waiting.ControlPlane.To != made.ControlPlane.To) {
		return false
	}
	target := func(p Pool) Pool {
		if c.images == strategy.Latest {
			p.ToImage = "" // whatever the region offers when its turn comes
		}
		return Pool{Name: p.Name, ToVersion: p.ToVersion, ToImage: p.ToImage, Release: p.Release}
	}
	for _, pool := range made.Pools {
		same := func(p Pool) bool {
			return p.Action.Open() && target(p) == target(pool) && (pool.Route != RouteSnapshot || c.supplied(p, pool))
		}
		if pool.Action.Open() && !slices.ContainsFunc(waiting.Pools, same) {
			return false
		}
	}
	return true
}

// supplied reports whether a pool can get its snapshot as well as in the newer plan: it is there, or the donor is the same, or
// one that gets there, too.
func (c cover) supplied(waiting, made Pool) bool {
	same := waiting.Donor == made.Donor || made.Donor == fleet.PoolID{}
	return waiting.Route == RouteSnapshot && (waiting.Snapshot == made.Snapshot && same || c.gets[waiting.Donor.Cluster])
}
