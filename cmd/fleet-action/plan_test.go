package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/strategy"
)

// largeFleet describes a fleet of n clusters with three pools each, over ten subscriptions and five regions.
func largeFleet(n int, start time.Time) string {
	var text strings.Builder
	image := start.Format("200601.02") + ".0"
	fmt.Fprintf(&text, "start: %s\nlean: true\nresourceGroup: fleet\nversions: {1.33.5: {}, 1.34.2: {}}\nregions:\n", start.Format(time.RFC3339))
	for _, region := range largeRegions() {
		fmt.Fprintf(&text, "  %s: {images: [{image: AKSUbuntu-2204gen2containerd-%[2]s}, {image: AKSAzureLinux-V3gen2-%[2]s}]}\n", region, image)
	}
	fmt.Fprintf(&text, `clusters:
  - name: aks-{n}
    count: %d
    spread: {subscriptions: [%s], locations: [%s]}
    version: 1.33.5
    tags: {fleet: large}
    pools:
      - {name: system, image: AKSUbuntu-2204gen2containerd-202401.05.0}
      - {name: apps, image: AKSUbuntu-2204gen2containerd-202401.05.0}
      - {name: batch, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202401.05.0}
`, n, strings.Join(largeSubscriptions(), ", "), strings.Join(largeRegions(), ", "))
	return text.String()
}

func largeRegions() []string {
	return []string{"northeurope", "westeurope", "eastus", "westus2", "southeastasia"}
}

func largeSubscriptions() []string {
	var all []string
	for i := range 10 {
		all = append(all, fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1))
	}
	return all
}

func largeStrategy() string {
	return fmt.Sprintf(`
version: 1
name: large
members: [{discover: {subscriptions: [%s], tags: {fleet: large}}}]
upgrade: {type: Full, kubernetesVersion: "1.34", nodeImageSelection: {type: Consistent}}
stages: [{name: all, memberSelector: {byLabel: "!never"}, maxConcurrency: 50}]
`, strings.Join(largeSubscriptions(), ", "))
}

// detailKinds are the reads that are made for members with something to upgrade, over and above the LISTs.
func detailKinds() map[string]bool {
	return map[string]bool{"read maintenance window": true, "read quotas": true, "read subnet": true, "read locks": true}
}

func planLarge(tb testing.TB, n int) fleet.Reading {
	tb.Helper()
	world, findings := simulator.Load("large.yml", []byte(largeFleet(n, time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC))))
	if fleet.HasErrors(findings) {
		tb.Fatal(findings)
	}
	s, findings := strategy.Parse("large.yml", []byte(largeStrategy()))
	if fleet.HasErrors(findings) {
		tb.Fatal(findings)
	}
	if b, ok := tb.(*testing.B); ok {
		b.StartTimer()
		defer b.StopTimer()
	}
	sh, err := simulatedShells(world)
	if err != nil {
		tb.Fatal(err)
	}
	made, reading, err := readAndPlan(context.Background(), sh, s, plan.Orders{})
	if err != nil {
		tb.Fatal(err)
	}
	if !made.Applyable || len(made.Stages[0].Groups[0].Members) != n {
		tb.Fatalf("the plan is not for %d clusters: %+v", n, made.Findings)
	}
	return reading
}

// beside counts the requests that do not grow with the members to upgrade.
func beside(reading fleet.Reading) int {
	total := 0
	for _, requests := range reading.Requests {
		if !detailKinds()[requests.Kind] {
			total += requests.Count
		}
	}
	return total
}

// TestPlanOfAThousandClustersIsCheapOnRequests holds the number of requests: LISTs per subscription and region, one
// window per member to upgrade, and one quota and lock read per place.
func TestPlanOfAThousandClustersIsCheapOnRequests(t *testing.T) {
	reading := planLarge(t, 1000)
	if besides := beside(reading); besides > 60 {
		t.Errorf("%d requests besides those for members to upgrade, at most 60: %+v", besides, reading.Requests)
	}
	for _, requests := range reading.Requests {
		if requests.Kind == "read maintenance window" && requests.Count != 1000 {
			t.Errorf("%d window reads for 1000 members to upgrade", requests.Count)
		}
	}
	if reading.Clusters != 1000 {
		t.Errorf("%d clusters read", reading.Clusters)
	}
}

// BenchmarkPlan plans fleets of growing size against the simulator in this process: twice the clusters may take at most
// 2.2 times as long.
func BenchmarkPlan(b *testing.B) {
	for _, n := range []int{1000, 2000, 5000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.StopTimer()
			for range b.N {
				b.ReportMetric(float64(beside(planLarge(b, n))), "requests-besides")
			}
		})
	}
}

// BenchmarkPlanProcess plans 1,000 clusters in a process of its own, over sockets and TLS, and reports its largest
// memory.
func BenchmarkPlanProcess(b *testing.B) {
	file, out := writeStrategy(b, largeStrategy())
	memory := 0.0
	b.StopTimer()
	for range b.N { // each against a simulator of its own, whose buckets are full
		command := process(b, serveFleet(b, largeFleet(1000, time.Now().UTC())), "plan", "--strategy", file, "--out", filepath.Join(out, "out"))
		used := withMemory(b, command)
		b.StartTimer()
		code, printed := finish(b, command)
		b.StopTimer()
		if code != 0 {
			b.Fatalf("exit code %d\n%s", code, printed)
		}
		memory = max(memory, used())
	}
	b.ReportMetric(memory, "MiB-max")
}
