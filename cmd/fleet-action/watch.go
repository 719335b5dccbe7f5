package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

// watcher shows a rollout while it goes on.
type watcher interface {
	show(before, after fleet.Result, now time.Time)
	moves() bool // shows time passing, also while nothing happens
	leave()      // something else was printed: what is shown next stands below it
}

// newWatcher gives a live view on a terminal and one line per change elsewhere. Where standard output is to be
// one document, the lines go to standard error.
func newWatcher(c call, made plan.Plan) watcher {
	if c.terminal && !c.values.oneDocument() {
		return &live{plan: made, out: c.stdout, style: func() report.Style { return style(c.system) }}
	}
	return &lines{plan: made, out: c.progress()}
}

// lines prints one line per change.
type lines struct {
	plan plan.Plan
	out  io.Writer
}

func (l *lines) show(before, after fleet.Result, _ time.Time) {
	for _, line := range report.Changes(l.plan, before, after) {
		fmt.Fprintln(l.out, line)
	}
}

func (l *lines) moves() bool { return false }

func (l *lines) leave() {}

// live redraws one frame in place.
type live struct {
	plan  plan.Plan
	out   io.Writer
	style func() report.Style
	drawn int // lines of the last frame
}

func (l *live) show(_, after fleet.Result, now time.Time) {
	wanted := l.style()
	wanted.Height = max(0, wanted.Height-1) // the cursor stands on a line of its own, below the frame
	frame := report.Live(l.plan, after, now, wanted)
	var text strings.Builder
	if l.drawn > 0 {
		fmt.Fprintf(&text, "\x1b[%dA", l.drawn) // up to the first line of the last frame
	}
	for _, line := range frame {
		text.WriteString(line + "\x1b[K\n") // written over the old line, so that nothing flickers
	}
	text.WriteString("\x1b[J") // and the rest of a longer old frame goes
	l.drawn = len(frame)
	_, _ = io.WriteString(l.out, text.String())
}

func (l *live) leave() { l.drawn = 0 }

func (l *live) moves() bool { return true }
