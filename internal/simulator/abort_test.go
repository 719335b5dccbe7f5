package simulator_test

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestAbortLeavesTheClusterCanceledAndAPutResumesIt(t *testing.T) {
	w := small(t)
	if aborted, err := w.Abort(id("aks-one"), ""); aborted != nil || err != nil {
		t.Errorf("with nothing ever begun it gave %v, %v", aborted, err)
	}
	if err := upgradeControlPlane(t, w, "aks-one", "1.34.2"); err != nil {
		t.Fatal(err)
	}
	aborted, err := w.Abort(id("aks-one"), "")
	if err != nil {
		t.Fatal(err)
	}
	if state := cluster(t, w, "aks-one").State; state != "Canceling" {
		t.Errorf("while it is aborted it is %s", state)
	}
	step(w, time.Minute)
	if state := cluster(t, w, "aks-one").State; state != fleet.ProvisioningCanceled {
		t.Errorf("aborted it is %s", state)
	}
	if ended, _ := w.Operation(aborted.ID); ended.Status != "Succeeded" {
		t.Errorf("the abort ended %s", ended.Status)
	}
	_, err = w.Abort(id("aks-one"), "")
	refusal(t, err, 409, "OperationNotAllowed")
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
	if state := cluster(t, w, "aks-one").State; state != fleet.ProvisioningSucceeded {
		t.Errorf("sent again it is %s", state)
	}
}

func TestAbortOfAPool(t *testing.T) {
	w := small(t)
	operation, err := w.UpgradeImage(pool("aks-one", "user"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Abort(id("aks-one"), "user"); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	if p := poolOf(t, w, "aks-one", "user"); p.State != fleet.ProvisioningCanceled || p.Image != oldImage {
		t.Errorf("it is %s with %s", p.State, p.Image)
	}
	if ended, _ := w.Operation(operation.ID); ended.Status != "Canceled" {
		t.Errorf("the aborted operation is %s", ended.Status)
	}
	if state := cluster(t, w, "aks-one").State; state != fleet.ProvisioningSucceeded {
		t.Errorf("the cluster is %s", state)
	}
}

func TestAbortRefusals(t *testing.T) {
	w := small(t)
	_, err := w.Abort(id("aks-gone"), "")
	refusal(t, err, 404, "ResourceNotFound")
	_, err = w.Abort(id("aks-one"), "gone")
	refusal(t, err, 404, "NotFound")
}
