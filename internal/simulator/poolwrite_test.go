package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestPoolUpgradeMovesToTheLatestImageToo(t *testing.T) {
	w := small(t)
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
	before := cluster(t, w, "aks-one")
	if err := upgradePool(t, w, "aks-one", "user", "1.34.2"); err != nil {
		t.Fatal(err)
	}
	during := poolOf(t, w, "aks-one", "user")
	if during.State != "Upgrading" || during.Version != version(t, "1.34.2") || during.Desired != during.Version || during.Image != oldImage {
		t.Errorf("just accepted it is %s at %s with %s, want the new version at once and the image at the end", during.State, during.Version, during.Image)
	}
	step(w, 10*time.Minute-time.Second) // four nodes, two at once, five minutes each
	if state := poolOf(t, w, "aks-one", "user").State; state != "Upgrading" {
		t.Errorf("before its duration has passed it is %s", state)
	}
	step(w, time.Second)
	after := cluster(t, w, "aks-one")
	if p := after.Pools[1]; p.State != fleet.ProvisioningSucceeded || p.Image != westImage {
		t.Errorf("it ended %s with %s", p.State, p.Image)
	}
	if after.ETag != before.ETag || after.Pools[0].ETag != before.Pools[0].ETag || after.Pools[1].ETag == before.Pools[1].ETag {
		t.Error("an operation on a pool changes that pool's etag and no other")
	}
}

func TestImageUpgradeGoesToTheLatestOfItsBeginning(t *testing.T) {
	w := small(t)
	step(w, 24*time.Hour-time.Minute)
	if _, err := w.UpgradeImage(pool("aks-one", "system"), ""); err != nil {
		t.Fatal(err)
	}
	if p := poolOf(t, w, "aks-one", "system"); p.State != "UpgradingNodeImageVersion" {
		t.Errorf("it is %s", p.State)
	}
	step(w, time.Hour) // the region's latest moves meanwhile
	if p := poolOf(t, w, "aks-one", "system"); p.Image != westImage || p.State != fleet.ProvisioningSucceeded {
		t.Errorf("it ended %s with %s", p.State, p.Image)
	}
}

func TestImageUpgradeOfAPoolAtTheLatestEndsAtOnce(t *testing.T) {
	w := small(t, first(func(c *simulator.ClusterFile) { c.Pools[0].Image = westImage }))
	operation, err := w.UpgradeImage(pool("aks-one", "system"), "")
	if err != nil {
		t.Fatal(err)
	}
	if ended, _ := w.Operation(operation.ID); ended.Status != "Succeeded" {
		t.Errorf("the operation is %s", ended.Status)
	}
}

func TestPoolsOfOneClusterUpgradeInParallel(t *testing.T) {
	w := small(t)
	for _, name := range []string{"system", "user"} {
		if _, err := w.UpgradeImage(pool("aks-one", name), ""); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.UpgradeImage(pool("aks-one", "user"), "")
	refused := refusal(t, err, 409, "OperationNotAllowed")
	if !strings.Contains(refused.Message, "Another agentpool operation (UpgradingNodeImageVersion) is in progress") {
		t.Errorf("got %q", refused.Message)
	}
}

func TestPoolWriteRefusals(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*simulator.Description)
		write  func(*simulator.PoolWrite)
		status int
		code   string
		text   string
	}{
		{name: "ahead of the control plane", write: func(w *simulator.PoolWrite) { w.Version = "1.34.2" }, status: 400, code: "NodePoolMcVersionIncompatible", text: "greater than the control plane"},
		{name: "downgrade", write: func(w *simulator.PoolWrite) { w.Version = "1.32.9" }, status: 400, code: "OperationNotAllowed", text: "Downgrading"},
		{name: "skipped minor", change: first(func(c *simulator.ClusterFile) { c.Version, c.Pools[0].Version = "1.35.0", "1.33.5" }),
			write: func(w *simulator.PoolWrite) { w.Version = "1.35.0" }, status: 400, code: "OperationNotAllowed", text: "Available upgrades"},
		{name: "another image", write: func(w *simulator.PoolWrite) { w.Image = westImage }, status: 400, code: "InvalidParameter", text: "can only be current version"},
		{name: "latest, where images can be rolled back", write: func(w *simulator.PoolWrite) { w.Image, w.Rollback = "latest", true }, status: 400, code: "InvalidParameter", text: "recentlyUsedVersions"},
		{name: "etag of another state", write: func(w *simulator.PoolWrite) { w.IfMatch = "other" }, status: 412, code: "PreconditionFailed", text: "other"},
		{name: "If-None-Match of a pool that exists", write: func(w *simulator.PoolWrite) { w.IfMatch, w.IfNoneMatch = "", "*" }, status: 412, code: "PreconditionFailed", text: "*"},
		{name: "failed at another version",
			change: first(func(c *simulator.ClusterFile) {
				c.Version, c.Pools[0].Version, c.Pools[0].State = "1.34.2", "1.33.5", "Failed"
			}),
			write: func(w *simulator.PoolWrite) { w.Version = "1.34.2" }, status: 409, code: "OperationNotAllowed", text: "failed state"},
		{name: "pinned to a snapshot of another version",
			change: func(d *simulator.Description) {
				pinned(d)
				d.Clusters[0].Version, d.Clusters[0].Pools[0].Version = "1.34.2", "1.33.5"
			},
			write: func(w *simulator.PoolWrite) { w.Version = "1.34.2" }, status: 400, code: "InvalidParameter", text: "pinned"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var changes []func(*simulator.Description)
			if test.change != nil {
				changes = append(changes, test.change)
			}
			w := small(t, changes...)
			write := poolWrite(t, w, "aks-one", "system")
			test.write(&write)
			_, _, err := w.PutPool(id("aks-one"), write)
			if refused := refusal(t, err, test.status, test.code); !strings.Contains(refused.Message, test.text) {
				t.Errorf("got %q, want %q in it", refused.Message, test.text)
			}
		})
	}
}

func TestPutOfTheCurrentImageOrLatestIsAccepted(t *testing.T) {
	for _, image := range []string{oldImage, "latest"} {
		w := small(t)
		write := poolWrite(t, w, "aks-one", "system")
		write.Image = image
		if operation, _, err := w.PutPool(id("aks-one"), write); err != nil || operation != nil {
			t.Errorf("%s: got %v, %v, want nothing to do", image, operation, err)
		}
	}
}

func TestPutOfAPoolWithoutItsPinMovesItToTheLatest(t *testing.T) {
	w := small(t, pinned)
	write := poolWrite(t, w, "aks-one", "system")
	write.Snapshot = ""
	if _, _, err := w.PutPool(id("aks-one"), write); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Snapshot != "" || p.Image != westImage {
		t.Errorf("it ended with pin %q and %s", p.Snapshot, p.Image)
	}
}

func TestImageUpgradeWithoutSnapshotLiftsThePin(t *testing.T) {
	w := small(t, pinned)
	if _, err := w.UpgradeImage(pool("aks-one", "system"), ""); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Snapshot != "" || p.Image != westImage {
		t.Errorf("it ended with pin %q and %s", p.Snapshot, p.Image)
	}
}

func TestPutOfOtherPoolFieldsUpdates(t *testing.T) {
	w := small(t)
	write := poolWrite(t, w, "aks-one", "system")
	write.Count, write.MaxSurge = 5, "1"
	if _, _, err := w.PutPool(id("aks-one"), write); err != nil {
		t.Fatal(err)
	}
	if p := poolOf(t, w, "aks-one", "system"); p.State != "Updating" {
		t.Errorf("it is %s", p.State)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.State != fleet.ProvisioningSucceeded || p.Count != 5 || p.Image != oldImage {
		t.Errorf("it ended %s with %d nodes of %s", p.State, p.Count, p.Image)
	}
}

func TestPutToAPoolThatIsNotThereCreatesIt(t *testing.T) {
	w := small(t)
	write := poolWrite(t, w, "aks-one", "system")
	write.Name, write.IfMatch = "fresh", ""
	if _, created, err := w.PutPool(id("aks-one"), write); err != nil || !created {
		t.Fatalf("got %v, %v", created, err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "fresh"); p.State != fleet.ProvisioningSucceeded {
		t.Errorf("it is %s", p.State)
	}
}

func TestImageUpgradeRefusals(t *testing.T) {
	w := small(t, first(func(c *simulator.ClusterFile) { c.Pools[1].Type = "AvailabilitySet" }))
	_, err := w.UpgradeImage(pool("aks-gone", "system"), "")
	refusal(t, err, 404, "ResourceNotFound")
	_, err = w.UpgradeImage(pool("aks-one", "gone"), "")
	refusal(t, err, 404, "NotFound")
	_, err = w.UpgradeImage(pool("aks-one", "user"), "")
	refusal(t, err, 400, "OperationNotAllowed")
	_, _, err = w.PutPool(id("aks-gone"), simulator.PoolWrite{})
	refusal(t, err, 404, "ResourceNotFound")
}
