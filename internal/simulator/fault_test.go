package simulator_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestOperationFaults(t *testing.T) {
	for _, test := range []struct {
		fault   simulator.Fault
		status  string
		code    string
		state   fleet.ProvisioningState
		ends    time.Duration
		version string
	}{
		{simulator.Fault{Kind: simulator.Drain}, "Failed", "UpgradeFailed", "Failed", 30 * time.Minute, "1.33.7"},
		{simulator.Fault{Kind: simulator.Drain, After: 5 * time.Minute}, "Failed", "UpgradeFailed", "Failed", 5 * time.Minute, "1.33.7"},
		{simulator.Fault{Kind: simulator.Fail, Code: "SubnetIsFull", Message: "no addresses"}, "Failed", "SubnetIsFull", "Failed", 5 * time.Minute, "1.33.7"},
		{simulator.Fault{Kind: simulator.Fail}, "Failed", "InternalOperationError", "Failed", 5 * time.Minute, "1.33.7"},
		{simulator.Fault{Kind: simulator.Cancel}, "Canceled", "OperationCanceled", "Canceled", 5 * time.Minute, "1.33.7"},
		{simulator.Fault{Kind: simulator.Stuck}, "Succeeded", "", "Succeeded", 6*time.Hour + 10*time.Minute, "1.33.7"},
		{simulator.Fault{Kind: simulator.Preempt}, "Failed", "", "Succeeded", 5 * time.Minute, "1.33.5"},
	} {
		t.Run(string(test.fault.Kind)+" "+test.fault.Code, func(t *testing.T) {
			test.fault.Cluster, test.fault.Pool = "AKS-one", "user"
			w := small(t, exact(test.fault))
			mustUpgradeControlPlane(t, w, "aks-one", "1.33.7")
			write := poolWrite(t, w, "aks-one", "user")
			write.Version = "1.33.7"
			operation, _, err := w.PutPool(id("aks-one"), write)
			if err != nil {
				t.Fatal(err)
			}
			step(w, test.ends-time.Second)
			if early, _ := w.Operation(operation.ID); !early.Ended.IsZero() {
				t.Fatalf("it ended %s before %s", early.Status, test.ends)
			}
			step(w, time.Second)
			ended, _ := w.Operation(operation.ID)
			if ended.Status != test.status || (test.code != "" && ended.Problem.Code != test.code) {
				t.Errorf("it ended %s %v", ended.Status, ended.Problem)
			}
			if p := poolOf(t, w, "aks-one", "user"); p.State != test.state || p.Version != version(t, test.version) {
				t.Errorf("the pool is %s at %s", p.State, p.Version)
			}
		})
	}
}

func TestPreemptedOperationIsFollowedByTheOther(t *testing.T) {
	w := small(t, exact(simulator.Fault{Kind: simulator.Preempt, Cluster: "aks-one"}))
	if err := upgradeControlPlane(t, w, "aks-one", "1.34.2"); err != nil {
		t.Fatal(err)
	}
	step(w, 5*time.Minute)
	if c := cluster(t, w, "aks-one"); c.State != "Updating" || c.Version != version(t, "1.33.5") {
		t.Errorf("the cluster is %s at %s", c.State, c.Version)
	}
	step(w, time.Hour)
	if c := cluster(t, w, "aks-one"); c.State != fleet.ProvisioningSucceeded {
		t.Errorf("it ended %s", c.State)
	}
}

func TestPreemptedUpgradeLeavesNoPin(t *testing.T) {
	w := small(t, donor, exact(simulator.Fault{Kind: simulator.Preempt, Cluster: "aks-one", Pool: "system"}))
	if _, err := w.UpgradeImage(pool("aks-one", "system"), shot(t, w)); err != nil {
		t.Fatal(err)
	}
	step(w, 2*time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Snapshot != "" || p.Image != oldImage {
		t.Errorf("it is pinned to %q and has %s", p.Snapshot, p.Image)
	}
}

func TestFailedPoolIsResumedByTheSamePut(t *testing.T) {
	w := small(t, exact(simulator.Fault{Kind: simulator.Drain, Cluster: "aks-one", Pool: "user", Times: 1}))
	mustUpgradeControlPlane(t, w, "aks-one", "1.33.7")
	for range 2 {
		if err := upgradePool(t, w, "aks-one", "user", "1.33.7"); err != nil {
			t.Fatal(err)
		}
		step(w, time.Hour)
	}
	if p := poolOf(t, w, "aks-one", "user"); p.State != fleet.ProvisioningSucceeded || p.Image != westImage {
		t.Errorf("it is %s with %s", p.State, p.Image)
	}
}

func request(method, path string) simulator.Request {
	return simulator.Request{Method: method, Path: path, What: method, Limit: simulator.LimitNone}
}

func TestRequestFaults(t *testing.T) {
	path := string(id("aks-one"))
	for _, test := range []struct {
		fault  simulator.Fault
		status int
		after  time.Duration
	}{
		{simulator.Fault{Kind: simulator.Throttle}, 429, 30 * time.Second},
		{simulator.Fault{Kind: simulator.Throttle, RetryAfter: 90 * time.Second}, 429, 90 * time.Second},
		{simulator.Fault{Kind: simulator.Conflict}, 409, 0},
		{simulator.Fault{Kind: simulator.ServerFail}, 500, 0},
		{simulator.Fault{Kind: simulator.Unready}, 503, 0},
		{simulator.Fault{Kind: simulator.PollGone}, 404, 0},
	} {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			test.fault.Path, test.fault.Call = "PUT "+path, 2
			w := small(t, exact(test.fault))
			for call := 1; call <= 3; call++ {
				_, err := w.Arrive(request("PUT", path))
				var refused *simulator.Refusal
				hit := errors.As(err, &refused)
				if hit != (call == 2) {
					t.Fatalf("call %d: got %v", call, err)
				}
				if hit && (refused.Status != test.status || refused.RetryAfter != test.after) {
					t.Errorf("got %d, %s", refused.Status, refused.RetryAfter)
				}
			}
			if _, err := w.Arrive(request("GET", path)); err != nil {
				t.Errorf("another request got %v", err)
			}
		})
	}
}

func TestCutConnectionsAreToldApart(t *testing.T) {
	for _, kind := range []simulator.FaultKind{simulator.CutBefore, simulator.CutAfter} {
		w := small(t, exact(simulator.Fault{Kind: kind, Path: "GET"}))
		if fault, err := w.Arrive(request("GET", string(id("aks-one")))); err != nil || fault.Kind != kind {
			t.Errorf("got %v, %v, want %s", fault, err, kind)
		}
	}
}

// rollout drives a world with all faults at once, as a client without patience would.
func rollout(t *testing.T, seed uint64) *simulator.World {
	t.Helper()
	w := small(t, func(d *simulator.Description) {
		d.Seed, d.Durations.Jitter = seed, 50
		d.Clusters[0].Count, d.Clusters[0].Name = 5, "aks-one-{n}"
		d.Faults.Rates = map[simulator.FaultKind]float64{}
		for _, kind := range []simulator.FaultKind{simulator.Throttle, simulator.Conflict, simulator.ServerFail, simulator.Unready, simulator.CutBefore, simulator.CutAfter,
			simulator.PollGone, simulator.Drain, simulator.Fail, simulator.Stuck, simulator.Cancel, simulator.Preempt, simulator.Delete, simulator.Stop, simulator.Foreign, simulator.AutoUpgrade} {
			d.Faults.Rates[kind] = 0.1
		}
	})
	for range 60 {
		for _, c := range w.Clusters(subscription, "") {
			if _, err := w.Arrive(request("PUT", string(c.ID))); err != nil {
				continue
			}
			_ = upgradeControlPlane(t, w, c.Name, "1.34.2")
			_, _ = w.UpgradeImage(fleet.PoolID{Cluster: c.ID, Pool: "system"}, "")
		}
		step(w, 17*time.Minute)
	}
	return w
}

func TestASeedReplaysExactly(t *testing.T) {
	want := rollout(t, 7).History()
	if len(want) < 400 {
		t.Fatalf("only %d events happened", len(want))
	}
	for range 20 {
		if diff := cmp.Diff(want, rollout(t, 7).History()); diff != "" {
			t.Fatal(diff)
		}
	}
	if cmp.Equal(want, rollout(t, 8).History()) {
		t.Error("another seed gives the same history")
	}
}

func TestRatesAreMet(t *testing.T) {
	w := small(t, func(d *simulator.Description) {
		d.Faults.Rates = map[simulator.FaultKind]float64{simulator.Unready: 0.2}
	})
	failed := 0
	for i := range 2000 {
		step(w, time.Second)
		if _, err := w.Arrive(request("GET", fmt.Sprintf("%s/%d", id("aks-one"), i%7))); err != nil {
			failed++
		}
	}
	if failed < 340 || failed > 460 {
		t.Errorf("%d of 2000 requests failed at a rate of 0.2", failed)
	}
}

func TestNothingStaysBusyForGood(t *testing.T) {
	for seed := range uint64(30) {
		w := rollout(t, seed)
		step(w, 48*time.Hour)
		for _, c := range w.Clusters("", "") {
			if c.State.Busy() {
				t.Errorf("seed %d: %s is %s", seed, c.Name, c.State)
			}
			for _, p := range c.Pools {
				if p.State.Busy() {
					t.Errorf("seed %d: pool %s of %s is %s", seed, p.Name, c.Name, p.State)
				}
			}
		}
	}
}
