package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// desk is a terminal at which somebody runs rollouts on a simulated fleet: the command line from its first word, with
// files on the disk.
type desk struct {
	t       *testing.T
	world   *simulator.World
	file    string                   // the strategy
	replies string                   // what is typed where something is asked
	until   func(now time.Time) bool // when Ctrl-C is pressed, asked whenever the process waits; nil: never
}

const deskStrategy = `
version: 1
name: guarded
members:
  - discover: {subscriptions: [00000000-0000-4000-8000-000000000001], tags: {ring: "*"}, groupTag: ring}
upgrade: {type: Full, kubernetesVersion: 1.34.1, nodeImageSelection: {type: Consistent}}
stages:
  - {name: first, groups: [{name: first}], afterStageWaitInSeconds: 600}
  - {name: second, groups: [{name: second}], environment: {name: aks-second, reviewers: 1}, maxAllowedFailures: 0}
snapshots: {allow: true, resourceGroup: snapshots}
`

// newDesk is a desk with the fleet and the strategy of the end-to-end tests; more is added to the fleet, and change is made to the strategy.
func newDesk(t *testing.T, more string, change ...string) *desk {
	t.Helper()
	newer := strings.NewReplacer(fmt.Sprintf("AKSAzureLinux-V3gen2-%s}]", level),
		fmt.Sprintf("AKSAzureLinux-V3gen2-%s}, {image: AKSUbuntu-2204gen2containerd-202602.28.0, after: 48h}, {image: AKSAzureLinux-V3gen2-202602.28.0, after: 48h}]", level))
	world, findings := simulator.Load("fleet.yml", []byte(newer.Replace(fmt.Sprintf(rolloutFleet, level))+more))
	if fleet.HasErrors(findings) {
		t.Fatalf("%+v", findings)
	}
	d := &desk{t: t, world: world, file: filepath.Join(t.TempDir(), "strategy.yml"), replies: strings.Repeat("yes\n", 9)}
	d.writes(change...)
	return d
}

// writes puts the strategy on the disk, with some changes.
func (d *desk) writes(change ...string) {
	d.t.Helper()
	if err := os.WriteFile(d.file, []byte(strings.NewReplacer(change...).Replace(deskStrategy)), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// folder is the path of an output folder.
func (d *desk) folder(name string) string { return filepath.Join(filepath.Dir(d.file), name) }

// types runs a command, with the folder out beside the strategy.
func (d *desk) types(out, command string, arguments ...string) ended {
	d.t.Helper()
	environment := map[string]string{}
	maps.Copy(environment, simulatorEnvironment(simulatedEndpoint, "org/fleet"))
	s, stdout, stderr := streams(environment)
	s.interactive, s.stdin = true, strings.NewReader(d.replies)
	s.folder = func(path string) disk { return folder{path: path} }
	s.now, s.transport = d.world.Now, wire.Transport(wire.Handler(d.world))
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	wait := worldWait(d.world)
	s.wait = func(ctx context.Context, until time.Time) error {
		if d.until != nil && d.until(d.world.Now()) {
			interrupt()
		}
		return wait(ctx, until)
	}
	all := append(strings.Fields(command), "--out", d.folder(out))
	if command == "run" {
		all = append(all, "--poll-interval", "1m")
	}
	code := dispatch(ctx, s, append(all, arguments...))
	return ended{code: code, log: stdout.String() + stderr.String()}
}

func (d *desk) run(out string, arguments ...string) ended {
	d.t.Helper()
	return d.types(out, "run", append([]string{"--strategy", d.file}, arguments...)...)
}

// must fails the test unless a command ended with the code and said all of the pieces.
func (d *desk) must(done ended, code exitCode, pieces ...string) {
	d.t.Helper()
	if done.code != code {
		d.t.Fatalf("exit code %d, want %d\n%s", done.code, code, done.log)
	}
	for _, piece := range pieces {
		if !strings.Contains(done.log, piece) {
			d.t.Errorf("nothing says %q\n%s", piece, done.log)
		}
	}
}

func (d *desk) plan(out string) plan.Plan {
	d.t.Helper()
	content, err := os.ReadFile(filepath.Join(d.folder(out), planFile))
	if err != nil {
		d.t.Fatal(err)
	}
	made, findings := plan.Decode(planFile, content)
	if fleet.HasErrors(findings) {
		d.t.Fatal(findings)
	}
	return made
}

func (d *desk) result(out string) fleet.Result {
	d.t.Helper()
	content, err := os.ReadFile(filepath.Join(d.folder(out), resultFile))
	if err != nil {
		d.t.Fatal(err)
	}
	var result fleet.Result
	if err := json.Unmarshal(content, &result); err != nil {
		d.t.Fatal(err)
	}
	return result
}

// runs fails the test unless clusters run what they are to run.
func (d *desk) runs(want map[string]string) {
	d.t.Helper()
	for name, what := range want {
		if got := running(d.t, d.world, name); got != what {
			d.t.Errorf("%s runs %s, want %s", name, got, what)
		}
	}
}

// writes counts what the client wrote to a cluster and had accepted.
func writesTo(world *simulator.World, name string) int {
	count := 0
	for _, event := range world.History() {
		if event.Kind == simulator.Wrote && event.By == simulator.Client && event.Cluster.Name() == name {
			count++
		}
	}
	return count
}

// asBefore is what "two" runs before anybody has upgraded it.
const asBefore = "1.33.7 system=1.33.7/202601.05.0 linux=1.33.7/202601.05.0"

func TestARunIsStoppedAndGoesOnWithoutAMember(t *testing.T) {
	d := newDesk(t, "")
	d.until = func(time.Time) bool { return writesTo(d.world, "three") > 0 }
	stopped := d.run("out")
	d.must(stopped, exitAgain, "This was told to stop", "second of plan "+d.plan("out").Short()+" waits for approval")
	d.runs(map[string]string{"one": all("1.34.1", level), "two": asBefore})
	begun, first := writesTo(d.world, "three"), d.plan("out")

	d.until = nil
	d.replies = "no\n"
	d.must(d.run("out", "--skip", "Member:two"), exitRefused, "waits for approval")
	if second := d.plan("out"); second.Digest == first.Digest || writesTo(d.world, "three") != begun {
		t.Errorf("nobody approved the new plan, of which %d writes were made", writesTo(d.world, "three")-begun)
	}
	d.replies = "yes\n"
	d.must(d.run("out", "--skip", "Member:two"), exitDone, "second of plan "+d.plan("out").Short()+" waits for approval", "skipped: on request (Member:two)")
	d.runs(map[string]string{"three": all("1.34.1", level), "two": asBefore})
	if wrote := writesTo(d.world, "three"); wrote != 3 { // the control plane and two pools, each once
		t.Errorf("%d writes to three", wrote)
	}
}

func TestARunGoesOnAfterItWasStopped(t *testing.T) {
	d := newDesk(t, "")
	d.until = func(time.Time) bool { return writesTo(d.world, "three") > 0 }
	d.must(d.run("out"), exitAgain)
	made := d.plan("out")
	d.until, d.replies = nil, "" // it was approved
	d.must(d.run("out"), exitAgain, "Nobody answered")
	d.replies = "yes\n"
	d.must(d.run("out"), exitDone, "This run goes on with the plan")
	if d.plan("out").Digest != made.Digest || writesTo(d.world, "three") != 3 {
		t.Errorf("another plan, or %d writes to three", writesTo(d.world, "three"))
	}
}

const threeFails = "faults: {exact: [{kind: drain, cluster: three, pool: linux, times: 1}]}\n"

func TestARunGoesOnAfterItFailed(t *testing.T) {
	d := newDesk(t, threeFails)
	d.must(d.run("out"), exitFailed, "mend the failed clusters, then run the same command again")
	d.runs(map[string]string{"two": asBefore})
	made := d.plan("out")
	d.must(d.run("out"), exitDone, "This run goes on with the plan")
	d.runs(map[string]string{"two": all("1.34.1", level), "three": all("1.34.1", level)})
	if d.plan("out").Digest != made.Digest {
		t.Error("another plan was made")
	}
}

// TestASlipInTheOrdersLeavesTheRecordOfAStoppedRun: the wait after the first stage is known from nowhere else.
func TestASlipInTheOrdersLeavesTheRecordOfAStoppedRun(t *testing.T) {
	d := newDesk(t, "", "afterStageWaitInSeconds: 600", "afterStageWaitInSeconds: 86400")
	d.until = func(time.Time) bool {
		return d.plan("out").Digest != "" && d.result("out").Stage("first").Outcome.Good()
	}
	d.must(d.run("out"), exitAgain)
	first, recorded := d.plan("out"), d.result("out")

	d.must(d.run("out", "--skip", "Member:tow"), exitInput, "nothing called Member:tow")
	d.must(d.types("out", "plan", "--strategy", d.file, "--skip", "Member:tow"), exitInput, "nothing called Member:tow")
	if after := d.result("out"); d.plan("out").Digest != first.Digest || after.At != recorded.At {
		t.Fatalf("plan %s recorded at %s, before %s at %s", d.plan("out").Short(), after.At, first.Short(), recorded.At)
	}
	ended := recorded.Stage("first").FinishedAt
	d.until = nil
	d.must(d.run("out"), exitDone, "This run goes on with the plan")
	if begun := d.result("out").Stage("second").StartedAt; begun.Sub(ended) < 24*time.Hour {
		t.Errorf("the first stage ended at %s, and the second began at %s", ended, begun)
	}
}

// TestARunThatFailedWithinItsBudgetIsTriedAgain each time, also where the plan is the one of the time before.
func TestARunThatFailedWithinItsBudgetIsTriedAgain(t *testing.T) {
	d := newDesk(t, strings.Replace(threeFails, "times: 1", "times: 2", 1), "maxAllowedFailures: 0", "maxAllowedFailures: 1")
	d.must(d.run("out"), exitDone, "succeeded with 1 failure")
	d.must(d.run("out"), exitDone, "succeeded with 1 failure")
	before := d.plan("out")
	d.must(d.run("out"), exitDone, "1 cluster will be upgraded", "Upgrade of guarded: succeeded")
	d.runs(map[string]string{"three": all("1.34.1", level)})
	if d.plan("out").Digest != before.Digest {
		t.Error("another plan: this shows nothing")
	}
}

// TestAnotherRunDoesNotTakeTheFolderOfOneThatIsNotAtItsEnd, whatever makes it another.
func TestAnotherRunDoesNotTakeTheFolderOfOneThatIsNotAtItsEnd(t *testing.T) {
	d := newDesk(t, "", "maxAllowedFailures: 0", "maxAllowedFailures: 1")
	d.must(d.run("past", "--skip", "Member:two"), exitDone)
	d.until = func(time.Time) bool { return writesTo(d.world, "one") > 0 && writesTo(d.world, "two") > 0 }
	d.must(d.run("out"), exitAgain)
	first, recorded := d.plan("out"), d.result("out")
	d.until = nil

	earlier := filepath.Join(d.folder("past"), resultFile)
	for name, other := range map[string][]string{
		"the run guarded (a retry of guarded)": {"--strategy", d.file, "--retry", earlier},
		"the run one-by-one":                   {"--members", deskClusters + "one"},
	} {
		for _, command := range []string{"run", "plan"} {
			d.must(d.types("out", command, other...), exitInput, "holds the record of the run guarded, which is not at its end, and this is "+name)
		}
	}
	other := filepath.Join(filepath.Dir(d.file), "other.yml")
	if err := os.WriteFile(other, []byte(strings.Replace(deskStrategy, "name: guarded", "name: other", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	d.must(d.types("out", "run", "--strategy", other), exitInput, "and this is the run other")
	if after := d.result("out"); d.plan("out").Digest != first.Digest || after.At != recorded.At {
		t.Errorf("the record is now %+v", after)
	}
}

// TestOtherMembersDoNotTakeTheFolder: without a strategy they are all that tells one run from another.
func TestOtherMembersDoNotTakeTheFolder(t *testing.T) {
	d := newDesk(t, "")
	d.until = func(time.Time) bool { return writesTo(d.world, "one") > 0 }
	d.must(d.types("out", "run", "--members", deskClusters+"one"), exitAgain)
	before := d.plan("out")
	d.until = nil
	for _, command := range []string{"run", "plan"} {
		d.must(d.types("out", command, "--members", deskClusters+"two"), exitInput, "the record of the run one-by-one (one), which is not at its end, and this is the run one-by-one (two)")
	}
	if after := d.plan("out"); after.Digest != before.Digest {
		t.Errorf("the plan is now %s", after.Short())
	}
	d.must(d.types("out", "run", "--members", deskClusters+"one"), exitDone, "This run goes on with the plan")
}

// TestARetryHasTheTargetsOfTheRunBefore: by then the strategy asks for a newer patch, and a newer image is out.
func TestARetryHasTheTargetsOfTheRunBefore(t *testing.T) {
	tolerant := []string{"maxAllowedFailures: 0", "maxAllowedFailures: 1"}
	d := newDesk(t, threeFails, tolerant...)
	d.must(d.run("out"), exitDone, "succeeded with 1 failure")
	d.world.AdvanceTo(d.world.Now().Add(72 * time.Hour))
	d.writes(append(tolerant, "kubernetesVersion: 1.34.1", `kubernetesVersion: "1.34"`)...)
	earlier := filepath.Join(d.folder("out"), resultFile)

	d.must(d.types("fresh", "plan", "--strategy", d.file), exitDone, "2 clusters will be upgraded to Kubernetes 1.34.2", "1 blocked", "202602.28.0")
	d.must(d.types("plan", "plan", "--strategy", d.file, "--retry", earlier), exitDone, "1 cluster will be upgraded to Kubernetes 1.34.1",
		"Retry of run guarded, plan "+d.plan("out").Short(), "not part of the retry: Completed in the earlier run")
	d.must(d.run("retry", "--retry", earlier), exitDone, "second of plan "+d.plan("plan").Short()+" waits for approval")
	d.runs(map[string]string{"one": all("1.34.1", level), "two": all("1.34.1", level), "three": all("1.34.1", level)})
	before, after := d.plan("out"), d.plan("retry")
	if before.Digest == after.Digest || after.Upgrade.Kubernetes != before.Upgrade.Kubernetes {
		t.Errorf("%+v and %+v", before.Upgrade, after.Upgrade)
	}
	d.must(d.types("again", "plan", "--strategy", d.file, "--retry", filepath.Join(d.folder("retry"), resultFile)), exitInput, "in the run to retry no member failed or was skipped")
}

// TestARetryThatFailsWithinItsBudgetIsNoFailure: the others of its stage are at the target since the run before, and later
// stages may begin.
func TestARetryThatFailsWithinItsBudgetIsNoFailure(t *testing.T) {
	more := "  - {name: four, location: northeurope, version: 1.33.7, tags: {ring: third}, pools: [*system, *linux]}\n" +
		strings.Replace(threeFails, "times: 1", "times: 2", 1)
	d := newDesk(t, more, "maxAllowedFailures: 0}", "maxAllowedFailures: 1}\n  - {name: third, groups: [{name: third}], minSucceeded: 0}")
	first := d.run("out", "--skip", "Member:four")
	d.must(first, exitDone, "succeeded with 1 failure", "or retry what failed with the same",
		"fleet-action run --strategy "+d.file+" --retry "+filepath.Join(d.folder("out"), resultFile)+" --skip Member:four --out "+d.folder("out")+"-retry --poll-interval 1m")
	d.must(d.run("retry", "--retry", filepath.Join(d.folder("out"), resultFile)), exitDone, "2 clusters that failed or were skipped there are tried again",
		"Upgrade of guarded: succeeded with 1 failure", "3 of 4 clusters are at the target; 1 failed")
	d.runs(map[string]string{"four": all("1.34.1", level)})
	d.must(d.run("again", "--retry", filepath.Join(d.folder("retry"), resultFile)), exitDone, "Upgrade of guarded: succeeded", "4 of 4 clusters are at the target")
	d.runs(map[string]string{"three": all("1.34.1", level)})
}

// TestARetryIsDoneWhereALaterStageWasNeverBegun: what is left out of it there keeps nothing from succeeding. Where a later
// stage has something to upgrade, it does not get past the one that the earlier run did not come to.
func TestARetryIsDoneWhereALaterStageWasNeverBegun(t *testing.T) {
	more := "  - {name: four, location: northeurope, version: 1.33.7, tags: {ring: first}, pools: [*system, *linux]}\n" +
		"  - {name: five, location: northeurope, version: 1.33.7, tags: {ring: third}, pools: [*system, *linux]}\n"
	third := []string{"maxAllowedFailures: 0}", "maxAllowedFailures: 0}\n  - {name: third, groups: [{name: third}]}"}
	retry := func(d *desk) []string { return []string{"--retry", filepath.Join(d.folder("out"), resultFile)} }
	d := newDesk(t, more, third...)
	d.replies = ""
	d.must(d.run("out", "--skip", "Member:four"), exitAgain, "Nobody answered")
	d.must(d.run("retry", retry(d)...), exitDone, "1 cluster will be upgraded", "Upgrade of guarded: succeeded")
	d.must(d.run("retry", retry(d)...), exitDone, "Upgrade of guarded: succeeded")
	d.runs(map[string]string{"four": all("1.34.1", level), "two": asBefore, "five": asBefore})

	d = newDesk(t, more, third...)
	d.replies = ""
	d.must(d.run("out", "--skip", "Member:five"), exitAgain, "Nobody answered")
	d.must(d.run("retry", retry(d)...), exitFailed, "Stage second needs 1 members at their target to count as done, and 0 can get there",
		"Go on with the run that is retried, guarded, until this stage is done, or skip the stage as a whole (Stage:second)")
	d.runs(map[string]string{"five": asBefore})
	d.must(d.run("skipped", append(retry(d), "--skip", "Stage:second")...), exitDone)
	d.runs(map[string]string{"five": all("1.34.1", level), "two": asBefore})
}

// TestWhatWasRefusedOfARunIsNotOfItsRetry: that nobody approved the one does not forbid the other.
func TestWhatWasRefusedOfARunIsNotOfItsRetry(t *testing.T) {
	d := newDesk(t, "")
	d.replies = "no\n"
	d.must(d.run("out", "--skip", "Member:two"), exitRefused, "not approved")
	d.replies = "yes\n"
	d.must(d.run("retry", "--retry", filepath.Join(d.folder("out"), resultFile)), exitDone, "1 cluster will be upgraded")
	d.runs(map[string]string{"two": all("1.34.1", level), "three": all("1.33.5", old)})
	if findings := d.plan("retry").Findings; strings.Contains(fmt.Sprint(findings), "not-approved") {
		t.Errorf("%v", findings)
	}
}

// TestTheStatusOfAFolderSaysHowToGoOn as it is done on a terminal, where there are no jobs.
func TestTheStatusOfAFolderSaysHowToGoOn(t *testing.T) {
	d := newDesk(t, threeFails)
	said := func(out string, code exitCode, pieces ...string) {
		t.Helper()
		status := d.types(out, "status")
		d.must(status, code, pieces...)
		if strings.Contains(status.log, "job") {
			t.Errorf("it speaks of jobs\n%s", status.log)
		}
	}
	d.must(d.types("stages", "plan", "--strategy", d.file), exitDone)
	said("stages", exitAgain, "stage first was to upgrade 1 of its clusters, and did not run", "fleet-action stage --plan "+filepath.Join(d.folder("stages"), planFile)+" --stage first --out "+d.folder("stages"))
	d.until = func(time.Time) bool { return writesTo(d.world, "one") > 0 }
	d.must(d.run("out"), exitAgain)
	d.until = nil
	said("out", exitAgain, "run the same command again in this folder", "it continues where Azure stands, and nothing is done twice")
	d.must(d.run("out"), exitFailed)
	said("out", exitFailed, "mend what failed, then run the same command again in this folder")

	d.must(d.types("errored", "plan", "--strategy", d.file, "--skip", "Stage:x"), exitInput)
	said("errored", exitAgain, "The run has nothing called Stage:x", "Mend the errors above, then plan again")
}

// TestASecondRunBesideTheFirst: each has its own plan, approvals and record, whatever becomes of the other.
func TestASecondRunBesideTheFirst(t *testing.T) {
	d := newDesk(t, "")
	d.until = func(time.Time) bool { return writesTo(d.world, "three") > 0 }
	d.must(d.run("out"), exitAgain)
	first, recorded := d.plan("out"), d.result("out")

	d.until = nil
	d.must(d.run("out", "--name", "second", "--skip", "Member:three"), exitInput, "holds the record of the run guarded, which is not at its end", "another folder with --out")
	d.must(d.types("out", "plan", "--strategy", d.file, "--name", "second"), exitInput, "holds the record of the run guarded")
	d.must(d.run("second", "--name", "second", "--skip", "Member:three"), exitDone, "Upgrade of guarded, run second: succeeded", "waits for approval")
	d.runs(map[string]string{"two": all("1.34.1", level)})
	if made := d.plan("second"); made.Run != "second" || made.Name != "guarded" || d.result("second").Run != "second" || made.Digest == first.Digest {
		t.Errorf("the second run is %q of %q, recorded as %q", made.Run, made.Name, d.result("second").Run)
	}
	if after := d.result("out"); after.At != recorded.At || after.Run != "guarded" {
		t.Errorf("the record of the first run is now %+v", after)
	}
	d.must(d.run("out"), exitDone, "This run goes on with the plan")
	d.runs(map[string]string{"three": all("1.34.1", level)})
	if d.plan("out").Digest != first.Digest || writesTo(d.world, "three") != 3 {
		t.Errorf("the first run has another plan, or made %d writes to three", writesTo(d.world, "three"))
	}
	d.must(d.run("out", "--name", "third"), exitDone) // a run at its end needs its folder no more
}

// TestARunUnderAnotherNameIsAnotherRun, also where it is asked for the same.
func TestARunUnderAnotherNameIsAnotherRun(t *testing.T) {
	d := newDesk(t, "")
	one := d.types("one", "plan", "--strategy", d.file, "--format", "json")
	two := d.types("two", "plan", "--strategy", d.file, "--format", "json", "--name", "two")
	d.must(one, exitDone, `"run": "guarded"`)
	d.must(two, exitDone, `"name": "guarded"`, `"run": "two"`)
	if d.plan("one").Digest == d.plan("two").Digest {
		t.Error("an approval of one would be one of the other")
	}
	d.must(d.types("three", "plan", "--strategy", d.file, "--name", "Not one"), exitInput, `"Not one" is not a name: use lower-case letters`, "another name with --name")
}

const deskClusters = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/fleet/providers/Microsoft.ContainerService/managedClusters/"

func TestMembersAreUpgradedOneByOneWithoutAStrategy(t *testing.T) {
	d := newDesk(t, threeFails)
	members := deskClusters + "three " + deskClusters + "two"
	d.must(d.types("out", "run", "--members", members, "--kubernetes-version", "1.34.1"), exitFailed, "Upgrade of one-by-one: failed")
	made := d.plan("out")
	if len(made.Stages) != 1 || made.Stages[0].MaxConcurrency != 1 || made.Upgrade.Type != "Full" || made.Upgrade.Images != "Latest" {
		t.Errorf("%+v", made.Upgrade)
	}
	d.runs(map[string]string{"two": asBefore})
	d.must(d.types("retry", "run", "--members", members, "--retry", filepath.Join(d.folder("out"), resultFile)), exitDone,
		"Retry of run one-by-one", "two", "not part of the retry: NotStarted in the earlier run")
	d.runs(map[string]string{"three": all("1.34.1", level), "two": asBefore})
	d.must(d.types("rest", "run", "--members", members, "--upgrade-type", "ControlPlaneOnly", "--kubernetes-version", "1.34.1"), exitDone)
	d.runs(map[string]string{"two": runs("1.34.1", "1.33.7", old, "1.33.7", old)})
}

// A Fleet resource is named as a cluster is: its members are upgraded.
func TestTheMembersOfAFleetAreUpgraded(t *testing.T) {
	world, findings := simulator.Load("fleet.yml", []byte(strings.NewReplacer("clusters:\n", "fleets: [{name: prod}]\nclusters:\n",
		"tags: {ring: second}, pools", "tags: {ring: second}, member: {fleet: prod}, pools").Replace(fmt.Sprintf(rolloutFleet, level))))
	if fleet.HasErrors(findings) {
		t.Fatal(findings)
	}
	d := newDesk(t, "")
	d.world = world
	prod := strings.Replace(deskClusters, "managedClusters/", "fleets/prod", 1)
	d.must(d.types("out", "run", "--members", prod), exitDone, "2 clusters will be upgraded to the latest node image")
	d.runs(map[string]string{"two": all("1.33.7", level), "three": all("1.33.5", level), "one": all("1.33.5", old)})
	d.must(d.types("both", "plan", "--members", prod+" "+deskClusters+"two"), exitRefused, "is a member already")
}

func TestThePlanOfAStrategyIsSavedAsOne(t *testing.T) {
	d := newDesk(t, "")
	d.must(d.types("out", "plan", "--strategy", d.file), exitDone)
	file := filepath.Join(d.folder("saved"), "strategy.yml")
	save := func(arguments ...string) ended {
		s, stdout, stderr := streams(nil)
		s.folder = func(path string) disk { return folder{path: path} }
		code := dispatch(context.Background(), s, append([]string{"strategy", "save", "--plan", filepath.Join(d.folder("out"), planFile), "--strategy", file}, arguments...))
		return ended{code: code, log: stdout.String() + stderr.String()}
	}
	d.must(save("--name", "saved"), exitDone, "Check it, and what it would do:  fleet-action validate --strategy "+file)
	content, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(content), "# Saved from plan "+d.plan("out").Short()+" of guarded") {
		t.Fatalf("%v\n%s", err, content)
	}
	d.must(save(), exitInput, file+" is there already, and is not overwritten")
	if after, _ := os.ReadFile(file); string(after) != string(content) {
		t.Error("it was overwritten")
	}
	before := d.plan("out")
	d.must(d.types("again", "plan", "--strategy", file), exitDone)
	after := d.plan("again")
	for i, stage := range before.Stages {
		for j, group := range stage.Groups {
			for k, member := range group.Members {
				if got := after.Stages[i].Groups[j].Members[k]; got.Cluster != member.Cluster || got.Name != member.Name {
					t.Errorf("%s is now %s", member.Name, got.Name)
				}
			}
		}
	}
	if after.Name != "saved" || after.Stages[0].WaitSeconds != 600 || after.Stages[1].Environment.Reviewers != 1 || after.Upgrade.Requested != before.Upgrade.Requested {
		t.Errorf("%+v", after)
	}
	d.must(d.types("out", "plan", "--strategy", d.file, "--skip", "Stage:first"), exitDone)
	file += ".new"
	d.must(save(), exitInput, "the plan leaves out Stage:first, so that its gates or its wait are not in it", "save a plan of the whole run")
	if _, err := os.Stat(file); err == nil {
		t.Error("it was saved")
	}
}

// TestPartsAreLeftOutBeforeARunBegins: a stage with its wait, a group with its stage's approval, a member, a wait.
func TestPartsAreLeftOutBeforeARunBegins(t *testing.T) {
	upgraded := all("1.34.1", level)
	before := map[string]string{"one": all("1.33.5", old), "two": asBefore, "three": all("1.33.5", old)}
	for skip, spec := range map[string]struct {
		left         string
		asked, waits bool
	}{
		"":                             {"", true, true},
		"Stage:first":                  {"one", true, false},
		"Stage:second":                 {"two three", false, false},
		"Group:second":                 {"two three", false, true},
		"Member:three":                 {"three", true, true},
		"AfterStageWait:first":         {"", true, false},
		"Member:one Member:two":        {"one two", true, false},
		"AfterStageWait:first Group:x": {"one two three", false, false}, // there is no such group
	} {
		t.Run(skip, func(t *testing.T) {
			d := newDesk(t, "", "groups: [{name: first}],", "groups: [{name: first}], minSucceeded: 0,", "groups: [{name: second}],", "groups: [{name: second}], minSucceeded: 0,")
			done := d.run("out", "--skip", skip)
			if strings.Contains(skip, "Group:x") {
				d.must(done, exitInput, "nothing called Group:x")
			} else {
				d.must(done, exitDone)
			}
			for name, was := range before {
				if want := upgraded; slices.Contains(strings.Fields(spec.left), name) {
					d.runs(map[string]string{name: was})
				} else {
					d.runs(map[string]string{name: want})
				}
			}
			if asked := strings.Contains(done.log, "waits for approval in environment aks-second. Type yes"); asked != spec.asked {
				t.Errorf("asked for approval: %v\n%s", asked, done.log)
			}
			if waited := strings.Contains(done.log, "Stage waits: not before"); waited != spec.waits {
				t.Errorf("waited: %v\n%s", waited, done.log)
			}
		})
	}
}
