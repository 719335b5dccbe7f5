package fleet

import "testing"

func TestNodePoolMode(t *testing.T) {
	tests := map[string]struct{ system, managed bool }{
		"System":   {true, false},
		"system":   {true, false},
		"User":     {false, false},
		"Gateway":  {false, false},
		"Machines": {false, true},
		"":         {false, false},
	}
	for mode, want := range tests {
		pool := NodePool{Mode: mode}
		if pool.System() != want.system || pool.ManagedByAKS() != want.managed {
			t.Errorf("mode %q: got system %t and managed %t, want %+v", mode, pool.System(), pool.ManagedByAKS(), want)
		}
	}
}
