package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/schema"
)

// The types of skip targets, as Fleet Manager writes them.
const (
	skipStage  = "Stage"
	skipGroup  = "Group"
	skipMember = "Member"
	skipWait   = "AfterStageWait"
	skipStart  = strategy.GateScheduledStart
)

func skipTypes() []string { return []string{skipStage, skipGroup, skipMember, skipWait, skipStart} }

// ParseSkip reads "Stage:canary", "Group:eu", "Member:aks-1", "AfterStageWait:canary" or "ScheduledStart:production". As in
// the Azure CLI the type is written exactly so.
func ParseSkip(text string) (SkipTarget, error) {
	kind, name, found := strings.Cut(text, ":")
	if listed(text) {
		return SkipTarget{}, fmt.Errorf("%q is not a skip target: blanks stand between several, and no commas", text)
	}
	if !found || name == "" {
		return SkipTarget{}, fmt.Errorf("%q is not a skip target (want TYPE:NAME, such as Member:aks-1)", text)
	}
	if slices.Contains(skipTypes(), kind) {
		return SkipTarget{Type: kind, Name: name}, nil
	}
	return SkipTarget{}, fmt.Errorf("%q is not a type of skip target (want one of %s%s)",
		kind, strings.Join(skipTypes(), ", "), didYouMean(kind, skipTypes()))
}

// listed reports whether a word is several targets with commas between them. One name may have a comma in it.
func listed(text string) bool {
	first, rest, several := strings.Cut(text, ",")
	return several && (!strings.Contains(first, ":") || strings.Contains(rest, ":"))
}

func didYouMean(word string, candidates []string) string {
	if nearest := schema.Nearest(word, candidates); nearest != "" {
		return "; did you mean " + nearest + "?"
	}
	return ""
}

// String writes the target as ParseSkip reads it.
func (t SkipTarget) String() string { return t.Type + ":" + t.Name }

// skipSet is what was asked to be left out.
type skipSet map[SkipTarget]bool

// newSkipSet finds the targets in the run; a name that is not there is an error, because what was meant would run.
func newSkipSet(targets []SkipTarget, assignment strategy.Assignment) (skipSet, []fleet.Finding) {
	set := make(skipSet, len(targets))
	if len(targets) == 0 {
		return set, nil
	}
	known := skippable(assignment)
	var findings []fleet.Finding
	for _, target := range canonicalSkips(targets) {
		if !slices.Contains(known[target.Type], target.Name) {
			findings = append(findings, fleet.Finding{
				Rule: "unknown-skip-target", Severity: fleet.Error,
				Message: fmt.Sprintf("The run has nothing called %s, which is to be skipped%s", target,
					cmp.Or(didYouMean(target.Name, known[target.Type]), ".")),
				Advice: skipAdvice(target),
			})
		}
		set[target] = true
	}
	return set, findings
}

func skipAdvice(target SkipTarget) string {
	advice := "Name a stage, group or member as the plan does."
	if strings.Contains(target.Name, ",") {
		advice += " Blanks stand between several targets, each with its type, and no commas."
	}
	return advice
}

// skippable lists the names that each type of target can have.
func skippable(assignment strategy.Assignment) map[string][]string {
	names := map[string][]string{}
	for _, stage := range assignment.Stages {
		names[skipStage] = append(names[skipStage], stage.Name)
		if starts(stage.BeforeGates) {
			names[skipStart] = append(names[skipStart], stage.Name)
		}
		for _, group := range stage.Groups {
			if starts(group.BeforeGates) {
				names[skipStart] = append(names[skipStart], group.Name)
			}
			names[skipGroup] = append(names[skipGroup], group.Name)
			for _, member := range group.Members {
				names[skipMember] = append(names[skipMember], member.Name)
			}
		}
	}
	names[skipWait] = names[skipStage]
	return names
}

// starts reports whether there is a scheduled start among the gates.
func starts(gates []strategy.Gate) bool {
	return slices.ContainsFunc(gates, func(gate strategy.Gate) bool { return gate.Type == strategy.GateScheduledStart })
}

// starting says of the scheduled starts among the gates before a stage or a group that they are not waited for, where that
// was asked. They keep their places: approvals are known by theirs.
func (s skipSet) starting(name string, gates []Gate) []Gate {
	target := SkipTarget{skipStart, name}
	for i := range gates {
		if s[target] && gates[i].Type == strategy.GateScheduledStart {
			gates[i].Skip = requested(target)
		}
	}
	return gates
}

// requested is the reason of what was asked to be left out.
func requested(target SkipTarget) string { return "skipped on request (" + target.String() + ")" }

// member returns the target that leaves a member out, or "".
func (s skipSet) member(assignment strategy.Assignment, c *candidate) string {
	stage := assignment.Stages[c.stage]
	for _, target := range [...]SkipTarget{
		{skipStage, stage.Name}, {skipGroup, stage.Groups[c.group].Name}, {skipMember, c.member.Name},
	} {
		if s[target] {
			return target.String()
		}
	}
	return ""
}

// canonicalSkips orders the targets and drops repetitions: how they were asked for changes nothing.
func canonicalSkips(targets []SkipTarget) []SkipTarget {
	sorted := slices.Clone(targets)
	slices.SortFunc(sorted, func(a, b SkipTarget) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(sorted)
}
