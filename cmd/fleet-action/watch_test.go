package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

// manyStages is a plan whose frame has a line for itself and one for each stage.
func manyStages(n int) plan.Plan {
	p := plan.Plan{Name: "watched"}
	for i := range n {
		p.Stages = append(p.Stages, plan.Stage{Name: fmt.Sprint("stage-", i)})
	}
	return p
}

// shown is what a live view writes for one frame.
func shown(l *live) string {
	var out bytes.Buffer
	l.out = &out
	l.show(fleet.Result{}, fleet.Result{}, time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC))
	return out.String()
}

func TestAFrameIsWrittenOverTheOneBefore(t *testing.T) {
	view := &live{plan: manyStages(3), style: func() report.Style { return report.Style{Width: 80} }}
	if first := shown(view); strings.Contains(first, "A") {
		t.Errorf("the first frame moves the cursor up: %q", first)
	}
	second := shown(view)
	if !strings.HasPrefix(second, "\x1b[4A") || strings.Count(second, "\x1b[K\n") != 4 || !strings.HasSuffix(second, "\n\x1b[J") {
		t.Errorf("the second frame does not replace four lines: %q", second)
	}
}

func TestAFrameStandsBelowAQuestion(t *testing.T) {
	view := &live{plan: manyStages(3), style: func() report.Style { return report.Style{Width: 80} }}
	shown(view)
	view.leave()
	if next := shown(view); strings.Contains(next, "A") {
		t.Errorf("the frame after a question is written over it: %q", next)
	}
}

func TestAFrameLeavesALineForTheCursor(t *testing.T) {
	view := &live{plan: manyStages(30), style: func() report.Style { return report.Style{Width: 80, Height: 10} }}
	if lines := strings.Count(shown(view), "\n"); lines != 9 {
		t.Errorf("%d lines on a terminal of 10: the first would be lost above it", lines)
	}
}
