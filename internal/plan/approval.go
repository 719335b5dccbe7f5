package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// GateEnvironment is the approval that the environment of a stage stands for, beside those of its gates.
const GateEnvironment = "environment"

// Approval is one approval that a stage wants.
type Approval struct {
	Gate        string // GateEnvironment, or the place and number of the gate in the stage: before-1, after-2
	DisplayName string
	Environment *fleet.Environment
}

// After reports whether the approval is asked for when the stage has ended.
func (a Approval) After() bool { return strings.HasPrefix(a.Gate, "after-") }

// Approvals lists what must be approved before the stage begins, and what before it counts as done. A stage that is
// skipped as a whole wants none.
func (s Stage) Approvals() (before, after []Approval) {
	if s.Skip != "" {
		return nil, nil
	}
	if s.Environment != nil && s.Environment.Reviewers > 0 {
		before = append(before, Approval{Gate: GateEnvironment, Environment: s.Environment})
	}
	return append(before, approvals("before", s.BeforeGates)...), approvals("after", s.AfterGates)
}

func approvals(place string, gates []Gate) []Approval {
	var wanted []Approval
	for i, gate := range gates {
		if gate.Type == strategy.GateApproval {
			wanted = append(wanted, Approval{Gate: fmt.Sprintf("%s-%d", place, i+1), DisplayName: gate.DisplayName, Environment: gate.Environment})
		}
	}
	return wanted
}

// JobEnvironment is the environment that the job of the stage runs in, with all that is required of it: the stage's own,
// else that of its first Approval before it, or nil. An approval that asks the same environment is given with the job's own.
func (s Stage) JobEnvironment() *fleet.Environment {
	own := s.Environment
	before, _ := s.Approvals()
	for _, approval := range before {
		switch {
		case own == nil:
			own = approval.Environment
		case strings.EqualFold(own.Name, approval.Environment.Name):
			both := own.And(*approval.Environment)
			own = &both
		}
	}
	return own
}

// Given reports whether the approval is given to the stage's own job, which then needs no job for it.
func (s Stage) Given(a Approval) bool {
	own := s.JobEnvironment()
	return !a.After() && own != nil && a.Environment != nil && strings.EqualFold(own.Name, a.Environment.Name)
}

// Open counts the members of the stage that there is something to upgrade of, now or later.
func (s Stage) Open() int {
	members := 0
	for member := range s.Members() {
		if member.Action.Open() {
			members++
		}
	}
	return members
}

// Accepts reports whether the approvals after a stage are wanted: something is upgraded in it, or in a stage after it,
// which is built on it whether or not this plan upgraded it. A no that was said to an earlier plan must not be got past by
// making another one.
func (p Plan) Accepts(stage int) bool {
	_, after := p.Stages[stage].Approvals()
	return len(after) > 0 && slices.ContainsFunc(p.Stages[stage:], func(s Stage) bool { return s.Skip == "" && s.Open() > 0 })
}

// Short is the beginning of the plan's digest, by which people tell plans apart.
func (p Plan) Short() string {
	digest := strings.TrimPrefix(p.Digest, "sha256:")
	return digest[:min(12, len(digest))]
}
