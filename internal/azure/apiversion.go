package azure

// The api-versions asked for. A GET and the PUT that sends its body back use one version, so that no field changes its
// meaning between them.
const (
	// containerService serves clusters, pools, maintenance configurations, snapshots and Kubernetes versions.
	containerService = "2026-04-01"
	// nodeImageList serves the latest node image per family of a region; no stable version has this list.
	nodeImageList = "2025-10-02-preview"
	// fleetMembers is the first stable version whose members carry labels, fleetMembersOld the one before, for clouds
	// that do not know it yet.
	fleetMembers    = "2026-06-01"
	fleetMembersOld = "2025-03-01"
	computeUsages   = "2024-07-01"
	networkSubnets  = "2024-05-01"
	managementLocks = "2020-05-01"
	permissionList  = "2022-04-01"
)
