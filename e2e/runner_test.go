//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const subscription = "00000000-0000-4000-8000-000000000001"

// fleetFile is a simulated fleet of two clusters whose steps take as long as duration says.
func fleetFile(duration string) string {
	now := time.Now().UTC()
	return strings.NewReplacer("START", now.Format(time.RFC3339), "DURATION", duration, "IMAGE", now.Format("200601.02")+".0").Replace(`
start: START
subscription: ` + subscription + `
resourceGroup: fleet
durations: {controlPlane: DURATION, node: DURATION, nodeImage: DURATION}
versions: {1.33.5: {}, 1.34.2: {}}
regions: {northeurope: {images: [{image: AKSUbuntu-2204gen2containerd-IMAGE}]}}
github:
  repository: ` + repositoryName + `
  private: true
  permissions: {actions: read, contents: read}
  environments: [{name: aks-live, reviewers: [{user: alice}]}]
  runs: [{id: ` + runID + `, workflow: .github/workflows/fleet-prod.yml, actor: maria}]
clusters:
  - {name: "aks-{n}", count: 2, location: northeurope, version: 1.33.5, tags: {fleet: prod, ring: first}, pools: [{name: system, count: 1, image: AKSUbuntu-2204gen2containerd-202401.05.0}]}
`)
}

const strategy = `version: 1
name: prod
members: [{discover: {subscriptions: [` + subscription + `], tags: {fleet: prod}, groupTag: ring}}]
upgrade: {type: Full, kubernetesVersion: "1.34"}
stages: [{name: only, groups: [{name: first, maxConcurrency: 2}]}]
`

const strategyFile = ".github/fleet/strategy.yml"

// out is where the action is told to write, and where the workflow's upload steps look.
const out = ".fleet"

// TestWrongStrategyIsAnnotatedAndFailsTheStep: the annotation is on the line of the repository's file.
func TestWrongStrategyIsAnnotatedAndFailsTheStep(t *testing.T) {
	t.Parallel()
	wrong := strings.Replace(strategy, "type: Full", "typ: Full", 1)
	r := newRunner(t, simulate(t, fleetFile("100ms")), map[string]string{strategyFile: wrong})
	result := r.step(t, step{attempt: 1, inputs: map[string]string{"command": "validate"}})
	if result.exitCode != 2 || !result.failed() {
		t.Errorf("exit code %d, want 2\n%s", result.exitCode, strings.Join(result.log, "\n"))
	}
	for _, command := range result.commands {
		at := command.properties
		if command.name == "error" && at["file"] == strategyFile && at["line"] == "4" && at["col"] == "11" {
			return
		}
	}
	t.Errorf("no annotation on line 4, column 11 of %s: %+v", strategyFile, result.commands)
}

// TestPlanAndStageUpgradeTheFleet is the way without an incident.
func TestPlanAndStageUpgradeTheFleet(t *testing.T) {
	t.Parallel()
	c := simulate(t, fleetFile("100ms"))
	r := newRunner(t, c, map[string]string{strategyFile: strategy})
	planned := r.planned(t)
	if !strings.Contains(planned.summary, "# Upgrade plan: prod") || !strings.HasSuffix(planned.summary, "\n") {
		t.Errorf("the plan's summary is not whole:\n%s", planned.summary)
	}
	staged := r.step(t, stageStep(planned))
	if staged.failed() {
		t.Fatalf("the stage failed: %d %v\n%s", staged.exitCode, staged.problems, strings.Join(staged.log, "\n"))
	}
	if staged.outputs["state"] != "succeeded" || !strings.Contains(staged.summary, "aks-2") {
		t.Errorf("state %q, and the summary\n%s", staged.outputs["state"], staged.summary)
	}
	checkUpgraded(t, c, 2)
	checkOutputs(t, staged)
	r.checkCleanable(t)
}

// planned makes the plan, checks what the step leaves behind, and keeps the plan as the workflow does.
func (r *runner) planned(t testing.TB) stepResult {
	t.Helper()
	result := r.step(t, step{attempt: 1, inputs: map[string]string{"command": "plan", "out": out}})
	if result.failed() {
		t.Fatalf("the plan failed: %d %v\n%s", result.exitCode, result.problems, strings.Join(result.log, "\n"))
	}
	var plan struct{ Digest string }
	must(t, json.Unmarshal(r.file(t, "plan.json"), &plan))
	if plan.Digest == "" || result.outputs["plan-digest"] != plan.Digest || result.outputs["has-updates"] != "true" {
		t.Errorf("the outputs are %q; the digest of plan.json is %q", result.outputs, plan.Digest)
	}
	var stages map[string]struct {
		Run     bool
		Members int
	}
	must(t, json.Unmarshal([]byte(result.outputs["stages"]), &stages))
	if only := stages["only"]; !only.Run || only.Members != 2 {
		t.Errorf("output stages is %s", result.outputs["stages"])
	}
	checkOutputs(t, result)
	r.cloud.upload(t, result.outputs["plan-artifact"], r.packed(t, "plan.json"))
	return result
}

// stageStep carries out what was planned, as the reusable workflow does.
func stageStep(planned stepResult) step {
	return step{attempt: 1, inputs: map[string]string{
		"command": "stage", "stage": "only", "out": out, "plan-artifact": planned.outputs["plan-artifact"], "plan-digest": planned.outputs["plan-digest"],
		"deadline": "5h50m", "poll-interval": "100ms",
	}}
}

// resourceID is what GitHub would drop an output for where the subscription's id is masked.
var resourceID = regexp.MustCompile(`(?i)/subscriptions/|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func checkOutputs(t testing.TB, result stepResult) {
	t.Helper()
	if len(result.outputs) == 0 {
		t.Error("no outputs")
	}
	for name, value := range result.outputs {
		if resourceID.MatchString(value) {
			t.Errorf("output %s has an id of Azure in it: %s", name, value)
		}
	}
	if len(result.env) > 0 {
		t.Errorf("the step set environment variables for those after it: %v", result.env)
	}
}

// checkUpgraded asks Azure.
func checkUpgraded(t testing.TB, c *cloud, count int) {
	t.Helper()
	clusters := c.clusters(t, subscription)
	if len(clusters) != count {
		t.Errorf("%d clusters, want %d", len(clusters), count)
	}
	for name, one := range clusters {
		if one.Properties.CurrentKubernetesVersion != "1.34.2" {
			t.Errorf("%s runs %s", name, one.Properties.CurrentKubernetesVersion)
		}
		for _, pool := range one.Properties.AgentPoolProfiles {
			if pool.CurrentOrchestratorVersion != "1.34.2" || strings.HasSuffix(pool.NodeImageVersion, "202401.05.0") {
				t.Errorf("%s: pool %s runs %s on %s", name, pool.Name, pool.CurrentOrchestratorVersion, pool.NodeImageVersion)
			}
		}
	}
}

// file is one that the action wrote.
func (r *runner) file(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(r.workspace, out, name))
	must(t, err)
	return content
}

// checkCleanable: the next job's checkout runs as the runner's user, and has to read and remove what is there.
func (r *runner) checkCleanable(t testing.TB) {
	t.Helper()
	for _, script := range []string{`find "$0" -type f -exec cat {} + > /dev/null`, `rm -r "$0"`} {
		command := exec.Command("sh", "-c", script, filepath.Join(r.workspace, out))
		if os.Getuid() == 0 {
			command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(r.user), Gid: uint32(r.user)}}
		}
		if printed, err := command.CombinedOutput(); err != nil {
			t.Errorf("as the runner's user, %s: %v\n%s", script, err, printed)
		}
	}
}
