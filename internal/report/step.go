package report

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// stepWords says what a step is doing: "upgrading node pool system to 202511.08.0".
func stepWords(s fleet.Step) string {
	switch s.Kind {
	case fleet.ControlPlane:
		return "upgrading the control plane to " + s.Version.String()
	case fleet.WholeCluster:
		return "upgrading control plane and node pools to " + s.Version.String()
	case fleet.PoolVersion:
		line := "upgrading node pool " + s.Pool + " to " + s.Version.String()
		if s.Image != "" {
			line += " with image " + shortImage(s.Image)
		}
		return line
	case fleet.PoolImage:
		return "upgrading node pool " + s.Pool + " to " + shortImage(s.Image)
	case fleet.TakeSnapshot:
		return "taking a snapshot of " + s.Donor.Cluster.Name() + "/" + s.Donor.Pool
	case fleet.DropSnapshot:
		return "removing snapshot " + lastPart(s.Snapshot)
	default:
		return string(s.Kind)
	}
}

// doing says what a member is at, or why it is not at anything.
func doing(m fleet.MemberResult, planned plan.Member) string {
	switch {
	case m.State == fleet.Running && m.Step != nil && m.Progress != "":
		return stepWords(*m.Step) + ", " + m.Progress
	case m.State == fleet.Running && m.Step != nil:
		return stepWords(*m.Step)
	case m.State == fleet.Running && m.Progress != "":
		return m.Progress
	case m.State == fleet.Failed && m.Problem != nil:
		return clip(m.Problem.Error(), maxMessage)
	case m.State == fleet.Pending:
		return waitsFor(m)
	case m.State == fleet.Skipped && planned.Action == plan.ActionBlocked:
		return clip("blocked: "+because(m, planned), maxMessage)
	default:
		return clip(because(m, planned), maxMessage)
	}
}

// waitsFor is the reason of a pending member without the word that stands beside it everywhere.
func waitsFor(m fleet.MemberResult) string {
	return clip(strings.TrimPrefix(m.Reason, "waits: "), maxMessage)
}
