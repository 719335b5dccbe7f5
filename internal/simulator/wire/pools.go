package wire

import (
	"encoding/json"
	"net/http"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

const poolPath = clusterPath + "/agentpools/{pool}"

func poolEndpoints() []endpoint {
	versions := aks("managedClusters/agentPools")
	action := clusterAction + "agentPools/"
	return []endpoint{
		{"GET " + clusterPath + "/agentpools", "LIST agentPools", action + "read", versions, simulator.LimitOther, listPools},
		{"GET " + poolPath, "GET agentPool", action + "read", versions, simulator.LimitOther, getPool},
		{"PUT " + poolPath, "PUT agentPool", action + "write", versions, simulator.LimitPutPool, putPool},
		{"POST " + poolPath + "/upgradenodeimageversion", "POST upgradeNodeImageVersion", action + "upgradeNodeImageVersion/action", versions, simulator.LimitOther, upgradeImage},
	}
}

// poolJSON is a pool as the agentPools API writes it: the fields that the cluster's list of pools has flat are nested.
type poolJSON struct {
	ID         string          `json:"id,omitempty"`
	Name       string          `json:"name,omitempty"`
	Type       string          `json:"type,omitempty"`
	Properties json.RawMessage `json:"properties"`
}

// poolPropertiesJSON is what the world knows of a pool.
type poolPropertiesJSON struct {
	Name            string        `json:"name,omitempty"` // in the cluster's list alone
	ETag            string        `json:"eTag,omitempty"`
	Count           int           `json:"count"`
	VMSize          string        `json:"vmSize,omitempty"`
	MaxPods         int           `json:"maxPods,omitempty"`
	OSType          string        `json:"osType,omitempty"`
	OSSKU           string        `json:"osSKU,omitempty"`
	Mode            string        `json:"mode,omitempty"`
	Type            string        `json:"type,omitempty"`
	Version         string        `json:"orchestratorVersion,omitempty"`
	Current         string        `json:"currentOrchestratorVersion,omitempty"`
	Image           string        `json:"nodeImageVersion,omitempty"`
	State           string        `json:"provisioningState,omitempty"`
	PowerState      *codeJSON     `json:"powerState,omitempty"`
	SubnetID        string        `json:"vnetSubnetID,omitempty"`
	UpgradeSettings *surgeJSON    `json:"upgradeSettings,omitempty"`
	CreationData    *creationData `json:"creationData,omitempty"`
}

type surgeJSON struct {
	MaxSurge       string `json:"maxSurge,omitempty"`
	MaxUnavailable string `json:"maxUnavailable,omitempty"`
	DrainMinutes   int    `json:"drainTimeoutInMinutes,omitempty"`
	SoakMinutes    int    `json:"nodeSoakDurationInMinutes,omitempty"`
}

type creationData struct {
	SourceResourceID string `json:"sourceResourceId"`
}

func poolProfile(p simulator.Pool, withName bool) poolPropertiesJSON {
	profile := poolPropertiesJSON{
		ETag: p.ETag, Count: p.Count, VMSize: p.VMSize, MaxPods: p.MaxPods, OSType: p.OSType, OSSKU: p.OSSKU, Mode: p.Mode, Type: p.Type,
		Version: p.Desired.String(), Current: p.Version.String(), Image: string(p.Image), State: string(p.State), PowerState: power(p.Stopped), SubnetID: p.SubnetID,
		UpgradeSettings: &surgeJSON{MaxSurge: p.MaxSurge, MaxUnavailable: p.MaxUnavailable, DrainMinutes: p.DrainMinutes, SoakMinutes: p.SoakMinutes},
	}
	if withName {
		profile.Name = p.Name
	}
	if p.Snapshot != "" {
		profile.CreationData = &creationData{SourceResourceID: p.Snapshot}
	}
	return profile
}

// poolBody writes the pools of a cluster.
func poolBody(cluster simulator.Cluster) func(simulator.Pool) any {
	return func(p simulator.Pool) any {
		return poolJSON{ID: resourceID(cluster.ID, cluster.ResourceGroup, cluster.Name) + "/agentPools/" + p.Name, Name: p.Name,
			Type: "Microsoft.ContainerService/managedClusters/agentPools", Properties: splice(poolProfile(p, false), p.Extra)}
	}
}

// pool finds the pool that the path names, and its cluster.
func (c *call) pool() (simulator.Cluster, simulator.Pool, error) {
	cluster, err := c.cluster()
	if err != nil {
		return cluster, simulator.Pool{}, err
	}
	p, ok := cluster.Pool(c.PathValue("pool"))
	if !ok {
		return cluster, simulator.Pool{}, simulator.PoolNotFound(&cluster, c.PathValue("pool"))
	}
	return cluster, *p, nil
}

func listPools(c *call) (reply, error) {
	cluster, err := c.cluster()
	if err != nil {
		return reply{}, err
	}
	return paged(c, cluster.Pools, poolBody(cluster))
}

func getPool(c *call) (reply, error) {
	cluster, p, err := c.pool()
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, header: http.Header{"Etag": {p.ETag}}, body: poolBody(cluster)(p)}, nil
}

// readPoolProfile reads a pool, by itself or out of a cluster's list. A name given stands above that in the body.
func readPoolProfile(raw json.RawMessage, name string) (simulator.PoolWrite, error) {
	var body poolPropertiesJSON
	fields, err := decode(raw, &body)
	if err != nil {
		return simulator.PoolWrite{}, err
	}
	write := simulator.PoolWrite{Name: body.Name, Version: body.Version, Image: body.Image, Count: body.Count, Mode: body.Mode, VMSize: body.VMSize,
		OSType: body.OSType, OSSKU: body.OSSKU, Type: body.Type, SubnetID: body.SubnetID, Extra: simulator.NewFields(fields, fieldNames(body)...)}
	if name != "" {
		write.Name = name
	}
	if body.UpgradeSettings != nil {
		write.MaxSurge, write.MaxUnavailable = body.UpgradeSettings.MaxSurge, body.UpgradeSettings.MaxUnavailable
		write.DrainMinutes, write.SoakMinutes = body.UpgradeSettings.DrainMinutes, body.UpgradeSettings.SoakMinutes
	}
	if body.CreationData != nil {
		write.Snapshot = body.CreationData.SourceResourceID
	}
	return write, nil
}

func putPool(c *call) (reply, error) {
	var body poolJSON
	if _, err := readBody(c, &body); err != nil {
		return reply{}, err
	}
	write, err := readPoolProfile(body.Properties, c.PathValue("pool"))
	if err != nil {
		return reply{}, err
	}
	write.IfMatch, write.IfNoneMatch = c.Header.Get("If-Match"), c.Header.Get("If-None-Match")
	write.Rollback = takesRollback(c.URL.Query().Get("api-version"))
	operation, created, err := c.world.PutPool(c.clusterID(), write)
	if err != nil {
		return reply{}, err
	}
	cluster, p, err := c.pool()
	if err != nil {
		return reply{}, err
	}
	if created {
		p.ETag = "" // as of a cluster: the first answer to a creation has none
	}
	return c.begun(operation, created, poolBody(cluster)(p)), nil
}

// upgradeImage has no body and takes no If-Match; the snapshot comes in a header, as azure-cli sends it.
func upgradeImage(c *call) (reply, error) {
	operation, err := c.world.UpgradeImage(fleet.PoolID{Cluster: c.clusterID(), Pool: c.PathValue("pool")}, c.Header.Get("AKSSnapshotId"))
	if err != nil {
		return reply{}, err
	}
	cluster, p, err := c.pool()
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusAccepted, header: c.both(operation), body: poolBody(cluster)(p)}, nil
}
