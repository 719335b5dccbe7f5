package fleet

import (
	"fmt"
	"time"
)

// Runs is where the last runs stand: what status prints as JSON where it is asked about more than the result of one.
type Runs struct {
	SchemaVersion int         `json:"schemaVersion"` // 1
	Name          string      `json:"name"`          // of the strategy, or the folder that the runs are in
	At            time.Time   `json:"at"`
	Runs          []RunStatus `json:"runs"`              // newest first
	LeftOut       int         `json:"leftOut,omitempty"` // runs of the workflows that began nothing and were not to
	Findings      []Finding   `json:"findings,omitempty"`
}

// Trigger says what began a run; the words are Fleet Manager's.
type Trigger string

// The triggers.
const (
	TriggerAuto   Trigger = "Auto"   // the schedule of an auto-upgrade profile
	TriggerManual Trigger = "Manual" // somebody
)

// RunStatus is where one run stands.
type RunStatus struct {
	Name      string        `json:"name"`
	Trigger   Trigger       `json:"trigger"`
	Profile   string        `json:"profile,omitempty"` // the auto-upgrade profile that it follows
	State     State         `json:"state"`
	Outcome   Outcome       `json:"outcome"`
	Digest    string        `json:"digest,omitempty"`  // of its plan; empty where that is not to be had
	RetryOf   *RetryOf      `json:"retryOf,omitempty"` // the run whose failed and skipped members alone it tries again
	StartedAt time.Time     `json:"startedAt,omitzero"`
	EndedAt   time.Time     `json:"endedAt,omitzero"` // when the last member reached its end; empty while there is more to do
	Members   MemberCounts  `json:"members"`
	WaitsFor  []Wait        `json:"waitsFor,omitempty"`
	Note      string        `json:"note,omitempty"`   // why not more is known of it
	Folder    string        `json:"folder,omitempty"` // that it was read from
	Workflows []WorkflowRun `json:"workflows,omitempty"`
	Stages    []StageStatus `json:"stages"`
}

// RetryOf names the run that another one retries.
type RetryOf struct {
	Run    string `json:"run"`    // its name
	Digest string `json:"digest"` // of its plan
}

// MemberCounts says how many members stand where.
type MemberCounts struct {
	Total     int `json:"total"`
	Completed int `json:"completed"`
	Failed    int `json:"failed"`
	Skipped   int `json:"skipped"`
	Running   int `json:"running"`
	Pending   int `json:"pending"` // all others: not begun, waiting, stopped
}

// String writes the counts as Fleet Manager's portal does.
func (c MemberCounts) String() string {
	return fmt.Sprintf("%d/%d clusters completed (%d skipped)", c.Completed, c.Total, c.Skipped)
}

// Count adds a member.
func (c *MemberCounts) Count(state State) {
	c.Total++
	switch state {
	case Completed:
		c.Completed++
	case Failed:
		c.Failed++
	case Skipped:
		c.Skipped++
	case Running:
		c.Running++
	default:
		c.Pending++
	}
}

// Add adds up counts.
func (c MemberCounts) Add(more MemberCounts) MemberCounts {
	return MemberCounts{
		Total: c.Total + more.Total, Completed: c.Completed + more.Completed, Failed: c.Failed + more.Failed,
		Skipped: c.Skipped + more.Skipped, Running: c.Running + more.Running, Pending: c.Pending + more.Pending,
	}
}

// GateStart stands for the start by hand of a stage, where each is started so.
const GateStart = "start"

// Wait is one thing that a run waits for: an approval, a start by hand, or a time.
type Wait struct {
	Stage       string    `json:"stage,omitempty"`       // empty where only the environment is known
	Gate        string    `json:"gate,omitempty"`        // the approval: "environment", "before-1", "after-2"; or GateStart
	Environment string    `json:"environment,omitempty"` // whose reviewers are asked
	Reviewers   []string  `json:"reviewers,omitempty"`   // of whom GitHub asks one, while it does
	Until       time.Time `json:"until,omitzero"`        // when a time comes, or a wait timer of the environment is over
}

// WorkflowRun is a run of a workflow that is, or is part of, a run of a plan.
type WorkflowRun struct {
	ID         int64     `json:"id"`
	Attempt    int       `json:"attempt"`
	Workflow   string    `json:"workflow"` // the path of its file
	Event      string    `json:"event"`
	Actor      string    `json:"actor"`
	Status     string    `json:"status"`
	Conclusion string    `json:"conclusion,omitempty"`
	CreatedAt  time.Time `json:"createdAt"`
	URL        string    `json:"url,omitempty"`
}

// StageStatus is what one stage of a run did.
type StageStatus struct {
	Name       string       `json:"name"`
	State      State        `json:"state"`
	Outcome    Outcome      `json:"outcome"`
	Reason     string       `json:"reason,omitempty"`
	StartedAt  time.Time    `json:"startedAt,omitzero"`
	FinishedAt time.Time    `json:"finishedAt,omitzero"`
	LookAgain  time.Time    `json:"lookAgain,omitzero"` // unfinished: when something can happen next
	WaitUntil  time.Time    `json:"waitUntil,omitzero"` // finished: when the wait after it is over
	Members    MemberCounts `json:"members"`
	Failures   []Failure    `json:"failures,omitempty"`
	Approvals  []GateResult `json:"approvals,omitempty"` // that were given to it
	Now        *StageNow    `json:"now,omitempty"`       // nil: Azure was not asked
}

// Failure is a member whose upgrade failed.
type Failure struct {
	Name    string    `json:"name"`
	Cluster ClusterID `json:"cluster"`
	Reason  string    `json:"reason,omitempty"`
	Code    string    `json:"code,omitempty"` // Azure's
}

// StageNow is how the clusters of a stage stand in Azure, whatever was recorded of them.
type StageNow struct {
	At       time.Time    `json:"at"`
	Members  int          `json:"members"`  // that the plan has a target for
	AtTarget int          `json:"atTarget"` // of those
	Clusters []ClusterNow `json:"clusters"` // those of which there is something to say
}

// ClusterNow is how a cluster stands in Azure.
type ClusterNow struct {
	Name     string       `json:"name"`
	Cluster  ClusterID    `json:"cluster"`
	AtTarget bool         `json:"atTarget"`
	State    ClusterState `json:"state,omitempty"` // empty where there is nothing about it
	Behind   string       `json:"behind,omitempty"`
	Recorded State        `json:"recorded,omitempty"` // of the member, where the record and Azure differ
}

// ClusterState says why a cluster is not simply there.
type ClusterState string

// The states of clusters.
const (
	ClusterBusy     ClusterState = "busy"     // an operation is under way, whoever began it
	ClusterFailed   ClusterState = "failed"   // its last operation, or one of a pool, ended badly
	ClusterStopped  ClusterState = "stopped"  // its power state
	ClusterGone     ClusterState = "gone"     // there is none of its id
	ClusterReplaced ClusterState = "replaced" // another one has its id
)
