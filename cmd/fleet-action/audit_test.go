package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/strategy"
)

// audit holds a rollout against its invariants: what a plan promised against the history that the simulated Azure
// itself wrote. It shares no rule with the code it checks.
type audit struct {
	plan    plan.Plan
	result  fleet.Result
	history []simulator.Event
	windows map[fleet.ClusterID]dailyWindow
	broken  []string

	lives   []life // that executed the plan, in turn
	calm    bool   // nobody but the client did anything; upgrades may have failed
	cluster func(fleet.ClusterID) (simulator.Cluster, bool)
}

// life is that of one process of a rollout, as it begins.
type life struct {
	at     int                      // how many events had happened
	failed map[fleet.ClusterID]bool // what the record it goes on from shows as Failed
	next   int                      // the stage it goes on with
}

// firstOpen is the first stage that is not recorded to have ended well. Where the record is lost that is the first of
// all, where what had failed is tried again.
func firstOpen(made plan.Plan, result fleet.Result) int {
	return slices.IndexFunc(made.Stages, func(stage plan.Stage) bool { return !result.Stage(stage.Name).Outcome.Good() })
}

// failedIn lists the members whose upgrade a result shows as Failed in stages that are not at their end: those are tried
// again. Others have Failed for being stopped, and nothing is tried.
func failedIn(result fleet.Result) map[fleet.ClusterID]bool {
	failed := map[fleet.ClusterID]bool{}
	for _, stage := range result.Stages {
		for _, group := range stage.Groups {
			for _, member := range group.Members {
				if member.State == fleet.Failed && member.Attempts > 0 && !stage.Outcome.Good() {
					failed[member.Cluster] = true
				}
			}
		}
	}
	return failed
}

// dailyWindow is the only kind of window the audited worlds have, so that it can be judged by three lines of its own.
type dailyWindow struct {
	start, hours int // UTC
}

func (w dailyWindow) open(at time.Time) bool {
	minute := at.UTC().Hour()*60 + at.UTC().Minute()
	return (minute-w.start*60+1440)%1440 < w.hours*60
}

// left is how long the window is open yet.
func (w dailyWindow) left(at time.Time) time.Duration {
	minute := at.UTC().Hour()*60 + at.UTC().Minute()
	return time.Duration(w.hours*60-(minute-w.start*60+1440)%1440) * time.Minute
}

// check returns what is broken, a line each.
func (a *audit) check() []string {
	a.targets()
	a.order()
	a.concurrency()
	a.openings()
	a.budgets()
	a.retries()
	a.states()
	a.ends()
	a.buckets()
	return a.broken
}

func (a *audit) breaks(invariant int, format string, arguments ...any) {
	a.broken = append(a.broken, fmt.Sprintf("invariant %d: ", invariant)+fmt.Sprintf(format, arguments...))
}

// place is where a member stands in the plan.
type planned struct {
	stage, group int
	member       plan.Member
}

func (a *audit) members() map[fleet.ClusterID]planned {
	found := map[fleet.ClusterID]planned{}
	for s, stage := range a.plan.Stages {
		for g, group := range stage.Groups {
			for _, member := range group.Members {
				found[member.Cluster] = planned{s, g, member}
			}
		}
	}
	return found
}

// isUpgrade reports whether an event is a write of the client's that was accepted and upgrades something.
func isUpgrade(event simulator.Event) bool {
	switch simulator.Change(event.What) {
	case simulator.ChangeControlPlane, simulator.ChangeCluster, simulator.ChangePoolVersion, simulator.ChangePoolImage:
		return event.Kind == simulator.Wrote && event.By == simulator.Client
	default:
		return false
	}
}

// upgrades are the client's accepted writes that upgrade something.
func (a *audit) upgrades() []simulator.Event {
	var found []simulator.Event
	for _, event := range a.history {
		switch kind := simulator.Change(event.What); {
		case isUpgrade(event):
			found = append(found, event)
		case event.Kind != simulator.Wrote || event.By != simulator.Client:
		case kind != simulator.ChangeSnapshot && kind != simulator.ChangeDrop && kind != simulator.ChangeNothing:
			a.breaks(1, "%s: a write of the kind %q", event.Cluster.Name(), event.What)
		}
	}
	return found
}

// targets is invariant 1.
func (a *audit) targets() {
	members := a.members()
	for _, write := range a.upgrades() {
		place, ok := members[write.Cluster]
		if !ok {
			a.breaks(1, "%s is not in the plan and was written", write.Cluster.Name())
			continue
		}
		member := place.member
		if member.Action != plan.ActionUpgrade && member.Action != plan.ActionPending {
			a.breaks(1, "%s is planned as %s and was written", member.Name, member.Action)
		}
		if write.Pool == "" {
			a.controlPlaneTarget(member, write)
			continue
		}
		a.poolTarget(member, write)
	}
}

func (a *audit) controlPlaneTarget(member plan.Member, write simulator.Event) {
	if member.ControlPlane == nil || write.Version != member.ControlPlane.To {
		a.breaks(1, "%s: the control plane was sent to %s, which is not its target", member.Name, write.Version)
	}
}

func (a *audit) poolTarget(member plan.Member, write simulator.Event) {
	index := slices.IndexFunc(member.Pools, func(pool plan.Pool) bool { return pool.Name == write.Pool })
	if index < 0 {
		a.breaks(1, "%s/%s is not in the plan and was written", member.Name, write.Pool)
		return
	}
	pool := member.Pools[index]
	if pool.Action == plan.ActionSkip {
		a.breaks(1, "%s/%s is planned to be left alone and was written", member.Name, write.Pool)
	}
	pinned := a.plan.Upgrade.Images != strategy.Latest
	if pinned && write.Image != "" && write.Image != pool.ToImage {
		a.breaks(1, "%s/%s was brought to %s, its target is %s", member.Name, write.Pool, write.Image, pool.ToImage)
	}
	if order, comparable := write.Image.Compare(pool.FromImage); comparable && order < 0 {
		a.breaks(1, "%s/%s went back from %s to %s", member.Name, write.Pool, pool.FromImage, write.Image)
	}
	if !write.Version.IsZero() && write.Version != pool.ToVersion && write.Version != pool.FromVersion {
		a.breaks(1, "%s/%s was sent to %s, its target is %s", member.Name, write.Pool, write.Version, pool.ToVersion)
	}
}

// order is invariant 2: by the history alone, no stage writes while an operation is under way in an earlier one, or
// before the wait since the last of them has passed, and none comes to write again later; by the record, not after one
// that failed.
func (a *audit) order() {
	members := a.members()
	reached := -1
	running := map[string]int{}
	ended := make([]time.Time, len(a.plan.Stages))
	a.begins(func(p life) { reached = min(reached, p.next) }, func(event simulator.Event) {
		if stage, ours := running[event.Operation]; ours && event.Kind == simulator.Finished {
			ended[stage] = event.At
			delete(running, event.Operation)
		}
		if !isUpgrade(event) {
			return
		}
		stage := members[event.Cluster].stage
		if stage < reached {
			a.breaks(2, "stage %s wrote %s after stage %s had begun", a.plan.Stages[stage].Name, event.Cluster.Name(), a.plan.Stages[reached].Name)
		}
		for earlier := range stage {
			a.follows(a.plan.Stages[earlier], ended[earlier], slices.Contains(slices.Collect(maps.Values(running)), earlier), event)
		}
		reached = max(reached, stage)
		running[event.Operation] = stage
	})
}

func (a *audit) follows(earlier plan.Stage, ended time.Time, running bool, write simulator.Event) {
	if running || write.At.Before(ended.Add(time.Duration(earlier.WaitSeconds)*time.Second)) {
		a.breaks(2, "%s was written at %s, before stage %s and its wait were over", write.Cluster.Name(), write.At, earlier.Name)
	}
	done := a.result.Stage(earlier.Name)
	if done.Outcome != "" && !done.Outcome.Good() && !write.At.Before(done.FinishedAt) {
		a.breaks(2, "%s was written although stage %s is %s", write.Cluster.Name(), earlier.Name, done.Outcome)
	}
}

func works(stage plan.Stage) bool {
	for _, group := range stage.Groups {
		for _, member := range group.Members {
			if member.Action == plan.ActionUpgrade || member.Action == plan.ActionPending {
				return true
			}
		}
	}
	return false
}

// concurrency is invariant 3: operations of the client under way at once, by group and stage.
func (a *audit) concurrency() {
	members := a.members()
	under := map[fleet.ClusterID]int{}
	running := map[string]fleet.ClusterID{}
	for _, event := range a.history {
		switch {
		case event.Kind == simulator.Wrote && event.By == simulator.Client && event.Operation != "":
			place, ok := members[event.Cluster]
			if !ok || isSnapshot(event) {
				continue
			}
			running[event.Operation] = event.Cluster
			under[event.Cluster]++
			a.fits(place, members, under, event)
		case event.Kind == simulator.Finished:
			if cluster, ours := running[event.Operation]; ours {
				delete(running, event.Operation)
				if under[cluster]--; under[cluster] == 0 {
					delete(under, cluster)
				}
			}
		}
	}
}

func isSnapshot(event simulator.Event) bool {
	return event.What == string(simulator.ChangeSnapshot) || event.What == string(simulator.ChangeDrop)
}

func (a *audit) fits(place planned, members map[fleet.ClusterID]planned, under map[fleet.ClusterID]int, event simulator.Event) {
	stage, group := a.plan.Stages[place.stage], a.plan.Stages[place.stage].Groups[place.group]
	inGroup := 0
	for cluster := range under {
		if members[cluster].group == place.group {
			inGroup++
		}
	}
	if len(under) > stage.MaxConcurrency || inGroup > group.MaxConcurrency {
		a.breaks(3, "%s began as number %d of group %s (%d allowed) and %d of stage %s (%d allowed)", event.Cluster.Name(),
			inGroup, group.Name, group.MaxConcurrency, len(under), stage.Name, stage.MaxConcurrency)
	}
	if under[event.Cluster] > 1 {
		a.breaks(6, "a second operation was begun on %s while the first was running", event.Cluster.Name())
	}
}

// begins calls back for every process that begins and every event, in the order in which they were.
func (a *audit) begins(process func(life), event func(simulator.Event)) {
	next := 0
	for i, happened := range a.history {
		for ; next < len(a.lives) && a.lives[next].at <= i; next++ {
			process(a.lives[next])
		}
		event(happened)
	}
}

// openings is invariant 4: a member is begun, and tried again, in its window; where windowClose is hold all of its
// writes are in it. With nobody else about, what is begun is expected to end before the window closes, if it ever does.
func (a *audit) openings() {
	members, begun := a.members(), map[fleet.ClusterID]bool{}
	a.begins(func(p life) {
		for cluster := range p.failed {
			delete(begun, cluster)
		}
	}, func(event simulator.Event) {
		window, has := a.windows[event.Cluster]
		if !isUpgrade(event) || !has {
			return
		}
		starts := !begun[event.Cluster]
		begun[event.Cluster] = true
		if !window.open(event.At) && (starts || a.plan.Policy.WindowClose == "hold") {
			a.breaks(4, "%s was written at %s, outside its window %02d:00 + %d h", event.Cluster.Name(), event.At, window.start, window.hours)
		}
		expected := time.Duration(members[event.Cluster].member.ExpectedSeconds) * time.Second
		if starts && a.calm && len(a.lives) == 1 && expected > window.left(event.At) && expected <= time.Duration(window.hours)*time.Hour {
			a.breaks(4, "%s was begun at %s, although %s do not fit into the rest of its window %02d:00 + %d h", event.Cluster.Name(), event.At, expected, window.start, window.hours)
		}
	})
}

// retries is the second half of invariant 6: while what had failed before a process is tried again and has not ended,
// that process begins nothing new in the stage. Where others are about, or images move, a retry may have to wait until
// nobody knows when, and then holds up nothing.
func (a *audit) retries() {
	members, begun := a.members(), map[fleet.ClusterID]bool{}
	for n, p := range a.lives {
		until := len(a.history)
		if n+1 < len(a.lives) {
			until = a.lives[n+1].at
		}
		for cluster := range p.failed {
			delete(begun, cluster)
		}
		last := a.lastWrites(p.at, until)
		for i := p.at; i < until; i++ {
			event := a.history[i]
			if !isUpgrade(event) {
				continue
			}
			starts := !begun[event.Cluster] && !p.failed[event.Cluster]
			begun[event.Cluster] = true
			for cluster := range p.failed {
				if starts && a.calm && i < last[cluster] && members[cluster].stage == members[event.Cluster].stage {
					a.breaks(6, "%s was begun before %s, which had failed, was tried again to its end", event.Cluster.Name(), cluster.Name())
				}
			}
		}
	}
}

// lastWrites says where in the history each cluster was upgraded last within a process's life.
func (a *audit) lastWrites(from, until int) map[fleet.ClusterID]int {
	last := map[fleet.ClusterID]int{}
	for i := from; i < until; i++ {
		if event := a.history[i]; isUpgrade(event) {
			last[event.Cluster] = i
		}
	}
	return last
}

// budgets is invariant 5: once a process has seen more failures than a stage allows, no member is begun that was not
// begun before. A failure counts as seen once the clusters were listed after it.
func (a *audit) budgets() {
	members := a.members()
	failed, seen := map[fleet.ClusterID]bool{}, map[fleet.ClusterID]bool{}
	begun := map[fleet.ClusterID]bool{}
	ours := map[string]fleet.ClusterID{}
	a.begins(func(p life) {
		clear(failed)
		clear(seen)
		clear(ours)
		for cluster := range p.failed {
			delete(begun, cluster)
		}
	}, func(event simulator.Event) {
		switch {
		case event.Kind == simulator.Asked && strings.HasPrefix(event.What, "LIST managedClusters"):
			for cluster := range failed {
				seen[cluster] = true
			}
		case event.Kind == simulator.Finished && event.To != "Succeeded":
			if cluster, was := ours[event.Operation]; was {
				failed[cluster] = true
			}
		case event.Kind == simulator.Wrote && event.By == simulator.Client && event.Operation != "" && !isSnapshot(event):
			ours[event.Operation] = event.Cluster
			if !begun[event.Cluster] {
				a.within(members, members[event.Cluster], seen, event)
			}
			begun[event.Cluster] = true
			delete(failed, event.Cluster) // tried again: what comes of that counts
			delete(seen, event.Cluster)
		}
	})
}

func (a *audit) within(members map[fleet.ClusterID]planned, place planned, seen map[fleet.ClusterID]bool, event simulator.Event) {
	stage := a.plan.Stages[place.stage]
	inStage, inGroup := 0, make([]int, len(stage.Groups))
	for cluster := range seen {
		if members[cluster].stage == place.stage {
			inStage++
			inGroup[members[cluster].group]++
		}
	}
	if inStage > stage.MaxAllowedFailures {
		a.breaks(5, "%s was begun after %d failures in stage %s, which allows %d", event.Cluster.Name(), inStage, stage.Name, stage.MaxAllowedFailures)
	}
	for g, group := range stage.Groups {
		if inGroup[g] > group.MaxAllowedFailures {
			a.breaks(5, "%s was begun after %d failures in group %s, which allows %d", event.Cluster.Name(), inGroup[g], group.Name, group.MaxAllowedFailures)
		}
	}
}

// states is invariant 7: every member of every stage that was reached has one state, and a reason unless it is
// completed; nobody is lost and nobody is there twice.
func (a *audit) states() {
	members := a.members()
	for _, stage := range a.plan.Stages {
		result := a.result.Stage(stage.Name)
		if result.Name == "" || len(result.Groups) == 0 {
			continue
		}
		count := map[fleet.ClusterID]int{}
		for _, group := range result.Groups {
			for _, member := range group.Members {
				count[member.Cluster]++
				if members[member.Cluster].member.Action == plan.ActionSkip && member.State != fleet.Skipped {
					a.breaks(7, "%s is planned to be left out and ended as %q", member.Name, member.State)
				}
				if member.State == "" || (member.State != fleet.Completed && member.Reason == "") {
					a.breaks(7, "%s ended as %q with the reason %q", member.Name, member.State, member.Reason)
				}
			}
		}
		for _, group := range stage.Groups {
			for _, member := range group.Members {
				if count[member.Cluster] != 1 {
					a.breaks(7, "%s is in the result %d times", member.Name, count[member.Cluster])
				}
			}
		}
	}
}

// ends holds what is recorded as Completed against what the clusters run.
func (a *audit) ends() {
	for _, stage := range a.result.Stages {
		for _, group := range stage.Groups {
			for _, result := range group.Members {
				cluster, there := a.cluster(result.Cluster)
				if place, ok := a.members()[result.Cluster]; ok && there && result.State == fleet.Completed {
					a.reached(place.member, cluster)
				}
			}
		}
	}
}

func (a *audit) reached(member plan.Member, cluster simulator.Cluster) {
	if a.calm && cluster.State == "Failed" {
		a.breaks(7, "%s is Completed, and its cluster is Failed", member.Name)
	}
	if member.ControlPlane != nil && cluster.Version.Compare(member.ControlPlane.To) < 0 {
		a.breaks(7, "%s is Completed, and its control plane is at %s", member.Name, cluster.Version)
	}
	for _, pool := range cluster.Pools {
		index := slices.IndexFunc(member.Pools, func(planned plan.Pool) bool { return planned.Name == pool.Name })
		if index < 0 || member.Pools[index].Action != plan.ActionUpgrade {
			continue
		}
		target := member.Pools[index]
		order, comparable := pool.Image.Compare(target.ToImage)
		if pool.Version.Compare(target.ToVersion) < 0 || target.ToImage != "" && (!comparable || order < 0) {
			a.breaks(7, "%s is Completed, and its pool %s is at %s, %s", member.Name, pool.Name, pool.Version, pool.Image)
		}
	}
}

// buckets is invariant 8: no request was refused by one of Azure's own buckets.
func (a *audit) buckets() {
	for _, event := range a.history {
		if event.Kind == simulator.Asked && event.Left < 0 {
			a.breaks(8, "%s overdrew the bucket %s", event.What, event.Bucket)
		}
	}
}
