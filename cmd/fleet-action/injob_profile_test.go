package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
)

// The fleet of the tests of profiles. "two" is two minors behind and fails once at its second pool, "three" is stopped
// for two days, and a new node image comes out after ten.
const profileFleet = `
start: 2026-03-02T07:00:00Z
subscription: 00000000-0000-4000-8000-000000000001
resourceGroup: fleet
versions: {1.33.7: {}, 1.34.1: {}, 1.34.2: {}, 1.35.0: {}, 1.36.0: {preview: true}}
regions:
  northeurope:
    images:
      - {image: AKSUbuntu-2204gen2containerd-202602.10.0}
      - {image: AKSUbuntu-2404gen2containerd-202602.10.0}
      - {image: AKSAzureLinux-V3gen2-202602.10.0}
      - {image: AKSAzureLinux-V3gen2-202602.28.0, after: 240h}
clusters:
  - name: one
    location: northeurope
    version: 1.34.2
    tags: {ring: first}
    pools:
      - &system {name: system, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202601.05.0}
      - &linux {name: linux, osSKU: AzureLinux, image: AKSAzureLinux-V3gen2-202601.05.0}
  - {name: two, location: northeurope, version: 1.33.7, tags: {ring: second}, pools: [*system, *linux]}
  - {name: three, location: northeurope, version: 1.34.2, stopped: true, tags: {ring: second}, pools: [*system, *linux]}
events: [{kind: start, cluster: three, at: 48h}]
faults: {exact: [{kind: drain, cluster: two, pool: linux, times: 1}]}
`

const profileStrategy = `
version: 1
name: guarded
members:
  - discover: {subscriptions: [00000000-0000-4000-8000-000000000001], tags: {ring: "*"}, groupTag: ring}
upgrade: {type: ControlPlaneOnly, kubernetesVersion: 1.34.2}
stages:
  - {name: first, groups: [{name: first}]}
  - {name: second, groups: [{name: second}], environment: {name: aks-first}}
autoUpgrade:
  profiles:
    - {name: fast, channel: Rapid, disabled: true}
    - {name: stable, channel: Stable}
    - {name: images, channel: NodeImage, nodeImageSelection: {type: Consistent}, stages: [{name: everything, groups: [{name: second}, {name: first}]}]}
    - {name: lost, channel: Stable, stages: [{name: first, groups: [{name: first}, {name: second}], environment: {name: aks-lost}}]}
`

// newProfilePipeline has no other run than 7; change is made to the descriptions of fleet, strategy and GitHub.
func newProfilePipeline(t *testing.T, change ...string) *pipeline {
	t.Helper()
	changed := strings.NewReplacer(change...)
	github, _, _ := strings.Cut(pipelineGitHub, "    - {id: 8")
	world, findings := simulator.Load("fleet.yml", []byte(changed.Replace(profileFleet+github)))
	if fleet.HasErrors(findings) {
		t.Fatalf("%+v", findings)
	}
	file := filepath.Join(t.TempDir(), "strategy.yml")
	if err := os.WriteFile(file, []byte(changed.Replace(profileStrategy)), 0o600); err != nil {
		t.Fatal(err)
	}
	return &pipeline{t: t, world: world, strategy: file, run: 7, attempt: 1}
}

// follow plans a run of a profile, which must have updates or none, and says so.
func (p *pipeline) follow(profile, updates string, pieces ...string) ended {
	p.t.Helper()
	done := p.plan("--profile", profile)
	p.must(done, exitDone, pieces...)
	if done.outputs[outputHasUpdates] != updates {
		p.t.Fatalf("has-updates is %q, want %q\n%s", done.outputs[outputHasUpdates], updates, done.log)
	}
	return done
}

// next begins another run of the workflow; the one before has failed.
func (p *pipeline) next(run int64) {
	p.ends("failure")
	p.run, p.attempt = run, 1
	p.world.GitHub().PutRun(runFile(run))
}

func (p *pipeline) runs(want map[string]string) {
	p.t.Helper()
	for name, what := range want {
		if got := running(p.t, p.world, name); got != what {
			p.t.Errorf("%s runs %s, want %s", name, got, what)
		}
	}
}

// shownLines are the lines of a log that are shown to people: the others are commands to the runner.
func shownLines(log string) []string {
	return slices.DeleteFunc(strings.Split(log, "\n"), func(line string) bool { return line == "" || strings.HasPrefix(line, "::") })
}

// TestAProfileIsFollowedRunByRun: each plan compares the fleet with the channel, so that what failed half-way, was stopped
// or is several minors behind is caught up by the runs that follow, and then nothing is new.
func TestAProfileIsFollowedRunByRun(t *testing.T) {
	p := newProfilePipeline(t)
	first := p.follow("fast", "true", "the profile fast follows the channel Rapid", "towards Kubernetes 1.35.0", "1 more run leads to the channel's version")
	name := first.outputs[outputRunName]
	if !strings.HasPrefix(name, "auto-fast-rapid-1-35-0-") || p.follow("fast", "true").outputs[outputRunName] != name {
		t.Errorf("the name of the run is %q, and then another", name)
	}
	made, findings := plan.Decode(planFile, first.files[planFile])
	if fleet.HasErrors(findings) || made.Profile == nil || made.Profile.Run != name {
		t.Fatalf("plan.json has the profile %+v %+v", made.Profile, findings)
	}

	p.must(p.stage("", "first"), exitDone)
	p.must(p.stage("aks-first", "second"), exitFailed, "two")
	p.runs(map[string]string{"one": all("1.35.0", level), "two": runs("1.34.2", "1.34.2", level, "1.34.2", old)}) // its last pool failed on the way

	// What failed on its way is brought to its end, and no further.
	p.next(8)
	p.follow("fast", "true", "1 cluster will be upgraded towards Kubernetes 1.35.0", "linux: 202601.05.0 → 202602.10.0", "1 more run leads to the channel's version")
	p.must(p.stage("aks-first", "second"), exitDone)
	p.runs(map[string]string{"two": all("1.34.2", level), "three": all("1.34.2", old)})

	// One upgrade more, and the cluster that was stopped until now.
	p.world.AdvanceTo(p.world.Now().Add(48 * time.Hour))
	p.next(10)
	p.follow("fast", "true", "2 clusters will be upgraded to Kubernetes 1.35.0")
	p.must(p.stage("aks-first", "second"), exitDone)
	p.runs(map[string]string{"one": all("1.35.0", level), "two": all("1.35.0", level), "three": all("1.35.0", level)})

	done := p.follow("fast", "false", "Nothing is new for the profile fast of guarded (Rapid, Kubernetes 1.35.0): 3 clusters are at its target.")
	if said := shownLines(done.log); len(said) != 1 || done.outputs[outputState] != "no-updates" {
		t.Errorf("the state is %q, said in %d lines: %q", done.outputs[outputState], len(said), said)
	}
	p.follow("stable", "false", "Nothing is new for the profile stable of guarded (Stable, Kubernetes 1.34.2)")
}

// TestAProfileOfNodeImages has its own stages, and new images are new.
func TestAProfileOfNodeImages(t *testing.T) {
	p := newProfilePipeline(t)
	for _, image := range []string{level, "202602.28.0"} {
		name := p.follow("images", "true", image).outputs[outputRunName]
		if want := "auto-images-nodeimage-" + strings.ReplaceAll(image, ".", "-") + "-"; !strings.HasPrefix(name, want) {
			t.Errorf("the name of the run is %q, want %q", name, want)
		}
		if !strings.Contains(p.outputs[outputStages], `{"everything":{"run":true,"accept":false,"members":`) {
			t.Errorf("the stages are %s", p.outputs[outputStages])
		}
		if done := p.stage("", "everything"); done.code == exitFailed { // a pool fails once
			p.again()
			p.must(p.stage("", "everything"), exitDone)
		}
		p.follow("images", "false", "Nothing is new for the profile images of guarded (NodeImage)")
		p.world.AdvanceTo(p.world.Now().Add(240 * time.Hour))
	}
	p.runs(map[string]string{"one": all("1.34.2", "202602.28.0"), "two": all("1.33.7", "202602.28.0")})
}

// A run is held to its own environments, and environments check to all of the file.
func TestAProfileIsHeldToItsEnvironments(t *testing.T) {
	p := newProfilePipeline(t)
	p.must(p.plan("--profile", "lost"), exitRefused, "title=environment-missing", "aks-lost")
	p.must(p.plan("--profile", "stable"), exitDone)
	p.must(p.plan(), exitDone)
	p.must(p.job("", nil, "environments check", "--strategy", p.strategy), exitRefused, "title=environment-missing", "aks-lost")
}

func TestProfilesThatCannotBeFollowed(t *testing.T) {
	for name, spec := range map[string]struct {
		arguments []string
		want      []string
	}{
		"one that is not there": {[]string{"--profile", "fats"}, []string{`there is no auto-upgrade profile "fats"`, "did you mean fast?"}},
		"a version by hand":     {[]string{"--profile", "fast", "--kubernetes-version", "1.34"}, []string{"a profile says itself what its runs upgrade to", "leave out --profile"}},
		"images by hand":        {[]string{"--profile", "images", "--node-image-selection", "Latest"}, []string{"a profile says itself"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProfilePipeline(t)
			done := p.plan(spec.arguments...)
			p.must(done, exitInput, spec.want...)
			if len(done.files[planFile]) > 0 {
				t.Error(fmt.Sprint("a plan was made: ", done.outputs))
			}
		})
	}
}
