package fleet

import (
	"slices"
	"strings"
	"time"
)

// State is where a run, stage, group or member stands; the words are Fleet Manager's.
type State string

// The states.
const (
	NotStarted State = "NotStarted"
	Running    State = "Running"
	Pending    State = "Pending"  // waits for a window, an image, a version or another's operation; Reason says which
	Stopping   State = "Stopping" // no new member starts, those in flight are followed to their end
	Stopped    State = "Stopped"
	Skipped    State = "Skipped"
	Failed     State = "Failed"
	Completed  State = "Completed"
)

// Terminal reports whether the state does not change any more within a run of a stage.
func (s State) Terminal() bool { return s == Skipped || s == Failed || s == Completed }

// Outcome says in one word what came out, and never calls a failure a success.
type Outcome string

// The outcomes.
const (
	OutcomeSucceeded    Outcome = "succeeded"
	OutcomeWithFailures Outcome = "succeeded with failures" // failures within the budget, and at least minSucceeded members at their target
	OutcomeFailed       Outcome = "failed"
	OutcomeUnfinished   Outcome = "unfinished" // stopped or pending, with work left
	OutcomeSkipped      Outcome = "skipped"    // the plan skips the stage as a whole
	OutcomeErrored      Outcome = "errored"    // of a run: its plan has errors, so nothing of it is begun
)

// Good reports whether a stage with this outcome is done, so that a later one may be built on it.
func (o Outcome) Good() bool {
	return o == OutcomeSucceeded || o == OutcomeWithFailures || o == OutcomeSkipped
}

// Result is the record of a run of one plan: result.json. Azure is the truth about clusters; a Result is believed only
// for what Azure cannot tell.
type Result struct {
	SchemaVersion int           `json:"schemaVersion"`    // 1
	Digest        string        `json:"digest"`           // of the plan
	Orders        string        `json:"orders,omitempty"` // run: a hash of what it was asked to do; the same orders go on with the plan
	Name          string        `json:"name"`             // the strategy's
	Run           string        `json:"run,omitempty"`    // the run's own
	Outcome       Outcome       `json:"outcome"`
	StartedAt     time.Time     `json:"startedAt"`
	At            time.Time     `json:"at"` // when it was written
	Stages        []StageResult `json:"stages"`
	Gates         []GateResult  `json:"gates,omitempty"`    // approvals that were given
	Findings      []Finding     `json:"findings,omitempty"` // refusals, and what was seen on the way
}

// Stage returns the record of a stage, or a zero one.
func (r Result) Stage(name string) StageResult {
	for _, stage := range r.Stages {
		if stage.Name == name {
			return stage
		}
	}
	return StageResult{}
}

// With returns the result with the record of a stage added or replaced; r is not changed.
func (r Result) With(stage StageResult) Result {
	stages := slices.Clone(r.Stages)
	at := slices.IndexFunc(stages, func(known StageResult) bool { return known.Name == stage.Name })
	if at < 0 {
		stages = append(stages, stage)
	} else {
		stages[at] = stage
	}
	r.Stages = stages
	return r
}

// GateResult is the record of an approval: of the environment that guards a stage, or of a gate before or after it.
type GateResult struct {
	Stage       string    `json:"stage"`
	Gate        string    `json:"gate"`   // "environment", or "before-1", "after-2": the place and number of the gate in the stage
	Digest      string    `json:"digest"` // of the plan that was approved
	Environment string    `json:"environment,omitempty"`
	ApprovedBy  string    `json:"approvedBy,omitempty"` // logins, where known
	Comment     string    `json:"comment,omitempty"`
	At          time.Time `json:"at,omitzero"` // when it was recorded; GitHub does not tell when it was given
}

// After reports whether the approval is about the end of its stage.
func (g GateResult) After() bool { return strings.HasPrefix(g.Gate, "after-") }

// SameGate reports whether both are records of one gate.
func (g GateResult) SameGate(other GateResult) bool {
	return g.Stage == other.Stage && g.Gate == other.Gate && g.Digest == other.Digest
}

// StageResult is what one stage did.
type StageResult struct {
	Name       string        `json:"name"`
	Digest     string        `json:"digest"` // of the plan it executed
	State      State         `json:"state"`
	Outcome    Outcome       `json:"outcome,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	StartedAt  time.Time     `json:"startedAt,omitzero"`
	FinishedAt time.Time     `json:"finishedAt,omitzero"` // when the last member reached its end; the after-stage wait counts from here
	LookAgain  time.Time     `json:"lookAgain,omitzero"`  // unfinished: when something can happen next
	Stuck      bool          `json:"stuck,omitempty"`     // unfinished: what its members wait for does not come by itself
	Failures   int           `json:"failures"`
	Succeeded  int           `json:"succeeded"` // members verified at their target, those that already were included
	Groups     []GroupResult `json:"groups"`
	Snapshots  []string      `json:"snapshots,omitempty"` // made by this stage and still there
}

// GroupResult is what one group of a stage did.
type GroupResult struct {
	Name     string         `json:"name"`
	State    State          `json:"state"`
	Failures int            `json:"failures"`
	Members  []MemberResult `json:"members"`
}

// MemberResult is what became of one member.
type MemberResult struct {
	Name            string               `json:"name"`
	Cluster         ClusterID            `json:"cluster"`
	State           State                `json:"state"`
	Reason          string               `json:"reason,omitempty"` // a sentence a person can act on
	Problem         *Problem             `json:"problem,omitempty"`
	Step            *Step                `json:"step,omitempty"`      // begun, not known to have ended
	Operation       string               `json:"operation,omitempty"` // the operation's GUID; its status URL is signed and is never written down
	Progress        string               `json:"progress,omitempty"`
	NotBefore       time.Time            `json:"notBefore,omitzero"`
	StartedAt       time.Time            `json:"startedAt,omitzero"`
	EndedAt         time.Time            `json:"endedAt,omitzero"`
	ExpectedSeconds int                  `json:"expectedSeconds,omitempty"`
	Latest          map[string]NodeImage `json:"latest,omitempty"` // per pool, what Latest meant when its step began
	Attempts        int                  `json:"attempts,omitempty"`
	Pools           []PoolResult         `json:"pools,omitempty"` // as read back
	Version         KubernetesVersion    `json:"version,omitzero"`
}

// PoolResult is a pool as read back from Azure.
type PoolResult struct {
	Name    string            `json:"name"`
	Version KubernetesVersion `json:"version,omitzero"`
	Image   NodeImage         `json:"image,omitempty"`
}
