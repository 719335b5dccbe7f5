package simulator

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Cluster is a managed cluster.
type Cluster struct {
	ID            fleet.ClusterID
	Name          string
	ResourceGroup string // as it was spelled when the cluster was made
	Location      string
	UID           string
	ETag          string
	Tags          map[string]string
	State         fleet.ProvisioningState
	Stopped       bool
	Version       fleet.KubernetesVersion
	Desired       fleet.KubernetesVersion // may be a minor alone
	Pools         []Pool
	Settings      fleet.ClusterSettings
	Windows       Windows
	Extra         Fields // of properties
	Outer         Fields // beside properties

	CreatedAt     time.Time
	DeprecatedAPI bool
	Access        string
	Unlisted      bool
	Revision      int // another one after every change of the cluster or one of its pools

	operation *Operation // on the cluster as a whole; nil where there was none
}

// Pool is a node pool of a Cluster.
type Pool struct {
	fleet.NodePool
	Extra Fields

	operation *Operation
}

// Cluster returns a copy of the cluster as it is now.
func (w *World) Cluster(id fleet.ClusterID) (Cluster, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.clusters[id]
	if !ok {
		return Cluster{}, false
	}
	return c.copied(), true
}

// Clusters returns copies of the clusters that LIST shows for a subscription or, unless it is empty, for a resource
// group of it; both in any case. An empty subscription asks for all clusters, unlisted ones included.
func (w *World) Clusters(subscription, resourceGroup string) []Cluster {
	ids := w.Listed(subscription, resourceGroup)
	if subscription == "" {
		ids = w.all()
	}
	found := make([]Cluster, 0, len(ids))
	for _, id := range ids {
		if cluster, ok := w.Cluster(id); ok {
			found = append(found, cluster)
		}
	}
	return found
}

func (w *World) all() []fleet.ClusterID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.order)
}

// Listed returns the ids of the clusters that LIST shows, in its order.
func (w *World) Listed(subscription, resourceGroup string) []fleet.ClusterID {
	w.mu.Lock()
	defer w.mu.Unlock()
	scope := "/subscriptions/" + strings.ToLower(subscription) + "/"
	var found []fleet.ClusterID
	for _, id := range w.order {
		if strings.HasPrefix(string(id), scope) && w.listed(w.clusters[id], resourceGroup) {
			found = append(found, id)
		}
	}
	return found
}

// listed reports whether LIST shows a cluster: it leaves out what the caller may not read.
func (w *World) listed(c *Cluster, resourceGroup string) bool {
	inScope := resourceGroup == "" || strings.EqualFold(c.ResourceGroup, resourceGroup)
	if !inScope || c.Unlisted || c.Access == "none" {
		return false
	}
	// Only denials take reading away from the rest. Working out rights is costly, and a LIST asks for thousands.
	return len(w.denied) == 0 || w.rights(string(c.ID)).allow("Microsoft.ContainerService/managedClusters/read")
}

func (c *Cluster) copied() Cluster {
	copied := *c
	copied.Pools = slices.Clone(c.Pools)
	copied.Tags = maps.Clone(c.Tags)
	return copied
}

// Pool finds a pool by its name, in any case.
func (c *Cluster) Pool(name string) (*Pool, bool) {
	for i := range c.Pools {
		if strings.EqualFold(c.Pools[i].Name, name) {
			return &c.Pools[i], true
		}
	}
	return nil, false
}

func (c *Cluster) legacy() bool {
	return c.Settings.MaxAgentPools < 8 || slices.ContainsFunc(c.Pools, func(p Pool) bool { return p.Type == "AvailabilitySet" })
}

func (w *World) setClusterState(c *Cluster, state fleet.ProvisioningState, by Actor) {
	if c.State == state {
		return
	}
	w.record(Event{Kind: Changed, By: by, Cluster: c.ID, From: string(c.State), To: string(state)})
	c.State = state
	c.Revision++
}

func (w *World) setPoolState(c *Cluster, p *Pool, state fleet.ProvisioningState, by Actor) {
	if p.State == state {
		return
	}
	w.record(Event{Kind: Changed, By: by, Cluster: c.ID, Pool: p.Name, From: string(p.State), To: string(state)})
	p.State = state
	w.touchPool(c, p)
}

// touchCluster gives the cluster and all its pools new etags, as an operation on the cluster does; one on a pool
// changes that pool's alone.
func (w *World) touchCluster(c *Cluster) {
	c.ETag = w.guid("etag")
	for i := range c.Pools {
		w.touchPool(c, &c.Pools[i])
	}
	c.Revision++
}

func (w *World) touchPool(c *Cluster, p *Pool) {
	p.ETag = w.guid("etag")
	c.Revision++
}

// insert adds a cluster, keeping the order of ids, which is LIST's.
func (w *World) insert(c *Cluster) {
	w.clusters[c.ID] = c
	at, _ := slices.BinarySearch(w.order, c.ID)
	w.order = slices.Insert(w.order, at, c.ID)
}
