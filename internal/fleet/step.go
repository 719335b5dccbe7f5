package fleet

import "time"

// StepKind says which write a Step is.
type StepKind string

// The writes of the direct engine, each one ARM request.
const (
	ControlPlane StepKind = "ControlPlane" // PUT cluster with kubernetesVersion, its pools unchanged
	WholeCluster StepKind = "WholeCluster" // PUT cluster with kubernetesVersion and every pool's orchestratorVersion, as az aks upgrade does
	PoolVersion  StepKind = "PoolVersion"  // PUT pool with orchestratorVersion; with Snapshot "" it also clears a pin, and the image moves to the region's latest
	PoolImage    StepKind = "PoolImage"    // POST upgradeNodeImageVersion, with Snapshot as header AKSSnapshotId
	TakeSnapshot StepKind = "TakeSnapshot" // PUT snapshot from the pool Donor
	DropSnapshot StepKind = "DropSnapshot" // DELETE snapshot
)

// Step is the smallest write. It names its target and never an ordinal: after a restart the next step is the first
// part of the member that is not at its target.
type Step struct {
	Cluster  ClusterID         `json:"cluster"` // whose slot it uses, also where Donor is another cluster's pool
	Kind     StepKind          `json:"kind"`
	Pool     string            `json:"pool,omitempty"`
	Version  KubernetesVersion `json:"version,omitzero"`
	Image    NodeImage         `json:"image,omitempty"`    // the image the pool is to run; for Latest the region's latest as just read
	Pinned   bool              `json:"pinned,omitempty"`   // no other image than Image will do; for Latest a newer one will
	Snapshot string            `json:"snapshot,omitempty"` // ARM id in lower case
	Donor    PoolID            `json:"donor,omitzero"`
	Tag      string            `json:"tag,omitempty"`      // value of SnapshotTag for TakeSnapshot
	Location string            `json:"location,omitempty"` // of the snapshot, which is the donor's
}

// Verdict is how Azure took a Step, or how an operation stands.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "Accepted" // under way; Operation says where to ask
	Ended    Verdict = "Ended"    // over; with Err it ended badly
	Later    Verdict = "Later"    // busy, throttled or cut: nothing is known to have begun; not before NotBefore
	Moved    Verdict = "Moved"    // 412: the resource changed since it was read; look again
	Refused  Verdict = "Refused"  // will not be accepted however often it is tried
)

// Answer is what Azure said to a Step, or says of an operation that was begun.
type Answer struct {
	Verdict   Verdict
	Operation string    // Accepted: the status URL, to be used verbatim
	Progress  string    // Accepted: what the operation says of itself, such as "RollingUpgradeUpgradingNodes: 1/3 nodes completed"
	NotBefore time.Time // Later
	Err       *Problem  // Refused, Later, or Ended badly
}

// Problem is an error of Azure in a form that can be kept, shown and acted on.
type Problem struct {
	Code    string `json:"code"`    // Azure's own, such as "OperationNotAllowed"
	Message string `json:"message"` // Azure's own words, unescaped
	Advice  string `json:"advice,omitempty"`
}

// Error makes a Problem an error.
func (p *Problem) Error() string {
	if p.Code == "" {
		return p.Message
	}
	return p.Code + ": " + p.Message
}
