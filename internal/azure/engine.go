package azure

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// refresh is how old windows and Kubernetes versions may become while a stage is observed. Fleet Manager looks at
// windows as often.
const refresh = time.Hour

// EngineConfig says what an Engine observes besides the clusters.
type EngineConfig struct {
	Window        fleet.WindowKind // "": no windows are read
	SnapshotGroup string           // resource group of snapshots; "": none are read
	SnapshotTag   string           // where not "", only snapshots whose fleet.SnapshotTag has this value
	Subscriptions []string         // of the whole run, where snapshots are looked for besides those of the observed clusters
}

// Engine upgrades clusters in small steps over the resource manager.
type Engine struct {
	client *Client
	config EngineConfig

	mu       sync.Mutex
	windows  map[fleet.ClusterID]kept[map[fleet.WindowKind]fleet.MaintenanceWindow]
	versions map[string]kept[map[fleet.KubernetesVersion]fleet.OfferedVersion]
}

// kept is something read a while ago.
type kept[T any] struct {
	value T
	at    time.Time
}

// Engine returns an engine that shares the client's pipeline and limiter.
func (c *Client) Engine(config EngineConfig) *Engine {
	return &Engine{
		client:   c,
		config:   config,
		windows:  map[fleet.ClusterID]kept[map[fleet.WindowKind]fleet.MaintenanceWindow]{},
		versions: map[string]kept[map[fleet.KubernetesVersion]fleet.OfferedVersion]{},
	}
}

// Observe reads the clusters with one LIST per subscription, the latest images of their regions, the snapshots, and,
// where an hour has passed since, their windows and the regions' Kubernetes versions. A cluster that is gone is missing
// from the inventory. For a cluster with an operation in ops that is not busy any more, it asks the operation; an
// operation that Azure has forgotten gives no answer.
func (e *Engine) Observe(ctx context.Context, ids []fleet.ClusterID, ops map[fleet.ClusterID]string) (
	fleet.Inventory, map[fleet.ClusterID]fleet.Answer, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	inventory, err := e.observe(ctx, ids)
	if err != nil {
		return fleet.Inventory{}, nil, err
	}
	answers, err := e.ask(ctx, inventory.Clusters, ops)
	if err != nil {
		return fleet.Inventory{}, nil, err
	}
	inventory.At = e.client.now()
	return inventory, answers, nil
}

func (e *Engine) observe(ctx context.Context, ids []fleet.ClusterID) (inventory fleet.Inventory, err error) {
	wanted := func(id fleet.ClusterID, _ map[string]string) bool {
		_, found := slices.BinarySearch(ids, id)
		return found
	}
	if inventory.Clusters, err = e.client.clusters(ctx, subscriptionsIn(ids), wanted); err != nil {
		return inventory, err
	}
	if err := e.client.unlistedClusters(ctx, ids, inventory.Clusters); err != nil {
		return inventory, err
	}
	if err := e.addWindows(ctx, inventory.Clusters); err != nil {
		return inventory, err
	}
	if inventory.Regions, err = e.regions(ctx, inventory.Clusters); err != nil {
		return inventory, err
	}
	subscriptions := append(subscriptionsIn(ids), e.config.Subscriptions...)
	slices.Sort(subscriptions)
	subscriptions = slices.Compact(subscriptions)
	inventory.Snapshots, err = e.client.snapshots(ctx, subscriptions, e.config.SnapshotGroup, e.config.SnapshotTag)
	return inventory, err
}

// addWindows gives the clusters their windows, read anew where they are older than an hour. A cluster whose window may
// not be read, or not be understood, has none: it counts as closed, and keeps no other cluster from going on.
func (e *Engine) addWindows(ctx context.Context, clusters map[fleet.ClusterID]fleet.Cluster) error {
	if e.config.Window == "" {
		return nil
	}
	ids := slices.Sorted(maps.Keys(clusters))
	err := e.client.each(ctx, len(ids), func(ctx context.Context, i int) error {
		id := ids[i]
		if _, fresh := recall(e, e.windows, id); fresh {
			return nil
		}
		windows, err := e.client.window(ctx, id, clusters[id].Location, e.config.Window)
		if err != nil && !unreadable(err) {
			return err
		}
		keep(e, e.windows, id, windows)
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		cluster := clusters[id]
		cluster.Windows, _ = recall(e, e.windows, id)
		clusters[id] = cluster
	}
	return nil
}

func (e *Engine) regions(ctx context.Context, clusters map[fleet.ClusterID]fleet.Cluster) (map[string]fleet.Region, error) {
	regions, err := e.client.regions(ctx, clusters, false, true)
	if err != nil {
		return nil, err
	}
	places := placesOf(clusters)
	err = e.client.each(ctx, len(places), func(ctx context.Context, i int) error {
		if _, fresh := recall(e, e.versions, places[i].region); fresh {
			return nil
		}
		versions, err := e.client.versions(ctx, places[i])
		if err == nil {
			keep(e, e.versions, places[i].region, versions)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for name, region := range regions {
		region.Versions, _ = recall(e, e.versions, name)
		regions[name] = region
	}
	return regions, nil
}

// recall returns what is kept under a key, and whether it is fresh enough not to be read again.
func recall[K comparable, T any](e *Engine, memory map[K]kept[T], key K) (value T, fresh bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	held, found := memory[key]
	return held.value, found && e.client.now().Sub(held.at) <= refresh
}

func keep[K comparable, T any](e *Engine, memory map[K]kept[T], key K, value T) {
	e.mu.Lock()
	defer e.mu.Unlock()
	memory[key] = kept[T]{value: value, at: e.client.now()}
}
