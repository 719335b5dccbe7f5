package wire

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

const (
	subscriptionPath = "/subscriptions/{subscription}"
	groupPath        = subscriptionPath + "/resourcegroups/{group}"
	provider         = "/providers/microsoft.containerservice"
	clusterPath      = groupPath + provider + "/managedclusters/{cluster}"
	clusterAction    = "Microsoft.ContainerService/managedClusters/"
)

func clusterEndpoints() []endpoint {
	versions := aks("managedClusters")
	return []endpoint{
		{"GET " + subscriptionPath + provider + "/managedclusters", "LIST managedClusters", "", versions, simulator.LimitListSubscription, listClusters},
		{"GET " + groupPath + provider + "/managedclusters", "LIST managedClusters by group", "", versions, simulator.LimitListGroup, listClusters},
		{"GET " + clusterPath, "GET managedCluster", clusterAction + "read", versions, simulator.LimitGetCluster, getCluster},
		{"PUT " + clusterPath, "PUT managedCluster", clusterAction + "write", versions, simulator.LimitPutCluster, putCluster},
		{"POST " + clusterPath + "/abort", "POST abort", clusterAction + "abort/action", versions, simulator.LimitOther, abort},
		{"POST " + clusterPath + "/agentpools/{pool}/abort", "POST abort", clusterAction + "agentPools/abort/action", versions, simulator.LimitOther, abort},
	}
}

func (c *call) clusterID() fleet.ClusterID {
	return fleet.NewClusterID(c.PathValue("subscription"), c.PathValue("group"), c.PathValue("cluster"))
}

// cluster finds the cluster that the path names.
func (c *call) cluster() (simulator.Cluster, error) {
	cluster, ok := c.world.Cluster(c.clusterID())
	if !ok {
		return cluster, simulator.NotFound("managedClusters", c.PathValue("cluster"), c.PathValue("group"))
	}
	return cluster, nil
}

func listClusters(c *call) (reply, error) {
	return paged(c, c.world.Listed(c.PathValue("subscription"), c.PathValue("group")), func(id fleet.ClusterID) json.RawMessage {
		cluster, _ := c.world.Cluster(id)
		return c.bodies.of(cluster)
	})
}

func getCluster(c *call) (reply, error) {
	cluster, err := c.cluster()
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, header: http.Header{"Etag": {cluster.ETag}}, body: c.bodies.of(cluster)}, nil
}

// putCluster answers 201 to a creation and 200 to an update, each with the resource as it is now and, unless there was
// nothing to do, where to ask for the operation.
func putCluster(c *call) (reply, error) {
	write, err := readCluster(c)
	if err != nil {
		return reply{}, err
	}
	operation, created, err := c.world.PutCluster(c.clusterID(), write)
	if err != nil {
		return reply{}, err
	}
	cluster, err := c.cluster()
	if err != nil {
		return reply{}, err
	}
	if created {
		return c.begun(operation, true, clusterBody(withoutETags(cluster))), nil
	}
	return c.begun(operation, false, c.bodies.of(cluster)), nil
}

// withoutETags is a cluster as the first answer to its creation shows it.
func withoutETags(cluster simulator.Cluster) simulator.Cluster {
	cluster.ETag = ""
	for i := range cluster.Pools { // a copy's own
		cluster.Pools[i].ETag = ""
	}
	return cluster
}

// begun is the answer to a PUT.
func (c *call) begun(operation *simulator.Operation, created bool, body any) reply {
	answer := reply{status: http.StatusOK, header: http.Header{}, body: body}
	if created {
		answer.status = http.StatusCreated
	}
	if operation != nil {
		answer.header.Set(asyncHeader, c.operationURL(operation, "operations"))
	}
	return answer
}

// abort answers 202 with both headers, or 204 where nothing was ever begun.
func abort(c *call) (reply, error) {
	operation, err := c.world.Abort(c.clusterID(), c.PathValue("pool"))
	if err != nil {
		return reply{}, err
	}
	if operation == nil {
		return reply{status: http.StatusNoContent}, nil
	}
	return reply{status: http.StatusAccepted, header: c.both(operation)}, nil
}

// both are the headers of an answer to a POST that began an operation.
func (c *call) both(operation *simulator.Operation) http.Header {
	return http.Header{asyncHeader: {c.operationURL(operation, "operations")}, "Location": {c.operationURL(operation, "operationresults")}}
}

func (c *call) operationURL(operation *simulator.Operation, kind string) string {
	return c.sign.operationURL(c.base(), operation.Cluster.Subscription(), strings.ToLower(operation.Region), kind, operation.ID, operation.Began)
}
