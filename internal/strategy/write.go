package strategy

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Write writes a strategy as a file that Parse reads as the same one. What is as it is by default is left out. It is for
// strategies whose members are listed and whose groups go by their names: label selectors, other sources, runners and
// profiles are not written.
func Write(s Strategy) ([]byte, error) {
	file := written{
		Version: 1, Name: s.Name, Upgrade: writtenUpgradeOf(s.Upgrade),
		StoppedClusters: other(s.StoppedClusters, "skip"), WindowClose: other(s.WindowClose, "finish"), PlanMaxAge: other(writtenAge(s.PlanMaxAge), "14d"),
	}
	for _, source := range s.Sources {
		file.Members = append(file.Members, writtenSource{Clusters: all(source.Listed, writtenMemberOf)})
	}
	file.Stages = all(s.Stages, writtenStageOf)
	if s.Snapshots.Allow {
		file.Snapshots = &writtenSnapshots{Allow: true, ResourceGroup: s.Snapshots.ResourceGroup}
	}
	if approvals := other(s.Workflow.Approvals, ApprovalsByEnvironments); approvals != "" {
		file.Workflow = &writtenWorkflow{Approvals: approvals}
	}
	var content bytes.Buffer
	encoder := yaml.NewEncoder(&content)
	encoder.SetIndent(2)
	if err := encoder.Encode(file); err != nil {
		return nil, fmt.Errorf("writing the strategy %s: %w", s.Name, err)
	}
	return content.Bytes(), nil
}

// The file as it is written, field by field in the order of the documentation.
type (
	written struct {
		Version         int               `yaml:"version"`
		Name            string            `yaml:"name"`
		Members         []writtenSource   `yaml:"members"`
		Upgrade         writtenUpgrade    `yaml:"upgrade,flow"`
		Stages          []writtenStage    `yaml:"stages,omitempty"`
		StoppedClusters string            `yaml:"stoppedClusters,omitempty"`
		WindowClose     string            `yaml:"windowClose,omitempty"`
		PlanMaxAge      string            `yaml:"planMaxAge,omitempty"`
		Snapshots       *writtenSnapshots `yaml:"snapshots,omitempty,flow"`
		Workflow        *writtenWorkflow  `yaml:"workflow,omitempty,flow"`
	}
	writtenSource struct {
		Clusters []writtenMember `yaml:"clusters"`
	}
	writtenMember struct {
		ID    string `yaml:"id"`
		Name  string `yaml:"name,omitempty"`
		Group string `yaml:"group,omitempty"`
	}
	writtenUpgrade struct {
		Type       UpgradeType   `yaml:"type"`
		Kubernetes string        `yaml:"kubernetesVersion,omitempty"`
		Images     writtenImages `yaml:"nodeImageSelection"`
	}
	writtenImages struct {
		Type   ImageSelection `yaml:"type"`
		Custom []writtenImage `yaml:"customNodeImageVersions,omitempty"`
	}
	writtenImage struct {
		Version fleet.NodeImage `yaml:"version"`
	}
	writtenStage struct {
		Name         string              `yaml:"name"`
		Environment  *writtenEnvironment `yaml:"environment,omitempty,flow"`
		Groups       []writtenGroup      `yaml:"groups"`
		Concurrency  any                 `yaml:"maxConcurrency,omitempty"`
		Failures     any                 `yaml:"maxAllowedFailures,omitempty"`
		MinSucceeded any                 `yaml:"minSucceeded,omitempty"`
		Wait         int                 `yaml:"afterStageWaitInSeconds,omitempty"`
		BeforeGates  []writtenGate       `yaml:"beforeGates,omitempty"`
		AfterGates   []writtenGate       `yaml:"afterGates,omitempty"`
	}
	writtenGroup struct {
		Name        string        `yaml:"name"`
		Concurrency any           `yaml:"maxConcurrency,omitempty"`
		Failures    any           `yaml:"maxAllowedFailures,omitempty"`
		BeforeGates []writtenGate `yaml:"beforeGates,omitempty"`
	}
	writtenGate struct {
		Type        string              `yaml:"type"`
		DisplayName string              `yaml:"displayName,omitempty"`
		Environment *writtenEnvironment `yaml:"environment,omitempty,flow"`
		Scheduled   *writtenStart       `yaml:"scheduledStartConfiguration,omitempty,flow"`
	}
	writtenStart struct {
		Day    string `yaml:"startDay"`
		Time   string `yaml:"startTime"`
		Offset string `yaml:"utcOffset"`
	}
	writtenEnvironment struct {
		Name              string `yaml:"name"`
		Reviewers         int    `yaml:"reviewers,omitempty"`
		PreventSelfReview bool   `yaml:"preventSelfReview,omitempty"`
		AdminBypass       *bool  `yaml:"adminBypass,omitempty"`
		WaitMinutes       int    `yaml:"waitMinutes,omitempty"`
		Branches          any    `yaml:"branches,omitempty"`
	}
	writtenSnapshots struct {
		Allow         bool   `yaml:"allow"`
		ResourceGroup string `yaml:"resourceGroup"`
	}
	writtenWorkflow struct {
		Approvals string `yaml:"approvals"`
	}
)

// MarshalYAML puts a member on one line: there can be hundreds.
func (m writtenMember) MarshalYAML() (any, error) {
	type plain writtenMember
	var node yaml.Node
	err := node.Encode(plain(m))
	node.Style = yaml.FlowStyle
	return &node, err
}

func writtenMemberOf(m fleet.Member) writtenMember {
	w := writtenMember{ID: string(m.Cluster), Group: m.Group}
	if m.Name != m.Cluster.Name() {
		w.Name = m.Name
	}
	return w
}

func writtenUpgradeOf(u Upgrade) writtenUpgrade {
	return writtenUpgrade{
		Type: u.Type, Kubernetes: u.Kubernetes.String(),
		Images: writtenImages{Type: u.Images, Custom: all(u.Custom, func(image fleet.NodeImage) writtenImage { return writtenImage{image} })},
	}
}

func writtenStageOf(s Stage) writtenStage {
	w := writtenStage{
		Name: s.Name, Environment: writtenEnvironmentOf(s.Environment), Groups: all(s.Groups, writtenGroupOf),
		Concurrency: writtenShare(s.MaxConcurrency), Failures: writtenShare(s.MaxAllowedFailures),
		Wait: int(s.Wait / time.Second), BeforeGates: all(s.BeforeGates, writtenGateOf), AfterGates: all(s.AfterGates, writtenGateOf),
	}
	if s.MinSucceeded != 1 {
		w.MinSucceeded = s.MinSucceeded
	}
	return w
}

func writtenGroupOf(g Group) writtenGroup {
	return writtenGroup{
		Name: g.Name, Concurrency: writtenShare(g.MaxConcurrency), Failures: writtenShare(g.MaxAllowedFailures),
		BeforeGates: all(g.BeforeGates, writtenGateOf),
	}
}

// writtenGateOf leaves out the one reviewer that every Approval has: the environment may have to have more at another place.
func writtenGateOf(g Gate) writtenGate {
	w := writtenGate{Type: g.Type, DisplayName: g.DisplayName, Environment: writtenEnvironmentOf(g.Environment)}
	if w.Environment != nil && w.Environment.Reviewers == 1 {
		w.Environment.Reviewers = 0
	}
	if start := g.Scheduled; start != nil {
		w.Scheduled = &writtenStart{Day: start.Day.String(), Time: writtenClock(start.Minute), Offset: writtenOffset(start.Offset)}
	}
	return w
}

func writtenEnvironmentOf(e *fleet.Environment) *writtenEnvironment {
	if e == nil {
		return nil
	}
	w := &writtenEnvironment{
		Name: e.Name, Reviewers: e.Reviewers, PreventSelfReview: e.PreventSelfReview, AdminBypass: e.AdminBypass, WaitMinutes: e.WaitMinutes,
	}
	switch {
	case e.ProtectedBranches:
		w.Branches = branchesProtected
	case len(e.Branches) > 0:
		w.Branches = e.Branches
	}
	return w
}

// writtenShare is a number or a percentage; nil where none is given.
func writtenShare(s Share) any {
	switch {
	case !s.Set:
		return nil
	case s.Percent:
		return strconv.Itoa(s.Number) + "%"
	default:
		return s.Number
	}
}

// writtenAge is a length of time in the largest unit that divides it.
func writtenAge(length time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if length > 0 && length%unit.length == 0 {
			return strconv.Itoa(int(length/unit.length)) + unit.name
		}
	}
	return ""
}

func writtenClock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func writtenOffset(offset time.Duration) string {
	if offset < 0 {
		return "-" + writtenClock(int(-offset/time.Minute))
	}
	return "+" + writtenClock(int(offset/time.Minute))
}

// other is a value that is not the default, else nothing.
func other(value, fallback string) string {
	if value == fallback {
		return ""
	}
	return value
}

// all maps a list; of none there is none.
func all[A, B any](list []A, to func(A) B) []B {
	var mapped []B
	for _, each := range list {
		mapped = append(mapped, to(each))
	}
	return mapped
}
