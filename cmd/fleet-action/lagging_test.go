package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

// The fleet of these tests has three regions, of which the last lags behind the others, and a first stage in all of them.
// Upgrades take what a plan expects. The VM size of the one in the region behind is to be filled in.
const laggingFleet = `
start: 2026-03-02T07:00:00Z
subscription: 00000000-0000-4000-8000-000000000001
resourceGroup: fleet
durations: {controlPlane: 10m, pool: 1m, node: 8m, nodeImage: 8m, snapshot: 1m}
versions: {1.33.5: {}, 1.34.1: {}}
regions:
  westeurope: {images: [{image: AKSUbuntu-2204gen2containerd-202602.18.0}, {image: AKSAzureLinux-V3gen2-202602.18.0}]}
  northeurope: {images: [{image: AKSUbuntu-2204gen2containerd-202602.18.0}, {image: AKSAzureLinux-V3gen2-202602.18.0}]}
  eastus2: {images: [{image: AKSUbuntu-2204gen2containerd-202602.10.0}, {image: AKSAzureLinux-V3gen2-202602.10.0}]}
clusters:
  - name: a-west
    location: westeurope
    version: 1.33.5
    tags: {ring: first}
    pools:
      - &system {name: system, image: AKSUbuntu-2204gen2containerd-202601.05.0}
      - &linux {name: linux, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202601.05.0}
  - {name: b-north, location: northeurope, version: 1.33.5, tags: {ring: first}, pools: [*system, *linux]}
  - name: c-east
    location: eastus2
    version: 1.33.5
    tags: {ring: first}
    pools:
      - {name: system, vmSize: %[1]s, image: AKSUbuntu-2204gen2containerd-202601.05.0}
      - {name: linux, vmSize: %[1]s, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202601.05.0}
  - {name: d-west, location: westeurope, version: 1.33.5, tags: {ring: second}, pools: [*system, *linux]}
`

const d4, e4 = "Standard_D4s_v5", "Standard_E4s_v5"

// laggingDesk is a desk at which the first stage upgrades one cluster after another; more is added to the fleet.
func laggingDesk(t *testing.T, size, more string, change ...string) *desk {
	t.Helper()
	world, findings := simulator.Load("fleet.yml", []byte(fmt.Sprintf(laggingFleet, size)+more))
	if fleet.HasErrors(findings) {
		t.Fatalf("%+v", findings)
	}
	d := &desk{t: t, world: world, file: filepath.Join(t.TempDir(), "strategy.yml"), replies: strings.Repeat("yes\n", 9)}
	d.writes(append([]string{", environment: {name: aks-second, reviewers: 1}", "", "afterStageWaitInSeconds: 600", "afterStageWaitInSeconds: 60"}, change...)...)
	return d
}

var imagesAlone = []string{"type: Full, kubernetesVersion: 1.34.1", "type: NodeImageOnly"}

// TestTheRegionThatLagsBehindIsTheDonorOfItsStage: all of the first stage get the image that the region of "c-east" alone
// offers, which is upgraded first, although it comes last and only one is upgraded at once; and when the forecast says so.
func TestTheRegionThatLagsBehindIsTheDonorOfItsStage(t *testing.T) {
	for name, spec := range map[string]struct {
		change []string
		end    string
	}{
		"NodeImageOnly": {imagesAlone, all("1.33.5", level)}, "Full": {nil, all("1.34.1", level)},
	} {
		t.Run(name, func(t *testing.T) {
			d := laggingDesk(t, d4, "", spec.change...)
			d.must(d.types("plan", "plan", "--strategy", d.file), exitDone, "4 clusters will be upgraded", "expected to end", "c-east/system")
			done := d.run("out")
			d.must(done, exitDone, "4 clusters will be upgraded", "a-west  Running: taking a snapshot of c-east/system")
			for _, wrong := range []string{"time-unknown", "image-unreachable", "moved on"} {
				if strings.Contains(done.log, wrong) {
					t.Errorf("it says %q\n%s", wrong, done.log)
				}
			}
			d.runs(map[string]string{"a-west": spec.end, "b-north": spec.end, "c-east": spec.end, "d-west": spec.end})
			began := func(name string) time.Time { return memberOf(t, d.result("out"), name).StartedAt }
			if first := memberOf(t, d.result("out"), "c-east").EndedAt; began("a-west").Before(first) || began("b-north").Before(first) {
				t.Errorf("the donor was at its end at %s, the others began at %s and %s", first, began("a-west"), began("b-north"))
			}
			d.comesTrue("out", 3*time.Minute)
		})
	}
}

// comesTrue fails the test unless members and stages began and ended when the plan had it.
func (d *desk) comesTrue(out string, within time.Duration) {
	d.t.Helper()
	result := d.result(out)
	for _, stage := range d.plan(out).Forecast.Stages {
		if off := result.Stage(stage.Name).FinishedAt.Sub(stage.EndsAt); off.Abs() > within {
			d.t.Errorf("%s ended %s later than forecast", stage.Name, off)
		}
		for _, foretold := range stage.Members {
			recorded := memberOf(d.t, result, foretold.Cluster.Name())
			if early, late := recorded.StartedAt.Sub(foretold.StartsAt), recorded.EndedAt.Sub(foretold.EndsAt); early.Abs() > within || late.Abs() > within {
				d.t.Errorf("%s began %s and ended %s later than forecast", recorded.Name, early, late)
			}
		}
	}
}

func memberOf(t *testing.T, result fleet.Result, name string) fleet.MemberResult {
	t.Helper()
	for _, stage := range result.Stages {
		for _, group := range stage.Groups {
			if at := slices.IndexFunc(group.Members, func(m fleet.MemberResult) bool { return m.Cluster.Name() == name }); at >= 0 {
				return group.Members[at]
			}
		}
	}
	t.Fatalf("no record of %s", name)
	return fleet.MemberResult{}
}

// TestWhatNobodyCanDonateIsNotPromised: the one that gets the image by itself is of another VM family. The plan says so and
// counts nobody who waits, or comes after; the run names no time, as none helps, and what does.
func TestWhatNobodyCanDonateIsNotPromised(t *testing.T) {
	for name, spec := range map[string]struct {
		change        []string
		reason, avoid string
	}{
		"no donor":     {imagesAlone, "there is no donor: no pool of its VM family runs that image now, or gets it by itself in this stage or an earlier one", "llow snapshots"},
		"no snapshots": {append([]string{"snapshots: {allow: true, resourceGroup: snapshots}\n", ""}, imagesAlone...), "the strategy allows none (snapshots.allow)", "donor pool"},
	} {
		t.Run(name, func(t *testing.T) {
			d := laggingDesk(t, e4, "", spec.change...)
			d.must(d.types("plan", "plan", "--strategy", d.file), exitDone, "1 cluster will be upgraded to one node image per family", "3 pending", "not expected to end by itself")
			if said := fmt.Sprint(d.plan("plan").Findings); !strings.Contains(said, spec.reason) {
				t.Errorf("nothing finds %q: %s", spec.reason, said)
			}
			for _, out := range []string{"out", "out"} { // again it is the same
				ended := d.run(out)
				d.must(ended, exitAgain, "see what its members wait for, as it does not come by itself, and make a new plan", "does not come by itself: see above")
				if reason := memberOf(t, d.result(out), "a-west").Reason; !strings.Contains(reason, "the plan found no way to bring pool") || !strings.Contains(reason, "see its finding image-unreachable, and make a new plan") {
					t.Errorf("a-west: %s", reason)
				}
				for _, wrong := range []string{"moved on", "not before", spec.avoid} {
					if strings.Contains(ended.log, wrong) {
						t.Errorf("it says %q\n%s", wrong, ended.log)
					}
				}
				if stage := d.result(out).Stage("first"); !stage.LookAgain.IsZero() || !stage.Stuck {
					t.Errorf("stuck %v, to come back at %s", stage.Stuck, stage.LookAgain)
				}
				d.must(d.types(out, "status"), exitAgain, "does not come by itself: see above", "as it does not come by itself, and make a new plan")
			}
			d.runs(map[string]string{"c-east": all("1.33.5", level), "a-west": all("1.33.5", old), "d-west": all("1.33.5", old)})
		})
	}
}

// TestADonorThatFailsIsTriedAgainBeforeThoseThatWaitForIt: until then they say whom they wait for, and no time.
func TestADonorThatFailsIsTriedAgainBeforeThoseThatWaitForIt(t *testing.T) {
	d := laggingDesk(t, d4, "faults: {exact: [{kind: drain, cluster: c-east, pool: system, times: 1}]}\n",
		append([]string{"groups: [{name: first}]", "groups: [{name: first}], maxAllowedFailures: 1"}, imagesAlone...)...)
	d.must(d.run("out"), exitAgain, "waits for donor pool system of cluster c-east", "and is Failed; bring it there and run the stage again, or make a new plan",
		"mend the failed clusters, then run the same command again: they are tried once more, first; or make a new plan")
	if stage := d.result("out").Stage("first"); !stage.LookAgain.IsZero() || stage.Failures != 1 {
		t.Errorf("%d failures, to come back at %s", stage.Failures, stage.LookAgain)
	}
	made := d.plan("out")
	d.must(d.run("out"), exitDone, "This run goes on with the plan")
	end := all("1.33.5", level)
	d.runs(map[string]string{"a-west": end, "b-north": end, "c-east": end, "d-west": end})
	if d.plan("out").Digest != made.Digest {
		t.Error("another plan was made")
	}
}
