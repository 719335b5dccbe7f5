package simulator_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

const subscription = "00000000-0000-0000-0000-000000000001"

// The images of testdata/small.yml: what the pools run, and the latest of the regions.
const (
	oldImage   = "AKSUbuntu-2204gen2containerd-202601.05.0"
	westImage  = "AKSUbuntu-2204gen2containerd-202602.10.0"
	northImage = "AKSUbuntu-2204gen2containerd-202601.28.0"
)

func id(name string) fleet.ClusterID { return fleet.NewClusterID(subscription, "rg-fleet", name) }

func pool(cluster, name string) fleet.PoolID { return fleet.PoolID{Cluster: id(cluster), Pool: name} }

func version(t *testing.T, text string) fleet.KubernetesVersion {
	t.Helper()
	parsed, err := fleet.ParseKubernetesVersion(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// small builds the world of testdata/small.yml, changed as a test wants it.
func small(t *testing.T, changes ...func(*simulator.Description)) *simulator.World {
	t.Helper()
	content, err := os.ReadFile("testdata/small.yml")
	if err != nil {
		t.Fatal(err)
	}
	var d simulator.Description
	if err := yaml.Unmarshal(content, &d); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&d)
	}
	w, err := simulator.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func first(change func(*simulator.ClusterFile)) func(*simulator.Description) {
	return func(d *simulator.Description) { change(&d.Clusters[0]) }
}

func exact(faults ...simulator.Fault) func(*simulator.Description) {
	return func(d *simulator.Description) { d.Faults.Exact = faults }
}

func cluster(t *testing.T, w *simulator.World, name string) simulator.Cluster {
	t.Helper()
	c, ok := w.Cluster(id(name))
	if !ok {
		t.Fatalf("there is no cluster %s", name)
	}
	return c
}

func poolOf(t *testing.T, w *simulator.World, clusterName, name string) simulator.Pool {
	t.Helper()
	c := cluster(t, w, clusterName)
	p, ok := c.Pool(name)
	if !ok {
		t.Fatalf("there is no pool %s in %s", name, clusterName)
	}
	return *p
}

func step(w *simulator.World, by time.Duration) { w.AdvanceTo(w.Now().Add(by)) }

// clusterWrite is what a client sends that has read the cluster and changes nothing of it.
func clusterWrite(t *testing.T, w *simulator.World, name string) simulator.ClusterWrite {
	t.Helper()
	c := cluster(t, w, name)
	write := simulator.ClusterWrite{IfMatch: c.ETag, Name: c.Name, ResourceGroup: c.ResourceGroup, Location: c.Location, Version: c.Desired.String(),
		Tags: c.Tags, Settings: c.Settings, Extra: c.Extra, Outer: c.Outer}
	for _, p := range c.Pools {
		write.Pools = append(write.Pools, writeOf(p))
	}
	return write
}

// poolWrite is the same for a pool.
func poolWrite(t *testing.T, w *simulator.World, cluster, name string) simulator.PoolWrite {
	t.Helper()
	p := poolOf(t, w, cluster, name)
	write := writeOf(p)
	write.IfMatch = p.ETag
	return write
}

func writeOf(p simulator.Pool) simulator.PoolWrite {
	return simulator.PoolWrite{Name: p.Name, Version: p.Desired.String(), Snapshot: p.Snapshot, Count: p.Count, Mode: p.Mode, VMSize: p.VMSize,
		OSType: p.OSType, OSSKU: p.OSSKU, Type: p.Type, MaxSurge: p.MaxSurge, MaxUnavailable: p.MaxUnavailable, DrainMinutes: p.DrainMinutes,
		SoakMinutes: p.SoakMinutes, SubnetID: p.SubnetID, Extra: p.Extra}
}

// upgraded writes a pool's Kubernetes version.
func upgradePool(t *testing.T, w *simulator.World, cluster, name, to string) error {
	t.Helper()
	write := poolWrite(t, w, cluster, name)
	write.Version = to
	_, _, err := w.PutPool(id(cluster), write)
	return err
}

// upgradeControlPlane writes a cluster's version, its pools unchanged.
func upgradeControlPlane(t *testing.T, w *simulator.World, name, to string) error {
	t.Helper()
	write := clusterWrite(t, w, name)
	write.Version = to
	_, _, err := w.PutCluster(id(name), write)
	return err
}

func mustUpgradeControlPlane(t *testing.T, w *simulator.World, name, to string) {
	t.Helper()
	if err := upgradeControlPlane(t, w, name, to); err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
}

// refusal checks that an error is a Refusal with a code, and returns it.
func refusal(t *testing.T, err error, status int, code string) *simulator.Refusal {
	t.Helper()
	var refused *simulator.Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a refusal %s", err, code)
	}
	if refused.Status != status || refused.Code != code {
		t.Fatalf("got %v, want %d %s", refused, status, code)
	}
	return refused
}

func TestRegionIsACopy(t *testing.T) {
	w := small(t)
	region, ok := w.Region("westeurope")
	if !ok || region.Images["aksubuntu-2204gen2containerd"] != westImage {
		t.Fatalf("got %v", region.Images)
	}
	region.Images["aksubuntu-2204gen2containerd"] = "changed"
	if again, _ := w.Region("westeurope"); again.Images["aksubuntu-2204gen2containerd"] != westImage {
		t.Error("the world was changed through what it returned")
	}
	if _, ok := w.Region("mars"); ok {
		t.Error("a region that is not described was found")
	}
}
