package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func snapshotOf(cluster, name string) simulator.SnapshotWrite {
	return simulator.SnapshotWrite{Name: "shot", Location: "northeurope", Tags: map[string]string{"made-by": "test"}, SourcePool: pool(cluster, name).String()}
}

// shot takes a snapshot of aks-two's pool, which runs northeurope's latest, and returns its id.
func shot(t *testing.T, w *simulator.World) string {
	t.Helper()
	at := fleet.SnapshotID(subscription, "rg-snapshots", "shot")
	if _, created, err := w.PutSnapshot(at, snapshotOf("aks-two", "system")); err != nil || !created {
		t.Fatalf("got %v, %v", created, err)
	}
	return at
}

func donor(d *simulator.Description) { d.Clusters[1].Pools[0].Image = northImage }

func TestSnapshotKeepsAnImageForAnotherRegion(t *testing.T) {
	w := small(t, donor)
	at := shot(t, w)
	if _, err := w.UpgradeImage(pool("aks-one", "system"), strings.ToUpper(at)); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Image != northImage || p.Snapshot != at || p.State != fleet.ProvisioningSucceeded {
		t.Errorf("it ended %s with %s, pinned to %q", p.State, p.Image, p.Snapshot)
	}
}

func TestSnapshotWithTheKubernetesUpgrade(t *testing.T) {
	w := small(t, donor, func(d *simulator.Description) { d.Clusters[1].Version = "1.34.2" })
	at := shot(t, w)
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
	write := poolWrite(t, w, "aks-one", "system")
	write.Version, write.Snapshot = "1.34.2", at
	if _, _, err := w.PutPool(id("aks-one"), write); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Image != northImage || p.Snapshot != at || p.Version != version(t, "1.34.2") {
		t.Errorf("it ended at %s with %s, pinned to %q", p.Version, p.Image, p.Snapshot)
	}
}

func TestSnapshotTakesTime(t *testing.T) {
	w := small(t, donor, func(d *simulator.Description) { d.Durations.Snapshot = time.Minute })
	at := shot(t, w)
	if made, ok := w.Snapshot(at); !ok || made.State != "Creating" || made.Image != northImage || made.Version != version(t, "1.33.5") {
		t.Errorf("got %v, %+v", ok, made)
	}
	_, err := w.UpgradeImage(pool("aks-one", "system"), at)
	refusal(t, err, 400, "InvalidParameter")
	step(w, time.Minute)
	if made, _ := w.Snapshot(at); made.State != fleet.ProvisioningSucceeded {
		t.Errorf("after its minute it is %s", made.State)
	}
}

func TestSnapshotThatDoesNotFitIsRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*simulator.Description)
		after  time.Duration
		text   string
	}{
		{name: "older than what the pool runs", change: func(d *simulator.Description) { d.Clusters[0].Pools[0].Image = westImage }, text: "Downgrading"},
		{name: "older than 90 days", after: 100 * 24 * time.Hour, text: "older than 90 days"},
		{name: "of another VM family", change: func(d *simulator.Description) { d.Clusters[0].Pools[0].VMSize = "Standard_E4s_v5" }, text: "not of the same family"},
		{name: "of another image family", change: func(d *simulator.Description) {
			d.Clusters[0].Pools[0].Image = "AKSAzureLinux-V3gen2-202601.05.0"
		}, text: "does not fit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := small(t, donor, func(d *simulator.Description) {
				if test.change != nil {
					test.change(d)
				}
			})
			at := shot(t, w)
			step(w, test.after)
			_, err := w.UpgradeImage(pool("aks-one", "system"), at)
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %v, want %q in it", err, test.text)
			}
			if p := poolOf(t, w, "aks-one", "system"); p.Snapshot != "" || p.State != fleet.ProvisioningSucceeded {
				t.Error("the refused upgrade changed the pool")
			}
		})
	}
}

func TestSnapshotOfTheSameSizeFamilyFits(t *testing.T) {
	w := small(t, donor, first(func(c *simulator.ClusterFile) { c.Pools[0].VMSize = "Standard_D16s_v5" }))
	if _, err := w.UpgradeImage(pool("aks-one", "system"), shot(t, w)); err != nil {
		t.Error(err)
	}
}

func TestPinByPutNeedsTheSnapshotsVersionAndAnUpgrade(t *testing.T) {
	w := small(t, donor, func(d *simulator.Description) {
		d.Clusters[0].Pools[0].Version, d.Clusters[0].Version = "1.33.5", "1.34.2"
	})
	write := poolWrite(t, w, "aks-one", "system")
	write.Snapshot = shot(t, w)
	_, _, err := w.PutPool(id("aks-one"), write)
	refusal(t, err, 400, "OperationNotAllowed") // the version is the pool's: the image upgrade is the way
	write.Version = "1.34.2"
	_, _, err = w.PutPool(id("aks-one"), write)
	refusal(t, err, 400, "InvalidParameter") // the snapshot has 1.33.5
}

func TestSnapshotRefusals(t *testing.T) {
	w := small(t)
	at := fleet.SnapshotID(subscription, "rg-snapshots", "shot")
	for name, write := range map[string]simulator.SnapshotWrite{
		"not a pool":        {SourcePool: "x"},
		"no such cluster":   snapshotOf("aks-gone", "system"),
		"no such pool":      snapshotOf("aks-two", "gone"),
		"another location":  snapshotOf("aks-one", "system"),
		"no location given": {SourcePool: pool("aks-two", "system").String()},
	} {
		if _, _, err := w.PutSnapshot(at, write); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := w.UpgradeImage(pool("aks-two", "system"), ""); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.PutSnapshot(at, snapshotOf("aks-two", "system"))
	refusal(t, err, 409, "OperationNotAllowed") // half of its nodes have another image
}

func TestSnapshotsAreListedRetaggedAndRemoved(t *testing.T) {
	w := small(t, donor)
	at := shot(t, w)
	again := snapshotOf("aks-two", "system")
	again.Tags = map[string]string{"other": "tag"}
	if retagged, created, err := w.PutSnapshot(at, again); err != nil || created || retagged.Tags["other"] != "tag" {
		t.Errorf("got %+v, %v, %v", retagged, created, err)
	}
	group := "/subscriptions/" + subscription + "/resourceGroups/rg-snapshots"
	if found := w.Snapshots(group); len(found) != 1 || found[0].ID != at {
		t.Errorf("got %v", found)
	}
	if found := w.Snapshots(group + "-other"); len(found) != 0 {
		t.Errorf("another resource group has %v", found)
	}
	if !w.DeleteSnapshot(at) || w.DeleteSnapshot(at) {
		t.Error("want it found and deleted once")
	}
}
