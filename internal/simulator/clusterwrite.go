package simulator

import (
	"maps"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// ClusterWrite is what a PUT of a cluster asks for.
type ClusterWrite struct {
	IfMatch          string
	IfNoneMatch      string
	Name             string
	ResourceGroup    string
	Location         string
	Version          string // kubernetesVersion; "" leaves it
	Tags             map[string]string
	Pools            []PoolWrite
	Settings         fleet.ClusterSettings
	ServicePrincipal string // servicePrincipalProfile.clientId
	Extra            Fields // of properties
	Outer            Fields // beside properties
}

// PutCluster upgrades, updates or creates a cluster. The operation is nil where there was nothing to do.
func (w *World) PutCluster(id fleet.ClusterID, write ClusterWrite) (operation *Operation, created bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return w.createCluster(id, write)
	}
	if refusal := w.mayWriteCluster(c, write); refusal != nil {
		return nil, false, refusal
	}
	target, refusal := w.resolve(c, write.Version, c.Version, c.Desired)
	if refusal != nil {
		return nil, false, refusal
	}
	whole, refusal := w.reach(c, write, target)
	if refusal == nil && target != c.Version {
		refusal = w.clusterVersionAllowed(c, write, target, whole)
	}
	if refusal != nil {
		return nil, false, refusal
	}
	o := w.applyCluster(c, write, target, whole)
	w.settle(w.now)
	return o, false, nil
}

func (w *World) mayWriteCluster(c *Cluster, write ClusterWrite) *Refusal {
	if refusal := preconditions(write.IfMatch, write.IfNoneMatch, c.ETag); refusal != nil {
		return refusal
	}
	if c.Stopped {
		return stoppedCluster(c)
	}
	if c.operation.Running() {
		return clusterBusy(c.operation.Kind)
	}
	for _, p := range c.Pools {
		if p.operation.Running() {
			return clusterBusyByPool(p.operation.Kind, p.Name)
		}
	}
	if write.ServicePrincipal != "" {
		return flat(400, "InvalidParameter", "The value of parameter servicePrincipalProfile.clientId is invalid. Cluster %s uses a managed identity, which a service principal profile can not be given with.", c.Name)
	}
	return nil
}

// reach decides whether a PUT upgrades pools as well. AKS wants the versions of the pools all set or all left out; each
// unchanged, or the control plane's. Left out they follow the control plane.
func (w *World) reach(c *Cluster, write ClusterWrite, target fleet.KubernetesVersion) (whole bool, refusal *Refusal) {
	set, follow := 0, 0
	if len(write.Pools) != len(c.Pools) {
		return false, flat(400, "InvalidParameter", "agentPoolProfiles has %d pools, cluster %s has %d. Pools are added and removed by the agentPools API.", len(write.Pools), c.Name, len(c.Pools))
	}
	for _, sent := range write.Pools {
		p, ok := c.Pool(sent.Name)
		if !ok {
			return false, flat(400, "InvalidParameter", "Cluster %s has no agent pool %q.", c.Name, sent.Name)
		}
		if refusal := imageUnchanged(p, sent.Image, sent.Rollback); refusal != nil {
			return false, refusal
		}
		if sent.Version == "" {
			continue
		}
		set++
		version, refusal := w.resolve(c, sent.Version, p.Version, p.Desired)
		if refusal != nil {
			return false, refusal
		}
		if version != p.Version && version != target {
			return false, mixedVersions()
		}
		if version != p.Version {
			if refusal := w.upgradePath(c, p.Version, version); refusal != nil {
				return false, refusal
			}
			follow++
		}
	}
	if set != 0 && set != len(write.Pools) {
		return false, mixedVersions()
	}
	return follow > 0 || (set == 0 && target != c.Version), nil
}

func mixedVersions() *Refusal {
	return flat(400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", "Using managed cluster api, all Agent pools' OrchestratorVersion must be all specified or all unspecified. "+
		"If all specified, they must be stay unchanged or the same with control plane. For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api")
}

// clusterVersionAllowed checks an upgrade of the control plane.
func (w *World) clusterVersionAllowed(c *Cluster, write ClusterWrite, target fleet.KubernetesVersion, whole bool) *Refusal {
	if c.State.Is(fleet.ProvisioningFailed) {
		return failedCluster(c.Version, target)
	}
	if refusal := w.upgradePath(c, c.Version, target); refusal != nil {
		return refusal
	}
	if c.DeprecatedAPI && target.Minor > c.Version.Minor && !write.Settings.ForceUpgradeUntil.After(w.now) {
		refused := flat(400, "ValidationError", "Control Plane upgrade is blocked due to recent usage of a Kubernetes API deprecated in the specified version. "+
			"Please refer to https://kubernetes.io/docs/reference/using-api/deprecation-guide to migrate the usage.")
		refused.Subcode = "UpgradeBlockedOnDeprecatedAPIUsage"
		return refused
	}
	if whole {
		return nil
	}
	if channel := strings.ToLower(write.Settings.UpgradeChannel); channel != "" && channel != "none" {
		return flat(400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", "Upgrading the control plane alone is not allowed while auto-upgrade channel %s is on. Upgrade the agent pools with it, or set the channel to none.", write.Settings.UpgradeChannel)
	}
	if c.legacy() {
		return flat(400, "OperationNotAllowed", "Cluster %s does not support several agent pools: its control plane and its nodes can only be upgraded together.", c.Name)
	}
	return skew(target, c.Pools)
}

// applyCluster carries out a PUT of a cluster that was found good.
func (w *World) applyCluster(c *Cluster, write ClusterWrite, target fleet.KubernetesVersion, whole bool) *Operation {
	changed := write.changesSettings(c)
	from, resumed := c.Version, !c.healthy()
	parts := c.parts(write, target, whole)
	write.take(c)
	wrote := Event{By: Client, From: from.String(), To: target.String(), Version: target, Resumed: resumed}
	kind := Upgrading
	switch {
	case whole:
		wrote.What = string(ChangeCluster)
	case target != from || resumed:
		wrote.What = string(ChangeControlPlane)
	case changed:
		wrote.What, kind = string(ChangeSettings), Updating
		parts = []part{{kind: Updating, keep: true}}
	default:
		wrote.Kind, wrote.Cluster, wrote.What = Wrote, c.ID, string(ChangeNothing)
		w.record(wrote)
		return nil
	}
	if desired, err := fleet.ParseKubernetesVersion(write.Version); err == nil {
		defer func() { c.Desired = desired }() // an alias stays what was asked for
	}
	return w.begin(c, kind, wrote, parts...)
}

// parts lists what an accepted PUT has to do: the control plane where it moves or has failed, pools that follow, and
// pools that have failed, which any PUT tries again.
func (c *Cluster) parts(write ClusterWrite, target fleet.KubernetesVersion, whole bool) []part {
	var parts []part
	if target != c.Version || c.State != fleet.ProvisioningSucceeded || !whole {
		parts = append(parts, part{kind: Upgrading, version: target})
	}
	for i := range c.Pools {
		p := &c.Pools[i]
		follows := whole && p.Version != target && write.follows(p.Name)
		failed := p.State != fleet.ProvisioningSucceeded
		switch {
		case follows:
			parts = append(parts, part{pool: p.Name, kind: Upgrading, version: target, pin: p.Snapshot})
		case failed:
			parts = append(parts, part{pool: p.Name, kind: Upgrading, version: p.Version, pin: p.Snapshot})
		}
	}
	return parts
}

// follows reports whether a pool's version was sent as another one than it has, or left out.
func (write ClusterWrite) follows(pool string) bool {
	for _, sent := range write.Pools {
		if strings.EqualFold(sent.Name, pool) {
			return sent.Version == "" || sent.Version == write.Version
		}
	}
	return false
}

func (c *Cluster) healthy() bool {
	for _, p := range c.Pools {
		if p.State != fleet.ProvisioningSucceeded {
			return false
		}
	}
	return c.State == fleet.ProvisioningSucceeded
}

// take takes over what a PUT may change besides versions, the pins of pools included.
func (write ClusterWrite) take(c *Cluster) {
	c.Tags, c.Extra, c.Outer = write.Tags, write.Extra, write.Outer
	kept := c.Settings
	c.Settings = write.Settings
	c.Settings.MaxAgentPools, c.Settings.NetworkPlugin, c.Settings.NetworkPluginMode = kept.MaxAgentPools, kept.NetworkPlugin, kept.NetworkPluginMode
	for _, sent := range write.Pools {
		if p, ok := c.Pool(sent.Name); ok {
			sent.settings(p)
			p.Snapshot = strings.ToLower(sent.Snapshot)
		}
	}
}

func (write ClusterWrite) changesSettings(c *Cluster) bool {
	settings := write.Settings
	settings.MaxAgentPools, settings.NetworkPlugin, settings.NetworkPluginMode = c.Settings.MaxAgentPools, c.Settings.NetworkPlugin, c.Settings.NetworkPluginMode
	if settings != c.Settings || !maps.Equal(write.Tags, c.Tags) || !c.Extra.equal(write.Extra) || !c.Outer.equal(write.Outer) {
		return true
	}
	for _, sent := range write.Pools {
		p, ok := c.Pool(sent.Name)
		if !ok || sent.changesSettings(p) || !strings.EqualFold(sent.Snapshot, p.Snapshot) {
			return true
		}
	}
	return false
}

// createCluster makes a cluster, as a PUT to an id that is not there does: a client that writes to a cluster deleted
// meanwhile would make a new one, unless it sends If-Match.
func (w *World) createCluster(id fleet.ClusterID, write ClusterWrite) (*Operation, bool, error) {
	if refusal := preconditions(write.IfMatch, write.IfNoneMatch, ""); refusal != nil {
		return nil, false, refusal
	}
	if _, ok := w.regions[strings.ToLower(write.Location)]; !ok {
		return nil, false, nested(400, "LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource type 'Microsoft.ContainerService/managedClusters'.", write.Location)
	}
	version, err := fleet.ParseKubernetesVersion(write.Version)
	if err != nil || version.IsMinor() {
		return nil, false, flat(400, "InvalidParameter", "The value of parameter kubernetesVersion is invalid: want a full version.")
	}
	c := &Cluster{ID: id, Name: write.Name, ResourceGroup: write.ResourceGroup, Location: strings.ToLower(write.Location),
		UID: w.guid("uid"), Version: version, Desired: version, CreatedAt: w.now}
	for _, sent := range write.Pools {
		c.Pools = append(c.Pools, Pool{NodePool: fleet.NodePool{Name: sent.Name, State: fleet.ProvisioningSucceeded, VMSize: sent.VMSize, Version: version, Desired: version}})
	}
	write.take(c)
	c.Settings.MaxAgentPools = 100
	w.insert(c)
	return w.begin(c, Creating, Event{By: Client, What: string(ChangeCreate), Version: version}, part{kind: Creating, keep: true}), true, nil
}
