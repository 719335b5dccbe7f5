package execute

import (
	"fmt"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// touching bounds how many openings that follow one another without a gap are taken as one.
const touching = 8

// window says whether a member may start now by its maintenance window: it must be open, and what is left to do must be
// expected to end before it closes, unless that never fits. AKS does not hold back upgrades that are asked for by hand,
// so nobody but us looks at the window.
func (t *turn) window(pl *place) (windowed bool, closed wait) {
	opening, windowed, closed := t.opening(pl)
	if !windowed || !closed.open() {
		return windowed, closed
	}
	window := pl.cluster.Windows[pl.plan.Window]
	closes := opening.Closes
	for range touching {
		if closes.Sub(t.inv.At) >= pl.work.expect || pl.work.expect > window.Duration {
			return true, wait{}
		}
		next, err := window.Next(closes)
		if err != nil {
			return true, wait{reason: "waits: " + err.Error()}
		}
		if next.Opens.After(closes) {
			return true, wait{until: next.Opens, reason: fmt.Sprintf("waits: the %s it is expected to take do not fit into its maintenance window, which closes at %s and opens next at %s",
				minutes(pl.work.expect), clock(closes), clock(next.Opens))}
		}
		closes = next.Closes
	}
	return true, wait{}
}

// opening returns the opening of the member's window that holds now, or why there is none. Windows that were not read
// are taken as closed.
func (t *turn) opening(pl *place) (opening fleet.Opening, windowed bool, closed wait) {
	if pl.cluster.Windows == nil {
		return opening, true, wait{reason: "waits: its maintenance windows could not be read"}
	}
	window, windowed := pl.cluster.Windows[pl.plan.Window]
	if !windowed {
		return opening, false, wait{}
	}
	opening, err := window.Next(t.inv.At)
	switch {
	case err != nil:
		return opening, true, wait{reason: "waits: " + err.Error()}
	case !opening.Contains(t.inv.At):
		return opening, true, wait{until: opening.Opens, reason: "waits: its maintenance window opens next at " + clock(opening.Opens)}
	}
	return opening, true, wait{}
}

// gate says whether a group's scheduled start has come. It is the first such time at or after the stage was begun.
func (t *turn) gate(pl *place) wait {
	opens, err := scheduled(t.stage.Groups[pl.group].BeforeGates, t.progress.Started)
	switch {
	case err != nil:
		return wait{reason: "waits: " + err.Error()}
	case opens.After(t.inv.At):
		return wait{until: opens, reason: "waits: its group starts at " + clock(opens)}
	}
	return wait{}
}

// scheduled returns when all scheduled starts among the gates have come, counted from the time they were reached: the
// next occurrence of the weekday and time in their fixed offset, which may be that very time.
func scheduled(gates []plan.Gate, reached time.Time) (time.Time, error) {
	opens := reached
	for _, gate := range gates {
		if gate.Type != "ScheduledStart" || gate.Skip != "" {
			continue
		}
		at, err := occurrence(gate, reached)
		if err != nil {
			return time.Time{}, err
		}
		if at.After(opens) {
			opens = at
		}
	}
	return opens, nil
}

func occurrence(gate plan.Gate, reached time.Time) (time.Time, error) {
	zoned, err := time.Parse("15:04 -07:00", gate.StartTime+" "+gate.UTCOffset)
	if err != nil {
		return time.Time{}, fmt.Errorf("its scheduled start %s %s %s cannot be read", gate.StartDay, gate.StartTime, gate.UTCOffset)
	}
	local := reached.In(zoned.Location())
	at := time.Date(local.Year(), local.Month(), local.Day(), zoned.Hour(), zoned.Minute(), 0, 0, zoned.Location())
	for range 8 {
		if at.Weekday().String() == gate.StartDay && !at.Before(reached) {
			return at.UTC(), nil
		}
		at = at.AddDate(0, 0, 1)
	}
	return time.Time{}, fmt.Errorf("its scheduled start names no day of the week: %q", gate.StartDay)
}

// clock writes a time for people.
func clock(at time.Time) string { return at.UTC().Format("2006-01-02 15:04Z") }

// minutes writes a duration for people.
func minutes(d time.Duration) string {
	d = d.Round(time.Minute)
	if d < time.Hour {
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
}
