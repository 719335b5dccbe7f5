package simulator_test

import (
	"errors"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestBuckets(t *testing.T) {
	group := "/subscriptions/" + subscription + "/resourceGroups/rg-fleet/providers/Microsoft.ContainerService/managedClusters"
	for _, test := range []struct {
		name   string
		first  simulator.Request
		burst  int
		wait   time.Duration
		other  simulator.Request // draws from another bucket
		shared simulator.Request // draws from the same
	}{
		{name: "GET cluster", first: simulator.Request{Method: "GET", Path: group + "/aks-one", Limit: simulator.LimitGetCluster}, burst: 60, wait: time.Second,
			other:  simulator.Request{Method: "GET", Path: group + "/aks-two", Limit: simulator.LimitGetCluster},
			shared: simulator.Request{Method: "GET", Path: group + "/AKS-ONE", Limit: simulator.LimitGetCluster}},
		{name: "PUT cluster", first: simulator.Request{Method: "PUT", Path: group + "/aks-one", Limit: simulator.LimitPutCluster}, burst: 20, wait: time.Minute,
			other:  simulator.Request{Method: "PUT", Path: group + "/aks-two", Limit: simulator.LimitPutCluster},
			shared: simulator.Request{Method: "PUT", Path: group + "/aks-one", Limit: simulator.LimitPutCluster}},
		{name: "PUT pool", first: simulator.Request{Method: "PUT", Path: group + "/aks-one/agentPools/system", Limit: simulator.LimitPutPool}, burst: 20, wait: time.Minute,
			other:  simulator.Request{Method: "PUT", Path: group + "/aks-one/agentPools/user", Limit: simulator.LimitPutPool},
			shared: simulator.Request{Method: "PUT", Path: group + "/aks-one/agentPools/system", Limit: simulator.LimitPutPool}},
		{name: "LIST by resource group", first: simulator.Request{Method: "GET", Path: group, Limit: simulator.LimitListGroup}, burst: 60, wait: time.Second,
			other:  simulator.Request{Method: "GET", Path: "/subscriptions/" + subscription + "/resourceGroups/other/x", Limit: simulator.LimitListGroup},
			shared: simulator.Request{Method: "GET", Path: group, Limit: simulator.LimitListGroup}},
		{name: "operations", first: simulator.Request{Method: "GET", Path: "/subscriptions/" + subscription + "/x/1", Limit: simulator.LimitOperation, Location: "westeurope"}, burst: 200, wait: time.Second,
			other:  simulator.Request{Method: "GET", Path: "/subscriptions/" + subscription + "/x/1", Limit: simulator.LimitOperation, Location: "northeurope"},
			shared: simulator.Request{Method: "GET", Path: "/subscriptions/" + subscription + "/x/2", Limit: simulator.LimitOperation, Location: "westeurope"}},
		{name: "others, by the cluster's region", first: simulator.Request{Method: "GET", Path: group + "/aks-one/agentPools", Limit: simulator.LimitOther}, burst: 60, wait: time.Second,
			other:  simulator.Request{Method: "GET", Path: group + "/aks-two/agentPools", Limit: simulator.LimitOther},
			shared: simulator.Request{Method: "POST", Path: group + "/aks-one/agentPools/user/upgradeNodeImageVersion", Limit: simulator.LimitOther}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := small(t)
			for i := range test.burst {
				if _, err := w.Arrive(test.first); err != nil {
					t.Fatalf("request %d: %v", i+1, err)
				}
			}
			_, err := w.Arrive(test.shared)
			if refused := refusal(t, err, 429, "Throttled"); refused.RetryAfter != test.wait || refused.Nested {
				t.Errorf("got %s, nested %v", refused.RetryAfter, refused.Nested)
			}
			if _, err := w.Arrive(test.other); err != nil {
				t.Errorf("another bucket: %v", err)
			}
			if refused := w.Throttled(); len(refused) != 1 || refused[0].Status != 429 || refused[0].Left >= 0 {
				t.Errorf("the history has %+v", refused)
			}
			step(w, test.wait)
			if _, err := w.Arrive(test.first); err != nil {
				t.Errorf("after Retry-After: %v", err)
			}
		})
	}
}

func TestARMsOwnBuckets(t *testing.T) {
	for method, burst := range map[string]int{"GET": 250, "PUT": 200, "DELETE": 200} {
		w := small(t)
		accepted := 0
		for {
			_, err := w.Arrive(request(method, "/subscriptions/"+subscription+"/providers/Microsoft.Compute"))
			var refused *simulator.Refusal
			if errors.As(err, &refused) {
				if refused.Code != "SubscriptionRequestsThrottled" || !refused.Nested || refused.RetryAfter != time.Second {
					t.Errorf("%s: got %+v", method, refused)
				}
				break
			}
			accepted++
		}
		if accepted != burst {
			t.Errorf("%s: %d requests were taken, want %d", method, accepted, burst)
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	w := small(t)
	for range 3 {
		_, _ = w.Arrive(request("GET", "/subscriptions/a"))
	}
	_, _ = w.Arrive(request("PUT", "/subscriptions/a"))
	if counts := w.Requests(); counts["GET"] != 3 || counts["PUT"] != 1 {
		t.Errorf("got %v", counts)
	}
}
