package strategy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func BenchmarkParse200Clusters(b *testing.B) { benchmarkParse(b, 200) }
func BenchmarkParse2000(b *testing.B)        { benchmarkParse(b, 2000) }
func BenchmarkParse5MB(b *testing.B)         { benchmarkParse(b, 24_000) }

// A strategy of a thousand mistakes takes longer than one of none, but not much.
func BenchmarkParse1000Problems(b *testing.B) {
	content := []byte(strings.ReplaceAll(string(sized(1000)), "group:", "gruop:"))
	b.ReportAllocs()
	for b.Loop() {
		if _, findings := Parse("strategy.yml", content); len(findings) < 1000 {
			b.Fatal(len(findings))
		}
	}
}

func BenchmarkAssign1000(b *testing.B) {
	s, findings := Parse("strategy.yml", sized(1000))
	if fleet.HasErrors(findings) {
		b.Fatal(render(findings))
	}
	members := s.Sources[0].Listed
	b.ReportAllocs()
	for b.Loop() {
		Assign(s, members)
	}
}

func benchmarkParse(b *testing.B, clusters int) {
	content := sized(clusters)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, findings := Parse("strategy.yml", content); len(findings) > 0 {
			b.Fatal(render(findings[:1]))
		}
	}
}

// sized builds a strategy of a number of clusters in ten groups and two stages.
func sized(clusters int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nname: production\nupgrade: {type: Full, kubernetesVersion: 1.34}\nmembers:\n  - clusters:\n")
	for i := range clusters {
		fmt.Fprintf(&b, `      - id: /subscriptions/00000000-0000-0000-0000-%012d/resourceGroups/rg-%d/providers/Microsoft.ContainerService/managedClusters/aks-%d
        group: group-%d
        labels: {tier: web, region: westeurope}
`, i%10, i%7, i, i%10)
	}
	b.WriteString("stages:\n")
	for stage := range 2 {
		fmt.Fprintf(&b, "  - name: stage-%d\n    maxConcurrency: 20\n    groups:\n", stage)
		for group := range 5 {
			fmt.Fprintf(&b, "      - {name: group-%d, maxConcurrency: 2}\n", 5*stage+group)
		}
	}
	return []byte(b.String())
}
