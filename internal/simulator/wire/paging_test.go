package wire_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestListsArePagedByAnOpaqueNextLink(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.PageSize = 4
		d.Clusters[0].Name, d.Clusters[0].Count = "aks-one-{n}", 7
	})
	for _, first := range []string{subscription + provider + "/managedClusters" + version, clusters + version} {
		var pages []int
		names := map[any]bool{}
		for next := first; next != ""; {
			body := c.get(next).json(t)
			entries := body["value"].([]any)
			pages = append(pages, len(entries))
			for _, entry := range entries {
				names[at(entry, "name")] = true
			}
			next, _ = body["nextLink"].(string)
			if next != "" && !strings.HasPrefix(next, "https://management.simulator/") {
				t.Errorf("the next page is at %s, another host", next)
			}
		}
		if diff := cmp.Diff([]int{4, 4, 1}, pages); diff != "" || len(names) != 9 {
			t.Errorf("%s: %v, %s", first, names, diff)
		}
	}
	refused(t, c.send("GET", clusters+version+"&$skipToken=junk", ""), 400, "InvalidSkipToken", true)
}
