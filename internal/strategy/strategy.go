// Package strategy reads the strategy file: YAML becomes a Strategy in two passes, schema and meaning, and every
// problem is a finding with its file, line and column.
package strategy

import (
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// UpgradeType says what an update run upgrades; the words are Fleet Manager's.
type UpgradeType string

// The upgrade types.
const (
	Full             UpgradeType = "Full"
	ControlPlaneOnly UpgradeType = "ControlPlaneOnly"
	NodeImageOnly    UpgradeType = "NodeImageOnly"
)

// Window returns the maintenance configuration that gates an upgrade of this type.
func (t UpgradeType) Window() fleet.WindowKind {
	if t == NodeImageOnly {
		return fleet.NodeOSWindow
	}
	return fleet.UpgradeWindow
}

// ImageSelection says which node image pools are brought to; the words are Fleet Manager's.
type ImageSelection string

// The image selections.
const (
	Latest     ImageSelection = "Latest"     // the region's latest when the pool's own upgrade begins
	Consistent ImageSelection = "Consistent" // one image per family over the whole run
	Custom     ImageSelection = "Custom"     // images named in the strategy, at most one per family
)

// Strategy is a checked strategy file. Everything in it is valid by the schema and by meaning; defaults are filled in.
type Strategy struct {
	File            string
	Name            string
	Sources         []fleet.Source
	Upgrade         Upgrade
	Stages          []Stage // empty: one by one, every member in sequence
	StoppedClusters string  // skip or fail
	WindowClose     string  // finish or hold
	PlanMaxAge      time.Duration
	Snapshots       Snapshots
	AutoUpgrade     []Profile
	LongestWait     time.Duration // after a stage, those of profiles among them
	Workflow        Workflow
}

// The ways in which stages are approved.
const (
	ApprovalsByEnvironments = "environments" // by the reviewers of GitHub's environments
	ApprovalsByDispatch     = "dispatch"     // by whoever starts a stage's job by hand, where the plan of the organisation has no reviewers
)

// Workflow is what the generated workflows are to look like.
type Workflow struct {
	RunsOn           RunsOn // of jobs that do not say another; default ubuntu-latest
	Branch           string // the repository's default branch
	OnStrategyChange bool   // a change of the strategy on Branch starts a rollout
	Approvals        string // environments or dispatch
	Artifacts        string // v4 or v3: the version of actions/upload-artifact
	Resume           string // when waiting rollouts are looked after, as a cron expression; "": never
}

// ByDispatch reports whether stages are started by hand, each in a run of its own, which is their approval.
func (w Workflow) ByDispatch() bool { return w.Approvals == ApprovalsByDispatch }

// RunsOn says which runner a job wants: one that has all the labels and is in the group. Neither: it does not say.
type RunsOn struct {
	Group    string
	Labels   []string
	Position fleet.Position
}

// Given reports whether it says anything.
func (r RunsOn) Given() bool { return r.Group != "" || len(r.Labels) > 0 }

// Upgrade is what a run upgrades to.
type Upgrade struct {
	Engine     string // direct or fleet
	Type       UpgradeType
	Kubernetes fleet.KubernetesVersion // patch or minor; zero for NodeImageOnly
	Images     ImageSelection
	Custom     []fleet.NodeImage
	Follows    *Profile       // the profile whose channel says which version; nil: Kubernetes does
	Position   fleet.Position // of kubernetesVersion, of upgrade, or of the profile
}

// Stage is one stage: its groups run in parallel, stages one after another.
type Stage struct {
	Name               string
	Selector           *fleet.Selector // memberSelector; without groups the selected members are one group
	Groups             []Group
	Environment        *fleet.Environment
	MaxConcurrency     Share // default 50
	MaxAllowedFailures Share // default 0
	MinSucceeded       int   // default 1
	Wait               time.Duration
	BeforeGates        []Gate
	AfterGates         []Gate
	RunsOn             RunsOn        // not given: the workflow's, see StageRunsOn
	JobLimit           time.Duration // default 6h
	Position           fleet.Position
}

// Group is a group of a stage: the members whose group has its name or, with a Selector, the members it selects.
type Group struct {
	Name               string
	Selector           *fleet.Selector
	MaxConcurrency     Share  // default 1
	MaxAllowedFailures Share  // not set: the stage's alone counts
	BeforeGates        []Gate // ScheduledStart only
	Position           fleet.Position
}

// Gate is something that must have happened before a stage or group begins, or a stage counts as done.
type Gate struct {
	Type        string // Approval or ScheduledStart
	DisplayName string
	Environment *fleet.Environment // Approval
	Scheduled   *ScheduledStart
	Position    fleet.Position
}

// ScheduledStart opens at the next occurrence of a weekday and time in a fixed UTC offset.
type ScheduledStart struct {
	Day    time.Weekday
	Minute int // after midnight
	Offset time.Duration
}

// Share is a number of members, or a percentage of them.
type Share struct {
	Number   int
	Percent  bool
	Set      bool // false: not given
	Position fleet.Position
}

// Snapshots says whether and where node pool snapshots may be made for Consistent and Custom.
type Snapshots struct {
	Allow         bool
	ResourceGroup string         // in the donor's subscription
	Donors        []fleet.PoolID // empty: any pool of the run that serves
}

// Profile is an auto-upgrade profile.
type Profile struct {
	Name             string
	Channel          string // Rapid, Stable, NodeImage, TargetKubernetesVersion
	Images           ImageSelection
	TargetKubernetes fleet.KubernetesVersion // a minor; TargetKubernetesVersion only
	LongTermSupport  bool
	Disabled         bool
	Schedule         Schedule
	OnWaiting        string  // hold or supersede: what becomes of a new run while another rollout is under way
	Stages           []Stage // empty: the strategy's
	Position         fleet.Position
}
