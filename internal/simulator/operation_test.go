package simulator_test

import (
	"testing"
	"time"
)

func TestProgressOfAnOperation(t *testing.T) {
	w := small(t)
	if err := upgradeControlPlane(t, w, "aks-one", "1.33.7"); err != nil {
		t.Fatal(err)
	}
	operation, err := w.UpgradeImage(pool("aks-two", "system"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at   time.Duration
		want string
	}{
		{0, "RollingUpgradeUpgradingNodes: 0/1 nodes completed; 0 errors"},
		{3*time.Minute + 40*time.Second, "RollingUpgradeRemovingSurgeNodes"},
		{4 * time.Minute, "Succeeded"},
	} {
		step(w, operation.Began.Add(test.at).Sub(w.Now()))
		if now, _ := w.Operation(operation.ID); now.Status != test.want {
			t.Errorf("after %s: got %q, want %q", test.at, now.Status, test.want)
		}
	}
	if _, ok := w.Operation("gone"); ok {
		t.Error("an operation that never was is found")
	}
}
