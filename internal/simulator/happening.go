package simulator

import (
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// What happens to clusters without the client's doing.
const (
	Delete      FaultKind = "delete"      // the cluster is deleted
	Stop        FaultKind = "stop"        // it is stopped
	StartUp     FaultKind = "start"       // it is started
	Foreign     FaultKind = "foreign"     // another user's operation runs on it
	AutoUpgrade FaultKind = "autoUpgrade" // AKS acts on the cluster's auto-upgrade channels
)

// Happening is something that happens to a cluster at a time.
type Happening struct {
	Kind    FaultKind     `yaml:"kind"`
	Cluster string        `yaml:"cluster"` // its name
	At      time.Duration `yaml:"at"`      // after the start
	Lasts   time.Duration `yaml:"lasts"`   // of Foreign, default 30 minutes
}

func happenings() []FaultKind { return []FaultKind{Delete, Stop, Foreign, AutoUpgrade} }

// planHappenings plans what the description says and what the rates draw.
func (w *World) planHappenings(given []Happening) {
	for _, happening := range given {
		for _, id := range w.order {
			if strings.EqualFold(w.clusters[id].Name, happening.Cluster) {
				w.plan(happening.At, func() { w.happen(id, happening) })
			}
		}
	}
	within := orElse(w.faults.Within, 12*time.Hour)
	for _, id := range w.order {
		for _, kind := range happenings() {
			if w.draw(string(kind)+string(id), 0) < w.faults.Rates[kind] {
				at := time.Duration(float64(within) * w.draw("when"+string(kind)+string(id), 0)).Truncate(time.Second)
				w.plan(at, func() { w.happen(id, Happening{Kind: kind}) })
			}
		}
	}
}

func (w *World) happen(id fleet.ClusterID, happening Happening) {
	c, ok := w.clusters[id]
	if !ok {
		return
	}
	w.record(Event{Kind: Faulted, By: Another, Cluster: id, What: string(happening.Kind)})
	switch happening.Kind {
	case Delete:
		w.deleteCluster(c)
	case Stop:
		w.power(c, true)
	case StartUp:
		w.power(c, false)
	case Foreign:
		w.foreign(c, happening.Lasts)
	case AutoUpgrade:
		w.autoUpgrade(c)
	}
}

func (c *Cluster) running() []*Operation {
	var running []*Operation
	if c.operation.Running() {
		running = append(running, c.operation)
	}
	for _, p := range c.Pools {
		if p.operation.Running() {
			running = append(running, p.operation)
		}
	}
	return running
}

func (w *World) deleteCluster(c *Cluster) {
	for _, o := range c.running() {
		w.end(c, o, "Failed", &fleet.Problem{Code: "AKSOperationPreemptedByDelete", Message: "The operation was preempted by the deletion of managed cluster " + c.Name + "."})
	}
	delete(w.clusters, c.ID)
	w.order = slices.DeleteFunc(w.order, func(id fleet.ClusterID) bool { return id == c.ID })
	w.record(Event{Kind: Wrote, By: Another, Cluster: c.ID, What: string(ChangeDelete)})
}

// power stops or starts a cluster. What runs on it is canceled by a stop.
func (w *World) power(c *Cluster, stop bool) {
	if c.Stopped == stop {
		return
	}
	for _, o := range c.running() {
		w.leave(c, o, fleet.ProvisioningCanceled)
		w.end(c, o, "Canceled", &fleet.Problem{Code: "OperationCanceled", Message: "The operation was canceled: managed cluster " + c.Name + " was stopped."})
	}
	from, to := "Running", "Stopped"
	if !stop {
		from, to = to, from
	}
	c.Stopped = stop
	w.record(Event{Kind: Wrote, By: Another, Cluster: c.ID, What: string(ChangePower), From: from, To: to})
	w.setClusterState(c, fleet.ProvisioningSucceeded, Another)
	w.touchCluster(c)
}

// foreign runs an update on the cluster in another's name. A cluster that is busy refuses it, as it would ours.
func (w *World) foreign(c *Cluster, lasts time.Duration) {
	if c.Stopped || len(c.running()) > 0 {
		return
	}
	w.begin(c, Updating, Event{By: Another, What: string(ChangeSettings)}, part{kind: Updating, keep: true, lasts: orElse(lasts, 30*time.Minute)})
}

// autoUpgrade does what AKS does by itself in a cluster's maintenance window: the cluster channel's version if there is
// one to go to, else the node OS channel's images.
func (w *World) autoUpgrade(c *Cluster) {
	if c.Stopped || len(c.running()) > 0 || !c.healthy() {
		return
	}
	if target := w.channelTarget(c); !target.IsZero() {
		parts := []part{{kind: Upgrading, version: target}}
		for _, p := range c.Pools {
			parts = append(parts, part{pool: p.Name, kind: Upgrading, version: target, pin: p.Snapshot})
		}
		w.begin(c, Upgrading, Event{By: AKS, What: string(ChangeCluster), From: c.Version.String(), To: target.String(), Version: target}, parts...)
		return
	}
	if !strings.EqualFold(c.Settings.NodeOSChannel, "NodeImage") {
		return
	}
	for i := range c.Pools {
		p := &c.Pools[i]
		if p.Snapshot == "" && w.latestFor(c, p, p.Version) != p.Image {
			w.upgradeImage(c, p, "", AKS)
		}
	}
}

// channelTarget is the version that the cluster's channel upgrades to in one step; zero is none. Patch stays within
// the minor, rapid and stable go on to the next, stable never to the newest. Previews are for nobody.
func (w *World) channelTarget(c *Cluster) fleet.KubernetesVersion {
	versions := w.regions[c.Location].Versions
	newest := 0
	for version, about := range versions {
		if !about.Preview && standard(about) {
			newest = max(newest, version.Minor)
		}
	}
	limit := c.Version.Minor
	switch strings.ToLower(c.Settings.UpgradeChannel) {
	case "patch":
	case "stable":
		limit = max(limit, newest-1)
	case "rapid":
		limit = newest
	default:
		return fleet.KubernetesVersion{}
	}
	target := fleet.KubernetesVersion{}
	for _, to := range w.upgradesFrom(c, c.Version, fleet.KubernetesVersion{}) {
		if !versions[to].Preview && to.Minor <= limit && to.Compare(target) > 0 {
			target = to
		}
	}
	return target
}
