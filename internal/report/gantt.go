package report

import (
	"fmt"
	"time"
)

// chart shows when what runs.
type chart struct {
	title    string
	sections []section
}

type section struct {
	name string
	bars []bar
}

type bar struct {
	label    string
	from, to time.Time
	tone     tone
}

// maxBars is how many bars a reader still takes in, and Mermaid still draws legibly.
const maxBars = 24

// lane is one bar at its finest; lanes are merged until few enough are left.
type lane struct {
	stage, group string
	bar
}

// waitLane is the group of the lane that shows a stage's wait.
const waitLane = "\x00wait"

// newChart draws lanes member by member where they are few, else by group, else by stage; at worst it says how many it
// left out. ok is false when there is nothing to draw.
func newChart(title string, lanes []lane) (drawn chart, ok bool) {
	if len(lanes) > maxBars {
		lanes = merged(lanes, func(l lane) string { return l.group }, "cluster")
	}
	if len(lanes) > maxBars {
		lanes = merged(lanes, func(l lane) string {
			if l.group == waitLane {
				return waitLane
			}
			return "all"
		}, "group")
	}
	if more := len(lanes) - maxBars; more > 0 {
		lanes = lanes[:maxBars]
		title += fmt.Sprintf(", without the last %d stages", more)
	}
	drawn.title = title
	for _, l := range lanes {
		last := len(drawn.sections) - 1
		if last < 0 || drawn.sections[last].name != l.stage {
			drawn.sections = append(drawn.sections, section{name: l.stage})
			last++
		}
		drawn.sections[last].bars = append(drawn.sections[last].bars, l.bar)
	}
	return drawn, len(lanes) > 0
}

// merged makes one lane of all lanes of a stage for which by gives the same name.
func merged(lanes []lane, by func(lane) string, noun string) []lane {
	type key struct{ stage, name string }
	at, counts := map[key]int{}, map[int]int{}
	var all []lane
	for _, l := range lanes {
		k := key{l.stage, by(l)}
		i, seen := at[k]
		if !seen {
			i = len(all)
			at[k] = i
			all = append(all, l)
		}
		counts[i]++
		all[i].from, all[i].to = earlier(all[i].from, l.from), later(all[i].to, l.to)
		if l.tone == bad {
			all[i].tone = bad
		}
	}
	for k, i := range at {
		if counts[i] > 1 {
			all[i].label = k.name + " (" + count(counts[i], noun) + ")"
		}
	}
	return all
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// span returns when the first bar begins and the last one ends.
func (c chart) span() (from, to time.Time) {
	for _, s := range c.sections {
		for _, b := range s.bars {
			if from.IsZero() {
				from, to = b.from, b.to
			}
			from, to = earlier(from, b.from), later(to, b.to)
		}
	}
	return from, to
}

// mermaid renders the chart. Mermaid reads and shows times in the reader's zone, so a time written in UTC stays one.
func (c chart) mermaid() []string {
	from, to := c.span()
	lines := []string{"gantt", "    title " + escapeMermaid(c.title), "    dateFormat YYYY-MM-DD HH:mm"}
	lines = append(lines, axis(to.Sub(from))...)
	lines = append(lines, "    todayMarker off")
	for _, s := range c.sections {
		lines = append(lines, "    section "+escapeMermaid(s.name))
		for _, b := range s.bars {
			lines = append(lines, "    "+b.mermaid())
		}
	}
	return lines
}

func (b bar) mermaid() string {
	from, to := b.from.UTC().Truncate(time.Minute), b.to.UTC().Truncate(time.Minute)
	if !to.After(from) { // Mermaid draws nothing for less than its date format can tell apart
		to = from.Add(time.Minute)
	}
	tag := ""
	switch b.tone {
	case good, faint:
		tag = "done, "
	case bad:
		tag = "crit, "
	case waiting:
		tag = "active, "
	}
	const format = "2006-01-02 15:04"
	return escapeMermaid(b.label) + " :" + tag + from.Format(format) + ", " + to.Format(format)
}

// axis chooses ticks that do not run into each other.
func axis(span time.Duration) []string {
	const day = 24 * time.Hour
	switch {
	case span <= day:
		return []string{"    axisFormat %H:%M"}
	case span <= 2*day:
		return []string{"    axisFormat %d %b %H:%M", "    tickInterval 6hour"}
	case span <= 14*day:
		return []string{"    axisFormat %d %b", "    tickInterval 1day"}
	default:
		return []string{"    axisFormat %d %b", "    tickInterval 1week"}
	}
}
