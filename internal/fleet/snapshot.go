package fleet

import (
	"strings"
	"time"
)

// Snapshot is a node pool snapshot: a pool's image and Kubernetes version, kept for others to be brought to.
type Snapshot struct {
	ID         string // in lower case
	Name       string
	Location   string
	State      ProvisioningState
	Tags       map[string]string
	SourcePool string // ARM id of the pool it was taken from
	Version    KubernetesVersion
	Image      NodeImage
	OSSKU      string
	VMSize     string
	CreatedAt  time.Time
}

// SnapshotTag is the tag that marks a snapshot as made by this tool; its value is the strategy's name. Only snapshots
// so marked are ever removed.
const SnapshotTag = "fleet-update-action"

// SnapshotID builds the ARM id of a node pool snapshot, in lower case.
func SnapshotID(subscription, resourceGroup, name string) string {
	return strings.ToLower("/subscriptions/" + subscription + "/resourceGroups/" + resourceGroup +
		"/providers/Microsoft.ContainerService/snapshots/" + name)
}
