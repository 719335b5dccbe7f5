package simulator

import (
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// maxImageAge is how old an image may be for a snapshot of it to be applied.
const maxImageAge = 90 * 24 * time.Hour

// latestFor returns the image that an upgrade to a Kubernetes version brings a pool to: its snapshot's where it is
// pinned to one, else the region's latest of the family that the pool will have. A family that the region does not
// know stays as it is.
func (w *World) latestFor(c *Cluster, p *Pool, version fleet.KubernetesVersion) fleet.NodeImage {
	if pin, ok := w.snapshots[strings.ToLower(p.Snapshot)]; ok {
		return pin.Image
	}
	if latest, ok := w.regions[c.Location].Images[familyAt(p, version)]; ok {
		return latest
	}
	return p.Image
}

// familyAt is the image family of a pool at a Kubernetes version: the SKU Ubuntu, which names no release, moves from
// 22.04 to 24.04 with 1.35.
func familyAt(p *Pool, version fleet.KubernetesVersion) string {
	family := familyKey(p.Image)
	if strings.EqualFold(p.OSSKU, "Ubuntu") && version.Major == 1 && version.Minor >= 35 {
		return strings.Replace(family, "-2204", "-2404", 1)
	}
	return family
}

// LatestImage returns the image that an upgrade of a pool's image goes to now.
func (w *World) LatestImage(id fleet.ClusterID, pool string) fleet.NodeImage {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return ""
	}
	p, ok := c.Pool(pool)
	if !ok {
		return ""
	}
	return w.regions[c.Location].Images[familyKey(p.Image)]
}

// setLatest makes an image the latest of its family in a region.
func (w *World) setLatest(region string, image fleet.NodeImage) {
	images := w.regions[region].Images
	family := familyKey(image)
	w.record(Event{Kind: Latest, By: AKS, What: region, From: string(images[family]), To: string(image), Image: image})
	images[family] = image
}

// applicable checks that a snapshot can be applied to a pool that will run a Kubernetes version.
func (w *World) applicable(c *Cluster, p *Pool, snapshotID string, version fleet.KubernetesVersion) (*fleet.Snapshot, *Refusal) {
	snapshot, ok := w.snapshots[strings.ToLower(snapshotID)]
	if !ok || !snapshot.State.Is(fleet.ProvisioningSucceeded) {
		return nil, flat(400, "InvalidParameter", "The node pool snapshot %s was not found or is not provisioned.", snapshotID)
	}
	family := familyAt(p, version)
	held, dated := ReadImage(snapshot.Image)
	runs, _ := ReadImage(p.Image)
	switch {
	case vmFamily(snapshot.VMSize) != vmFamily(p.VMSize):
		return nil, flat(400, "InvalidParameter", "The VM size %s of agent pool %s is not of the same family as the snapshot's %s.", p.VMSize, p.Name, snapshot.VMSize)
	case !strings.EqualFold(held.Family, family):
		return nil, flat(400, "InvalidParameter", "The snapshot's node image %s does not fit agent pool %s, which uses %s.", snapshot.Image, p.Name, family)
	case strings.EqualFold(held.Family, runs.Family) && held.olderThan(runs):
		return nil, flat(400, "OperationNotAllowed", "The snapshot's node image %s is older than the current %s of agent pool %s. Downgrading a node image version is not allowed.", snapshot.Image, p.Image, p.Name)
	case dated && w.now.Sub(held.built) > maxImageAge:
		return nil, flat(400, "InvalidParameter", "The snapshot's node image %s is older than 90 days and can not be used any more.", snapshot.Image)
	}
	return snapshot, nil
}

// vmFamily reads the family out of a VM size, "ds_v5" out of "Standard_D4s_v5": sizes of one family differ in the number
// of cores alone. The number of the generation belongs to the family.
func vmFamily(size string) string {
	name, generation, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(size), "standard_"), "_")
	letters := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
	return letters + "_" + generation
}
