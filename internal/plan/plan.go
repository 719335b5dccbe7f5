package plan

import (
	"iter"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// Plan is what a run will do, with its targets pinned: plan.json. It is made by Build and changed by nobody; stages
// execute it as it was approved. Digest covers its decisions and nothing else.
type Plan struct {
	SchemaVersion int       `json:"schemaVersion"` // 1
	Digest        string    `json:"digest"`        // "sha256:" and 64 hex digits
	Name          string    `json:"name"`          // the strategy's
	Run           string    `json:"run"`           // the run's own name: the one asked for, that of a profile's run, or the strategy's
	CreatedAt     time.Time `json:"createdAt"`
	ExpiresAt     time.Time `json:"expiresAt"` // CreatedAt + planMaxAge

	// Three separate facts. Complete: every member in a stage is upgraded, or skipped for being at its target, on
	// request or because it is not retried. Applyable: there is something to upgrade and nothing forbids it. Errored: an Error finding forbids all.
	Complete  bool `json:"complete"`
	Applyable bool `json:"applyable"`
	Errored   bool `json:"errored"`

	Profile    *Profile        `json:"profile,omitempty"` // the one that the run follows
	Retry      *Retried        `json:"retry,omitempty"`   // the run whose failed and skipped members alone are tried again
	Upgrade    Upgrade         `json:"upgrade"`
	Policy     Policy          `json:"policy"`
	Stages     []Stage         `json:"stages"`
	Unassigned []fleet.Member  `json:"unassigned,omitempty"` // members in no stage
	Skips      []SkipTarget    `json:"skips,omitempty"`      // as asked for
	Findings   []fleet.Finding `json:"findings,omitempty"`   // of the strategy, of preflight and of the forecast, worst first
	Forecast   *Forecast       `json:"forecast,omitempty"`   // nil where nothing is to be carried out
}

// Profile is the auto-upgrade profile whose channel a run's target is from.
type Profile struct {
	Name    string `json:"name"`
	Channel string `json:"channel"` // Rapid, Stable, NodeImage or TargetKubernetesVersion
	Run     string `json:"run"`     // the run's name: auto-<profile>-<channel>-<version>-<hash>
}

// Upgrade is what the run upgrades to.
type Upgrade struct {
	Engine     string                  `json:"engine"`
	Type       strategy.UpgradeType    `json:"type"`
	Requested  fleet.KubernetesVersion `json:"requested,omitzero"`  // as the strategy says, perhaps a minor
	Kubernetes fleet.KubernetesVersion `json:"kubernetes,omitzero"` // the full patch; of a channel, see Member.LaterRuns
	Images     strategy.ImageSelection `json:"images"`
	Targets    []ImageTarget           `json:"targets,omitempty"` // pinned images, by family; none for Latest and ControlPlaneOnly
}

// ImageTarget is the one image of a family that Consistent or Custom brings every pool of the family to.
type ImageTarget struct {
	Family  string          `json:"family"`
	Image   fleet.NodeImage `json:"image"`
	Regions []RegionImage   `json:"regions"`          // what each region of the run offers as its latest
	Expires time.Time       `json:"expires,omitzero"` // 90 days after it was built
}

// RegionImage is the latest image of a family in one region.
type RegionImage struct {
	Region string          `json:"region"`
	Latest fleet.NodeImage `json:"latest"`
}

// Policy is what the strategy says about the awkward cases.
type Policy struct {
	StoppedClusters       string `json:"stoppedClusters"`                 // skip or fail
	WindowClose           string `json:"windowClose"`                     // finish or hold
	SnapshotResourceGroup string `json:"snapshotResourceGroup,omitempty"` // "" where snapshots are not allowed
	Approvals             string `json:"approvals"`                       // environments: their reviewers approve; dispatch: whoever starts a stage's job by hand does
}

// ByDispatch reports whether stages are started by hand, each in a run of its own, which is their approval.
func (p Policy) ByDispatch() bool { return p.Approvals == strategy.ApprovalsByDispatch }

// Stage is one stage of the plan.
type Stage struct {
	Name               string             `json:"name"`
	Skip               string             `json:"skip,omitempty"` // why the stage is skipped as a whole, gates and wait included
	Environment        *fleet.Environment `json:"environment,omitempty"`
	MaxConcurrency     int                `json:"maxConcurrency"`
	MaxAllowedFailures int                `json:"maxAllowedFailures"`
	MinSucceeded       int                `json:"minSucceeded"`
	WaitSeconds        int                `json:"afterStageWaitInSeconds"` // 0 also where the wait is skipped
	BeforeGates        []Gate             `json:"beforeGates,omitempty"`
	AfterGates         []Gate             `json:"afterGates,omitempty"`
	Groups             []Group            `json:"groups"`
	Drop               []Drop             `json:"drop,omitempty"` // snapshots of ours to remove when the stage ends
}

// Gate is a gate of a stage or group.
type Gate struct {
	Type        string             `json:"type"` // Approval or ScheduledStart
	DisplayName string             `json:"displayName,omitempty"`
	Environment *fleet.Environment `json:"environment,omitempty"`
	StartDay    string             `json:"startDay,omitempty"`
	StartTime   string             `json:"startTime,omitempty"`
	UTCOffset   string             `json:"utcOffset,omitempty"`
	Skip        string             `json:"skip,omitempty"` // why a ScheduledStart is not waited for
}

// Drop names a snapshot to remove once none of Pools is pinned to it any more.
type Drop struct {
	Snapshot string         `json:"snapshot"`
	Pools    []fleet.PoolID `json:"pools,omitempty"`
}

// Group is one group of a stage. Members stand in the order in which they are picked while windows are equal.
type Group struct {
	Name               string   `json:"name"`
	MaxConcurrency     int      `json:"maxConcurrency"`
	MaxAllowedFailures int      `json:"maxAllowedFailures"`
	BeforeGates        []Gate   `json:"beforeGates,omitempty"` // ScheduledStart
	Members            []Member `json:"members"`
}

// Members goes through the members of the stage, in the order of the plan.
func (s Stage) Members() iter.Seq[*Member] {
	return func(yield func(*Member) bool) {
		for _, group := range s.Groups {
			for i := range group.Members {
				if !yield(&group.Members[i]) {
					return
				}
			}
		}
	}
}

// Members goes through the members of all stages, in the order of the plan.
func (p Plan) Members() iter.Seq[*Member] {
	return func(yield func(*Member) bool) {
		for _, stage := range p.Stages {
			for member := range stage.Members() {
				if !yield(member) {
					return
				}
			}
		}
	}
}

// Action says what the plan does with a member or a pool.
type Action string

// The actions.
const (
	ActionUpgrade Action = "upgrade"
	ActionSkip    Action = "skip"    // Reason says why: at its target, stopped, on request, not for us
	ActionBlocked Action = "blocked" // cannot be upgraded as things are; Command mends it
	ActionPending Action = "pending" // will be upgraded once something that is not ours happens
)

// Open reports whether there is something to upgrade, now or later.
func (a Action) Open() bool { return a == ActionUpgrade || a == ActionPending }

// Why is a reason in a form for programs; Reason beside it is for people.
type Why string

// The reasons that execution and status act on.
const (
	WhyAtTarget  Why = "at-target" // verified: counts as succeeded
	WhyRequested Why = "requested" // skipped by a skip target
	WhyStopped   Why = "stopped"   // powerState Stopped and stoppedClusters: skip
	WhyOther     Why = "other"     // nothing for us to do, or not ours to do

	WhyReached    Why = "reached"     // left out of a retry: at its target in the run before
	WhyNotRetried Why = "not-retried" // left out of a retry for another reason
)

// leftOut reports whether it is the reason of a member that a retry leaves out.
func (w Why) leftOut() bool { return w == WhyReached || w == WhyNotRetried }

// Member is one member with everything that was decided about it.
type Member struct {
	Name            string           `json:"name"`
	Cluster         fleet.ClusterID  `json:"cluster"`
	UID             string           `json:"uid,omitempty"` // another cluster under the same id is drift
	Location        string           `json:"location"`
	Action          Action           `json:"action"`
	Why             Why              `json:"why,omitempty"`
	Reason          string           `json:"reason,omitempty"`
	Command         string           `json:"command,omitempty"` // blocked: what mends it
	Until           time.Time        `json:"until,omitzero"`    // pending, or its window opens: when, where that is known
	Closes          time.Time        `json:"closes,omitzero"`   // to be upgraded, and its window is open: until when
	Window          fleet.WindowKind `json:"window"`
	WholeCluster    bool             `json:"wholeCluster,omitempty"` // one PUT of control plane and pools together
	ControlPlane    *ControlPlane    `json:"controlPlane,omitempty"` // nil: left alone
	LaterRuns       int              `json:"laterRuns,omitempty"`    // how many more runs it takes from there to the channel's version
	Pools           []Pool           `json:"pools"`                  // every pool of the cluster, in the order of their upgrades
	ExpectedSeconds int              `json:"expectedSeconds"`
}

// ControlPlane is the control plane's way to its version.
type ControlPlane struct {
	From            fleet.KubernetesVersion `json:"from"`
	To              fleet.KubernetesVersion `json:"to"`
	ExpectedSeconds int                     `json:"expectedSeconds"` // 0 where From is at To
}

// Route says how a pool gets its image.
type Route string

// The routes (see docs/architecture.md).
const (
	RouteNone        Route = ""            // the pool is left alone
	RouteAhead       Route = "ahead"       // at or ahead of its target: skipped
	RouteOrdinary    Route = "ordinary"    // the region's latest, which is the target, or what Latest means
	RouteSnapshot    Route = "snapshot"    // from a snapshot, which exists or is taken from Donor
	RouteUnreachable Route = "unreachable" // the region's latest is not the target and no snapshot serves: Pending until the region offers it
)

// Pool is one node pool with everything that was decided about it.
type Pool struct {
	Name            string                  `json:"name"`
	System          bool                    `json:"system,omitempty"`
	Action          Action                  `json:"action"`
	Reason          string                  `json:"reason,omitempty"`
	FromVersion     fleet.KubernetesVersion `json:"fromVersion"`
	ToVersion       fleet.KubernetesVersion `json:"toVersion,omitzero"` // zero: the version is left alone
	FromImage       fleet.NodeImage         `json:"fromImage"`
	Family          string                  `json:"family"`            // as it will be after the Kubernetes upgrade
	ToImage         fleet.NodeImage         `json:"toImage,omitempty"` // pinned; for Latest what the region offered at planning, which may move and is not in the digest
	Route           Route                   `json:"route,omitempty"`
	Release         bool                    `json:"release,omitempty"`    // pinned to a snapshot, of ours for Latest and any for Consistent and Custom: this upgrade clears the pin
	Snapshot        string                  `json:"snapshot,omitempty"`   // its id, existing or to be taken
	Donor           fleet.PoolID            `json:"donor,omitzero"`       // where the snapshot is to be taken from
	DonorStage      string                  `json:"donorStage,omitempty"` // the stage, this or an earlier one, that brings the donor to the target; "" where it is there already
	ExpectedSeconds int                     `json:"expectedSeconds,omitempty"`
}

// SkipTarget asks to leave a part of the run out; the words are Fleet Manager's, which completes a ScheduledStart by hand.
type SkipTarget struct {
	Type string `json:"type"` // Stage, Group, Member, AfterStageWait or ScheduledStart
	Name string `json:"name"` // AfterStageWait: the stage's; ScheduledStart: that of the stage or the group
}
