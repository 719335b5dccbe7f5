package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// faults checks that every fault and event is of a kind there is, and names a cluster that exists.
func (b *builder) faults() {
	events := append(happenings(), StartUp)
	kinds := slices.Sorted(maps.Keys(b.description.Faults.Rates))
	for _, kind := range kinds {
		at := []any{"faults", "rates", string(kind)}
		if !slices.Contains(slices.Concat(requestFaults(), operationFaults(), happenings()), kind) {
			b.wrong(fmt.Sprintf("%q is not a kind of fault", kind), at...)
		} else if rate := b.description.Faults.Rates[kind]; !(rate >= 0 && rate <= 1) {
			b.wrong("want a rate from 0 to 1", at...)
		}
	}
	for i, fault := range b.description.Faults.Exact {
		b.exact(fault, []any{"faults", "exact", i})
	}
	for i, event := range b.description.Events {
		if !slices.Contains(events, event.Kind) {
			b.wrong(fmt.Sprintf("%q is not a kind of event", event.Kind), "events", i, "kind")
		}
		if event.Cluster == "" {
			b.wrong("an event needs a cluster", "events", i)
		}
		b.named(event.Cluster, []any{"events", i, "cluster"})
	}
}

func (b *builder) exact(fault Fault, at []any) {
	switch {
	case slices.Contains(requestFaults(), fault.Kind):
		if fault.Path == "" || fault.Cluster != "" {
			b.wrong(fmt.Sprintf("a fault %s needs the path of a request, and no cluster", fault.Kind), at...)
		}
	case slices.Contains(operationFaults(), fault.Kind):
		if fault.Path != "" || fault.Cluster == "" {
			b.wrong(fmt.Sprintf("a fault %s needs the cluster (and pool) of an operation, and no path", fault.Kind), at...)
		}
	default:
		b.wrong(fmt.Sprintf("%q is not a kind of fault", fault.Kind), append(at, "kind")...)
	}
	b.named(fault.Cluster, append(at, "cluster"))
}

// named checks that there is a cluster of a name.
func (b *builder) named(cluster string, at []any) {
	for _, c := range b.world.clusters {
		if cluster == "" || strings.EqualFold(c.Name, cluster) {
			return
		}
	}
	if cluster != "" {
		b.wrong(fmt.Sprintf("there is no cluster %q", cluster), at...)
	}
}
