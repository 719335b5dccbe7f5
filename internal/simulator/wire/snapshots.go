package wire

import (
	"net/http"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func snapshotEndpoints() []endpoint {
	versions, action := aks("snapshots"), "Microsoft.ContainerService/snapshots/"
	path := groupPath + provider + "/snapshots"
	one := path + "/{snapshot}"
	return []endpoint{
		{"GET " + subscriptionPath + provider + "/snapshots", "LIST snapshots", action + "read", versions, simulator.LimitOther, listSnapshots},
		{"GET " + path, "LIST snapshots", action + "read", versions, simulator.LimitOther, listSnapshots},
		{"GET " + one, "GET snapshot", action + "read", versions, simulator.LimitOther, getSnapshot},
		{"PUT " + one, "PUT snapshot", action + "write", versions, simulator.LimitOther, putSnapshot},
		{"DELETE " + one, "DELETE snapshot", action + "delete", versions, simulator.LimitOther, deleteSnapshot},
	}
}

type snapshotJSON struct {
	ID         string            `json:"id,omitempty"`
	Name       string            `json:"name,omitempty"`
	Type       string            `json:"type,omitempty"`
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags,omitempty"`
	SystemData *systemData       `json:"systemData,omitempty"`
	Properties struct {
		CreationData      creationData `json:"creationData"`
		SnapshotType      string       `json:"snapshotType,omitempty"`
		State             string       `json:"provisioningState,omitempty"`
		KubernetesVersion string       `json:"kubernetesVersion,omitempty"`
		NodeImageVersion  string       `json:"nodeImageVersion,omitempty"`
		OSType            string       `json:"osType,omitempty"`
		OSSKU             string       `json:"osSku,omitempty"`
		VMSize            string       `json:"vmSize,omitempty"`
		EnableFIPS        bool         `json:"enableFIPS"`
	} `json:"properties"`
}

type systemData struct {
	CreatedAt time.Time `json:"createdAt"`
}

func snapshotBody(s fleet.Snapshot) any {
	body := snapshotJSON{ID: s.ID, Name: s.Name, Type: "Microsoft.ContainerService/Snapshots", Location: s.Location, Tags: s.Tags,
		SystemData: &systemData{CreatedAt: s.CreatedAt}}
	properties := &body.Properties
	properties.CreationData.SourceResourceID, properties.SnapshotType, properties.State = s.SourcePool, "NodePool", string(s.State)
	properties.KubernetesVersion, properties.NodeImageVersion = s.Version.String(), string(s.Image)
	properties.OSType, properties.OSSKU, properties.VMSize = "Linux", s.OSSKU, s.VMSize
	return body
}

func listSnapshots(c *call) (reply, error) {
	scope := "/subscriptions/" + c.PathValue("subscription")
	if group := c.PathValue("group"); group != "" {
		scope += "/resourcegroups/" + group
	}
	return paged(c, c.world.Snapshots(scope), snapshotBody)
}

func getSnapshot(c *call) (reply, error) {
	snapshot, found := c.world.Snapshot(c.URL.Path)
	if !found {
		return reply{}, simulator.NotFound("snapshots", c.PathValue("snapshot"), c.PathValue("group"))
	}
	return ok(snapshotBody(snapshot))
}

// putSnapshot is no long-running operation in AKS's API: a snapshot that is not ready yet says so in its state.
func putSnapshot(c *call) (reply, error) {
	var body snapshotJSON
	if _, err := readBody(c, &body); err != nil {
		return reply{}, err
	}
	made, created, err := c.world.PutSnapshot(c.URL.Path, simulator.SnapshotWrite{Name: c.PathValue("snapshot"), Location: body.Location, Tags: body.Tags,
		SourcePool: body.Properties.CreationData.SourceResourceID})
	if err != nil {
		return reply{}, err
	}
	return c.begun(nil, created, snapshotBody(made)), nil
}

func deleteSnapshot(c *call) (reply, error) {
	if c.world.DeleteSnapshot(c.URL.Path) {
		return reply{status: http.StatusOK}, nil
	}
	return reply{status: http.StatusNoContent}, nil
}
