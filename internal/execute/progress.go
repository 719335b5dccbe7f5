package execute

import (
	"maps"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Progress is what is known of a stage besides what Azure shows. Losing it is safe (a restart decides by what Azure
// shows), and Decide never changes the one it is given.
type Progress struct {
	Members  map[fleet.ClusterID]Member
	Drops    map[string]Drop // by snapshot
	Started  time.Time
	Finished time.Time // zero until the stage has come to its end
	Looked   bool      // false: this process has not decided anything yet
}

// Member is what Azure cannot tell of a member.
type Member struct {
	State        fleet.State
	Reason       string
	Operation    string // status URL of the operation under way; it is signed and never written down
	OperationID  string // GUID of the latest operation
	Progress     string // the operation's own words
	Problem      *fleet.Problem
	Step         *fleet.Step                // begun, not known to have ended
	NotBefore    time.Time                  // when it can go on, where that is known
	Began, Ended time.Time                  // Began: when it was first seen that Azure had accepted a write
	Latest       map[string]fleet.NodeImage // per pool, what Latest meant when its step began
	Attempts     int                        // how many times its upgrade was started, a first write that was refused included
	Tries        int                        // times in a row that its next write could not begin
	Doubt        bool                       // its operation ended, and its result was not to be seen at the first look
	Retry        bool                       // had failed before this process: tried once more, first. Failed and Retry: not tried yet
}

// Drop is how the removal of one snapshot stands.
type Drop struct {
	NotBefore time.Time
	Tries     int
	GivenUp   bool
}

// maxTries is how many times in a row a write may fail to begin, while nobody else is at work on the cluster, before
// the member counts as failed. With the growing pauses between them that is more than an hour of a broken Azure.
const maxTries = 12

// copied returns a Progress whose maps can be written to without changing p.
func (p Progress) copied() Progress {
	p.Members = maps.Clone(p.Members)
	if p.Members == nil {
		p.Members = map[fleet.ClusterID]Member{}
	}
	p.Drops = maps.Clone(p.Drops)
	if p.Drops == nil {
		p.Drops = map[string]Drop{}
	}
	return p
}

// operations returns the status URLs to ask, by cluster.
func (p Progress) operations() map[fleet.ClusterID]string {
	urls := map[fleet.ClusterID]string{}
	for id, m := range p.Members {
		if m.Operation != "" {
			urls[id] = m.Operation
		}
	}
	return urls
}

// Accepted remembers, before anything else is done, where to ask for the operations that were just begun.
func (p Progress) Accepted(at time.Time, answers map[fleet.ClusterID]fleet.Answer) Progress {
	p = p.copied()
	for id, answer := range answers {
		m, known := p.Members[id]
		if known && m.Step != nil && answer.Verdict == fleet.Accepted {
			m.accept(answer, at)
			p.Members[id] = m
		}
	}
	return p
}

// underway reports whether the member's upgrade has begun and not ended: between its steps too.
func (m Member) underway() bool {
	return !m.Began.IsZero() && (m.State == fleet.Running || m.State == fleet.Pending)
}

// done reports whether nothing more happens to the member in this process.
func (m Member) done() bool { return m.State.Terminal() && !m.Retry }

// begin records that a step is about to be begun. Whether Azure took it is not known until accept.
func (m *Member) begin(step fleet.Step) {
	if !m.underway() {
		m.Began, m.Ended = time.Time{}, time.Time{}
	}
	m.Step, m.OperationID, m.State, m.Reason = &step, "", fleet.Running, ""
	m.NotBefore = time.Time{}
}

// accept records that the member's step is under way.
func (m *Member) accept(answer fleet.Answer, at time.Time) {
	if m.Began.IsZero() {
		m.Began = at
		m.attempted()
	}
	if answer.Operation != "" {
		m.Operation, m.OperationID = answer.Operation, operationID(answer.Operation)
	}
	m.State, m.Progress = fleet.Running, answer.Progress
	m.Tries, m.Problem, m.NotBefore = 0, nil, time.Time{}
}

// end brings the member to its end.
func (m *Member) end(state fleet.State, reason string, problem *fleet.Problem, at time.Time) {
	m.State, m.Reason, m.Problem = state, reason, problem
	m.Step, m.Operation, m.Progress, m.Doubt = nil, "", "", false
	m.Retry, m.Tries, m.NotBefore = false, 0, time.Time{}
	m.Ended = at
}

// fail ends the member after a write of ours.
func (m *Member) fail(reason string, problem *fleet.Problem, at time.Time) {
	if m.Began.IsZero() {
		m.attempted()
	}
	m.end(fleet.Failed, reason, problem, at)
}

// attempted counts that the member's upgrade was started. One that is being tried again is at its second attempt at
// least, also where the record of the first was lost: by that it is known again after a restart.
func (m *Member) attempted() {
	m.Attempts++
	if m.Retry {
		m.Attempts = max(m.Attempts, 2)
	}
}

// rest puts a member that cannot go on, or has not had its turn, into its waiting state. One that had failed stays
// Failed until it is tried again, so that a second interruption does not forget it.
func (m *Member) rest(state fleet.State, reason string, until time.Time) {
	if m.Retry && m.Attempts > 0 && !m.underway() {
		state = fleet.Failed
		reason = "failed before, and is tried again: " + reason
	}
	m.State, m.Reason, m.NotBefore = state, reason, until
}

// operationID returns the GUID of an operation from its status URL.
func operationID(url string) string {
	path, _, _ := strings.Cut(url, "?")
	return path[strings.LastIndexByte(path, '/')+1:]
}
