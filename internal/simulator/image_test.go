package simulator_test

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestUbuntuPoolMovesTo2404With135(t *testing.T) {
	for _, test := range []struct {
		osSKU string
		want  fleet.NodeImage
	}{
		{"Ubuntu", "AKSUbuntu-2404gen2containerd-202602.10.0"},
		{"Ubuntu2204", "AKSUbuntu-2204gen2containerd-202602.10.0"},
	} {
		t.Run(test.osSKU, func(t *testing.T) {
			w := small(t, first(func(c *simulator.ClusterFile) {
				c.Version = "1.34.2"
				c.Pools[0].OSSKU = test.osSKU
			}))
			mustUpgradeControlPlane(t, w, "aks-one", "1.35.0")
			if err := upgradePool(t, w, "aks-one", "system", "1.35.0"); err != nil {
				t.Fatal(err)
			}
			step(w, time.Hour)
			if p := poolOf(t, w, "aks-one", "system"); p.Image != test.want {
				t.Errorf("got %s", p.Image)
			}
		})
	}
}

func TestTheLatestImageMovesOnItsDay(t *testing.T) {
	w := small(t)
	step(w, 24*time.Hour-time.Second)
	if latest := w.LatestImage(id("aks-one"), "system"); latest != westImage {
		t.Errorf("a second too early the latest is %s", latest)
	}
	step(w, time.Second)
	if latest := w.LatestImage(id("aks-one"), "system"); latest != "AKSUbuntu-2204gen2containerd-202603.01.0" {
		t.Errorf("on its day the latest is still %s", latest)
	}
	if latest := w.LatestImage(id("aks-two"), "system"); latest != northImage {
		t.Errorf("the latest of another region moved to %s", latest)
	}
}
