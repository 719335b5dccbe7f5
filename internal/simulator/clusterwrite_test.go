package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestControlPlaneUpgrade(t *testing.T) {
	w := small(t)
	before := cluster(t, w, "aks-one")
	if err := upgradeControlPlane(t, w, "aks-one", "1.34.2"); err != nil {
		t.Fatal(err)
	}
	during := cluster(t, w, "aks-one")
	if during.State != "Upgrading" || during.Version != version(t, "1.34.2") {
		t.Errorf("just accepted it is %s at %s, want the version to have changed already while it is Upgrading", during.State, during.Version)
	}
	step(w, 8*time.Minute)
	after := cluster(t, w, "aks-one")
	if after.State != fleet.ProvisioningSucceeded {
		t.Errorf("after its duration it is %s", after.State)
	}
	for i, p := range after.Pools {
		if p.Version != before.Pools[i].Version || p.Image != before.Pools[i].Image {
			t.Errorf("pool %s was changed to %s, %s", p.Name, p.Version, p.Image)
		}
	}
}

func TestWholeClusterUpgradeDoesTheControlPlaneThenEachPool(t *testing.T) {
	w := small(t)
	write := clusterWrite(t, w, "aks-one")
	write.Version = "1.34.2"
	for i := range write.Pools {
		write.Pools[i].Version = "1.34.2"
	}
	operation, _, err := w.PutCluster(id("aks-one"), write)
	if err != nil {
		t.Fatal(err)
	}
	step(w, 24*time.Hour-time.Second)
	var states []string
	for _, event := range w.History() {
		if event.Kind == simulator.Changed {
			states = append(states, event.Pool+" "+event.To)
		}
	}
	want := []string{" Upgrading", "system Upgrading", "system Succeeded", "user Upgrading", "user Succeeded", " Succeeded"}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Error(diff)
	}
	for _, p := range cluster(t, w, "aks-one").Pools {
		if p.Version != version(t, "1.34.2") || p.Image != westImage {
			t.Errorf("pool %s ended with %s, %s", p.Name, p.Version, p.Image)
		}
	}
	if ended, _ := w.Operation(operation.ID); ended.Status != "Succeeded" {
		t.Errorf("the operation ended %s", ended.Status)
	}
}

func TestClusterWriteRefusals(t *testing.T) {
	until := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name    string
		cluster func(*simulator.ClusterFile)
		write   func(*simulator.ClusterWrite)
		code    string
		subcode string
		text    string
	}{
		{name: "downgrade", write: func(w *simulator.ClusterWrite) { w.Version = "1.32.9" }, code: "OperationNotAllowed", text: "Downgrading"},
		{name: "skipped minor", write: func(w *simulator.ClusterWrite) { w.Version = "1.35.0" }, code: "OperationNotAllowed", text: "Available upgrades: [1.33.7 1.34.2]"},
		{name: "not in the region", write: func(w *simulator.ClusterWrite) { w.Version = "1.34.9" }, code: "K8sVersionNotSupported", text: "not supported in this region"},
		{name: "LTS alone", cluster: func(c *simulator.ClusterFile) { c.Version = "1.30.9" },
			write: func(w *simulator.ClusterWrite) { w.Version = "1.31.100" }, code: "K8sVersionNotSupported", text: "not supported"},
		{name: "no version", write: func(w *simulator.ClusterWrite) { w.Version = "new" }, code: "InvalidParameter", text: "kubernetesVersion"},
		{name: "some pools set, some not", write: func(w *simulator.ClusterWrite) { w.Version, w.Pools[1].Version = "1.34.2", "" },
			code: "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", text: "all specified or all unspecified"},
		{name: "a pool at a third version", write: func(w *simulator.ClusterWrite) { w.Version, w.Pools[1].Version = "1.34.2", "1.33.7" },
			code: "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", text: "stay unchanged"},
		{name: "control plane alone with an auto-upgrade channel", cluster: func(c *simulator.ClusterFile) { c.UpgradeChannel = "stable" },
			write: func(w *simulator.ClusterWrite) { w.Version = "1.34.2" }, code: "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", text: "channel stable"},
		{name: "control plane alone of a legacy cluster", cluster: func(c *simulator.ClusterFile) { c.MaxAgentPools = 1 },
			write: func(w *simulator.ClusterWrite) { w.Version = "1.34.2" }, code: "OperationNotAllowed", text: "only be upgraded together"},
		{name: "control plane alone with availability sets", cluster: func(c *simulator.ClusterFile) { c.Pools[0].Type = "AvailabilitySet" },
			write: func(w *simulator.ClusterWrite) { w.Version = "1.34.2" }, code: "OperationNotAllowed", text: "only be upgraded together"},
		{name: "more than three minors ahead of a pool",
			cluster: func(c *simulator.ClusterFile) {
				c.Version, c.Pools[0].Version, c.Pools[1].Version = "1.34.2", "1.30.9", "1.34.2"
			},
			write: func(w *simulator.ClusterWrite) { w.Version = "1.35.0" }, code: "NodePoolMcVersionIncompatible", text: "Node pool: system"},
		{name: "another node image", write: func(w *simulator.ClusterWrite) { w.Pools[0].Image = westImage }, code: "InvalidParameter",
			text: "NodeImageVersion '" + westImage + "' is not accepted. NodeImageVersion can only be current version '" + oldImage + "' or 'latest'"},
		{name: "another node image where that asks for a rollback", write: func(w *simulator.ClusterWrite) { w.Pools[0].Image, w.Pools[0].Rollback = westImage, true },
			code: "InvalidParameter", text: "recentlyUsedVersions"},
		{name: "a service principal", write: func(w *simulator.ClusterWrite) { w.ServicePrincipal = "msi" }, code: "InvalidParameter", text: "servicePrincipalProfile"},
		{name: "a pool less", write: func(w *simulator.ClusterWrite) { w.Pools = w.Pools[:1] }, code: "InvalidParameter", text: "has 2"},
		{name: "another pool", write: func(w *simulator.ClusterWrite) { w.Pools[0].Name = "other" }, code: "InvalidParameter", text: `no agent pool "other"`},
		{name: "deprecated API", cluster: func(c *simulator.ClusterFile) { c.DeprecatedAPI = true },
			write: func(w *simulator.ClusterWrite) { w.Version = "1.34.2" }, code: "ValidationError", subcode: "UpgradeBlockedOnDeprecatedAPIUsage", text: "deprecated"},
		{name: "deprecated API, forced until a time that has passed", cluster: func(c *simulator.ClusterFile) { c.DeprecatedAPI = true },
			write: func(w *simulator.ClusterWrite) {
				w.Version, w.Settings.ForceUpgradeUntil = "1.34.2", until.AddDate(0, 0, -5)
			}, code: "ValidationError", subcode: "UpgradeBlockedOnDeprecatedAPIUsage", text: "deprecated"},
		{name: "both preconditions", write: func(w *simulator.ClusterWrite) { w.IfNoneMatch = "*" }, code: "BadRequest", text: "together"},
		{name: "If-None-Match of an etag", write: func(w *simulator.ClusterWrite) { w.IfMatch, w.IfNoneMatch = "", "x" }, code: "BadRequest", text: "only be '*'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := small(t, func(d *simulator.Description) {
				d.Versions["1.30.9"] = simulator.OfferedVersion{}
				if test.cluster != nil {
					test.cluster(&d.Clusters[0])
				}
			})
			before := cluster(t, w, "aks-one")
			write := clusterWrite(t, w, "aks-one")
			test.write(&write)
			_, _, err := w.PutCluster(id("aks-one"), write)
			refused := refusal(t, err, 400, test.code)
			if refused.Subcode != test.subcode || !strings.Contains(refused.Message, test.text) {
				t.Errorf("got %q %q, want %q and text %q", refused.Subcode, refused.Message, test.subcode, test.text)
			}
			if after := cluster(t, w, "aks-one"); after.Revision != before.Revision {
				t.Error("a refused write has changed the cluster")
			}
		})
	}
}

func TestForceUpgradePassesOverDeprecatedAPIs(t *testing.T) {
	w := small(t, first(func(c *simulator.ClusterFile) { c.DeprecatedAPI = true }))
	write := clusterWrite(t, w, "aks-one")
	write.Version, write.Settings.ForceUpgradeUntil = "1.34.2", w.Now().Add(time.Hour)
	if _, _, err := w.PutCluster(id("aks-one"), write); err != nil {
		t.Error(err)
	}
}

func TestWriteToAStoppedClusterIsRefused(t *testing.T) {
	w := small(t)
	refused := refusal(t, upgradeControlPlane(t, w, "aks-off", "1.34.2"), 409, "OperationNotAllowed")
	if strings.Contains(refused.Message, "in progress") {
		t.Errorf("%q reads as if it would pass", refused.Message)
	}
	refusal(t, upgradePool(t, w, "aks-off", "system", "1.33.5"), 409, "OperationNotAllowed")
	_, err := w.UpgradeImage(pool("aks-off", "system"), "")
	refusal(t, err, 409, "OperationNotAllowed")
}

func TestIfMatchOfAnotherStateIsRefused(t *testing.T) {
	w := small(t)
	write := clusterWrite(t, w, "aks-one")
	write.Version = "1.34.2"
	mustUpgradeControlPlane(t, w, "aks-one", "1.33.7")
	_, _, err := w.PutCluster(id("aks-one"), write)
	refusal(t, err, 412, "PreconditionFailed")
}

func TestUpgradeWhileAnotherOperationRuns(t *testing.T) {
	w := small(t)
	if err := upgradeControlPlane(t, w, "aks-one", "1.34.2"); err != nil {
		t.Fatal(err)
	}
	refused := refusal(t, upgradeControlPlane(t, w, "aks-one", "1.34.2"), 409, "OperationNotAllowed")
	if !strings.Contains(refused.Message, "Operation is not allowed: Another operation (Upgrading) is in progress, please wait for it to finish") {
		t.Errorf("got %q", refused.Message)
	}
	refusal(t, upgradePool(t, w, "aks-one", "system", "1.33.5"), 409, "OperationNotAllowed")
	step(w, time.Hour)
	if _, err := w.UpgradeImage(pool("aks-one", "user"), ""); err != nil {
		t.Fatal(err)
	}
	refused = refusal(t, upgradeControlPlane(t, w, "aks-one", "1.35.0"), 409, "OperationNotAllowed")
	if !strings.Contains(refused.Message, "Managed Cluster operation is not allowed: Another operation (UpgradingNodeImageVersion) is in progress on agent pool (user)") {
		t.Errorf("got %q", refused.Message)
	}
}

func TestClusterOperationChangesTheETagsOfAllPools(t *testing.T) {
	w := small(t)
	before := cluster(t, w, "aks-one")
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
	after := cluster(t, w, "aks-one")
	if after.ETag == before.ETag || after.Pools[0].ETag == before.Pools[0].ETag || after.Pools[1].ETag == before.Pools[1].ETag {
		t.Error("an etag did not change")
	}
}

func TestPutOfTheSameIsNoOperation(t *testing.T) {
	w := small(t)
	before := cluster(t, w, "aks-one")
	operation, created, err := w.PutCluster(id("aks-one"), clusterWrite(t, w, "aks-one"))
	if err != nil || created || operation != nil {
		t.Fatalf("got %v, %v, %v", operation, created, err)
	}
	if diff := cmp.Diff(before.ETag, cluster(t, w, "aks-one").ETag); diff != "" {
		t.Error(diff)
	}
}

func TestPutOfOtherFieldsUpdates(t *testing.T) {
	w := small(t)
	write := clusterWrite(t, w, "aks-one")
	write.Extra = simulator.NewFields(map[string]json.RawMessage{"futureProfile": json.RawMessage("1")})
	if _, _, err := w.PutCluster(id("aks-one"), write); err != nil {
		t.Fatal(err)
	}
	if state := cluster(t, w, "aks-one").State; state != "Updating" {
		t.Errorf("the cluster is %s", state)
	}
	step(w, 2*time.Minute)
	if after := cluster(t, w, "aks-one"); after.State != fleet.ProvisioningSucceeded || string(after.Extra["futureProfile"]) != "1" || len(after.Extra) != 1 {
		t.Errorf("it ended %s with %v", after.State, after.Extra)
	}
}

func TestWholeClusterWriteLiftsPins(t *testing.T) {
	w := small(t, pinned)
	write := clusterWrite(t, w, "aks-one")
	write.Version = "1.34.2"
	for i := range write.Pools {
		write.Pools[i].Version, write.Pools[i].Snapshot = "1.34.2", ""
	}
	if _, _, err := w.PutCluster(id("aks-one"), write); err != nil {
		t.Fatal(err)
	}
	step(w, 6*time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.Snapshot != "" || p.Image != westImage {
		t.Errorf("the pool has pin %q and image %s", p.Snapshot, p.Image)
	}
}

func TestFailedClusterIsResumedByTheSameTargetAlone(t *testing.T) {
	w := small(t, exact(simulator.Fault{Kind: simulator.Fail, Cluster: "aks-one", Times: 1, Code: "QuotaExceeded", Message: "no cores"}))
	write := clusterWrite(t, w, "aks-one")
	write.Version = "1.33.7"
	operation, _, err := w.PutCluster(id("aks-one"), write)
	if err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	failed := cluster(t, w, "aks-one")
	ended, _ := w.Operation(operation.ID)
	if failed.State != fleet.ProvisioningFailed || failed.Version != version(t, "1.33.7") || ended.Status != "Failed" || ended.Problem.Code != "QuotaExceeded" {
		t.Fatalf("got %s at %s, operation %s %v", failed.State, failed.Version, ended.Status, ended.Problem)
	}
	refused := refusal(t, upgradeControlPlane(t, w, "aks-one", "1.34.2"), 409, "OperationNotAllowed")
	if !strings.Contains(refused.Message, "Upgrades are disallowed while cluster is in a failed state") {
		t.Errorf("got %q", refused.Message)
	}
	refusal(t, upgradePool(t, w, "aks-one", "system", "1.33.7"), 409, "OperationNotAllowed")
	mustUpgradeControlPlane(t, w, "aks-one", "1.33.7")
	if state := cluster(t, w, "aks-one").State; state != fleet.ProvisioningSucceeded {
		t.Errorf("tried again it is %s", state)
	}
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
}

func TestClusterPutReconcilesAFailedPool(t *testing.T) {
	w := small(t, exact(simulator.Fault{Kind: simulator.Drain, Cluster: "aks-one", Pool: "system", Times: 1}))
	if _, err := w.UpgradeImage(pool("aks-one", "system"), ""); err != nil {
		t.Fatal(err)
	}
	step(w, 2*time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.State != fleet.ProvisioningFailed {
		t.Fatalf("the pool is %s", p.State)
	}
	if c := cluster(t, w, "aks-one"); c.State != fleet.ProvisioningSucceeded {
		t.Errorf("the cluster is %s: a failed pool does not make it Failed", c.State)
	}
	if _, _, err := w.PutCluster(id("aks-one"), clusterWrite(t, w, "aks-one")); err != nil {
		t.Fatal(err)
	}
	step(w, 2*time.Hour)
	if p := poolOf(t, w, "aks-one", "system"); p.State != fleet.ProvisioningSucceeded || p.Image != westImage {
		t.Errorf("the pool is %s with %s", p.State, p.Image)
	}
}

func TestPutToAClusterThatIsNotThereCreatesIt(t *testing.T) {
	w := small(t)
	write := clusterWrite(t, w, "aks-one")
	write.Name = "aks-new"
	_, _, err := w.PutCluster(id("aks-new"), write)
	refusal(t, err, 412, "PreconditionFailed") // the etag of a cluster that is gone protects
	write.IfMatch = ""
	operation, created, err := w.PutCluster(id("aks-new"), write)
	if err != nil || !created || operation == nil {
		t.Fatalf("got %v, %v, %v", operation, created, err)
	}
	if state := cluster(t, w, "aks-new").State; state != "Creating" {
		t.Errorf("it is %s", state)
	}
	step(w, time.Hour)
	if state := cluster(t, w, "aks-new").State; state != fleet.ProvisioningSucceeded {
		t.Errorf("it ended %s", state)
	}
	write.Location = "mars"
	_, _, err = w.PutCluster(id("aks-other"), write)
	refusal(t, err, 400, "LocationNotAvailableForResourceType")
	write.Location, write.Version = "westeurope", "1.33"
	_, _, err = w.PutCluster(id("aks-other"), write)
	refusal(t, err, 400, "InvalidParameter")
}

func pinned(d *simulator.Description) {
	d.Snapshots = []simulator.SnapshotFile{{Name: "pin", Location: "westeurope", Version: "1.33.5", Image: oldImage}}
	d.Clusters[0].Pools[0].Snapshot = fleet.SnapshotID(subscription, "rg-fleet", "pin")
}
