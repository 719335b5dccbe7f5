package execute

import (
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// NotRun lists the stages whose turn had come, that were to upgrade something, and of which nothing is recorded. What comes
// after a stage that is not at its end waits for it.
func NotRun(p plan.Plan, whole fleet.Result) []plan.Stage {
	var stages []plan.Stage
	for _, stage := range p.Stages {
		known := whole.Stage(stage.Name)
		if known.Name != "" && !known.Outcome.Good() {
			break
		}
		if known.Name == "" {
			stages = append(stages, stage)
		}
	}
	return stages
}

// NotAccepted lists the approvals after stages that were to be given and are not recorded. Of a stage that is not at its end
// nobody is asked.
func NotAccepted(p plan.Plan, whole fleet.Result) []Asked {
	var asked []Asked
	for i, stage := range p.Stages {
		if p.Accepts(i) && (stage.Open() == 0 || whole.Stage(stage.Name).Outcome.Good()) {
			asked = append(asked, asking(stage, Unaccepted(p, stage, whole.Gates))...)
		}
	}
	return asked
}

// LeadsOn reports whether the plan can still bring the run to a better end: something is left to do, or what failed can
// be tried again. A stage that failed without a try (its members are stopped) needs a plan that sees them as they are now.
func LeadsOn(result fleet.Result) bool {
	tried := func(member fleet.MemberResult) bool { return member.State == fleet.Failed && member.Attempts > 0 }
	return result.Outcome == fleet.OutcomeUnfinished || result.Outcome == fleet.OutcomeFailed &&
		slices.ContainsFunc(result.Stages, func(stage fleet.StageResult) bool {
			return slices.ContainsFunc(stage.Groups, func(group fleet.GroupResult) bool { return slices.ContainsFunc(group.Members, tried) })
		})
}
