package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/strategy"
)

// The fleet of the end-to-end tests: "one" is upgraded in the first stage, "two" and "three" in the second. The region of
// "three" is ahead of the other by %s, an image version.
const rolloutFleet = `
start: 2026-03-02T07:00:00Z
subscription: 00000000-0000-4000-8000-000000000001
resourceGroup: fleet
versions: {1.33.5: {}, 1.33.7: {}, 1.34.1: {}, 1.34.2: {}}
regions:
  northeurope:
    images: [{image: AKSUbuntu-2204gen2containerd-202602.10.0}, {image: AKSAzureLinux-V3gen2-202602.10.0}]
  westeurope:
    images: [{image: AKSUbuntu-2204gen2containerd-%[1]s}, {image: AKSAzureLinux-V3gen2-%[1]s}]
clusters:
  - name: one
    location: northeurope
    version: 1.33.5
    tags: {ring: first}
    pools:
      - &system {name: system, image: AKSUbuntu-2204gen2containerd-202601.05.0}
      - &linux {name: linux, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202601.05.0}
  - {name: two, location: northeurope, version: 1.33.7, tags: {ring: second}, pools: [*system, *linux]}
  - {name: three, location: westeurope, version: 1.33.5, tags: {ring: second}, pools: [*system, *linux]}
  - name: spare # no member: its pools run the image that both regions have, and may be donors
    location: northeurope
    version: 1.33.5
    pools:
      - {name: system, image: AKSUbuntu-2204gen2containerd-202602.10.0}
      - {name: linux, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202602.10.0}
`

const rolloutStrategy = `
version: 1
name: rollout
members:
  - discover: {subscriptions: [00000000-0000-4000-8000-000000000001], tags: {ring: "*"}, groupTag: ring}
upgrade: {%s}
stages:
  - {name: first, groups: [{name: first}], afterStageWaitInSeconds: 600}
  - {name: second, groups: [{name: second, maxConcurrency: 2}]}
`

const (
	level = "202602.10.0" // both regions have it
	ahead = "202602.18.0" // only the region of "three" has it
	old   = "202601.05.0"
	allow = "snapshots: {allow: true, resourceGroup: snapshots}\n"
	spare = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/fleet/providers/Microsoft.ContainerService/managedClusters/spare/agentPools/"
	named = "snapshots: {allow: true, resourceGroup: snapshots, donors: [" + spare + "system, " + spare + "linux]}\n"
)

// runs writes what a cluster runs: its version, then version and image of its pools system and linux.
func runs(version, system, systemImage, linux, linuxImage string) string {
	return fmt.Sprintf("%s system=%s/%s linux=%s/%s", version, system, systemImage, linux, linuxImage)
}

// all writes what a cluster runs whose parts are all the same.
func all(version, image string) string { return runs(version, version, image, version, image) }

// TestFromStrategyToUpgradedClusters goes the whole way through the real client: strategy file, plan, stages, and at the
// end what the simulated Azure says each cluster runs.
func TestFromStrategyToUpgradedClusters(t *testing.T) {
	custom := "type: Custom, customNodeImageVersions: [{version: AKSUbuntu-2204gen2containerd-202602.10.0}]"
	tests := []struct {
		name    string
		upgrade string
		more    string // of the strategy
		region  string // the latest image where "three" is
		want    [3]string
		code    exitCode
	}{
		{"Full, Latest", `type: Full, kubernetesVersion: "1.34", nodeImageSelection: {type: Latest}`, "", ahead,
			[3]string{all("1.34.2", level), all("1.34.2", level), all("1.34.2", ahead)}, exitDone},
		{"Full, Consistent, ordinary routes", `type: Full, kubernetesVersion: 1.34.1, nodeImageSelection: {type: Consistent}`, "", level,
			[3]string{all("1.34.1", level), all("1.34.1", level), all("1.34.1", level)}, exitDone},
		{"Full, Consistent, snapshot route", `type: Full, kubernetesVersion: 1.34.2, nodeImageSelection: {type: Consistent}`, allow, ahead,
			[3]string{all("1.34.2", level), all("1.34.2", level), all("1.34.2", level)}, exitDone},
		{"Full, Consistent, unreachable pool", `type: Full, kubernetesVersion: 1.34.2, nodeImageSelection: {type: Consistent}`, "", ahead,
			[3]string{all("1.34.2", level), all("1.34.2", level), all("1.33.5", old)}, exitAgain},
		{"Full, Custom", `type: Full, kubernetesVersion: 1.34.2, nodeImageSelection: {` + custom + `}`, allow, ahead,
			[3]string{runs("1.34.2", "1.34.2", level, "1.33.5", old), runs("1.34.2", "1.34.2", level, "1.33.7", old), runs("1.34.2", "1.34.2", level, "1.33.5", old)}, exitDone},
		{"NodeImageOnly, Latest", `type: NodeImageOnly, nodeImageSelection: {type: Latest}`, "", ahead,
			[3]string{all("1.33.5", level), all("1.33.7", level), all("1.33.5", ahead)}, exitDone},
		{"NodeImageOnly, Consistent, ordinary routes", `type: NodeImageOnly, nodeImageSelection: {type: Consistent}`, "", level,
			[3]string{all("1.33.5", level), all("1.33.7", level), all("1.33.5", level)}, exitDone},
		{"NodeImageOnly, Consistent, snapshot route", `type: NodeImageOnly, nodeImageSelection: {type: Consistent}`, allow, ahead,
			[3]string{all("1.33.5", level), all("1.33.7", level), all("1.33.5", level)}, exitDone},
		{"NodeImageOnly, Consistent, snapshot of a named donor outside the fleet", `type: NodeImageOnly, nodeImageSelection: {type: Consistent}`, named, ahead,
			[3]string{all("1.33.5", level), all("1.33.7", level), all("1.33.5", level)}, exitDone},
		{"NodeImageOnly, Consistent, unreachable pool", `type: NodeImageOnly, nodeImageSelection: {type: Consistent}`, "", ahead,
			[3]string{all("1.33.5", level), all("1.33.7", level), all("1.33.5", old)}, exitAgain},
		{"NodeImageOnly, Custom", `type: NodeImageOnly, nodeImageSelection: {` + custom + `}`, allow, ahead,
			[3]string{runs("1.33.5", "1.33.5", level, "1.33.5", old), runs("1.33.7", "1.33.7", level, "1.33.7", old), runs("1.33.5", "1.33.5", level, "1.33.5", old)}, exitDone},
		{"ControlPlaneOnly", `type: ControlPlaneOnly, kubernetesVersion: "1.34"`, "", ahead,
			[3]string{runs("1.34.2", "1.33.5", old, "1.33.5", old), runs("1.34.2", "1.33.7", old, "1.33.7", old), runs("1.34.2", "1.33.5", old, "1.33.5", old)}, exitDone},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			world, findings := simulator.Load("fleet.yml", fmt.Appendf(nil, rolloutFleet, test.region))
			if fleet.HasErrors(findings) {
				t.Fatal(findings)
			}
			file := fmt.Sprintf(rolloutStrategy, test.upgrade) + test.more
			code, printed := rollOut(t, world, file)
			if code != test.code {
				t.Errorf("exit code %d, want %d\n%s", code, test.code, printed)
			}
			for i, name := range []string{"one", "two", "three"} {
				got := running(t, world, name)
				if diff := cmp.Diff(test.want[i], got); diff != "" {
					t.Errorf("%s (-want +got):\n%s\n%s", name, diff, printed)
				}
			}
		})
	}
}

// rollOut is the command run on a simulated world, with two days to end in.
func rollOut(t *testing.T, world *simulator.World, file string) (exitCode, string) {
	t.Helper()
	s, findings := strategy.Parse("strategy.yml", []byte(file))
	if fleet.HasErrors(findings) {
		t.Fatalf("%+v", findings)
	}
	sh, err := simulatedShells(world)
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	none := func(string) string { return "" }
	c := call{
		system: system{stdin: strings.NewReader(""), stdout: &printed, stderr: &printed, getenv: none,
			folder: func(string) disk { return memory{} }, size: func() (int, int) { return 160, 0 }},
		values: values{"poll-interval": "1m", "deadline": "48h", "format": "text"},
		runner: github.NewRunner(none, io.Discard),
	}
	result, err := planAndRun(context.Background(), c, sh, s, plan.Orders{}, demoApprover(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return result.code, printed.String() + result.next
}

// running says what the simulated Azure has a cluster running.
func running(t *testing.T, world *simulator.World, name string) string {
	t.Helper()
	cluster, ok := world.Cluster(fleet.NewClusterID("00000000-0000-4000-8000-000000000001", "fleet", name))
	if !ok {
		t.Fatalf("there is no cluster %s", name)
	}
	system, linux := cluster.Pools[0], cluster.Pools[1]
	return runs(cluster.Version.String(), system.Version.String(), system.Image.Version(), linux.Version.String(), linux.Image.Version())
}
