package strategy

import (
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Fleet Manager's limits: how many members of a stage are upgraded at once where it does not say, and at most; and
// how many of a group where it does not say.
const (
	maxStageConcurrency     = 50
	DefaultStageConcurrency = 50
	DefaultGroupConcurrency = 1
)

// concurrency resolves a share of a number of members: a percentage is rounded down, and is at least 1.
func (s Share) concurrency(members, otherwise int) int {
	switch {
	case !s.Set:
		return otherwise
	case s.Percent:
		return max(members*s.Number/100, 1)
	default:
		return max(s.Number, 1)
	}
}

// failures resolves a share of a number of members: a percentage is rounded up.
func (s Share) failures(members int) int {
	if s.Percent {
		return (members*s.Number + 99) / 100
	}
	return s.Number
}

// resolveLimits turns the limits of a stage and its groups into numbers. Fleet Manager clamps what is above its
// ceiling without a word; we add a note.
func (a *assigner) resolveLimits(s *AssignedStage) {
	total := 0
	for _, group := range s.Groups {
		total += len(group.Members)
	}
	s.Concurrency = a.clamp(s.Stage, s.MaxConcurrency, s.MaxConcurrency.concurrency(total, DefaultStageConcurrency), maxStageConcurrency,
		"a stage upgrades at most %d members at once")
	s.Budget = s.MaxAllowedFailures.failures(total)
	for i := range s.Groups {
		group := &s.Groups[i]
		members := len(group.Members)
		wanted := group.MaxConcurrency.concurrency(members, DefaultGroupConcurrency)
		if group.MaxConcurrency == s.MaxConcurrency { // the implicit group of a stage: its note is the stage's
			wanted = min(wanted, s.Concurrency)
		}
		group.Concurrency = a.clamp(s.Stage, group.MaxConcurrency, wanted, s.Concurrency, "the stage upgrades at most %d members at once")
		group.Budget = s.Budget
		if group.MaxAllowedFailures.Set {
			group.Budget = group.MaxAllowedFailures.failures(members)
		}
	}
	if total > 0 && s.MinSucceeded > total {
		a.report(ruleMinSucceeded, fleet.Error, s.Position, s.Name,
			fmt.Sprintf("minSucceeded is %d, but the stage %q has %d members", s.MinSucceeded, s.Name, total),
			fmt.Sprintf("Lower it to %d or less, or the stage can never be done.", total))
	}
}

func (a *assigner) clamp(s Stage, given Share, wanted, ceiling int, why string) int {
	if wanted <= ceiling {
		return wanted
	}
	a.report(ruleConcurrencyClamped, fleet.Note, given.Position, s.Name,
		fmt.Sprintf("maxConcurrency is %d, but "+why, wanted, ceiling), fmt.Sprintf("%d is used.", ceiling))
	return ceiling
}
