package azure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// clusterBody is what is read of a managed cluster. LIST and GET answer with the same fields.
type clusterBody struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	ETag       string            `json:"eTag"`
	SKU        struct{ Name, Tier string }
	Properties struct {
		ProvisioningState        fleet.ProvisioningState `json:"provisioningState"`
		PowerState               powerState              `json:"powerState"`
		KubernetesVersion        string                  `json:"kubernetesVersion"`
		CurrentKubernetesVersion string                  `json:"currentKubernetesVersion"`
		ResourceUID              string                  `json:"resourceUID"`
		SupportPlan              string                  `json:"supportPlan"`
		MaxAgentPools            int                     `json:"maxAgentPools"`
		NodeResourceGroup        string                  `json:"nodeResourceGroup"`
		AgentPoolProfiles        []poolBody              `json:"agentPoolProfiles"`
		AutoUpgradeProfile       struct {
			UpgradeChannel       string `json:"upgradeChannel"`
			NodeOSUpgradeChannel string `json:"nodeOSUpgradeChannel"`
		} `json:"autoUpgradeProfile"`
		NodeProvisioningProfile struct {
			Mode string `json:"mode"`
		} `json:"nodeProvisioningProfile"`
		NetworkProfile struct {
			NetworkPlugin     string `json:"networkPlugin"`
			NetworkPluginMode string `json:"networkPluginMode"`
		} `json:"networkProfile"`
		UpgradeSettings struct {
			OverrideSettings struct {
				ForceUpgrade bool      `json:"forceUpgrade"`
				Until        time.Time `json:"until"`
			} `json:"overrideSettings"`
		} `json:"upgradeSettings"`
	} `json:"properties"`
}

// poolBody is what is read of a node pool: an entry of agentPoolProfiles, or the properties of an agent pool.
type poolBody struct {
	Name                       string                  `json:"name"`
	Mode                       string                  `json:"mode"`
	Type                       string                  `json:"type"`
	OSType                     string                  `json:"osType"`
	OSSKU                      string                  `json:"osSKU"`
	VMSize                     string                  `json:"vmSize"`
	Count                      int                     `json:"count"`
	MaxPods                    int                     `json:"maxPods"`
	OrchestratorVersion        string                  `json:"orchestratorVersion"`
	CurrentOrchestratorVersion string                  `json:"currentOrchestratorVersion"`
	NodeImageVersion           fleet.NodeImage         `json:"nodeImageVersion"`
	ProvisioningState          fleet.ProvisioningState `json:"provisioningState"`
	PowerState                 powerState              `json:"powerState"`
	ScaleSetPriority           string                  `json:"scaleSetPriority"`
	VnetSubnetID               string                  `json:"vnetSubnetID"`
	PodSubnetID                string                  `json:"podSubnetID"`
	ETag                       string                  `json:"eTag"`
	CreationData               struct {
		SourceResourceID string `json:"sourceResourceId"`
	} `json:"creationData"`
	UpgradeSettings struct {
		MaxSurge                  string `json:"maxSurge"`
		MaxUnavailable            string `json:"maxUnavailable"`
		DrainTimeoutInMinutes     int    `json:"drainTimeoutInMinutes"`
		NodeSoakDurationInMinutes int    `json:"nodeSoakDurationInMinutes"`
	} `json:"upgradeSettings"`
}

type powerState struct {
	Code string `json:"code"`
}

func (p powerState) stopped() bool { return strings.EqualFold(p.Code, "Stopped") }

// complete names a field without which nothing can be decided about a cluster. The location leads further requests.
func (b *clusterBody) complete() error {
	p := &b.Properties
	switch region := regionName(b.Location); {
	case region == "" || strings.Trim(region, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return fmt.Errorf("location is %q (want a region's name, such as westeurope)", b.Location)
	case p.ProvisioningState == "":
		return errors.New("provisioningState is missing")
	case p.ProvisioningState.Is(fleet.ProvisioningSucceeded) && p.CurrentKubernetesVersion == "":
		return errors.New("currentKubernetesVersion is missing")
	default:
		return nil
	}
}

// cluster makes the body a Cluster. The error names the field that cannot be understood.
func (b *clusterBody) cluster(id fleet.ClusterID) (fleet.Cluster, error) {
	p := &b.Properties
	if err := b.complete(); err != nil {
		return fleet.Cluster{}, fmt.Errorf("cluster %s: %w", id, err)
	}
	running, err := version("currentKubernetesVersion", p.CurrentKubernetesVersion)
	if err != nil {
		return fleet.Cluster{}, fmt.Errorf("cluster %s: %w", id, err)
	}
	desired, err := version("kubernetesVersion", p.KubernetesVersion)
	if err != nil {
		return fleet.Cluster{}, fmt.Errorf("cluster %s: %w", id, err)
	}
	cluster := fleet.Cluster{
		ID: id, Name: b.Name, Location: regionName(b.Location), UID: p.ResourceUID, Tags: b.Tags,
		State: p.ProvisioningState, Stopped: p.PowerState.stopped(), Version: running, Desired: desired,
		Pools: make([]fleet.NodePool, len(p.AgentPoolProfiles)), ETag: b.ETag, Settings: b.settings(),
	}
	for i := range p.AgentPoolProfiles {
		pool, err := p.AgentPoolProfiles[i].pool()
		if err != nil {
			return fleet.Cluster{}, fmt.Errorf("cluster %s, pool %s: %w", id, p.AgentPoolProfiles[i].Name, err)
		}
		cluster.Pools[i] = pool
	}
	return cluster, nil
}

func (b *clusterBody) settings() fleet.ClusterSettings {
	p := &b.Properties
	settings := fleet.ClusterSettings{
		UpgradeChannel:    p.AutoUpgradeProfile.UpgradeChannel,
		NodeOSChannel:     p.AutoUpgradeProfile.NodeOSUpgradeChannel,
		SupportPlan:       p.SupportPlan,
		SKU:               b.SKU.Name,
		Tier:              b.SKU.Tier,
		NodeProvisioning:  p.NodeProvisioningProfile.Mode,
		MaxAgentPools:     p.MaxAgentPools,
		NodeResourceGroup: p.NodeResourceGroup,
		NetworkPlugin:     p.NetworkProfile.NetworkPlugin,
		NetworkPluginMode: p.NetworkProfile.NetworkPluginMode,
	}
	if p.UpgradeSettings.OverrideSettings.ForceUpgrade {
		settings.ForceUpgradeUntil = p.UpgradeSettings.OverrideSettings.Until
	}
	return settings
}

func (b *poolBody) pool() (fleet.NodePool, error) {
	running, err := version("currentOrchestratorVersion", b.CurrentOrchestratorVersion)
	if err != nil {
		return fleet.NodePool{}, err
	}
	desired, err := version("orchestratorVersion", b.OrchestratorVersion)
	if err != nil {
		return fleet.NodePool{}, err
	}
	return fleet.NodePool{
		Name: b.Name, Mode: b.Mode, Type: b.Type, OSType: b.OSType, OSSKU: b.OSSKU, VMSize: b.VMSize,
		Count: b.Count, MaxPods: b.MaxPods, Version: running, Desired: desired, Image: b.NodeImageVersion,
		State: b.ProvisioningState, Stopped: b.PowerState.stopped(), Snapshot: strings.ToLower(b.CreationData.SourceResourceID),
		MaxSurge: b.UpgradeSettings.MaxSurge, MaxUnavailable: b.UpgradeSettings.MaxUnavailable,
		DrainMinutes: b.UpgradeSettings.DrainTimeoutInMinutes, SoakMinutes: b.UpgradeSettings.NodeSoakDurationInMinutes,
		Spot: strings.EqualFold(b.ScaleSetPriority, "Spot"), SubnetID: b.VnetSubnetID, PodSubnetID: b.PodSubnetID, ETag: b.ETag,
	}, nil
}

// version reads a version; a field that is empty, as while a cluster is created, is no version.
func version(field, text string) (fleet.KubernetesVersion, error) {
	if text == "" {
		return fleet.KubernetesVersion{}, nil
	}
	v, err := fleet.ParseKubernetesVersion(text)
	if err != nil {
		return v, fmt.Errorf("%s: %w", field, err)
	}
	return v, nil
}

// regionName is a region's short name: Azure also writes "West Europe" for "westeurope".
func regionName(text string) string {
	return strings.ToLower(strings.ReplaceAll(text, " ", ""))
}

// listed reads all clusters of a subscription that the identity may see and keeps those that are wanted.
func (c *Client) listed(ctx context.Context, subscription string, wanted func(fleet.ClusterID, map[string]string) bool) ([]fleet.Cluster, error) {
	call, err := c.resource(listClusters, "/subscriptions/"+subscription, "/providers/Microsoft.ContainerService/managedClusters",
		containerService, listBucket(subscription), armReadBucket(subscription))
	if err != nil {
		return nil, err
	}
	var clusters []fleet.Cluster
	err = pages(ctx, c, call, func(entries []clusterBody) error {
		for i := range entries {
			id, err := fleet.ParseClusterID(entries[i].ID)
			if err != nil {
				return err
			}
			if !wanted(id, entries[i].Tags) {
				continue
			}
			cluster, err := entries[i].cluster(id)
			if err != nil {
				return err
			}
			clusters = append(clusters, cluster)
		}
		return nil
	})
	return clusters, err
}

// fetched reads one cluster, together with its raw body, which a write sends back.
func (c *Client) fetched(ctx context.Context, id fleet.ClusterID) (fleet.Cluster, []byte, error) {
	call, err := c.resource(readCluster, string(id), "", containerService, clusterBucket(id), armReadBucket(id.Subscription()))
	if err != nil {
		return fleet.Cluster{}, nil, err
	}
	r, err := c.do(ctx, call)
	if err != nil {
		return fleet.Cluster{}, nil, err
	}
	var body clusterBody
	if err := decode(call, r.body, &body); err != nil {
		return fleet.Cluster{}, nil, err
	}
	cluster, err := body.cluster(id)
	if err != nil {
		return fleet.Cluster{}, nil, malformed(call, err)
	}
	return cluster, r.body, nil
}
