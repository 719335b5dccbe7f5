package execute

import (
	"fmt"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// look settles one member, and finds out whether something is left to do there. At the first turn of a process what an
// earlier one recorded is held against Azure: an end that Azure still shows is kept with its times, so that looking at a
// finished stage again does not make it end later; any other is forgotten.
func (t *turn) look(pl *place) {
	if pl.now.done() && !t.first {
		return
	}
	recorded := pl.now
	if pl.now.done() && pl.now.State != fleet.Failed {
		pl.now = Member{State: fleet.NotStarted, Latest: recorded.Latest, OperationID: recorded.OperationID}
		if recorded.State == fleet.Completed && pl.present() && t.left(pl).none() {
			pl.now = recorded
			return
		}
	}
	t.settle(pl)
	if t.first && pl.now.done() && pl.now.State == recorded.State {
		pl.now.Began, pl.now.Ended = recorded.Began, recorded.Ended
	}
}

// present reports whether the cluster of the plan is there, and not another one under its id.
func (pl *place) present() bool {
	return pl.there && (pl.plan.UID == "" || pl.cluster.UID == "" || pl.cluster.UID == pl.plan.UID)
}

func (t *turn) settle(pl *place) {
	m := &pl.now
	if state, reason := pl.leftOut(); state != "" {
		m.end(state, reason, nil, t.inv.At)
		return
	}
	if t.settleStep(pl) {
		t.inFlight = true
		t.hold(pl)
		t.wake(t.poll())
		return
	}
	if m.done() {
		return
	}
	pl.work = t.left(pl)
	switch {
	case pl.work.none():
		t.verify(pl)
	case pl.cluster.Stopped && t.orders.Policy.StoppedClusters == "fail":
		m.end(fleet.Failed, "the cluster was stopped since the plan was made, and stoppedClusters is fail; start it and run the stage again", nil, t.inv.At)
	case pl.cluster.Stopped:
		m.end(fleet.Skipped, "the cluster was stopped since the plan was made", nil, t.inv.At)
	case m.Tries > 0 && m.NotBefore.After(t.inv.At):
		t.hold(pl)
		t.wake(m.NotBefore)
	default:
		t.notice(m, pl.cluster)
		pl.ready = true
	}
}

// leftOut says how a member ends that the plan or the cluster's absence keeps out of the stage.
func (pl *place) leftOut() (state fleet.State, reason string) {
	switch {
	case pl.plan.Action == plan.ActionSkip:
		return fleet.Skipped, pl.plan.Reason
	case pl.plan.Action == plan.ActionBlocked && pl.plan.Why == plan.WhyStopped:
		return fleet.Failed, blockedReason(pl.plan)
	case pl.plan.Action == plan.ActionBlocked:
		return fleet.Skipped, blockedReason(pl.plan)
	case pl.present():
		return "", ""
	case pl.there:
		return fleet.Skipped, "another cluster stands under this id since the plan was made; make a new plan to include it"
	default:
		return fleet.Skipped, "the cluster was removed since the plan was made"
	}
}

func blockedReason(member *plan.Member) string {
	reason := "blocked: " + member.Reason
	if member.Command != "" {
		reason += "; to mend it: " + member.Command
	}
	return reason
}

// settleStep takes in what is known of the member's step, and reports whether an operation is under way on its cluster.
func (t *turn) settleStep(pl *place) (inFlight bool) {
	m := &pl.now
	answer, answered := t.answers[pl.plan.Cluster]
	answered = answered && m.Step != nil
	switch {
	case answered && answer.Verdict == fleet.Accepted:
		m.accept(answer, t.inv.At)
		t.take(*m.Step)
		return true
	case answered && (answer.Verdict == fleet.Refused || answer.Verdict == fleet.Ended && answer.Err != nil):
		m.fail(failureReason(*m.Step, answer), answer.Err, t.inv.At)
		return false
	case answered && m.Operation != "" && answer.Verdict != fleet.Ended: // it could not be asked just now
		return true
	case answered && answer.Verdict != fleet.Ended:
		t.putOff(m, *m.Step, answer)
	}
	if pl.cluster.Busy() || t.snapshotUnderWay(m) {
		t.watch(m)
		return true
	}
	return t.closeStep(pl, answered)
}

// snapshotUnderWay reports whether the snapshot that the member's step takes is being made: that does not show on its
// cluster.
func (t *turn) snapshotUnderWay(m *Member) bool {
	if m.Step == nil || takes(*m.Step) == "" {
		return false
	}
	snapshot, there := t.inv.Snapshots[m.Step.Snapshot]
	return there && snapshot.State.Busy()
}

// watch takes in that the cluster is busy: with our own operation, or with one of which nothing is known.
func (t *turn) watch(m *Member) {
	m.Tries, m.NotBefore, m.Doubt = 0, time.Time{}, false
	switch {
	case m.Operation != "" || m.done():
	case m.underway():
		m.State, m.Reason = fleet.Running, ""
	default:
		m.rest(fleet.Pending, "another operation is under way on the cluster; its turn comes when that has ended", time.Time{})
	}
}

// closeStep closes a step that is not under way any more. One that was accepted must have brought its part to its
// target; it is looked at twice, because a list may lag behind the operation. Of one that was not accepted nothing is
// known to have begun. It reports whether the step is still to be taken as under way.
func (t *turn) closeStep(pl *place, answered bool) (inFlight bool) {
	m := &pl.now
	if m.Step == nil || m.done() {
		return false
	}
	step, accepted := *m.Step, m.Operation != ""
	delete(t.taking, takes(step))
	next := t.left(pl)
	brought := next.none() || !samePart(next.step, step)
	if accepted && !brought && !m.Doubt {
		m.Doubt = true
		t.take(step)
		return true
	}
	m.Step, m.Operation, m.Progress, m.Doubt = nil, "", "", false
	switch {
	case brought:
		m.Reason = ""
	case accepted:
		m.fail(fmt.Sprintf("%s ended, but Azure does not show its result; look at the cluster's activity log, then run the stage again", describe(step)), nil, t.inv.At)
	case answered: // Begin found nothing to do where the reading shows something left
		t.putOff(m, step, fleet.Answer{})
	}
	return false
}

// putOff lets a member wait whose write could not begin. Where Azure names no time the pauses grow.
func (t *turn) putOff(m *Member, step fleet.Step, answer fleet.Answer) {
	m.Tries++
	if m.Tries >= maxTries {
		m.fail(fmt.Sprintf("%s could not begin, %d times in a row", describe(step), m.Tries), answer.Err, t.inv.At)
		return
	}
	until := answer.NotBefore
	if !until.After(t.inv.At) {
		until = t.inv.At.Add(t.orders.Poll << min(m.Tries-1, 4))
	}
	state, why := fleet.Pending, "the cluster changed meanwhile"
	if m.underway() {
		state = fleet.Running
	}
	if answer.Err != nil {
		why = answer.Err.Error()
	}
	m.Step, m.Problem = nil, answer.Err
	m.rest(state, "the next write could not begin: "+why, until)
}

// reconcile is the command that has AKS put a cluster in order without changing it.
func reconcile(id fleet.ClusterID) string {
	return fleet.Command("az", "aks", "update", "--subscription", id.Subscription(), "--resource-group", id.ResourceGroup(), "--name", id.Name())
}

// verify ends a member at which nothing is left to do. It is Completed only where the cluster and all its pools are
// Succeeded.
func (t *turn) verify(pl *place) {
	m := &pl.now
	if !pl.cluster.Healthy() {
		m.end(fleet.Failed, fmt.Sprintf("everything is at its target, but %s; reconcile it (%s), then run the stage again",
			unhealthy(pl.cluster), reconcile(pl.plan.Cluster)), m.Problem, t.inv.At)
		return
	}
	t.recordLatest(m, pl, func(pool *plan.Pool) bool { return m.Latest[pool.Name] == "" })
	m.end(fleet.Completed, aside(pl.plan, pl.cluster), nil, t.inv.At)
}

// notice marks a member whose cluster or pools stand in a failed state at the first look: an operation has ended badly
// while nobody watched. It is tried again like one that is known to have failed, with the same target, which is how AKS
// resumes an upgrade.
func (t *turn) notice(m *Member, cluster fleet.Cluster) {
	if !t.first || cluster.Healthy() || m.Retry {
		return
	}
	m.Retry = true
	if m.underway() {
		m.State, m.Attempts = fleet.Failed, max(m.Attempts, 1)
	}
}

// unhealthy names what is not Succeeded.
func unhealthy(cluster fleet.Cluster) string {
	var bad []string
	if !cluster.State.Is(fleet.ProvisioningSucceeded) {
		bad = append(bad, "the cluster is "+string(cluster.State))
	}
	for _, pool := range cluster.Pools {
		if !pool.State.Is(fleet.ProvisioningSucceeded) {
			bad = append(bad, fmt.Sprintf("pool %s is %s", pool.Name, pool.State))
		}
	}
	return strings.Join(bad, " and ")
}

func failureReason(step fleet.Step, answer fleet.Answer) string {
	verb := "failed"
	if answer.Verdict == fleet.Refused {
		verb = "was refused"
	}
	reason := describe(step) + " " + verb
	if answer.Err == nil {
		return reason
	}
	reason += ": " + answer.Err.Error()
	if answer.Err.Advice != "" {
		reason += " (" + answer.Err.Advice + ")"
	}
	return reason
}

// describe says in words what a step does.
func describe(step fleet.Step) string {
	switch step.Kind {
	case fleet.ControlPlane:
		return "the upgrade of the control plane to " + step.Version.String()
	case fleet.WholeCluster:
		return "the upgrade of the whole cluster to " + step.Version.String()
	case fleet.PoolVersion:
		return fmt.Sprintf("the upgrade of pool %s to %s", step.Pool, step.Version)
	case fleet.PoolImage:
		return fmt.Sprintf("the upgrade of pool %s to image %s", step.Pool, step.Image)
	case fleet.TakeSnapshot:
		return "taking snapshot " + snapshotName(step.Snapshot)
	default:
		return "removing snapshot " + snapshotName(step.Snapshot)
	}
}

func snapshotName(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
