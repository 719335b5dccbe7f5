package fleet

import "testing"

func TestSurgeNodes(t *testing.T) {
	tests := map[string]struct {
		surge, unavailable string
		count, want        int
	}{
		"AKS's default is 10%":             {"", "", 20, 2},
		"rounded up":                       {"", "", 21, 3},
		"a third":                          {"33%", "", 10, 4},
		"as many as the pool has":          {"100%", "", 7, 7},
		"a number of nodes":                {"2", "", 10, 2},
		"at least one":                     {"1%", "", 3, 1},
		"never more than the pool has":     {"5", "", 3, 3},
		"unavailable nodes take its place": {"0", "1", 10, 0},
		"or a share of them":               {"0%", "10%", 10, 0},
		"both, where both are set":         {"1", "1", 10, 1},
		"one where neither is set":         {"0", "0", 10, 1},
		"an empty pool upgrades nothing":   {"33%", "", 0, 0},
		"default for what is no number":    {"many", "", 20, 2},
		"default for a negative number":    {"-1", "", 20, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pool := NodePool{MaxSurge: test.surge, MaxUnavailable: test.unavailable, Count: test.count}
			if got := pool.SurgeNodes(); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// TestPoolsWithoutSurgeNodes: a spot pool is given none, but is taken to be upgraded as fast as another.
func TestPoolsWithoutSurgeNodes(t *testing.T) {
	for name, pool := range map[string]NodePool{
		"of spot VMs": {MaxSurge: "2", Count: 4, Spot: true},
		"stopped":     {MaxSurge: "2", Count: 4, Stopped: true},
	} {
		if surge, atOnce := pool.SurgeNodes(), pool.NodesAtOnce(); surge != 0 || atOnce != 2 {
			t.Errorf("a pool %s: %d surge nodes, %d at once", name, surge, atOnce)
		}
	}
}

func TestNodesAtOnce(t *testing.T) {
	tests := map[string]struct {
		surge, unavailable string
		count, want        int
	}{
		"as many as are added":           {"3", "", 10, 3},
		"as many as may be unavailable":  {"0", "4", 10, 4},
		"or a share of them":             {"0", "25%", 10, 3},
		"unavailable is only a fallback": {"2", "5", 10, 2},
		"never more than the pool has":   {"0", "9", 3, 3},
		"at least one":                   {"33%", "", 0, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pool := NodePool{MaxSurge: test.surge, MaxUnavailable: test.unavailable, Count: test.count}
			if got := pool.NodesAtOnce(); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
