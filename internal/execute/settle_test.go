package execute

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestWhatThePlanLeavesOutEndsAsThePlanSays(t *testing.T) {
	tests := map[string]struct {
		change func(*plan.Member)
		want   fleet.State
		reason string
	}{
		"at its target": {func(m *plan.Member) { m.Action, m.Why, m.Reason = plan.ActionSkip, plan.WhyAtTarget, "at target" }, fleet.Skipped, "at target"},
		"on request":    {func(m *plan.Member) { m.Action, m.Why, m.Reason = plan.ActionSkip, plan.WhyRequested, "by request" }, fleet.Skipped, "by request"},
		"blocked": {func(m *plan.Member) {
			m.Action, m.Reason, m.Command = plan.ActionBlocked, "channel on", "az aks update"
		}, fleet.Skipped, "blocked: channel on; to mend it: az aks update"},
		"stopped, and stoppedClusters fail": {func(m *plan.Member) { m.Action, m.Why, m.Reason = plan.ActionBlocked, plan.WhyStopped, "stopped" }, fleet.Failed, "blocked: stopped"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := imageMember("a")
			test.change(&m)
			sc := newScene(t, oneGroup(1, 1, m, imageMember("b"))).turn().begins("b:PoolImage sys")
			sc.says("a", test.reason)
			if got := sc.progress.Members[id("a")].State; got != test.want {
				t.Errorf("state %s, want %s", got, test.want)
			}
		})
	}
}

func TestDriftSincePlanSkipsTheMemberAlone(t *testing.T) {
	tests := map[string]struct {
		change func(*scene)
		want   string
		reason string
	}{
		"removed":   {func(sc *scene) { sc.gone("a") }, "a Skipped, b Running", "removed since the plan"},
		"recreated": {func(sc *scene) { sc.cluster("a", func(c *fleet.Cluster) { c.UID = "another" }) }, "a Skipped, b Running", "another cluster stands under this id"},
		"stopped":   {func(sc *scene) { sc.cluster("a", func(c *fleet.Cluster) { c.Stopped = true }) }, "a Skipped, b Running", "stopped since the plan"},
		"upgraded":  {func(sc *scene) { sc.atTarget("a") }, "a Completed, b Running", ""},
		"ahead":     {func(sc *scene) { sc.image("a", "sys", newer) }, "a Completed, b Running", ""},
		"upgraded, then stopped": {func(sc *scene) {
			sc.atTarget("a").cluster("a", func(c *fleet.Cluster) { c.Stopped = true })
		}, "a Completed, b Running", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
			test.change(sc)
			sc.turn().states(test.want).says("a", test.reason)
		})
	}
}

func TestStoppedSincePlanFailsWhereThePolicySaysSo(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
	sc.orders.Policy.StoppedClusters = "fail"
	sc.cluster("a", func(c *fleet.Cluster) { c.Stopped = true }).turn().begins().states("a Failed, b NotStarted").over(fleet.Failed)
}

func TestCompletedNeedsTheReadBack(t *testing.T) {
	tests := map[string]struct {
		change func(*scene)
		want   fleet.State
		reason string
	}{
		"everything at its target":       {func(sc *scene) { sc.atTarget("a") }, fleet.Completed, ""},
		"ended, not at its target":       {func(sc *scene) { sc.image("a", "sys", old) }, fleet.Failed, "ended, but Azure does not show its result"},
		"at its target, pool failed":     {func(sc *scene) { sc.atTarget("a").pool("a", "sys", "Failed") }, fleet.Failed, "does not show its result"},
		"ahead, pool failed":             {func(sc *scene) { sc.image("a", "sys", newer).pool("a", "sys", "Failed") }, fleet.Failed, "pool sys is Failed; reconcile it"},
		"at its target, cluster failed":  {func(sc *scene) { sc.atTarget("a").cluster("a", func(c *fleet.Cluster) { c.State = "Failed" }) }, fleet.Failed, "the cluster is Failed"},
		"at its target, another is busy": {func(sc *scene) { sc.atTarget("a").pool("a", "usr", "Scaling") }, fleet.Running, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := imageMember("a")
			m.Pools = append(m.Pools, plan.Pool{Name: "usr", Action: plan.ActionSkip, FromVersion: v133, FromImage: old})
			sc := newScene(t, oneGroup(1, 1, m)).turn().begins("a:PoolImage sys").acceptAll()
			test.change(sc.after(poll).image("a", "usr", old))
			sc.answer("a", ended()).turn().begins().after(poll).answer("a", ended()).turn().begins().says("a", test.reason)
			if got := sc.progress.Members[id("a")].State; got != test.want {
				t.Errorf("state %s, want %s: %s", got, test.want, sc.describe())
			}
		})
	}
}

func (sc *scene) pool(cluster, pool string, state fleet.ProvisioningState) *scene {
	return sc.cluster(cluster, func(c *fleet.Cluster) {
		for i := range c.Pools {
			if c.Pools[i].Name == pool {
				c.Pools[i].State = state
			}
		}
	})
}

func TestAnOperationIsBelievedOverTheListThatLagsBehind(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...)).turn().acceptAll()
	sc.cluster("a", func(c *fleet.Cluster) { c.State = fleet.ProvisioningSucceeded }) // not busy, not at its target
	running := accepted()
	running.Progress = "1/3 nodes completed"
	sc.after(poll).answer("a", running).turn().begins().states("a Running").looksAgain(poll)
	if got := sc.progress.Members[id("a")].Progress; got != "1/3 nodes completed" {
		t.Errorf("progress %q", got)
	}
	sc.after(poll).answer("a", fleet.Answer{Verdict: fleet.Later}).turn().begins().states("a Running") // could not be asked
	sc.after(poll).answer("a", ended()).turn().begins().states("a Running")                            // the list may lag behind this, too
	sc.fork(t).after(poll).atTarget("a").answer("a", ended()).turn().states("a Completed")
	sc.after(poll).answer("a", ended()).turn().begins().states("a Failed").says("a", "ended, but")
}

func TestEveryStepIsGivenASecondLook(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"))).turn().begins("a:ControlPlane").acceptAll()
	lags := func() {
		sc.cluster("a", func(c *fleet.Cluster) { c.State = fleet.ProvisioningSucceeded })
		sc.after(poll).answer("a", ended()).turn().begins().states("a Running").after(poll).answer("a", ended())
	}
	lags()
	sc.cluster("a", func(c *fleet.Cluster) { c.Version = v134 }).turn().begins("a:PoolVersion sys").acceptAll()
	lags()
}

func TestAnAnswerToNobodyIsIgnored(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("ab")...)).answer("b", badly("UpgradeFailed")).turn().
		begins("a:PoolImage sys").states("a Running, b NotStarted")
}

func TestAnOperationWhoseURLIsGoneIsJudgedByTheCluster(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("a")...)).turn().acceptAll().
		after(poll).atTarget("a").turn().states("a Completed").over(fleet.Completed)
	newScene(t, oneGroup(1, 0, imageMembers("a")...)).turn().acceptAll().
		after(poll).image("a", "sys", old).turn().goesOn(fleet.Running).after(poll).turn().states("a Failed").over(fleet.Failed)
}

func TestAnswersToAWrite(t *testing.T) {
	refused := fleet.Answer{Verdict: fleet.Refused, Err: &fleet.Problem{Code: "ScopeLocked", Message: "locked", Advice: "remove the lock"}}
	tests := map[string]struct {
		answer fleet.Answer
		states string
		again  time.Duration
		reason string
	}{
		"refused":                   {refused, "a Failed, b NotStarted", 0, "the upgrade of pool sys to image " + string(new1) + " was refused: ScopeLocked: locked (remove the lock)"},
		"throttled until a time":    {fleet.Answer{Verdict: fleet.Later, NotBefore: monday.Add(7 * time.Minute)}, "a Pending, b NotStarted", 7 * time.Minute, "could not begin"},
		"cut, no time known":        {fleet.Answer{Verdict: fleet.Later, Err: &fleet.Problem{Message: "connection reset"}}, "a Pending, b NotStarted", poll, "connection reset"},
		"changed since it was read": {fleet.Answer{Verdict: fleet.Moved}, "a Pending, b NotStarted", poll, "the cluster changed meanwhile"},
		"nothing to do, they say":   {ended(), "a Pending, b NotStarted", poll, "could not begin"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).turn().begins("a:PoolImage sys")
			sc.answer("a", test.answer).turn().begins().states(test.states).says("a", test.reason)
			if test.again > 0 { // it keeps its slot, and has its turn exactly then
				sc.looksAgain(test.again).after(test.again - time.Second).turn().begins()
				sc.after(time.Second).turn().begins("a:PoolImage sys")
			}
		})
	}
}

func TestPausesGrowAndEndWhereAWriteNeverBegins(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...))
	var waited time.Duration
	for try := 1; try < maxTries; try++ {
		sc.turn().begins("a:PoolImage sys").answer("a", fleet.Answer{Verdict: fleet.Moved}).turn().begins()
		pause := sc.last.LookAgain.Sub(sc.inv.At)
		if pause < poll || pause > 16*poll {
			t.Fatalf("pause %s", pause)
		}
		waited += pause
		sc.after(pause)
	}
	sc.turn().answer("a", fleet.Answer{Verdict: fleet.Moved}).turn().states("a Failed").says("a", "12 times in a row").over(fleet.Failed)
	if waited < time.Hour {
		t.Errorf("gave up after %s", waited)
	}
}

func TestPausesCountOnlyInARow(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...))
	for try := range 2 * maxTries {
		if try%(maxTries-1) == 0 { // somebody else is at work there, which explains it
			sc.busy("a").turn().begins().image("a", "sys", old)
		}
		sc.turn().begins("a:PoolImage sys").answer("a", fleet.Answer{Verdict: fleet.Moved}).turn().begins().after(time.Hour)
	}
}

func TestAnAcceptedWriteWithACutAnswerIsFoundBusy(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("ab")...)).turn().begins("a:PoolImage sys").
		busy("a").answer("a", fleet.Answer{Verdict: fleet.Later}).turn().begins().states("a Pending, b NotStarted").
		after(time.Hour).atTarget("a").turn().begins("b:PoolImage sys").states("a Completed, b Running")
}

func TestAForeignOperationIsWaitedFor(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("a")...)).busy("a").turn().begins().
		says("a", "another operation is under way").goesOn(fleet.Running).looksAgain(poll).
		after(time.Hour).image("a", "sys", old).turn().begins("a:PoolImage sys")
}

func TestAStepEndsBadly(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).turn().acceptAll().after(time.Hour).
		image("a", "sys", old).pool("a", "sys", "Failed").answer("a", badly("PodDrainFailure")).turn().
		begins().states("a Failed, b NotStarted").over(fleet.Failed).
		says("a", "failed: PodDrainFailure: drain failed (relax the PDB)").says("b", "not started: 1 member failed, where 0 are allowed")
	if p := sc.progress.Members[id("a")].Problem; p == nil || p.Code != "PodDrainFailure" {
		t.Errorf("problem %v", p)
	}
}

func TestRestartWithoutARecordWaitsForOurOwnOperation(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b")))
	sc.turn().begins("a:ControlPlane").acceptAll().after(poll).restart().turn().begins().states("a Pending, b NotStarted")
	sc.after(time.Hour).cluster("a", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).
		turn().begins("a:PoolVersion sys").states("a Running, b NotStarted")
}

func TestRestartWithARecordGoesOnWhereAzureStands(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, fullMember("a"), fullMember("b")))
	sc.turn().begins("a:ControlPlane").acceptAll().after(poll).turn().resume()
	if got := sc.progress.Members[id("a")]; got.Operation != "" || got.OperationID != "0123-guid" || got.Step == nil {
		t.Fatalf("resumed with operation %q, id %q, step %v", got.Operation, got.OperationID, got.Step)
	}
	sc.turn().begins().states("a Running, b NotStarted")
	sc.after(time.Hour).cluster("a", func(c *fleet.Cluster) { c.State, c.Version = fleet.ProvisioningSucceeded, v134 }).
		turn().begins("a:PoolVersion sys").states("a Running, b NotStarted")
}

func TestAStepRecordedButNeverSentIsSentAfterARestart(t *testing.T) {
	newScene(t, oneGroup(1, 0, imageMembers("ab")...)).turn().begins("a:PoolImage sys").resume().
		turn().begins("a:PoolImage sys").states("a Running, b NotStarted")
}

func TestFailedMembersAreTriedOnceMoreFirstAndAlone(t *testing.T) {
	sc := newScene(t, oneGroup(2, 0, imageMembers("abc")...)).turn().begins("a:PoolImage sys", "b:PoolImage sys").acceptAll().after(poll).
		atTarget("a").image("b", "sys", old).answer("b", badly("UpgradeFailed")).turn().states("a Completed, b Failed, c NotStarted").over(fleet.Failed)
	sc.after(time.Hour).resume().turn().begins("b:PoolImage sys").states("a Completed, b Running, c NotStarted").
		says("c", "have been tried again").acceptAll()
	t.Run("and succeed", func(t *testing.T) {
		again := sc.fork(t)
		again.after(poll).atTarget("b").answer("b", ended()).turn().begins("c:PoolImage sys").states("a Completed, b Completed, c Running")
		if got := again.progress.Members[id("b")].Attempts; got != 2 {
			t.Errorf("attempts %d, want 2", got)
		}
	})
	t.Run("and fail again, and count again", func(t *testing.T) {
		again := sc.fork(t)
		again.after(poll).image("b", "sys", old).answer("b", badly("UpgradeFailed")).turn().begins().
			states("a Completed, b Failed, c NotStarted").over(fleet.Failed)
	})
	t.Run("and are still first after another kill", func(t *testing.T) {
		again := sc.fork(t)
		again.after(poll).resume().turn().begins().states("a Completed, b Running, c NotStarted")
	})
}

func TestARetryThatIsNotReachedStaysFailed(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...))
	failed := Member{State: fleet.Failed, Attempts: 1, Retry: true, Reason: "drain", Ended: monday}
	sc.progress = Progress{Members: map[fleet.ClusterID]Member{id("a"): failed, id("b"): failed}, Started: monday}
	sc.turn().begins("a:PoolImage sys").states("a Running, b Failed").acceptAll().after(poll).
		image("a", "sys", old).answer("a", badly("UpgradeFailed")).turn().begins().states("a Failed, b Failed").over(fleet.Failed).
		says("b", "was not tried again: 1 member failed, where 0 are allowed")

	sc.progress = Progress{Members: map[fleet.ClusterID]Member{id("a"): failed, id("b"): failed}, Started: monday}
	sc.orders.Stop = true
	sc.turn().begins().states("a Failed, b Failed").over(fleet.Pending)
}

func TestARetryThatNobodyKnowsWhenToTryDoesNotHoldUpTheOthers(t *testing.T) {
	sc := newScene(t, oneGroup(1, 1, imageMembers("ab")...))
	sc.stage.Groups[0].Members[0].Location = south // whose latest has moved on
	sc.progress = Progress{Members: map[fleet.ClusterID]Member{id("a"): {State: fleet.Failed, Attempts: 1, Retry: true}}, Started: monday}
	sc.turn().begins("b:PoolImage sys").states("a Failed, b Running")
}

func TestAFailedStateSeenAtTheFirstLookIsResumedFirst(t *testing.T) {
	newScene(t, oneGroup(2, 0, imageMembers("ab")...)).pool("b", "sys", "Failed").
		turn().begins("b:PoolImage sys").states("a NotStarted, b Running")
}

func TestAFailedStateSeenLaterIsResumedInItsTurn(t *testing.T) {
	newScene(t, oneGroup(2, 0, imageMembers("abc")...)).busy("b").turn().begins("a:PoolImage sys").acceptAll().after(poll).
		atTarget("a").answer("a", ended()).image("b", "sys", old).pool("b", "sys", "Failed").
		turn().begins("b:PoolImage sys", "c:PoolImage sys")
}

func TestARetryWhoseFirstFailureNobodyRecordedIsStillOneAfterAKill(t *testing.T) {
	newScene(t, oneGroup(2, 0, imageMembers("ab")...)).pool("b", "sys", "Failed").turn().begins("b:PoolImage sys").acceptAll().
		after(poll).turn().resume().turn().begins().states("a NotStarted, b Running")
}

func TestAFailedControlPlaneIsResumedWithTheSameTargetAndNeverALowerOne(t *testing.T) {
	broken := func(version fleet.KubernetesVersion) *scene {
		return newScene(t, oneGroup(1, 0, fullMember("a"))).cluster("a", func(c *fleet.Cluster) {
			c.State, c.Version = "Failed", version
			for i := range c.Pools {
				c.Pools[i].Version, c.Pools[i].Image = v134, new1
			}
		})
	}
	broken(v134).turn().begins("a:ControlPlane")
	broken(v135).turn().begins().states("a Failed").says("a", "az aks update --subscription s --resource-group g --name a")
}

func TestAFinishedStageLookedAtAgainDoesNotFinishLater(t *testing.T) {
	sc := newScene(t, oneGroup(2, 1, imageMembers("ab")...)).atTarget("a").gone("b").turn().over(fleet.Completed)
	finished := sc.progress.Finished
	sc.after(48 * time.Hour).resume().turn().over(fleet.Completed).states("a Completed, b Skipped")
	if !sc.progress.Finished.Equal(finished) {
		t.Errorf("finished %s, then %s", finished, sc.progress.Finished)
	}
	sc.after(time.Hour).busy("a").resume().turn().over(fleet.Completed) // busy with something else by now
	sc.image("a", "sys", old).resume().turn().begins("a:PoolImage sys") // Azure is the truth
}

func TestARecordedCompletionThatIsUndoneDoesNotStartInAClosedWindow(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...)).turn().acceptAll().after(poll).atTarget("a").answer("a", ended()).turn().over(fleet.Completed)
	sc.resume().image("a", "sys", old).window("a", fleet.NodeOSWindow, 20, 4).turn().begins().states("a Pending").after(poll).turn().begins().states("a Pending")
}
