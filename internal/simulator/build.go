package simulator

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// defect is one thing that is wrong with a description. Its path leads through the YAML: field names and indices.
type defect struct {
	path    []any
	message string
}

// builder turns a description into a world and collects what is wrong with it.
type builder struct {
	description Description
	world       *World
	defects     []defect
}

// New builds a world. The error names everything that is wrong with the description.
func New(d Description) (*World, error) {
	world, defects := build(d)
	if len(defects) == 0 {
		return world, nil
	}
	texts := make([]string, len(defects))
	for i, defect := range defects {
		texts[i] = pathText(defect.path) + ": " + defect.message
	}
	return nil, fmt.Errorf("the description of the fleet is wrong: %s", strings.Join(texts, "; "))
}

func pathText(path []any) string {
	var text strings.Builder
	for _, step := range path {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&text, "[%d]", step)
		default:
			if text.Len() > 0 {
				text.WriteByte('.')
			}
			fmt.Fprint(&text, step)
		}
	}
	return text.String()
}

func build(d Description) (*World, []defect) {
	b := &builder{description: d, world: &World{
		now: d.Start.UTC(), seed: d.Seed, lean: d.Lean, padded: readPadding(), pageSize: d.PageSize, lifetime: orElse(d.TokenLifetime, time.Hour),
		durations: d.Durations.withDefaults(),
		clusters:  map[fleet.ClusterID]*Cluster{}, regions: map[string]*fleet.Region{}, snapshots: map[string]*fleet.Snapshot{},
		fleets: map[string]*Fleet{}, operations: map[string]*Operation{}, subnets: map[string]fleet.Subnet{},
		quotas: d.Quotas, locks: d.Locks, denied: d.Denied, faults: d.Faults,
		faultCalls: map[int]int{}, operationCalls: map[string]int{}, requestCalls: map[string]int{}, buckets: map[string]*bucket{},
	}}
	if d.Start.IsZero() {
		b.wrong("is required: the world's time at its start, such as 2026-03-02T06:00:00Z", "start")
	}
	if b.world.pageSize <= 0 {
		b.world.pageSize = 100
	}
	for _, name := range slices.Sorted(maps.Keys(d.Regions)) {
		b.region(name, d.Regions[name])
	}
	for i, file := range d.Fleets {
		b.fleet(file, i)
	}
	for i, file := range d.Clusters {
		b.clusters(file, i)
	}
	b.world.order = slices.Sorted(maps.Keys(b.world.clusters))
	for i, file := range d.Snapshots {
		b.snapshot(file, i)
	}
	for _, file := range d.Subnets {
		b.world.subnets[strings.ToLower(file.ID)] = fleet.Subnet{ID: file.ID, Prefix: file.Prefix, Used: file.Used}
	}
	b.github()
	b.faults()
	if len(b.defects) > 0 {
		return nil, b.defects
	}
	b.world.planHappenings(d.Events)
	b.world.settle(b.world.now)
	return b.world, nil
}

// wrong notes a defect, once: versions that several regions share are looked at for each of them.
func (b *builder) wrong(message string, path ...any) {
	found := defect{path: path, message: message}
	if !slices.ContainsFunc(b.defects, func(known defect) bool { return reflect.DeepEqual(known, found) }) {
		b.defects = append(b.defects, found)
	}
}

func (b *builder) fleet(file FleetFile, i int) {
	if file.Name == "" {
		b.wrong("a fleet needs a name", "fleets", i)
		return
	}
	id := "/subscriptions/" + orText(file.Subscription, b.description.Subscription) + "/resourceGroups/" +
		orText(file.ResourceGroup, b.description.ResourceGroup) + "/providers/Microsoft.ContainerService/fleets/" + file.Name
	b.world.fleets[strings.ToLower(id)] = &Fleet{ID: strings.ToLower(id), Name: file.Name}
}

func (b *builder) snapshot(file SnapshotFile, i int) {
	version, ok := b.patch(file.Version, "snapshots", i, "version")
	if !ok {
		return
	}
	id := fleet.SnapshotID(orText(file.Subscription, b.description.Subscription), orText(file.ResourceGroup, b.description.ResourceGroup), file.Name)
	b.world.snapshots[id] = &fleet.Snapshot{ID: id, Name: file.Name, Location: file.Location, State: fleet.ProvisioningSucceeded, Tags: file.Tags,
		SourcePool: file.SourcePool, Version: version, Image: fleet.NodeImage(file.Image), OSSKU: orText(file.OSSKU, "Ubuntu"),
		VMSize: orText(file.VMSize, "Standard_D4s_v5"), CreatedAt: b.world.now}
}
