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
}

// newWatcher gives a live view on a terminal and one line per change elsewhere. With --format json the lines go to
// standard error, so that standard output is one JSON document.
func newWatcher(c call, made plan.Plan) watcher {
	switch {
	case c.values["format"] == "json":
		return &lines{plan: made, out: c.stderr}
	case c.terminal:
		return &live{plan: made, out: c.stdout, style: func() report.Style { return style(c.system) }}
	default:
		return &lines{plan: made, out: c.stdout}
	}
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

// live redraws one frame in place.
type live struct {
	plan  plan.Plan
	out   io.Writer
	style func() report.Style
	drawn int // lines of the last frame
}

func (l *live) show(_, after fleet.Result, now time.Time) {
	frame := report.Live(l.plan, after, now, l.style())
	var text strings.Builder
	if l.drawn > 0 {
		fmt.Fprintf(&text, "\x1b[%dA\x1b[J", l.drawn) // up to the first line of the last frame, and clear from there
	}
	for _, line := range frame {
		text.WriteString(line + "\n")
	}
	l.drawn = len(frame)
	_, _ = io.WriteString(l.out, text.String())
}

func (l *live) moves() bool { return true }
