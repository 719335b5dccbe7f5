package azure

// Kinds of requests, as Reading counts them and error messages name them.
const (
	listClusters       = "list clusters"
	readCluster        = "read cluster"
	readPool           = "read node pool"
	listFleets         = "list fleets"
	listFleetMembers   = "list fleet members"
	listVersions       = "list Kubernetes versions"
	listImages         = "list node images"
	readUpgradeProfile = "read upgrade profile"
	readWindow         = "read maintenance window"
	listSnapshots      = "list snapshots"
	readSnapshot       = "read snapshot"
	readQuotas         = "read quotas"
	readSubnet         = "read subnet"
	readLocks          = "read locks"
	readPermissions    = "read permissions"
	readOperation      = "read operation"
	upgradeCluster     = "upgrade cluster"
	upgradePool        = "upgrade node pool"
	upgradeImage       = "upgrade node image"
	takeSnapshot       = "take snapshot"
	dropSnapshot       = "remove snapshot"
)
