package plan

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// TestAnyFleet builds plans of random fleets, in all kinds of states, and checks what must hold for every plan; that it
// fits its schema is checked by build.
func TestAnyFleet(t *testing.T) {
	for seed := range 300 {
		w := anyWorld(dice{rand.New(rand.NewSource(int64(seed)))})
		p := w.build(t)
		for i, stage := range p.Stages {
			for _, m := range stage.Groups[0].Members {
				if m.Action == ActionUpgrade {
					for _, wrong := range w.misplanned(p, i, m) {
						t.Errorf("seed %d: %s: %s", seed, m.Name, wrong)
					}
				}
			}
		}
		if t.Failed() {
			return
		}
	}
}

// misplanned says what of a member that is upgraded must never be planned.
func (w *world) misplanned(p Plan, stage int, m Member) (wrong []string) {
	cluster := w.inv.Clusters[m.Cluster]
	region := w.inv.Regions[m.Location]
	if to := m.ControlPlane; to != nil && !cluster.Version.AtOrAhead(to.To) && !slices.Contains(edges(region.Versions, cluster.Version), to.To) {
		wrong = append(wrong, fmt.Sprintf("no upgrade leads from %s to %s", cluster.Version, to.To))
	}
	for _, planned := range m.Pools {
		pool, _ := cluster.Pool(planned.Name)
		latest, _ := region.Latest(planned.Family)
		order, comparable := planned.ToImage.Compare(pool.Image)
		switch {
		case planned.Action != ActionUpgrade && planned.Action != ActionSkip:
			wrong = append(wrong, planned.Name+" is "+string(planned.Action))
		case planned.Action == ActionUpgrade && comparable && order < 0:
			wrong = append(wrong, fmt.Sprintf("%s goes back from %s to %s", planned.Name, pool.Image, planned.ToImage))
		case planned.Route == RouteOrdinary && planned.ToImage != latest && planned.ToImage != pool.Image:
			wrong = append(wrong, fmt.Sprintf("%s cannot get %s where the latest is %s", planned.Name, planned.ToImage, latest))
		case planned.Route == RouteSnapshot && !w.supplied(p, stage, planned):
			wrong = append(wrong, fmt.Sprintf("%s waits for the donor %s for ever", planned.Name, planned.Donor))
		}
	}
	if p.Profile != nil {
		wrong = append(wrong, w.leaping(m)...)
	}
	return wrong
}

// leaping says which part of a member a channel takes over a minor, or to what is not released everywhere.
func (w *world) leaping(m Member) (wrong []string) {
	cluster := w.inv.Clusters[m.Cluster]
	check := func(part string, from, to fleet.KubernetesVersion) {
		if from.AtOrAhead(to) {
			return
		}
		if to.Minor-from.Minor > 1 || w.inv.Regions[m.Location].Versions[to].Preview {
			wrong = append(wrong, fmt.Sprintf("%s goes from %s to %s on a channel", part, from, to))
		}
	}
	if m.ControlPlane != nil {
		check("the control plane", cluster.Version, m.ControlPlane.To)
	}
	for _, planned := range m.Pools {
		pool, _ := cluster.Pool(planned.Name)
		check(planned.Name, pool.Version, planned.ToVersion)
	}
	return wrong
}

// supplied reports whether a pool's snapshot is there, or its donor holds what is needed now, or gets it by itself in the
// stage that is named, its own or an earlier one, without waiting for those whose donor it is.
func (w *world) supplied(p Plan, stage int, planned Pool, needy ...fleet.ClusterID) bool {
	if snapshot, exists := w.inv.Snapshots[planned.Snapshot]; exists {
		return snapshot.Image.Same(planned.ToImage)
	}
	donor, _ := w.inv.Clusters[planned.Donor.Cluster].Pool(planned.Donor.Pool)
	if planned.DonorStage == "" {
		return donor.Image.Same(planned.ToImage) && (planned.ToVersion.IsZero() || donor.Version == planned.ToVersion)
	}
	for at, one := range p.Stages[:stage+1] {
		for _, m := range one.Groups[0].Members {
			if m.Cluster == planned.Donor.Cluster && m.Action == ActionUpgrade && one.Name == planned.DonorStage {
				return !slices.Contains(needy, m.Cluster) && w.becomes(p, at, m, planned, append(needy, m.Cluster))
			}
		}
	}
	return false
}

// becomes reports whether the pool of a member that is a donor gets there by the ordinary route, and all others have theirs.
func (w *world) becomes(p Plan, stage int, m Member, planned Pool, needy []fleet.ClusterID) bool {
	serves := false
	for _, pool := range m.Pools {
		serves = serves || pool.Name == planned.Donor.Pool && pool.Route == RouteOrdinary && pool.ToImage.Same(planned.ToImage)
		if pool.Route == RouteSnapshot && !w.supplied(p, stage, pool, needy...) {
			return false
		}
	}
	return serves
}

// dice make choices.
type dice struct{ *rand.Rand }

func (d dice) oneIn(n int) bool            { return d.Intn(n) == 0 }
func (d dice) of(choices ...string) string { return choices[d.Intn(len(choices))] }

func (d dice) image() fleet.NodeImage {
	family := d.of("AKSUbuntu-2204gen2containerd-", "AKSUbuntu-2404gen2containerd-", "AKSAzureLinux-V3gen2-", "unknown")
	return fleet.NodeImage(family + d.of("202508.01.0", "202510.01.0", "202511.03.0", "202511.12.0"))
}

func anyWorld(d dice) *world {
	kind := strategy.UpgradeType(d.of("Full", "Full", "NodeImageOnly", "ControlPlaneOnly"))
	w := newWorld(kind, strategy.ImageSelection(d.of("Latest", "Consistent", "Custom")))
	if kind != strategy.NodeImageOnly {
		w.s.Upgrade.Kubernetes = version(d.of("1.33", "1.33.4", "1.33.5", "1.34", "1.34.2", "1.35.0"))
	}
	if w.s.Upgrade.Images == strategy.Custom {
		w.s.Upgrade.Custom = []fleet.NodeImage{d.image()}
	}
	for _, name := range []string{"westeurope", "northeurope"} {
		w.region(name, d.image(), d.image(), d.image(), d.image())
		if d.oneIn(4) {
			delete(w.inv.Regions[name].Versions, version(d.of("1.33.6", "1.34.2")))
		}
	}
	if !d.oneIn(3) {
		w.allowSnapshots()
		w.snapshot("ours", "production", d.image())
	}
	for i := range 2 + d.Intn(6) {
		w.cluster(fmt.Sprintf("c%d", i), d.of("a", "b", "c"), d.of("westeurope", "northeurope"), d.cluster)
	}
	if d.oneIn(3) {
		w.follow(strategy.Profile{Channel: d.of(strategy.Rapid, strategy.Stable, strategy.NodeImage), Images: strategy.ImageSelection(d.of("Latest", "Consistent"))})
	}
	return w
}

func (d dice) cluster(c *fleet.Cluster) {
	c.Pools = []fleet.NodePool{pool("p0", d.pool), pool("p1", user, d.pool)}
	onVersion(d.of("1.31.100", "1.32.9", "1.33.1", "1.33.5", "1.34.2", "1.35.0"))(c)
	for i := range c.Pools {
		if d.oneIn(3) {
			at(d.of("1.31.100", "1.33.5"))(&c.Pools[i])
		}
	}
	c.Stopped = d.oneIn(10)
	if d.oneIn(8) {
		c.State = fleet.ProvisioningState(d.of("Failed", "Updating"))
	}
	if d.oneIn(8) {
		c.Settings.UpgradeChannel = "stable"
	}
	if d.oneIn(10) {
		unknowable(d.window())(c)
	}
}

func (d dice) window() fleet.WindowKind {
	return fleet.WindowKind(d.of(string(fleet.UpgradeWindow), string(fleet.NodeOSWindow)))
}

func (d dice) pool(p *fleet.NodePool) {
	p.Image, p.VMSize, p.OSSKU = d.image(), d.of("Standard_D4s_v5", "Standard_D8s_v5", "Standard_E4s_v5", ""), d.of("Ubuntu", "Ubuntu2204")
	if d.oneIn(8) {
		p.State = fleet.ProvisioningState(d.of("Failed", "Upgrading"))
	}
	if d.oneIn(8) {
		p.Snapshot = fleet.SnapshotID(subscription, "snaps", d.of("ours", "theirs"))
	}
}
