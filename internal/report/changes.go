package report

import (
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Changes says on one line each what is different between two results of one run, for a log that nothing can be drawn
// on again. A zero before says everything that is not as at the start. What an operation says of its progress is no
// change; its next step is.
func Changes(p plan.Plan, before, after fleet.Result) []string {
	planned := plannedMembers(p)
	stages, members := index(before)
	at := stamp(after.At)
	var lines []string
	for _, s := range after.Stages {
		other := stages[s.Name].State != s.State
		if other && s.State == fleet.Running {
			lines = append(lines, changeLine(at, s.Name, stageChange(s)))
		}
		for _, g := range s.Groups {
			for _, m := range g.Members {
				if changed(members[memberKey{s.Name, m.Cluster}], m) {
					lines = append(lines, changeLine(at, s.Name+"/"+g.Name, m.Name, memberChange(m, planned[m.Cluster])))
				}
			}
		}
		if other && s.State != fleet.Running && s.State != fleet.NotStarted && s.State != "" { // its members are why
			lines = append(lines, changeLine(at, s.Name, stageChange(s)))
		}
	}
	return lines
}

type memberKey struct {
	stage   string
	cluster fleet.ClusterID
}

func index(r fleet.Result) (map[string]fleet.StageResult, map[memberKey]fleet.MemberResult) {
	stages, members := map[string]fleet.StageResult{}, map[memberKey]fleet.MemberResult{}
	for _, s := range r.Stages {
		stages[s.Name] = s
		for _, g := range s.Groups {
			for _, m := range g.Members {
				members[memberKey{s.Name, m.Cluster}] = m
			}
		}
	}
	return stages, members
}

// changed compares what a reader of the log would want to be told again.
func changed(before, after fleet.MemberResult) bool {
	if before.State == "" {
		before.State = fleet.NotStarted
	}
	if before.State != after.State {
		return true
	}
	switch after.State {
	case fleet.NotStarted:
		return false
	case fleet.Running:
		return after.Step != nil && (before.Step == nil || *before.Step != *after.Step)
	default:
		return before.Reason != after.Reason
	}
}

func changeLine(parts ...string) string {
	for i := range parts {
		parts[i] = clean(parts[i])
	}
	return Style{}.paint(words(strings.Join(parts, "  ")))
}

func stageChange(s fleet.StageResult) string {
	line := "Stage " + stageSign(s).word
	switch {
	case !s.StartedAt.IsZero() && !s.FinishedAt.IsZero():
		line += " in " + duration(s.FinishedAt.Sub(s.StartedAt))
	case !s.LookAgain.IsZero() && !strings.Contains(s.Reason, stamp(s.LookAgain)):
		line += " (not before " + stamp(s.LookAgain) + ")"
	}
	if s.Reason != "" {
		line += ": " + clip(s.Reason, maxMessage)
	}
	return line
}

func memberChange(m fleet.MemberResult, planned plan.Member) string {
	line := string(m.State)
	what := doing(m, planned)
	switch m.State {
	case fleet.Running:
		if m.Step != nil {
			what = stepWords(*m.Step)
			if takes := planned.Expected(*m.Step); takes > 0 {
				what += " (expected " + duration(takes) + ")"
			}
		}
	case fleet.Completed:
		if t := took(m); t != "" {
			what = "in " + t
		}
	case fleet.Pending:
		if !m.NotBefore.IsZero() && !strings.Contains(what, stamp(m.NotBefore)) {
			what += " (not before " + stamp(m.NotBefore) + ")"
		}
	case fleet.Failed:
		if m.Problem != nil && m.Problem.Advice != "" {
			what = strings.TrimRight(what, ". ") + ". " + m.Problem.Advice
		}
	}
	if what = strings.TrimSpace(what); what != "" {
		line += ": " + what
	}
	return line
}

// since is empty for what has not begun.
func since(start, now time.Time) string {
	if start.IsZero() {
		return ""
	}
	return duration(now.Sub(start))
}
