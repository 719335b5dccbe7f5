package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

// rollout carries out stages of one plan and keeps their record. run, demo and stage differ only in its shells, its
// approver and its watcher.
type rollout struct {
	shells
	plan     plan.Plan
	only     string // the one stage that is carried out; "" for all of them
	result   fleet.Result
	known    fleet.Result        // what other jobs recorded, as far as it counts
	earlier  []fleet.StageResult // all that they recorded of stages, of whichever plan
	turn     time.Time           // when the run that it is part of had its turn; zero: at once
	approve  approver
	again    report.StageCommand // goes on with this rollout
	redo     string              // what goes on with it, in words
	watch    watcher
	runner   *github.Runner
	out      disk
	file     string // the path of the result in it
	poll     time.Duration
	began    time.Time
	deadline time.Time // zero: none
}

// verdict ends a rollout before its last stage: why, with which exit code, what to do.
type verdict struct {
	code exitCode
	next string
}

var proceed = verdict{}

// takeUp begins where the record in the output folder ends, if it is of the same plan.
func takeUp(sh shells, made plan.Plan, c call, approve approver) (*rollout, error) {
	earlier, err := readResult(c.out(), made.Digest)
	if err != nil {
		return nil, err
	}
	return newRollout(sh, made, c, approve, earlier)
}

// newRollout goes on from what is recorded of the plan; a zero record is a beginning.
func newRollout(sh shells, made plan.Plan, c call, approve approver, earlier fleet.Result) (*rollout, error) {
	r := &rollout{
		shells: sh, plan: made, only: c.values["stage"], approve: approve, runner: c.runner, again: c.again, redo: "run the same command again",
		watch: newWatcher(c, made), out: c.out(), file: c.outFile(resultFile), poll: c.duration("poll-interval"),
		began: sh.now(),
	}
	if limit := c.duration("deadline"); limit > 0 {
		r.deadline = r.began.Add(limit)
	}
	r.result = earlier
	r.result.Findings = nil // what was refused then is looked at anew
	r.result.SchemaVersion, r.result.Digest, r.result.Name, r.result.Run = 1, made.Digest, made.Name, made.Run
	if r.result.StartedAt.IsZero() {
		r.result.StartedAt, r.result.Stages = sh.now(), []fleet.StageResult{}
	}
	r.result.At, r.result.Outcome = sh.now(), execute.Overall(made, r.result)
	return r, r.write() // before any cluster is touched: what is done to it must be recorded
}

// all carries out every stage in order, and stops at the first that does not end well. A stage that is recorded to have
// ended well is not begun again: what failed in it is within its budget, and later stages have been built on it.
func (r *rollout) all(ctx context.Context) (end verdict, err error) {
	for index, stage := range r.plan.Stages {
		if r.result.Stage(stage.Name).Outcome.Good() {
			end, err = r.accepted(ctx, stage)
		} else {
			end, err = r.accompanied(ctx, index)
		}
		if err != nil || end != proceed {
			return end, err
		}
	}
	return proceed, nil
}

// accompanied carries out one stage, and asks for the approvals after it.
func (r *rollout) accompanied(ctx context.Context, index int) (verdict, error) {
	if end, err := r.one(ctx, index); err != nil || end != proceed {
		return end, err
	}
	return r.accepted(ctx, r.plan.Stages[index])
}

// one carries out one stage: its predecessors and waits, its approvals, its members.
func (r *rollout) one(ctx context.Context, index int) (verdict, error) {
	stage := r.plan.Stages[index]
	engine := r.client.Engine(azure.EngineConfig{
		Window: r.plan.Upgrade.Type.Window(), SnapshotGroup: r.plan.Policy.SnapshotResourceGroup, SnapshotTag: r.plan.Name,
		Subscriptions: subscriptions(r.plan),
	})
	before := r.result.Stage(stage.Name)
	if !before.Outcome.Good() && stage.Skip == "" {
		if end, err := r.approved(ctx, engine, index); err != nil || end != proceed {
			return end, err
		}
	}
	if end, err := r.untilReady(ctx, engine, index); err != nil || end != proceed {
		return end, err
	}
	if end, err := r.mayWrite(ctx, stage); err != nil || end != proceed {
		return end, err
	}
	result, err := execute.Stage(ctx, engine, r.plan, index, before, execute.Config{
		Wait: r.pause, Poll: r.poll, Deadline: r.deadline, Began: r.began, Parallel: r.parallel,
		Record: r.record, Grace: outlive,
	})
	r.record(result)
	if err != nil {
		return proceed, errors.Join(err, r.write())
	}
	if err := r.write(); err != nil {
		return proceed, err
	}
	if !result.Outcome.Good() {
		return r.endOf(result), nil
	}
	return proceed, nil
}

// endOf says how a stage that did not end well ends the rollout.
func (r *rollout) endOf(result fleet.StageResult) verdict {
	if result.Outcome == fleet.OutcomeFailed && result.Failures == 0 {
		return verdict{exitFailed, "see to its members, lower the stage's minSucceeded or skip the stage, and make a new plan"}
	}
	if result.Outcome == fleet.OutcomeFailed {
		return verdict{exitFailed, "mend the failed clusters, then " + r.redo + ": they are tried once more, first"}
	}
	if result.Stuck {
		return verdict{exitAgain, whereStuck(result, r.redo)}
	}
	if result.LookAgain.IsZero() {
		return verdict{exitAgain, r.redo + "; it continues where Azure stands"}
	}
	return verdict{exitAgain, fmt.Sprintf("%s after %s; it continues where Azure stands", r.redo, report.Time(result.LookAgain))}
}

// whereStuck is the advice about a stage whose members wait for what no time brings: among them for a donor that failed, which
// is tried once more.
func whereStuck(result fleet.StageResult, redo string) string {
	if result.Failures > 0 {
		return "mend the failed clusters, then " + redo + ": they are tried once more, first; or make a new plan"
	}
	return "see what its members wait for, as it does not come by itself, and make a new plan"
}

// approved asks for the approvals before a stage, and for those after earlier stages that were not given yet. Nobody is
// asked for a stage whose turn has not come.
func (r *rollout) approved(ctx context.Context, engine execute.Engine, index int) (verdict, error) {
	stage, earlier := r.plan.Stages[index], r.plan.Stages[:index]
	before, _ := stage.Approvals()
	if stage.Open() == 0 { // nobody is asked to approve nothing
		before = nil
	}
	if len(before) == 0 && !slices.ContainsFunc(earlier, r.unaccepted) {
		return proceed, nil
	}
	if _, end, err := r.ready(ctx, engine, index); err != nil || end != proceed {
		return end, err
	}
	for _, done := range earlier {
		if end, err := r.askAll(ctx, stage, questions(r.plan, done, r.missing(done))); err != nil || end != proceed {
			return end, err
		}
	}
	return r.askAll(ctx, stage, questions(r.plan, stage, before))
}

// know takes what other jobs recorded into account, given in the order in which they did.
func (r *rollout) know(records []fleet.Result) {
	r.known = execute.Recorded(r.plan, records)
	for _, record := range records {
		r.earlier = append(r.earlier, record.Stages...)
	}
}

// unaccepted reports whether approvals after a stage are to be asked for and were not given.
func (r *rollout) unaccepted(stage plan.Stage) bool { return len(r.missing(stage)) > 0 }

// missing lists the approvals after a stage that were not given.
func (r *rollout) missing(stage plan.Stage) []plan.Approval {
	index := slices.IndexFunc(r.plan.Stages, func(s plan.Stage) bool { return s.Name == stage.Name })
	if !r.plan.Accepts(index) {
		return nil
	}
	return execute.Unaccepted(r.plan, stage, slices.Concat(r.known.Gates, r.result.Gates))
}

// accepted asks for the approvals after a stage, until they are given: what ended one process between a stage's end and
// its approval, a no included, must not let the next stage begin in another.
func (r *rollout) accepted(ctx context.Context, stage plan.Stage) (verdict, error) {
	return r.askAll(ctx, stage, questions(r.plan, stage, r.missing(stage)))
}

// askAll asks for every approval in turn and records it. Whoever says no ends the rollout, at the stage that is held up
// by it.
func (r *rollout) askAll(ctx context.Context, held plan.Stage, all []question) (verdict, error) {
	if len(all) == 0 {
		return proceed, nil
	}
	for _, q := range all {
		given, err := r.approve(ctx, q)
		r.watch.leave()
		var refused *failure
		switch {
		case errors.As(err, &refused):
			severity := fleet.Error
			if refused.code == exitAgain { // nobody said no
				severity = fleet.Warning
			}
			r.refuse(held, []fleet.Finding{{Rule: "not-approved", Severity: severity, Stage: q.stage.Name, Message: refused.err.Error(), Advice: refused.next}})
			return verdict{refused.code, refused.next}, r.write()
		case err != nil:
			return proceed, err
		}
		given.At = r.now()
		r.result.Gates = append(slices.DeleteFunc(slices.Clone(r.result.Gates), given.SameGate), given)
	}
	return proceed, r.write()
}

// untilReady waits until the stage may begin, as far as its predecessors, waits and scheduled starts say, or says why
// it may not.
func (r *rollout) untilReady(ctx context.Context, engine execute.Engine, index int) (verdict, error) {
	stage := r.plan.Stages[index]
	for {
		notBefore, end, err := r.ready(ctx, engine, index)
		if err != nil || end != proceed {
			return end, err
		}
		if !notBefore.After(r.now()) {
			return proceed, nil
		}
		r.waits(stage, notBefore)
		if err := r.write(); err != nil {
			return proceed, err
		}
		if !r.deadline.IsZero() && notBefore.After(r.deadline) {
			return r.endOf(r.result.Stage(stage.Name)), nil
		}
		if err := r.pause(ctx, notBefore); err != nil {
			return r.endOf(r.result.Stage(stage.Name)), nil
		}
	}
}

// ready says from when on a stage may begin, or why it may not.
func (r *rollout) ready(ctx context.Context, engine execute.Engine, index int) (time.Time, verdict, error) {
	inventory, _, err := engine.Observe(ctx, membersUpTo(r.plan, index), nil)
	if err != nil {
		return time.Time{}, proceed, err
	}
	notBefore, refused := execute.Ready(r.plan, index, inventory, execute.Before{
		Stages: slices.Concat(r.earlier, r.result.Stages), Gates: slices.Concat(r.known.Gates, r.result.Gates), Turn: r.turn,
	})
	if len(refused) > 0 {
		r.refuse(r.plan.Stages[index], refused)
		return time.Time{}, verdict{exitRefused, refused[0].Advice}, r.write()
	}
	return notBefore, proceed, nil
}

// pause waits, and keeps a live view moving meanwhile.
func (r *rollout) pause(ctx context.Context, until time.Time) error {
	for r.tick > 0 && r.watch.moves() && until.Sub(r.now()) > r.tick {
		if err := r.wait(ctx, r.now().Add(r.tick)); err != nil {
			return err
		}
		r.watch.show(r.result, r.result, r.now())
	}
	return r.wait(ctx, until)
}

// standing is what is recorded of a stage so far, or that it has not begun.
func (r *rollout) standing(stage plan.Stage) fleet.StageResult {
	if known := r.result.Stage(stage.Name); known.Name != "" {
		return known
	}
	return fleet.StageResult{
		Name: stage.Name, Digest: r.plan.Digest, State: fleet.NotStarted, Outcome: fleet.OutcomeUnfinished, Groups: []fleet.GroupResult{},
	}
}

// waits records that the stage's time has not come.
func (r *rollout) waits(stage plan.Stage, until time.Time) {
	standing := r.standing(stage)
	standing.State, standing.Outcome, standing.LookAgain = fleet.Pending, fleet.OutcomeUnfinished, until
	standing.Stuck = false
	standing.Reason = "not before " + report.Time(until)
	r.record(standing)
}

// mayWrite checks, before the first write, that every member of the stage can be written: finding out at the fifth
// that the sixth is forbidden would leave the stage half done.
func (r *rollout) mayWrite(ctx context.Context, stage plan.Stage) (verdict, error) {
	var ids []fleet.ClusterID
	for member := range stage.Members() {
		if member.Action.Open() {
			ids = append(ids, member.Cluster)
		}
	}
	refused, err := r.client.MayWrite(ctx, ids)
	if err != nil || len(refused) == 0 {
		return proceed, err
	}
	r.refuse(stage, refused)
	return verdict{exitRefused, refused[0].Advice}, r.write()
}

// refuse records why a stage did not begin.
func (r *rollout) refuse(stage plan.Stage, findings []fleet.Finding) {
	r.result.Findings = append(r.result.Findings, findings...)
	if r.known.Stage(stage.Name).Outcome.Good() { // its record is another job's, and a refusal is no end of the stage
		r.result.Stages = slices.DeleteFunc(slices.Clone(r.result.Stages), func(s fleet.StageResult) bool { return s.Name == stage.Name })
		return
	}
	standing := r.standing(stage)
	standing.Stuck = false
	standing.Reason, standing.LookAgain = findings[0].Message, time.Time{} // what is refused waits for a person, not for a time
	r.record(standing)
}

// record takes a stage's result into the rollout's, writes it down and shows what changed. Writing it can fail (a full
// disk), and must not keep a stage from following what runs in Azure: write reports it once the stage is over.
func (r *rollout) record(stage fleet.StageResult) {
	before := r.result
	r.result = before.With(stage)
	if !stage.Outcome.Good() { // what was approved after it was another end
		r.result.Gates = slices.DeleteFunc(slices.Clone(before.Gates), func(given fleet.GateResult) bool {
			return given.Stage == stage.Name && given.After()
		})
	}
	r.result.At = r.now()
	r.result.Outcome = execute.Overall(r.plan, r.result)
	_ = r.write()
	r.watch.show(before, r.result, r.now())
}

// write puts result.json and summary.md where they are expected.
func (r *rollout) write() error {
	if err := writeResult(r.out, r.result); err != nil {
		return err
	}
	summary := report.Markdown(r.document(), report.SummaryLimit) // a process that is killed leaves its last
	if err := r.out.write(summaryFile, []byte(summary)); err != nil {
		return err
	}
	return r.runner.WriteSummary(summary)
}

// document is what is said of the rollout: of all stages, or of the one that it is about.
func (r *rollout) document() report.Document {
	if r.only != "" {
		return report.StageResult(r.plan, r.result, r.only, r.again)
	}
	return report.Result(r.plan, r.result, r.again)
}

// answer is what the rollout has to say at its end.
func (r *rollout) answer(end verdict) answer {
	findings := slices.Concat(r.result.Findings, failedMembers(r.result))
	if end.code == exitAgain && !fleet.HasErrors(findings) { // a job that is red says why where its run is shown
		findings = append(findings, fleet.Finding{Rule: "work-left", Severity: fleet.Warning, Message: r.left(), Advice: end.next})
	}
	return answer{
		document: r.document(),
		data:     r.result,
		findings: findings,
		outputs:  r.outputs(),
		next:     end.next,
		code:     end.code,
	}
}

// left says of the first stage that is not at its end why.
func (r *rollout) left() string {
	for _, stage := range r.result.Stages {
		if !stage.Outcome.Good() {
			return "stage " + stage.Name + " is unfinished: " + cmp.Or(stage.Reason, "it can go on")
		}
	}
	return "there is work left"
}

func (r *rollout) outputs() map[string]string {
	return map[string]string{
		outputDigest: r.plan.Digest, outputState: string(r.result.Outcome), outputResultFile: r.file,
		outputRunName: r.plan.Run,
	}
}

// membersUpTo lists the clusters of a stage and of all before it.
func membersUpTo(made plan.Plan, index int) []fleet.ClusterID {
	var ids []fleet.ClusterID
	for _, stage := range made.Stages[:index+1] {
		for member := range stage.Members() {
			ids = append(ids, member.Cluster)
		}
	}
	return ids
}

// subscriptions lists those of the whole run: a snapshot that one stage took in its donor's is used by a later stage.
func subscriptions(made plan.Plan) []string {
	set := map[string]bool{}
	for member := range made.Members() {
		set[member.Cluster.Subscription()] = true
		for _, pool := range member.Pools {
			if pool.Donor.Pool != "" {
				set[pool.Donor.Cluster.Subscription()] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}
