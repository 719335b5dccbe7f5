package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/strategy"
)

// What Azure answers to a reading says whose turn it is: the strategy's author, whoever grants roles, or nobody's but
// time's. Nothing is written in any of these cases.
func TestRefusedReadsHaveTheirExitCodes(t *testing.T) {
	const (
		here      = "00000000-0000-4000-8000-000000000001"
		discovery = "{discover: {subscriptions: [" + here + "], tags: {fleet: %s}}}"
		resource  = "{fleet: /subscriptions/" + here + "/resourceGroups/fleet/providers/Microsoft.ContainerService/fleets/%s}"
		listed    = "{clusters: [{id: /subscriptions/" + here + "/resourceGroups/fleet/providers/Microsoft.ContainerService/managedClusters/%s, group: all}]}"
	)
	tests := []struct {
		name, members string
		fault         simulator.FaultKind
		code          exitCode
		says          []string
	}{
		{"no members", fmt.Sprintf(discovery, "gone"), "", exitInput, []string{"the fleet has no members", "check the members in the strategy"}},
		{"no such Fleet resource", fmt.Sprintf(resource, "gone"), "", exitInput, []string{"fleets/gone", "check the members in the strategy"}},
		{"a member that may not be seen", fmt.Sprintf(listed, "hidden"), "", exitRefused, []string{"hidden", "Azure Kubernetes Service", "grant the identity what is missing"}},
		{"Azure is down", fmt.Sprintf(discovery, "prod"), simulator.Unready, exitAgain, []string{"ServiceUnavailable", "run the same command again"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := "start: 2026-03-02T07:00:00Z\nsubscription: " + here + "\nresourceGroup: fleet\nversions: {1.33.5: {}}\n" +
				"regions: {northeurope: {images: [{image: AKSUbuntu-2204gen2containerd-202602.10.0}]}}\nclusters:\n" +
				"  - {name: hidden, access: none, location: northeurope, version: 1.33.5, pools: [{name: system, image: AKSUbuntu-2204gen2containerd-202602.10.0}]}\n"
			if test.fault != "" {
				file += "faults: {exact: [{kind: " + string(test.fault) + ", path: managedclusters}]}\n"
			}
			world, findings := simulator.Load("fleet.yml", []byte(file))
			if fleet.HasErrors(findings) {
				t.Fatal(findings)
			}
			s, findings := strategy.Parse("strategy.yml", fmt.Appendf(nil, "version: 1\nname: refused\nmembers: [%s]\nupgrade: {type: NodeImageOnly}\n", test.members))
			if fleet.HasErrors(findings) {
				t.Fatal(findings)
			}
			sh, err := simulatedShells(world)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = readAndPlan(context.Background(), sh, s, plan.Orders{})
			if err == nil {
				t.Fatal("the reading succeeded")
			}
			what, next := explain(err)
			if codeOf(err) != test.code {
				t.Errorf("exit code %d, want %d", codeOf(err), test.code)
			}
			for _, words := range test.says {
				if !strings.Contains(what+"\n"+next, words) {
					t.Errorf("%q is not in:\n%s\n%s", words, what, next)
				}
			}
		})
	}
}
