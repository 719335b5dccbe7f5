package fleet

import (
	"fmt"
	"strings"
)

// ClusterID is the ARM id of a managed cluster in one canonical form, so that two spellings of one id are equal: ARM
// ids are compared without regard to case, and AKS itself answers with "resourcegroups" in lower case. Make one with
// ParseClusterID.
type ClusterID string

// PoolID names one node pool of one cluster.
type PoolID struct {
	Cluster ClusterID `json:"cluster"`
	Pool    string    `json:"pool"`
}

// String writes the pool's ARM id.
func (p PoolID) String() string { return string(p.Cluster) + "/agentPools/" + p.Pool }

// ParsePoolID reads the ARM id of an agent pool, in any case.
func ParsePoolID(id string) (PoolID, error) {
	const separator = "/agentpools/"
	lower := strings.ToLower(id)
	at := strings.LastIndex(lower, separator)
	if at < 0 {
		return PoolID{}, notPoolID(id)
	}
	cluster, err := ParseClusterID(lower[:at])
	pool := lower[at+len(separator):]
	if err != nil || pool == "" || strings.Contains(pool, "/") {
		return PoolID{}, notPoolID(id)
	}
	return PoolID{Cluster: cluster, Pool: pool}, nil
}

func notPoolID(id string) error {
	return fmt.Errorf("%q is not the resource id of a node pool (want /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/managedClusters/NAME/agentPools/POOL)", id)
}

const clusterProvider = "microsoft.containerservice"

// ParseClusterID reads the ARM id of a managed cluster, in any case.
func ParseClusterID(id string) (ClusterID, error) {
	parts := strings.Split(strings.ToLower(strings.TrimSuffix(id, "/")), "/")
	wellFormed := len(parts) == 9 && parts[0] == "" && parts[1] == "subscriptions" && parts[3] == "resourcegroups" &&
		parts[5] == "providers" && parts[6] == clusterProvider && parts[7] == "managedclusters"
	if !wellFormed || parts[2] == "" || parts[4] == "" || parts[8] == "" {
		return "", fmt.Errorf("%q is not the resource id of an AKS cluster (want /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/managedClusters/NAME)", id)
	}
	return NewClusterID(parts[2], parts[4], parts[8]), nil
}

// NewClusterID builds the id of a managed cluster from its parts.
func NewClusterID(subscription, resourceGroup, name string) ClusterID {
	return ClusterID("/subscriptions/" + strings.ToLower(subscription) + "/resourceGroups/" + strings.ToLower(resourceGroup) +
		"/providers/Microsoft.ContainerService/managedClusters/" + strings.ToLower(name))
}

// Subscription returns the subscription's id, in lower case.
func (id ClusterID) Subscription() string { return id.part(2) }

// ResourceGroup returns the resource group's name, in lower case.
func (id ClusterID) ResourceGroup() string { return id.part(4) }

// Name returns the cluster's name, in lower case; Cluster.Name keeps Azure's spelling.
func (id ClusterID) Name() string { return id.part(8) }

func (id ClusterID) part(n int) string {
	parts := strings.Split(string(id), "/")
	if n >= len(parts) {
		return ""
	}
	return parts[n]
}
