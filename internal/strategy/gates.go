package strategy

import (
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// The types of gates; the words are Fleet Manager's.
const (
	GateApproval       = "Approval"
	GateScheduledStart = "ScheduledStart"
)

// place says where a gate stands.
type place int

const (
	beforeStage place = iota
	afterStage
	beforeGroup
	afterGroup
)

func (p place) ofGroup() bool { return p == beforeGroup || p == afterGroup }
func (p place) isAfter() bool { return p == afterStage || p == afterGroup }

func (r *reader) gates(n *schema.Node, at place) []Gate {
	var gates []Gate
	for _, each := range n.Elements() {
		if gate, ok := r.gate(each, at); ok {
			gates = append(gates, gate)
		}
	}
	return gates
}

func (r *reader) gate(n *schema.Node, at place) (Gate, bool) {
	kind := n.Field("type")
	g := Gate{Type: kind.Text(), DisplayName: n.Field("displayName").Text(), Position: r.lines.Position(kind)}
	switch {
	case g.Type == GateApproval && at.ofGroup():
		r.fail(ruleApprovalOnGroup, kind, "a group cannot be approved: GitHub approves whole jobs, and a job is a stage",
			"Make the group a stage of its own, with the Approval there.")
		return g, false
	case g.Type == GateApproval:
		g.Environment = r.approver(n)
	case g.Type == GateScheduledStart && at.isAfter():
		r.fail(ruleScheduledAfter, kind, "ScheduledStart stands only in beforeGates", "Move it to beforeGates of what is to begin at that time.")
		return g, false
	case g.Type == GateScheduledStart:
		g.Scheduled = r.scheduledStart(n)
	}
	return g, true
}

// approver returns the environment of an Approval, which needs at least one reviewer.
func (r *reader) approver(n *schema.Node) *fleet.Environment {
	if key := n.Key("scheduledStartConfiguration"); key != nil {
		r.fail(ruleGateConfiguration, key, "scheduledStartConfiguration stands only with ScheduledStart", "Remove it, or begin a gate of its own for it.")
	}
	if n.Key("environment") == nil {
		r.fail(ruleApprovalEnvironment, n.Field("type"), "an Approval needs the GitHub environment whose reviewers give it",
			"Add `environment: {name: NAME}`, and required reviewers to that environment on GitHub.")
		return nil
	}
	environment := r.environment(n.Field("environment"))
	if environment != nil {
		environment.Reviewers = max(environment.Reviewers, 1)
	}
	return environment
}

func (r *reader) scheduledStart(n *schema.Node) *ScheduledStart {
	if key := n.Key("environment"); key != nil {
		r.fail(ruleGateConfiguration, key, "an environment stands only with Approval", "Remove it, or begin a gate of its own for it.")
	}
	configuration := n.Field("scheduledStartConfiguration")
	if n.Key("scheduledStartConfiguration") == nil {
		r.fail(ruleGateConfiguration, n.Field("type"), "ScheduledStart needs scheduledStartConfiguration",
			"Add `scheduledStartConfiguration: {startDay: Monday, startTime: \"22:00\", utcOffset: \"+00:00\"}`.")
		return nil
	}
	return ParseStart(configuration.Field("startDay").Text(), configuration.Field("startTime").Text(), configuration.Field("utcOffset").Text())
}

// ParseStart reads a scheduled start in Fleet Manager's words: "Monday", "22:00", "+02:00". Of what is none of them the
// schema speaks.
func ParseStart(day, at, offset string) *ScheduledStart {
	minutes := clock(strings.TrimLeft(offset, "+-"))
	if strings.HasPrefix(offset, "-") {
		minutes = -minutes
	}
	return &ScheduledStart{Day: weekday(day), Minute: clock(at), Offset: time.Duration(minutes) * time.Minute}
}

func weekday(name string) time.Weekday {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if day.String() == name {
			return day
		}
	}
	return time.Sunday
}

// clock returns the minutes of "HH:MM"; what is not that is left to the schema.
func clock(text string) int {
	hours, minutes, _ := strings.Cut(text, ":")
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(minutes)
	if errH != nil || errM != nil {
		return 0
	}
	return 60*h + m
}
