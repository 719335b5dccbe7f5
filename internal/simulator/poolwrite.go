package simulator

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// PoolWrite is what a PUT of a pool asks for. Text stays text: what it means is decided here.
type PoolWrite struct {
	IfMatch        string
	IfNoneMatch    string
	Rollback       bool // the api-version takes nodeImageVersion as a request to roll back
	Name           string
	Version        string // orchestratorVersion; "" leaves it
	Image          string // nodeImageVersion, where the body has one
	Snapshot       string // creationData.sourceResourceId; "" clears a pin
	Count          int
	Mode           string
	VMSize         string
	OSType         string
	OSSKU          string
	Type           string
	MaxSurge       string
	MaxUnavailable string
	DrainMinutes   int
	SoakMinutes    int
	SubnetID       string
	Extra          Fields
}

// PutPool upgrades, updates or creates a pool. The operation is nil where there was nothing to do.
func (w *World) PutPool(id fleet.ClusterID, write PoolWrite) (operation *Operation, created bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return nil, false, clusterNotFound(id)
	}
	p, ok := c.Pool(write.Name)
	if refusal := w.mayWritePool(c, p, write.IfMatch, write.IfNoneMatch); refusal != nil {
		return nil, false, refusal
	}
	if !ok {
		return w.createPool(c, write), true, nil
	}
	change, version, refusal := w.poolChange(c, p, write)
	if refusal != nil {
		return nil, false, refusal
	}
	return w.applyPool(c, p, write, change, version), false, nil
}

// mayWritePool checks what every write to a pool is checked for; p is nil for a pool that is not there.
func (w *World) mayWritePool(c *Cluster, p *Pool, ifMatch, ifNoneMatch string) *Refusal {
	etag := ""
	if p != nil {
		etag = p.ETag
	}
	if refusal := preconditions(ifMatch, ifNoneMatch, etag); refusal != nil {
		return refusal
	}
	if c.Stopped {
		return stoppedCluster(c)
	}
	if c.operation.Running() {
		return clusterBusy(c.operation.Kind)
	}
	if p != nil && p.operation.Running() {
		return poolBusy(p.operation.Kind)
	}
	return nil
}

// preconditions checks If-Match and If-None-Match against a resource's etag, which is empty where there is no resource.
func preconditions(ifMatch, ifNoneMatch, etag string) *Refusal {
	switch {
	case ifMatch != "" && ifNoneMatch != "":
		return flat(400, "BadRequest", "If-Match and If-None-Match headers can not be used together.")
	case ifNoneMatch != "" && ifNoneMatch != "*":
		return flat(400, "BadRequest", "The If-None-Match header can only be '*'.")
	case ifMatch != "" && ifMatch != etag && (ifMatch != "*" || etag == ""):
		return preconditionFailed(ifMatch, etag)
	case ifNoneMatch == "*" && etag != "":
		return preconditionFailed(ifNoneMatch, etag)
	}
	return nil
}

// poolChange decides what a PUT of a pool changes, or why it may not.
func (w *World) poolChange(c *Cluster, p *Pool, write PoolWrite) (Change, fleet.KubernetesVersion, *Refusal) {
	version, refusal := w.resolve(c, write.Version, p.Version, p.Desired)
	if refusal == nil {
		refusal = imageUnchanged(p, write.Image, write.Rollback)
	}
	if refusal == nil && version != p.Version {
		refusal = w.poolVersionAllowed(c, p, version)
	}
	pinned := write.Snapshot != "" && !strings.EqualFold(write.Snapshot, p.Snapshot)
	if refusal == nil && pinned {
		refusal = w.pinAllowed(c, p, write.Snapshot, version)
	}
	if refusal == nil && !pinned && write.Snapshot != "" && version != p.Version {
		refusal = flat(400, "InvalidParameter", "Agent pool %s is pinned to snapshot %s, which does not have Kubernetes version %s.", p.Name, write.Snapshot, version)
	}
	if refusal != nil {
		return "", version, refusal
	}
	switch {
	case version != p.Version, p.State != fleet.ProvisioningSucceeded, write.Snapshot == "" && p.Snapshot != "":
		return ChangePoolVersion, version, nil
	case write.changesSettings(p):
		return ChangeSettings, version, nil
	default:
		return ChangeNothing, version, nil
	}
}

func (w *World) poolVersionAllowed(c *Cluster, p *Pool, version fleet.KubernetesVersion) *Refusal {
	if p.State.Is(fleet.ProvisioningFailed) || c.State.Is(fleet.ProvisioningFailed) {
		return failedCluster(p.Version, version)
	}
	if version.Compare(c.Version) > 0 {
		return flat(400, "NodePoolMcVersionIncompatible", "Node pool version %s and control plane version %s are incompatible. Node pool version cannot be greater than the control plane's. Node pool: %s.", version, c.Version, p.Name)
	}
	return w.upgradePath(c, p.Version, version)
}

// pinAllowed checks a snapshot set by PUT. AKS wants the image upgrade with a header instead where the Kubernetes
// version stays the same.
func (w *World) pinAllowed(c *Cluster, p *Pool, snapshotID string, version fleet.KubernetesVersion) *Refusal {
	snapshot, refusal := w.applicable(c, p, snapshotID, version)
	if refusal != nil {
		return refusal
	}
	if snapshot.Version != version {
		return flat(400, "InvalidParameter", "The Kubernetes version %s of the request is not the %s of snapshot %s.", version, snapshot.Version, snapshot.Name)
	}
	if version == p.Version && p.State.Is(fleet.ProvisioningSucceeded) {
		return flat(400, "OperationNotAllowed", "The snapshot's Kubernetes version %s is the one agent pool %s has. Use a node image only upgrade to apply the snapshot.", version, p.Name)
	}
	return nil
}

// imageUnchanged refuses a nodeImageVersion that asks for another image. This world keeps no recently used versions,
// so there is nothing to roll back to.
func imageUnchanged(p *Pool, sent string, rollback bool) *Refusal {
	if sent == "" || strings.EqualFold(sent, string(p.Image)) || (sent == "latest" && !rollback) {
		return nil
	}
	if rollback {
		return flat(400, "InvalidParameter", "NodeImageVersion '%s' is not accepted. Only the versions in recentlyUsedVersions of agent pool '%s' are allowed: [].", sent, p.Name)
	}
	return flat(400, "InvalidParameter", "NodeImageVersion '%s' is not accepted. NodeImageVersion can only be current version '%s' or 'latest'", sent, p.Image)
}

// applyPool carries out a PUT of a pool that was found good.
func (w *World) applyPool(c *Cluster, p *Pool, write PoolWrite, change Change, version fleet.KubernetesVersion) *Operation {
	resumed := p.State != fleet.ProvisioningSucceeded
	from := p.Version
	next := part{pool: p.Name, kind: Upgrading, version: version, pin: p.Snapshot}
	write.settings(p)
	p.Snapshot = strings.ToLower(write.Snapshot)
	wrote := Event{By: Client, Pool: p.Name, What: string(change), From: from.String(), To: version.String(),
		Version: version, Resumed: resumed}
	switch change {
	case ChangeNothing:
		wrote.Kind, wrote.Cluster = Wrote, c.ID
		w.record(wrote)
		return nil
	case ChangeSettings:
		next.kind, next.keep = Updating, true
	default:
		next.image = w.latestFor(c, p, version)
		wrote.Image = next.image
	}
	o := w.begin(c, next.kind, wrote, next)
	w.settle(w.now)
	return o
}

// settings takes over what a PUT may change besides versions.
func (write PoolWrite) settings(p *Pool) {
	p.Count, p.Mode, p.MaxSurge, p.MaxUnavailable = write.Count, write.Mode, write.MaxSurge, write.MaxUnavailable
	p.DrainMinutes, p.SoakMinutes, p.Extra = write.DrainMinutes, write.SoakMinutes, write.Extra
}

func (write PoolWrite) changesSettings(p *Pool) bool {
	same := p.Count == write.Count && p.Mode == write.Mode && p.MaxSurge == write.MaxSurge && p.MaxUnavailable == write.MaxUnavailable &&
		p.DrainMinutes == write.DrainMinutes && p.SoakMinutes == write.SoakMinutes
	return !same || !p.Extra.equal(write.Extra)
}

func (w *World) createPool(c *Cluster, write PoolWrite) *Operation {
	p := Pool{NodePool: fleet.NodePool{Name: write.Name, Type: orText(write.Type, "VirtualMachineScaleSets"), OSType: orText(write.OSType, "Linux"),
		OSSKU: orText(write.OSSKU, "Ubuntu"), VMSize: write.VMSize, SubnetID: write.SubnetID, Version: c.Version, Desired: c.Version}}
	write.settings(&p)
	if len(c.Pools) > 0 {
		p.Image = c.Pools[0].Image
	}
	c.Pools = append(c.Pools[:len(c.Pools):len(c.Pools)], p)
	return w.begin(c, Creating, Event{By: Client, Pool: p.Name, What: string(ChangeCreate)}, part{pool: p.Name, kind: Creating})
}

// UpgradeImage brings a pool to its region's latest image as it is now, or to a snapshot's.
func (w *World) UpgradeImage(id fleet.PoolID, snapshotID string) (*Operation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id.Cluster]
	if !ok {
		return nil, clusterNotFound(id.Cluster)
	}
	p, ok := c.Pool(id.Pool)
	if !ok {
		return nil, PoolNotFound(c, id.Pool)
	}
	if refusal := w.mayWritePool(c, p, "", ""); refusal != nil {
		return nil, refusal
	}
	if p.Type == "AvailabilitySet" {
		return nil, flat(400, "OperationNotAllowed", "Node image upgrade is only supported for agent pools of virtual machine scale sets. Agent pool: %s.", p.Name)
	}
	if snapshotID != "" {
		if _, refusal := w.applicable(c, p, snapshotID, p.Version); refusal != nil {
			return nil, refusal
		}
	}
	o := w.upgradeImage(c, p, snapshotID, Client)
	w.settle(w.now)
	return o, nil
}

// upgradeImage begins the upgrade. Without a snapshot it also lifts a pin: AKS documents that a pool stays pinned until
// an upgrade without a snapshot, and an upgrade to latest that kept the pin would have no effect.
func (w *World) upgradeImage(c *Cluster, p *Pool, snapshotID string, by Actor) *Operation {
	resumed, from, pin := p.State != fleet.ProvisioningSucceeded, p.Image, p.Snapshot
	p.Snapshot = strings.ToLower(snapshotID)
	image := w.latestFor(c, p, p.Version)
	wrote := Event{By: by, Pool: p.Name, What: string(ChangePoolImage), From: string(from), To: string(image), Version: p.Version, Image: image, Resumed: resumed}
	return w.begin(c, UpgradingImage, wrote, part{pool: p.Name, kind: UpgradingImage, version: p.Version, image: image, pin: pin})
}

func orText(given, other string) string {
	if given == "" {
		return other
	}
	return given
}
