package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// stages puts the members into their stages and groups.
func (r *run) stages() []Stage {
	stages := make([]Stage, len(r.assignment.Stages))
	for i, assigned := range r.assignment.Stages {
		stages[i] = r.stage(assigned, r.candidates[i])
		stages[i].MinSucceeded = r.least(i)
	}
	r.addDrops(stages)
	return stages
}

func (r *run) stage(assigned strategy.AssignedStage, members []*candidate) Stage {
	stage := Stage{
		Name: assigned.Name, Environment: assigned.Environment,
		MaxConcurrency: assigned.Concurrency, MaxAllowedFailures: assigned.Budget,
		WaitSeconds: int(assigned.Wait / time.Second),
		BeforeGates: r.skipped.starting(assigned.Name, gates(assigned.BeforeGates)), AfterGates: gates(assigned.AfterGates),
		Groups: make([]Group, len(assigned.Groups)),
	}
	for i, group := range assigned.Groups {
		stage.Groups[i] = r.group(group)
	}
	for _, c := range pickOrder(members) {
		group := &stage.Groups[c.group]
		group.Members = append(group.Members, c.out)
	}
	if target := (SkipTarget{skipStage, assigned.Name}); r.skipped[target] {
		stage.Skip = requested(target)
		stage.BeforeGates, stage.AfterGates = nil, nil
	}
	if stage.Skip != "" || r.skipped[SkipTarget{skipWait, assigned.Name}] {
		stage.WaitSeconds = 0
	}
	return stage
}

func (r *run) group(assigned strategy.AssignedGroup) Group {
	group := Group{
		Name: assigned.Name, MaxConcurrency: assigned.Concurrency, MaxAllowedFailures: assigned.Budget,
		BeforeGates: r.skipped.starting(assigned.Name, gates(assigned.BeforeGates)), Members: make([]Member, 0, len(assigned.Members)),
	}
	if r.skipped[SkipTarget{skipGroup, assigned.Name}] {
		group.BeforeGates = nil
	}
	return group
}

// pickOrder orders members by their windows; those that are equal keep the order of the strategy.
func pickOrder(members []*candidate) []*candidate {
	sorted := slices.Clone(members)
	slices.SortStableFunc(sorted, func(a, b *candidate) int { return cmp.Compare(a.rank, b.rank) })
	return sorted
}

func gates(of []strategy.Gate) []Gate {
	var all []Gate
	for _, gate := range of {
		out := Gate{Type: gate.Type, DisplayName: gate.DisplayName}
		if gate.Environment != nil {
			environment := *gate.Environment
			environment.Reviewers = max(environment.Reviewers, 1) // an approval that nobody must give is none
			out.Environment = &environment
		}
		if start := gate.Scheduled; start != nil {
			out.StartDay = start.Day.String()
			out.StartTime = fmt.Sprintf("%02d:%02d", start.Minute/60, start.Minute%60)
			out.UTCOffset = utcOffset(start.Offset)
		}
		all = append(all, out)
	}
	return all
}

// utcOffset writes an offset as Fleet Manager does, "+02:00".
func utcOffset(offset time.Duration) string {
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	minutes := int(offset / time.Minute)
	return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
}

// enough is what gives a stage the members that it needs.
func enough(p Plan, stage Stage) string {
	for member := range stage.Members() {
		if !member.Why.leftOut() {
			return "Mend its blocked and stopped members, lower minSucceeded"
		}
	}
	return "Go on with the run that is retried, " + p.Retry.Run + ", until this stage is done"
}

// unreachableMinimums warns of stages that can never count as done, or not as things are.
func unreachableMinimums(p Plan) []fleet.Finding {
	var findings []fleet.Finding
	for i, stage := range p.Stages {
		all, could, now := 0, 0, 0
		for member := range stage.Members() {
			all++
			if member.Action == ActionUpgrade || member.Why == WhyAtTarget {
				now++
			}
			if member.Action.Open() || member.Why == WhyAtTarget {
				could++
			}
		}
		if stage.Skip != "" || all < stage.MinSucceeded { // fewer at all: the strategy's finding
			continue
		}
		finding := fleet.Finding{Rule: "min-succeeded", Severity: fleet.Warning, Stage: stage.Name}
		switch {
		case could < stage.MinSucceeded:
			finding.Message = fmt.Sprintf("Stage %s needs %d members at their target to count as done, and %d can get there; no later stage will begin.",
				stage.Name, stage.MinSucceeded, could)
			finding.Advice = enough(p, stage) + ", or skip the stage as a whole (Stage:" + stage.Name + ")."
		case now < stage.MinSucceeded && i < len(p.Stages)-1:
			finding.Message = fmt.Sprintf("Stage %s needs %d members at their target to count as done, and as things are %d can get there; until its pending members can, no later stage will begin.",
				stage.Name, stage.MinSucceeded, now)
			finding.Advice = "See what they wait for, or skip the stage as a whole (Stage:" + stage.Name + ")."
		default:
			continue
		}
		findings = append(findings, finding)
	}
	return findings
}
