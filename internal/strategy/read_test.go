package strategy

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Everything that a strategy can say arrives where it belongs.
func TestParseValues(t *testing.T) {
	content := `version: 1
name: production
members:
  - fleet: /subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/prod/
  - clusters:
      - id: /subscriptions/00000000-0000-0000-0000-00000000000A/resourcegroups/RG/providers/microsoft.containerservice/managedClusters/AKS-1
        group: dev
        labels: {tier: web}
      - {id: /subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-2, name: second}
  - discover:
      subscriptions: [00000000-0000-0000-0000-00000000000A, 00000000-0000-0000-0000-00000000000a]
      tags: {fleet: "*"}
      groupTag: ring
upgrade:
  engine: fleet
  type: Full
  kubernetesVersion: 1.30
  nodeImageSelection:
    type: Custom
    customNodeImageVersions: [{version: AKSUbuntu-2204gen2containerd-202510.19.0}]
stages:
  - name: canary
    environment: {name: aks, reviewers: 2, preventSelfReview: true, adminBypass: false, waitMinutes: 30, branches: [main, "release/*"]}
    runsOn: {group: big, labels: [linux, x64]}
    jobLimit: 90m
    memberSelector: {byLabel: tier=web}
    maxConcurrency: 25%
    maxAllowedFailures: "2"
    minSucceeded: 0
    afterStageWaitInSeconds: 90
    groups:
      - name: dev
        maxConcurrency: 3
        beforeGates:
          - type: ScheduledStart
            scheduledStartConfiguration: {startDay: Saturday, startTime: "22:30", utcOffset: "-05:30"}
    beforeGates: [{type: Approval, displayName: Ready, environment: {name: aks-ready}}]
    afterGates: [{type: Approval, environment: {name: aks-accept, reviewers: 3, branches: protected}}]
stoppedClusters: fail
windowClose: hold
planMaxAge: 36h
snapshots:
  allow: true
  resourceGroup: snaps
  donors: [/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-1/agentPools/System]
workflow: {runsOn: [self-hosted, linux], branch: trunk, onStrategyChange: true, approvals: dispatch, artifacts: v4, resume: "17  */2 * * mon-fri"}
autoUpgrade:
  profiles:
    - name: lts
      channel: TargetKubernetesVersion
      targetKubernetesVersion: 1.30
      longTermSupport: true
      disabled: true
      schedule: {cron: "37  4 * * 1-5", timezone: Europe/Berlin}
      onWaiting: supersede
      nodeImageSelection: {type: Consistent}
`
	selector, err := fleet.ParseSelector("tier=web")
	if err != nil {
		t.Fatal(err)
	}
	const subscription = "00000000-0000-0000-0000-00000000000a"
	first, second := fleet.NewClusterID(subscription, "rg", "aks-1"), fleet.NewClusterID(subscription, "rg", "aks-2")
	minor := fleet.KubernetesVersion{Major: 1, Minor: 30, Patch: fleet.AnyPatch}
	no := false
	want := Strategy{
		File: "strategy.yml",
		Name: "production",
		Sources: []fleet.Source{
			{Fleet: "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/prod"},
			{Listed: []fleet.Member{
				{Name: "aks-1", Cluster: first, Group: "dev", Labels: map[string]string{"tier": "web"}, Source: "strategy.yml:6"},
				{Name: "second", Cluster: second, Source: "strategy.yml:9"},
			}},
			{Discover: &fleet.Discovery{
				Subscriptions: []string{"00000000-0000-0000-0000-00000000000a"}, Tags: map[string]string{"fleet": "*"}, GroupTag: "ring",
			}},
		},
		Upgrade: Upgrade{
			Engine: "fleet", Type: Full, Kubernetes: minor, Images: Custom,
			Custom: []fleet.NodeImage{"AKSUbuntu-2204gen2containerd-202510.19.0"},
		},
		Stages: []Stage{{
			Name:               "canary",
			Selector:           &selector,
			Environment:        &fleet.Environment{Name: "aks", Reviewers: 2, PreventSelfReview: true, AdminBypass: &no, WaitMinutes: 30, Branches: []string{"main", "release/*"}},
			RunsOn:             RunsOn{Group: "big", Labels: []string{"linux", "x64"}},
			JobLimit:           90 * time.Minute,
			MaxConcurrency:     Share{Number: 25, Percent: true, Set: true},
			MaxAllowedFailures: Share{Number: 2, Set: true},
			Wait:               90 * time.Second,
			Groups: []Group{{
				Name:           "dev",
				MaxConcurrency: Share{Number: 3, Set: true},
				BeforeGates: []Gate{{Type: GateScheduledStart, Scheduled: &ScheduledStart{
					Day: time.Saturday, Minute: 22*60 + 30, Offset: -(5*time.Hour + 30*time.Minute),
				}}},
			}},
			BeforeGates: []Gate{{Type: GateApproval, DisplayName: "Ready", Environment: &fleet.Environment{Name: "aks-ready", Reviewers: 1}}},
			AfterGates:  []Gate{{Type: GateApproval, Environment: &fleet.Environment{Name: "aks-accept", Reviewers: 3, ProtectedBranches: true}}},
		}},
		StoppedClusters: "fail",
		WindowClose:     "hold",
		PlanMaxAge:      36 * time.Hour,
		Workflow: Workflow{
			RunsOn: RunsOn{Labels: []string{"self-hosted", "linux"}}, Branch: "trunk", OnStrategyChange: true,
			Approvals: ApprovalsByDispatch, Artifacts: ArtifactsV4, Resume: "17 */2 * * mon-fri",
		},
		Snapshots:   Snapshots{Allow: true, ResourceGroup: "snaps", Donors: []fleet.PoolID{{Cluster: first, Pool: "system"}}},
		LongestWait: 90 * time.Second,
		AutoUpgrade: []Profile{{
			Name: "lts", Channel: "TargetKubernetesVersion", Images: Consistent, TargetKubernetes: minor, LongTermSupport: true, Disabled: true,
			Schedule: Schedule{Cron: "37 4 * * 1-5", TimeZone: "Europe/Berlin"}, OnWaiting: OnWaitingSupersede,
		}},
	}
	got, findings := Parse("strategy.yml", []byte(content))
	if len(findings) != 1 || findings[0].Rule != string(ruleEngine) {
		t.Fatal(render(findings))
	}
	withoutPositions := cmpopts.IgnoreTypes(fleet.Position{})
	if diff := cmp.Diff(want, got, withoutPositions, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := got.Stages[0].MaxConcurrency.Position; p.Line != 27 || p.Column != 21 || p.Length != 3 {
		t.Errorf("maxConcurrency stands at %+v", p)
	}
	if p := got.Upgrade.Position; p.Line != 17 || p.Length != 4 {
		t.Errorf("kubernetesVersion stands at %+v", p)
	}
}

// The pasted stages file and its spelling in YAML are the same stages.
func TestParseStagesFile(t *testing.T) {
	want, _ := Parse("s.yml", read(t, "testdata/ok/stages-file-pasted.yml"))
	for _, path := range []string{"testdata/ok/stages-file-pasted-lines.yml", "testdata/ok/json-with-tabs.yml"} {
		got, _ := Parse("s.yml", read(t, path))
		if diff := cmp.Diff(want.Stages, got.Stages, cmpopts.IgnoreTypes(fleet.Position{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if len(want.Stages) != 2 || want.Stages[0].Wait != time.Hour || want.Stages[1].Groups[0].Name != "eu" {
		t.Errorf("stages: %+v", want.Stages)
	}
}

// A merge takes what the anchor has and keeps what is written beside it.
func TestParseMerges(t *testing.T) {
	s, findings := Parse("s.yml", read(t, "testdata/ok/anchors-and-merges.yml"))
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	second := s.Stages[1]
	if second.Name != "production" || second.MaxConcurrency.Number != 2 || second.Groups[0].Name != "eu" || second.Environment.Reviewers != 1 {
		t.Errorf("the merged stage: %+v", second)
	}
}
