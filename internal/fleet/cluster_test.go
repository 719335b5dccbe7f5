package fleet

import "testing"

func TestClusterBusyAndHealthy(t *testing.T) {
	tests := map[string]struct {
		cluster       ProvisioningState
		pools         []ProvisioningState
		busy, healthy bool
	}{
		"all succeeded":                     {"Succeeded", []ProvisioningState{"Succeeded", "succeeded"}, false, true},
		"no pools":                          {"Succeeded", nil, false, true},
		"cluster under way":                 {"Updating", []ProvisioningState{"Succeeded"}, true, false},
		"pool under way":                    {"Succeeded", []ProvisioningState{"Succeeded", "UpgradingNodeImageVersion"}, true, false},
		"a state nobody has heard of":       {"Pondering", nil, true, false},
		"no state":                          {"", nil, true, false},
		"cluster failed, pool under way":    {"Failed", []ProvisioningState{"Upgrading"}, true, false},
		"cluster failed":                    {"Failed", []ProvisioningState{"Succeeded"}, false, false},
		"pool failed, cluster does not say": {"Succeeded", []ProvisioningState{"Failed"}, false, false},
		"pool canceled":                     {"Succeeded", []ProvisioningState{"Canceled"}, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cluster := Cluster{State: test.cluster}
			for _, state := range test.pools {
				cluster.Pools = append(cluster.Pools, NodePool{State: state})
			}
			if got := cluster.Busy(); got != test.busy {
				t.Errorf("busy: got %t, want %t", got, test.busy)
			}
			if got := cluster.Healthy(); got != test.healthy {
				t.Errorf("healthy: got %t, want %t", got, test.healthy)
			}
		})
	}
}

func TestClusterLegacy(t *testing.T) {
	scaleSets := NodePool{Type: "VirtualMachineScaleSets"}
	tests := map[string]struct {
		maxPools int
		pools    []NodePool
		want     bool
	}{
		"scale sets":               {100, []NodePool{scaleSets}, false},
		"an availability set":      {100, []NodePool{scaleSets, {Type: "availabilitySet"}}, true},
		"seven pools at most":      {7, []NodePool{scaleSets}, true},
		"eight pools at most":      {8, []NodePool{scaleSets}, false},
		"Azure does not say":       {0, []NodePool{scaleSets}, false},
		"virtual machines by hand": {100, []NodePool{{Type: "VirtualMachines"}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cluster := Cluster{Pools: test.pools, Settings: ClusterSettings{MaxAgentPools: test.maxPools}}
			if got := cluster.Legacy(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestClusterPool(t *testing.T) {
	cluster := Cluster{Pools: []NodePool{{Name: "system"}, {Name: "User1"}}}
	if pool, ok := cluster.Pool("user1"); !ok || pool.Name != "User1" {
		t.Errorf("got %q, %t, want User1", pool.Name, ok)
	}
	if pool, ok := cluster.Pool("user"); ok {
		t.Errorf("got %q, want none", pool.Name)
	}
}

func TestClusterSettings(t *testing.T) {
	for channel, want := range map[string]bool{"": false, "none": false, "None": false, "patch": true, "node-image": true} {
		if got := (ClusterSettings{UpgradeChannel: channel}).AutoUpgrades(); got != want {
			t.Errorf("channel %q upgrades: got %t, want %t", channel, got, want)
		}
	}
	for supportPlan, want := range map[string]bool{"": false, "KubernetesOfficial": false, "AKSLongTermSupport": true, "aksLongTermSupport": true} {
		if got := (ClusterSettings{SupportPlan: supportPlan}).LongTermSupport(); got != want {
			t.Errorf("plan %q is long-term: got %t, want %t", supportPlan, got, want)
		}
	}
}
