package workflow

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDeadline(t *testing.T) {
	tests := map[time.Duration]string{
		6 * time.Hour: "5h50m", 2 * 24 * time.Hour: "47h50m", 90 * time.Minute: "1h20m", 70 * time.Minute: "1h",
		20 * time.Minute: "10m", 15 * time.Minute: "7m30s", time.Minute: "30s", 130 * time.Minute: "2h",
	}
	for limit, want := range tests {
		if got := deadline(limit); got != want {
			t.Errorf("%v: %s instead of %s", limit, got, want)
		}
	}
}

// Which job asks in which environment, and what it waits for.
func TestGatesAndNeeds(t *testing.T) {
	files := rendered(t, filepath.Join("testdata", "gates.yml"), Options{Pin: testPin})
	jobs := decode[caller](t, files[0].Content).Jobs
	var got []string
	for _, id := range slices.Sorted(maps.Keys(jobs)) {
		got = append(got, fmt.Sprintf("%s in %v after %v", id, jobs[id].With["environment"], jobs[id].Needs))
	}
	want := []string{
		"gate-canary-before-2 in aks-change-board after [plan]",
		"gate-production-after-1 in aks-operations after [plan gate-canary-before-2 stage-canary gate-production-before-1 stage-production]",
		"gate-production-after-2 in aks-business after [plan gate-canary-before-2 stage-canary gate-production-before-1 stage-production]",
		"gate-production-before-1 in aks-change-board after [plan gate-canary-before-2 stage-canary]",
		"plan in <nil> after []",
		"report in <nil> after [plan gate-canary-before-2 stage-canary gate-production-before-1 stage-production gate-production-after-1 gate-production-after-2 stage-rest]",
		"stage-canary in aks-canary after [plan gate-canary-before-2]",
		"stage-production in aks-production after [plan gate-canary-before-2 stage-canary gate-production-before-1]",
		"stage-rest in <nil> after [plan gate-canary-before-2 stage-canary gate-production-before-1 stage-production gate-production-after-1 gate-production-after-2]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
