package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// sign is a symbol with its word: what a reader finds again in every table, line and view.
type sign struct {
	symbol, word string
	tone         tone
}

func (s sign) span() span { return span{words: s.symbol + " " + s.word, tone: s.tone} }

func actionSign(a plan.Action) sign {
	switch a {
	case plan.ActionUpgrade:
		return sign{"↑", "upgrade", calm}
	case plan.ActionSkip:
		return sign{"↷", "skip", faint}
	case plan.ActionBlocked:
		return sign{"✖", "blocked", bad}
	case plan.ActionPending:
		return sign{"⏸", "pending", waiting}
	default:
		return sign{"?", string(a), calm}
	}
}

func stateSign(s fleet.State) sign {
	switch s {
	case fleet.Completed:
		return sign{"✔", "completed", good}
	case fleet.Failed:
		return sign{"✖", "failed", bad}
	case fleet.Pending:
		return sign{"⏸", "waits", waiting}
	case fleet.Skipped:
		return sign{"↷", "skipped", faint}
	case fleet.Running:
		return sign{"▶", "running", calm}
	case fleet.Stopping:
		return sign{"■", "stopping", waiting}
	case fleet.Stopped:
		return sign{"■", "stopped", waiting}
	default:
		return sign{"·", "not started", faint}
	}
}

// memberSign tells what could not be upgraded from what was to be left alone.
func memberSign(m fleet.MemberResult, planned plan.Member) sign {
	state := stateSign(m.State)
	switch why := causeOf(planned); {
	case m.State == fleet.Skipped && why == causeBlocked:
		return actionSign(plan.ActionBlocked)
	case m.State == fleet.Skipped && why == causeStopped:
		state.word = string(why)
	}
	return state
}

// stageSign tells a stage that is over by its outcome, so that no failure stands behind a tick.
func stageSign(s fleet.StageResult) sign {
	if s.State != fleet.Completed && s.State != fleet.Failed {
		return stateSign(s.State)
	}
	here := standOf(s, nil)
	switch here.Outcome {
	case fleet.OutcomeFailed:
		return sign{"✖", here.outcomeWords(), bad}
	case fleet.OutcomeWithFailures:
		return sign{"▲", here.outcomeWords(), waiting}
	default:
		return sign{"✔", here.outcomeWords(), good}
	}
}

func severitySign(s fleet.Severity) sign {
	switch s {
	case fleet.Error:
		return sign{"✖", "error", bad}
	case fleet.Warning:
		return sign{"▲", "warning", waiting}
	default:
		return sign{"·", "note", faint}
	}
}

func (s sign) symbolSpan() span { return span{words: s.symbol, tone: s.tone} }
