package plan

import (
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// The order in which members of a group are picked by their maintenance windows, as Fleet Manager picks them.
const (
	rankOpen = iota
	rankSoon // opens within opensSoon
	rankNone // has no window, or windows were not read
	rankClosed
)

const opensSoon = 4 * time.Hour

// window ranks the member by its maintenance window and says when that opens. A window of which it cannot be known
// when it opens counts as closed for ever, so the member is blocked.
func (r *run) window(c *candidate) verdict {
	window, has := c.cluster.Windows[c.out.Window]
	if !has {
		return verdict{}
	}
	opening, err := window.Next(r.inv.At)
	if err != nil {
		return blocked("window-unknown", c.azWindow(), "when its maintenance window %s opens cannot be known: %v", c.out.Window, err)
	}
	switch {
	case opening.Contains(r.inv.At):
		c.rank = rankOpen
		return verdict{}
	case opening.Opens.Sub(r.inv.At) <= opensSoon:
		c.rank = rankSoon
	default:
		c.rank = rankClosed
	}
	if c.verdict.action == "" { // what is pending waits for something else, of which no time is known
		c.out.Until = opening.Opens.UTC()
	}
	return verdict{}
}

// azWindow shows the window: changing it takes its whole schedule.
func (c *candidate) azWindow() string {
	return azure("aks maintenanceconfiguration show", append(c.scope("--cluster-name"), "--name", string(c.out.Window)))
}

// windowTooShort warns of a member that is not expected to fit into its window: Azure finishes what was begun inside.
func windowTooShort(_ *run, c *candidate) []problem {
	window, has := c.cluster.Windows[c.out.Window]
	expected := time.Duration(c.out.ExpectedSeconds) * time.Second
	if !has || expected <= window.Duration {
		return nil
	}
	return []problem{{
		severity: fleet.Warning,
		message:  "The upgrade of " + c.label() + " is expected to take " + expected.String() + ", longer than its maintenance window of " + window.Duration.String() + ".",
		advice:   "Make the window longer, or raise the surge of its node pools; as it is, the upgrade goes on after the window has closed.",
	}}
}
