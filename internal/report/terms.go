package report

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// stageTerms says what a stage does and, below, what it is subject to: gates, concurrency, failures, wait.
func stageTerms(s plan.Stage, forecast plan.StageForecast) text {
	var parts []text
	if s.Environment != nil {
		parts = append(parts, append(words("environment "), environment(*s.Environment)...))
	}
	for _, gate := range s.BeforeGates {
		parts = append(parts, append(words("before it: "), gateTerms(gate)...))
	}
	for _, g := range s.Groups {
		for _, gate := range g.BeforeGates {
			parts = append(parts, append(words("before group "+g.Name+": "), gateTerms(gate)...))
		}
	}
	parts = append(parts, words(atOnce(s)), words(failuresAllowed(s)))
	if s.MinSucceeded > 1 {
		parts = append(parts, words(fmt.Sprintf("at least %d must succeed", s.MinSucceeded)))
	}
	for _, gate := range s.AfterGates {
		parts = append(parts, append(words("after it: "), gateTerms(gate)...))
	}
	if s.WaitSeconds > 0 {
		parts = append(parts, words("then a wait of "+expected(s.WaitSeconds)))
	}
	return joined(lineEnd(), text{strong(stageCounts(s, forecast))}, joined(plain(" · "), parts...))
}

func stageCounts(s plan.Stage, forecast plan.StageForecast) string {
	counts := tallyOf(s)
	line := count(counts[plan.ActionUpgrade], "cluster") + " to upgrade"
	if rest := counts.rest(); rest != "" {
		line += ", " + rest
	}
	if work := expected(forecast.BusySeconds); work != "" {
		line += ", " + work + " of work expected, to end " + stamp(forecast.EndsAt)
	}
	return line
}

// environment names a GitHub environment with what it must enforce.
func environment(e fleet.Environment) text {
	var rules []string
	if e.Reviewers > 0 {
		rules = append(rules, count(e.Reviewers, "required reviewer"))
	}
	if e.PreventSelfReview {
		rules = append(rules, "no self-review")
	}
	if e.AdminBypass != nil && !*e.AdminBypass {
		rules = append(rules, "no bypass by administrators")
	}
	if e.WaitMinutes > 0 {
		rules = append(rules, "waits "+expected(e.WaitMinutes*60))
	}
	t := text{code(e.Name)}
	if len(rules) > 0 {
		t = append(t, plain(" ("+strings.Join(rules, ", ")+")"))
	}
	return t
}

func gateTerms(g plan.Gate) text {
	if g.Type != "Approval" {
		at := fmt.Sprintf("starts on %s at %s (UTC%s)", g.StartDay, g.StartTime, g.UTCOffset)
		if g.Skip != "" {
			at += ", " + g.Skip
		}
		return words(at)
	}
	t := words("approval")
	if g.DisplayName != "" {
		t = append(t, plain(" “"+g.DisplayName+"”"))
	}
	if g.Environment != nil {
		t = append(t, plain(" in "))
		t = append(t, environment(*g.Environment)...)
	}
	return t
}

// atOnce names the limits that can be felt: a group's, and the stage's where several groups could exceed it.
func atOnce(s plan.Stage) string {
	var groups []string
	sum := 0
	for _, g := range s.Groups {
		limit := min(g.MaxConcurrency, s.MaxConcurrency)
		sum += limit
		groups = append(groups, fmt.Sprintf("%s %d", g.Name, limit))
	}
	switch {
	case len(groups) == 0:
		return ""
	case len(groups) == 1:
		return fmt.Sprintf("%d at once", sum)
	case len(groups) > 6:
		return fmt.Sprintf("%d at once in %d groups", min(sum, s.MaxConcurrency), len(groups))
	case sum > s.MaxConcurrency:
		return fmt.Sprintf("at once: %s, %d in all", strings.Join(groups, ", "), s.MaxConcurrency)
	default:
		return "at once: " + strings.Join(groups, ", ")
	}
}

func failuresAllowed(s plan.Stage) string {
	if s.MaxAllowedFailures == 0 {
		return "no failure allowed"
	}
	return count(s.MaxAllowedFailures, "failure") + " allowed"
}
