package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Live draws the run as it stands now: stages, groups and members with what each is at, elapsed and expected time. Where
// the style's height is too little, what is over is folded first, then what has not begun, then all that is not under
// way; at the worst, the last line says how many lines are missing.
func Live(p plan.Plan, r fleet.Result, now time.Time, s Style) []string {
	view := live{plan: p, planned: plannedMembers(p), result: r, now: now}
	view.nameWidth, view.stateWidth = view.measure(s.Width)
	var lines []text
	for fold := foldNothing; fold <= foldIdle; fold++ {
		lines = view.frame(fold)
		if s.Height <= 0 || len(lines) <= s.Height {
			break
		}
	}
	if s.Height > 1 && len(lines) > s.Height {
		more := len(lines) - s.Height + 1
		lines = append(lines[:s.Height-1:s.Height-1], text{span{words: fmt.Sprintf("… and %s more", count(more, "line")), tone: faint}})
	}
	frame := make([]string, len(lines))
	for i, line := range lines {
		frame[i] = s.paint(line.clipTo(s.Width))
	}
	return frame
}

// fold is how much a frame leaves out; each leaves out what those before it do.
type fold int

const (
	foldNothing fold = iota
	foldFinishedStages
	foldFinishedGroups
	foldNotBegun
	foldIdle
)

type live struct {
	plan                  plan.Plan
	planned               map[fleet.ClusterID]plan.Member
	result                fleet.Result
	now                   time.Time
	nameWidth, stateWidth int
}

const (
	memberIndent = "    "
	besideName   = 16 // cells that are kept for what stands beside a name and its state
)

// measure finds the widest member name and state, so that no frame moves the columns of another.
func (v live) measure(limit int) (name, state int) {
	for _, s := range v.plan.Stages {
		for _, g := range s.Groups {
			for _, m := range g.Members {
				name = max(name, width(clean(m.Name)))
			}
		}
	}
	state = width("· not started")
	if limit > 0 {
		name = min(name, max(narrowest, limit-width(memberIndent)-columnGap-state-besideName))
	}
	return name, state
}

func (v live) frame(f fold) []text {
	lines := []text{v.title()}
	done, _ := index(v.result)
	for _, s := range v.plan.Stages {
		result, begun := done[s.Name]
		if !begun {
			result = fleet.StageResult{Name: s.Name, State: fleet.NotStarted}
		}
		lines = append(lines, v.stage(s, result))
		if !begun || f >= foldFinishedStages && result.State.Terminal() {
			continue
		}
		for _, g := range result.Groups {
			lines = append(lines, v.group(g, f)...)
		}
	}
	return lines
}

func (v live) title() text {
	now := stand(v.plan.Stages, v.result, v.result.Outcome)
	total := 0
	for _, n := range tallyOf(v.plan.Stages...) {
		total += n
	}
	t := text{strong(clean(called(v.plan.Name, v.plan.Run))), plain(fmt.Sprintf("  %d of %s at the target", now.atTarget, count(total, "cluster")))}
	for _, state := range []fleet.State{fleet.Failed, fleet.Running, fleet.Pending} {
		if n := now.states[state]; n > 0 {
			sign := stateSign(state)
			t = append(t, plain(", "), span{words: fmt.Sprintf("%d %s", n, sign.word), tone: sign.tone})
		}
	}
	if elapsed := since(v.result.StartedAt, v.now); elapsed != "" {
		t = append(t, plain("  "+elapsed))
	}
	return append(t, span{words: "  " + stamp(v.now), tone: faint})
}

func (v live) stage(s plan.Stage, r fleet.StageResult) text {
	sign := stageSign(r)
	if r.State == fleet.Pending && r.Reason != "" {
		sign.word, r.Reason = clean(r.Reason), ""
	}
	t := text{sign.symbolSpan(), plain(" "), strong(clean(s.Name)), plain("  "), {words: sign.word, tone: sign.tone}}
	end := r.FinishedAt
	if end.IsZero() {
		end = v.now
	}
	t = append(t, plain(clock(since(r.StartedAt, end), expected(int(v.plan.ForecastOf(s.Name).Lasts().Seconds())))))
	if r.Reason != "" {
		t = append(t, plain("  "+clean(r.Reason)))
	}
	if r.State == fleet.NotStarted && s.Environment != nil && s.Environment.Reviewers > 0 {
		t = append(t, plain("  needs approval in "+clean(s.Environment.Name)))
	}
	return t
}

// clock shows elapsed against expected time.
func clock(elapsed, expected string) string {
	switch {
	case elapsed == "" && expected == "":
		return ""
	case elapsed == "":
		return "  expected " + expected
	case expected == "":
		return "  " + elapsed
	default:
		return "  " + elapsed + ", expected " + expected
	}
}

func (v live) group(g fleet.GroupResult, f fold) []text {
	over := 0
	for _, m := range g.Members {
		if m.State.Terminal() {
			over++
		}
	}
	lines := []text{{plain(fmt.Sprintf("  %s  %d/%d", clean(g.Name), over, len(g.Members)))}}
	if f >= foldFinishedGroups && over == len(g.Members) {
		return lines
	}
	folded := map[fleet.State]int{}
	var order []fleet.State
	for _, m := range g.Members {
		if !f.hides(m.State) {
			lines = append(lines, v.member(m))
			continue
		}
		if folded[m.State] == 0 {
			order = append(order, m.State)
		}
		folded[m.State]++
	}
	for _, state := range order {
		sign := stateSign(state)
		lines[0] = append(lines[0], span{words: fmt.Sprintf("  %s %d %s", sign.symbol, folded[state], sign.word), tone: sign.tone})
	}
	return lines
}

func (f fold) hides(s fleet.State) bool {
	switch s {
	case fleet.Failed, fleet.Running, fleet.Stopping:
		return false
	case fleet.Pending, fleet.Stopped:
		return f >= foldIdle
	default:
		return f >= foldNotBegun
	}
}

func (v live) member(m fleet.MemberResult) text {
	sign := stateSign(m.State)
	t := text{plain(memberIndent)}
	t = append(t, shortened(clean(m.Name), v.nameWidth).padded(v.nameWidth+columnGap, false)...)
	t = append(t, text{sign.span()}.padded(v.stateWidth, false)...)
	what := clean(doing(m, v.planned[m.Cluster]))
	switch {
	case m.State == fleet.Running:
		t = append(t, plain(clock(since(m.StartedAt, v.now), expected(v.planned[m.Cluster].ExpectedSeconds))))
	case m.State == fleet.Pending && !m.NotBefore.IsZero() && !strings.Contains(what, stamp(m.NotBefore)):
		t = append(t, plain("  until "+stamp(m.NotBefore)))
	case took(m) != "":
		t = append(t, plain("  "+took(m)))
	}
	if what != "" {
		t = append(t, plain("  "+what))
	}
	return t
}
