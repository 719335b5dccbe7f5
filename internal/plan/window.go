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

// windowUnknown: a window of which it cannot be known when it opens counts as closed for ever.
func (r *run) windowUnknown(c *candidate) verdict {
	if _, err := r.opening(c); err != nil {
		return blocked("window-unknown", c.azWindow(), "when its maintenance window %s opens cannot be known: %v", c.out.Window, err)
	}
	return verdict{}
}

// opening is the one of the member's maintenance window that is open or comes next; the zero Opening where it has none.
func (r *run) opening(c *candidate) (fleet.Opening, error) {
	window, has := c.cluster.Windows[c.out.Window]
	if !has {
		return fleet.Opening{}, nil
	}
	return window.Next(r.inv.At)
}

// rankByWindow ranks the member by its maintenance window and says when that opens or, where it is open, closes.
func (r *run) rankByWindow(c *candidate) {
	opening, err := r.opening(c)
	open := opening.Contains(r.inv.At)
	switch {
	case err != nil, opening == fleet.Opening{}:
		return
	case open:
		c.rank = rankOpen
	case opening.Opens.Sub(r.inv.At) <= opensSoon:
		c.rank = rankSoon
	default:
		c.rank = rankClosed
	}
	switch {
	case c.verdict.action != "": // what is pending waits for something else, of which no time is known
	case open:
		c.out.Closes = opening.Closes.UTC()
	default:
		c.out.Until = opening.Opens.UTC()
	}
}

// azWindow shows the window: changing it takes its whole schedule.
func (c *candidate) azWindow() string {
	return azure("aks maintenanceconfiguration show", append(c.scope("--cluster-name"), "--name", string(c.out.Window)))
}

// windowClosed tells when a member's window opens, and warns where no stage would take this plan then.
func windowClosed(r *run, c *candidate) []problem {
	opens := c.out.Until
	if opens.IsZero() {
		return nil
	}
	found := problem{
		severity: fleet.Note,
		message:  "The maintenance window of " + c.label() + " is closed and opens at " + opens.Format(time.RFC3339),
		advice:   "Its stage waits for it.",
	}
	if !opens.Before(r.inv.At.Add(r.strategy.PlanMaxAge)) {
		found.severity = fleet.Warning
		found.message += ", after this plan has expired"
		found.advice = "Plan again nearer to that time, or raise planMaxAge."
	}
	found.message += "."
	return []problem{found}
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
