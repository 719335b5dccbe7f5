package execute

import (
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Recorded is what counts of the records of a plan, given in the order in which they were written: the last of each stage,
// and of each approval. A new record of a stage voids the approvals after it, which were about another end. Records of
// other plans count for nothing.
func Recorded(p plan.Plan, records []fleet.Result) fleet.Result {
	counts := fleet.Result{SchemaVersion: 1, Digest: p.Digest, Name: p.Name, Run: p.Run, Stages: []fleet.StageResult{}}
	for _, record := range records {
		for _, stage := range record.Stages {
			if stage.Digest == p.Digest {
				counts = counts.With(stage)
				counts.Gates = slices.DeleteFunc(counts.Gates, func(g fleet.GateResult) bool { return g.Stage == stage.Name && g.After() })
			}
		}
		for _, gate := range record.Gates {
			if gate.Digest == p.Digest {
				counts.Gates = append(slices.DeleteFunc(counts.Gates, gate.SameGate), gate)
			}
		}
	}
	return counts
}

// Unaccepted lists the approvals after a stage that are not among those given.
func Unaccepted(p plan.Plan, stage plan.Stage, given []fleet.GateResult) []plan.Approval {
	_, after := stage.Approvals()
	return missing(p, stage, after, given)
}

// missing leaves out the approvals that are among those given.
func missing(p plan.Plan, stage plan.Stage, wanted []plan.Approval, given []fleet.GateResult) []plan.Approval {
	return slices.DeleteFunc(slices.Clone(wanted), func(approval plan.Approval) bool {
		record := fleet.GateResult{Stage: stage.Name, Gate: approval.Gate, Digest: p.Digest}
		return slices.ContainsFunc(given, record.SameGate)
	})
}

// Whole is the result of a run: what was recorded of its stages, in the order of the plan. A stage that had nothing to do
// is skipped, whether or not a job was started for it; of a plan with errors none is. It is as of now, or of its end.
func Whole(p plan.Plan, recorded fleet.Result, now time.Time) fleet.Result {
	whole := recorded
	whole.StartedAt, whole.At, whole.Stages = p.CreatedAt, now, []fleet.StageResult{}
	for _, stage := range p.Stages {
		known := recorded.Stage(stage.Name)
		switch {
		case known.Name != "":
		case p.Errored:
			continue
		case stage.Skip != "":
			known = skippedStage(p, stage)
		case stage.Open() == 0:
			stage.Skip = "nothing in it is to be upgraded"
			known = skippedStage(p, stage)
			known.Groups = []fleet.GroupResult{} // its members stand where the plan found them
		default:
			continue
		}
		whole.Stages = append(whole.Stages, known)
	}
	whole.Outcome = Overall(p, whole)
	if end := lastEnd(whole); whole.Outcome != fleet.OutcomeUnfinished && !end.IsZero() {
		whole.At = end // nothing has changed since, however late it is looked at
	}
	return whole
}

// Overall is the outcome of a run: the worst of its stages, and unfinished while one is missing. A plan with errors is
// never begun.
func Overall(p plan.Plan, result fleet.Result) fleet.Outcome {
	if p.Errored {
		return fleet.OutcomeErrored
	}
	order := []fleet.Outcome{
		fleet.OutcomeSkipped, fleet.OutcomeSucceeded, fleet.OutcomeWithFailures, fleet.OutcomeUnfinished, fleet.OutcomeFailed,
	}
	worst := 0
	for _, stage := range p.Stages {
		rank := slices.Index(order, result.Stage(stage.Name).Outcome)
		if rank < 0 {
			rank = slices.Index(order, fleet.OutcomeUnfinished)
		}
		worst = max(worst, rank)
	}
	return order[worst]
}

// Waits finds the stage that waits for a time, the earliest if there are several, in the records of one attempt of a run.
// There is none where any stage waits for a person instead: it failed, or was refused.
func Waits(records []fleet.Result) (stage string, opens time.Time) {
	for _, record := range records {
		for _, s := range record.Stages {
			switch {
			case s.Outcome.Good():
			case s.Outcome != fleet.OutcomeUnfinished || s.LookAgain.IsZero():
				return "", time.Time{}
			case opens.IsZero() || s.LookAgain.Before(opens):
				stage, opens = s.Name, s.LookAgain
			}
		}
	}
	return stage, opens
}
