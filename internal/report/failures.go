package report

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// failures says each failure of a group once, with all members it happened to.
func failures(r fleet.Result) []block {
	type kind struct{ stage, group, words string }
	at := map[kind]int{}
	var kinds []kind
	var whys []text
	var names [][]string
	for _, m := range inState(r, fleet.Failed) {
		why := failureWords(m.MemberResult)
		k := kind{m.stage, m.group, flat(why)}
		i, seen := at[k]
		if !seen {
			i = len(kinds)
			at[k] = i
			kinds, whys, names = append(kinds, k), append(whys, why), append(names, nil)
		}
		names[i] = append(names[i], m.Name)
	}
	if len(kinds) == 0 {
		return nil
	}
	l := list{noun: "failures"}
	for i, k := range kinds {
		item := text{stateSign(fleet.Failed).symbolSpan(), plain(" "), strong(firstOf(names[i])), plain(" (" + k.stage + " / " + k.group + "): ")}
		l.items = append(l.items, append(item, whys[i]...))
	}
	return []block{heading{2, words("Failures")}, l}
}

// firstOf names a few and counts the others.
func firstOf(names []string) string {
	const few = 10
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return and(names)
}

// failureWords puts Azure's own error between what we say about it and what to do.
func failureWords(m fleet.MemberResult) text {
	var lines []text
	if reason := ownReason(m); reason != "" {
		lines = append(lines, words(clip(reason, maxAdvice)))
	}
	if m.Problem != nil {
		azure := text{}
		if m.Problem.Code != "" {
			azure = text{code(m.Problem.Code), plain(" ")}
		}
		lines = append(lines, append(azure, plain(clip(m.Problem.Message, maxMessage))), words(clip(m.Problem.Advice, maxAdvice)))
	}
	return joined(lineEnd(), lines...)
}

// ownReason is the reason up to where it begins to repeat Azure's error.
func ownReason(m fleet.MemberResult) string {
	if m.Problem == nil {
		return m.Reason
	}
	reason, _, _ := strings.Cut(m.Reason, m.Problem.Error())
	return strings.TrimRight(reason, ": ")
}
