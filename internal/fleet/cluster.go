package fleet

import (
	"strings"
	"time"
)

// Cluster is a managed cluster as one LIST shows it, plus its maintenance windows where they were read.
type Cluster struct {
	ID       ClusterID
	Name     string // in Azure's spelling
	Location string // short name in lower case
	UID      string // resourceUID: another one under the same id is another cluster
	Tags     map[string]string
	State    ProvisioningState
	Stopped  bool              // powerState.code is Stopped
	Version  KubernetesVersion // what the control plane runs (currentKubernetesVersion)
	Desired  KubernetesVersion // what was last asked for; may be a minor alone
	Pools    []NodePool
	ETag     string
	Settings ClusterSettings
	Windows  map[WindowKind]MaintenanceWindow // nil: not read
}

// ClusterSettings are the settings of a cluster that bear on how and whether it can be upgraded.
type ClusterSettings struct {
	UpgradeChannel    string    // autoUpgradeProfile.upgradeChannel: none, patch, stable, rapid, node-image; "" is none
	NodeOSChannel     string    // autoUpgradeProfile.nodeOSUpgradeChannel: None, Unmanaged, SecurityPatch, NodeImage; "" is unknown
	SupportPlan       string    // KubernetesOfficial or AKSLongTermSupport
	SKU               string    // Base or Automatic
	Tier              string    // Free, Standard, Premium
	NodeProvisioning  string    // nodeProvisioningProfile.mode: Manual or Auto (Karpenter owns the node images)
	MaxAgentPools     int       // below 8: a legacy cluster; 0 when Azure does not say
	ForceUpgradeUntil time.Time // upgradeSettings.overrideSettings.until where forceUpgrade is set; zero otherwise
	NodeResourceGroup string
	NetworkPlugin     string // azure, kubenet, none
	NetworkPluginMode string // overlay or ""
	FleetMembership   string // id of a Fleet resource that also has this cluster as member, where that was seen
}

// LongTermSupport reports whether the cluster is on the LTS plan (which needs the Premium tier).
func (s ClusterSettings) LongTermSupport() bool {
	return strings.EqualFold(s.SupportPlan, "AKSLongTermSupport")
}

// AutoUpgrades reports whether a cluster auto-upgrade channel is on. ARM then refuses an upgrade of the control plane
// alone.
func (s ClusterSettings) AutoUpgrades() bool {
	return s.UpgradeChannel != "" && !strings.EqualFold(s.UpgradeChannel, "none")
}

// Pool finds a pool by its name.
func (c Cluster) Pool(name string) (NodePool, bool) {
	for _, pool := range c.Pools {
		if strings.EqualFold(pool.Name, name) {
			return pool, true
		}
	}
	return NodePool{}, false
}

// Busy reports whether any operation is under way on the cluster or one of its pools, whoever began it.
func (c Cluster) Busy() bool {
	if c.State.Busy() {
		return true
	}
	for _, pool := range c.Pools {
		if pool.State.Busy() {
			return true
		}
	}
	return false
}

// Healthy reports whether the cluster and all its pools are Succeeded. A cluster can stay Succeeded while a pool has
// failed and the other way round, so both are looked at.
func (c Cluster) Healthy() bool {
	if !c.State.Is(ProvisioningSucceeded) {
		return false
	}
	for _, pool := range c.Pools {
		if !pool.State.Is(ProvisioningSucceeded) {
			return false
		}
	}
	return true
}

// Legacy reports whether only the cluster as a whole can be upgraded: pools made of availability sets, or fewer than
// eight pools allowed (azure-cli's own rule).
func (c Cluster) Legacy() bool {
	if c.Settings.MaxAgentPools > 0 && c.Settings.MaxAgentPools < 8 {
		return true
	}
	for _, pool := range c.Pools {
		if strings.EqualFold(pool.Type, "AvailabilitySet") {
			return true
		}
	}
	return false
}
