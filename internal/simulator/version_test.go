package simulator_test

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestLongTermSupportReachesItsOwnVersions(t *testing.T) {
	w := small(t, func(d *simulator.Description) {
		d.Versions["1.30.9"] = simulator.OfferedVersion{}
	},
		first(func(c *simulator.ClusterFile) {
			c.Version, c.SupportPlan, c.Tier = "1.30.9", "AKSLongTermSupport", "Premium"
		}))
	mustUpgradeControlPlane(t, w, "aks-one", "1.31.100")
	for _, name := range []string{"system", "user"} {
		if err := upgradePool(t, w, "aks-one", name, "1.31.100"); err != nil {
			t.Fatal(err)
		}
		step(w, time.Hour)
	}
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2") // two minors at once: the graph offers it
}

func TestAliasIsNotUpgradedByBeingSentAgain(t *testing.T) {
	w := small(t, first(func(c *simulator.ClusterFile) { c.Desired = "1.33" }))
	operation, _, err := w.PutCluster(id("aks-one"), clusterWrite(t, w, "aks-one"))
	if err != nil || operation != nil {
		t.Fatalf("got %v, %v", operation, err)
	}
	mustUpgradeControlPlane(t, w, "aks-one", "1.34")
	if c := cluster(t, w, "aks-one"); c.Version != version(t, "1.34.2") || c.Desired != version(t, "1.34") {
		t.Errorf("got %s, asked for %s", c.Version, c.Desired)
	}
}
