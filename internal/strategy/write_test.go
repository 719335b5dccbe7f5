package strategy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/fleet-update-action/internal/fleet"
)

const writable = `version: 1
name: production
members:
  - clusters:
      - {id: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-1, group: dev}
      - {id: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-2, name: second, group: "007"}
upgrade: {type: Full, kubernetesVersion: "1.30", nodeImageSelection: {type: Custom, customNodeImageVersions: [{version: AKSUbuntu-2204gen2containerd-202510.19.0}]}}
stages:
  - name: canary
    environment: {name: aks, reviewers: 2, preventSelfReview: true, adminBypass: false, waitMinutes: 30, branches: [main, release/*]}
    groups:
      - name: dev
        maxConcurrency: 1
        maxAllowedFailures: 0
        beforeGates:
          - type: ScheduledStart
            scheduledStartConfiguration: {startDay: Saturday, startTime: "22:30", utcOffset: "-05:30"}
    maxConcurrency: 25%
    maxAllowedFailures: 2
    minSucceeded: 0
    afterStageWaitInSeconds: 90
    beforeGates:
      - type: Approval
        displayName: 'Ready: go?'
        environment: {name: aks-ready, branches: protected}
      - type: ScheduledStart
        scheduledStartConfiguration: {startDay: Sunday, startTime: "00:00", utcOffset: "+00:00"}
    afterGates:
      - type: Approval
        environment: {name: aks-accept, reviewers: 3}
  - name: production
    groups:
      - name: "007"
stoppedClusters: fail
windowClose: hold
planMaxAge: 36h
snapshots: {allow: true, resourceGroup: snaps}
workflow: {approvals: dispatch}
`

// What Write writes is what Parse reads, and is what a person would have written.
func TestWriteIsParsed(t *testing.T) {
	s, findings := Parse("a.yml", []byte(writable))
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	text, err := Write(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(writable, string(text)); diff != "" {
		t.Errorf("(-as written +by Write)\n%s", diff)
	}
	again, findings := Parse("a.yml", text)
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	if diff := cmp.Diff(s, again, cmpopts.IgnoreTypes(fleet.Position{}), cmp.AllowUnexported(fleet.Selector{})); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}

// What is as it is by default needs no line.
func TestWriteLeavesOutDefaults(t *testing.T) {
	content := "version: 1\nname: small\nmembers:\n  - clusters:\n      - {id: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-1}\n" +
		"upgrade: {type: NodeImageOnly, nodeImageSelection: {type: Latest}}\n"
	s, findings := Parse("a.yml", []byte(content))
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	text, err := Write(s)
	if err != nil || string(text) != content {
		t.Errorf("%v\n%s", err, text)
	}
}

// Two places may require different things of one environment, as long as one leaves them out.
func TestWriteMakesNoContradiction(t *testing.T) {
	s, findings := Parse("a.yml", []byte(complete("stages: [{name: s, memberSelector: {byLabel: a=b}, environment: {name: e, reviewers: 2}, "+
		"afterGates: [{type: Approval, environment: {name: e}}]}]\n")))
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	s.Sources = nil
	text, err := Write(s)
	if err != nil || strings.Count(string(text), "reviewers") != 1 {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestWrittenAges(t *testing.T) {
	for length, want := range map[time.Duration]string{
		14 * 24 * time.Hour: "14d", 36 * time.Hour: "36h", 90 * time.Minute: "90m", 24 * time.Hour: "1d", 0: "",
	} {
		if got := writtenAge(length); got != want {
			t.Errorf("%s: %q, want %q", length, got, want)
		}
	}
}
