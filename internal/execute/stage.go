package execute

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Config is how Stage runs.
type Config struct {
	// Wait returns at that time, or with an error as soon as the context has ended.
	Wait     func(ctx context.Context, until time.Time) error
	Poll     time.Duration // between two looks at a running operation; more than zero
	Deadline time.Time     // zero: none. The stage ends then, and earlier where it could only wait past it
	Began    time.Time     // when the run began that Deadline ends: a member that would not fit a whole run starts anyway
	Parallel int           // writes begun at once, at least 1; 1 gives the same history every time
	// Record takes the result whenever it has changed, before anything else is done. It may be nil.
	Record func(fleet.StageResult)
	// Grace returns a context for writes that outlives the given one by the seconds a write needs to be answered: one
	// that was sent is to be recorded. Without it writes end with the context.
	Grace func(context.Context) (context.Context, context.CancelFunc)
}

// observeTries is how many readings in a row may fail before a stage is given up. The engine has repeated each of
// their requests itself by then.
const observeTries = 5

// Stage executes one stage of a plan until nothing more can be done: observe, decide, begin, record, wait. Whether the
// stage may begin at all is for Ready to say, and for the caller to heed. before is what an earlier process recorded of
// the stage with the same plan, or zero.
//
// Once ctx has ended nothing more is begun; what runs in Azure goes on. The result is always the record of where the
// stage stands. The error says why it could not be followed further, where that is neither in Azure nor in the plan.
func Stage(ctx context.Context, e Engine, p plan.Plan, stage int, before fleet.StageResult, c Config) (fleet.StageResult, error) {
	if stage < 0 || stage >= len(p.Stages) {
		return fleet.StageResult{}, fmt.Errorf("executing stage %d: the plan has %d stages", stage+1, len(p.Stages))
	}
	s := p.Stages[stage]
	if before.Name != "" && (before.Digest != p.Digest || before.Name != s.Name) {
		return before, fmt.Errorf("executing stage %s: the result to go on from is that of stage %s of another plan", s.Name, before.Name)
	}
	if s.Skip != "" {
		return skippedStage(p, s), nil
	}
	r := &runner{
		engine: e, plan: p, stage: stage, config: c, result: before, ids: clustersOf(s),
		decision: Decision{Progress: Resume(before)},
		orders: Orders{
			Images: string(p.Upgrade.Images), Policy: p.Policy, Name: p.Name,
			Poll: c.Poll, Deadline: c.Deadline, Began: c.Began,
		},
	}
	err := r.run(ctx)
	return r.result, err
}

// runner is a stage being executed.
type runner struct {
	engine   Engine
	plan     plan.Plan
	stage    int
	config   Config
	orders   Orders
	ids      []fleet.ClusterID
	decision Decision
	seen     Seen
	waited   time.Time // up to when was waited last
	result   fleet.StageResult
}

func (r *runner) run(ctx context.Context) error {
	var answers map[fleet.ClusterID]fleet.Answer // of writes that were not accepted
	for {
		if err := r.observe(ctx, answers); err != nil {
			return r.stop(ctx, answers, err)
		}
		r.decide()
		if r.decision.Over {
			return nil
		}
		answers = r.begin(ctx)
		if ctx.Err() != nil {
			return r.stop(ctx, answers, nil)
		}
		if len(answers) > 0 {
			continue // Decide has to hear of it; it names the time to go on
		}
		r.waited = r.decision.LookAgain
		if err := r.config.Wait(ctx, r.decision.LookAgain); err != nil {
			return r.stop(ctx, nil, err)
		}
	}
}

// observe reads the stage's clusters, again a few times where that fails. The first reading has one try: before it no
// time is known to wait from, and nothing has begun.
func (r *runner) observe(ctx context.Context, answers map[fleet.ClusterID]fleet.Answer) error {
	for try := 1; ; try++ {
		inv, said, err := r.engine.Observe(ctx, r.ids, r.decision.Progress.operations())
		if err == nil {
			all := maps.Clone(answers)
			if all == nil {
				all = map[fleet.ClusterID]fleet.Answer{}
			}
			maps.Copy(all, said)
			r.seen = Seen{Inventory: inv, Answers: all}
			return nil
		}
		err = fmt.Errorf("reading the clusters of stage %s: %w", r.plan.Stages[r.stage].Name, err)
		if try == observeTries || r.seen.Inventory.At.IsZero() || ctx.Err() != nil {
			return err
		}
		if r.waited.Before(r.seen.Inventory.At) {
			r.waited = r.seen.Inventory.At
		}
		r.waited = r.waited.Add(r.orders.Poll)
		if waitErr := r.config.Wait(ctx, r.waited); waitErr != nil {
			return err
		}
	}
}

func (r *runner) decide() {
	r.decision = Decide(r.plan.Stages[r.stage], r.orders, r.decision.Progress, r.seen)
	r.record()
}

// record gives the result away if it has changed.
func (r *runner) record() {
	result := Result(r.plan, r.stage, r.decision, r.seen.Inventory)
	if reflect.DeepEqual(result, r.result) {
		return
	}
	r.result = result
	if r.config.Record != nil {
		r.config.Record(result)
	}
}

// begin makes the writes that were decided, and returns the answers other than Accepted, which Decide has to hear. Those
// that were accepted are recorded at once. After a refusal no more of them are sent: what is wrong with one may be wrong
// with all, and whether more may start after a failure is for Decide to say.
func (r *runner) begin(ctx context.Context) map[fleet.ClusterID]fleet.Answer {
	steps := r.decision.Begin
	if len(steps) == 0 {
		return nil
	}
	writes, cancel := ctx, context.CancelFunc(func() {})
	if r.config.Grace != nil {
		writes, cancel = r.config.Grace(ctx)
	}
	defer cancel()
	said := make([]fleet.Answer, len(steps))
	var refused atomic.Bool
	var group errgroup.Group
	group.SetLimit(max(1, r.config.Parallel))
	for i, step := range steps {
		group.Go(func() error {
			if ctx.Err() == nil && !refused.Load() {
				said[i] = r.engine.Begin(writes, step)
			}
			if said[i].Verdict == fleet.Refused {
				refused.Store(true)
			}
			return nil
		})
	}
	_ = group.Wait() // none of them returns an error: answers carry what went wrong
	answers := map[fleet.ClusterID]fleet.Answer{}
	for i, step := range steps {
		if said[i].Verdict != "" {
			answers[step.Cluster] = said[i]
		}
	}
	r.decision.Progress = r.decision.Progress.Accepted(r.seen.Inventory.At, answers)
	maps.DeleteFunc(answers, func(_ fleet.ClusterID, answer fleet.Answer) bool { return answer.Verdict == fleet.Accepted })
	r.record()
	return answers
}

// stop ends the stage before its end, and records where it stands by what was seen last. cause is what kept it from
// going on; when ctx has ended that is no error.
func (r *runner) stop(ctx context.Context, answers map[fleet.ClusterID]fleet.Answer, cause error) error {
	r.orders.Stop = true
	switch {
	case !r.seen.Inventory.At.IsZero():
		r.seen.Answers = r.lastKnown(answers)
		r.decide()
	case r.result.Name == "":
		r.decision.State, r.decision.Over = fleet.Stopped, true
		r.record()
	}
	if ctx.Err() != nil {
		return nil
	}
	r.result.Reason = cause.Error()
	if r.config.Record != nil {
		r.config.Record(r.result)
	}
	return cause
}

// lastKnown adds to the answers that every operation begun is still under way: the last reading is older than some.
func (r *runner) lastKnown(answers map[fleet.ClusterID]fleet.Answer) map[fleet.ClusterID]fleet.Answer {
	known := map[fleet.ClusterID]fleet.Answer{}
	for id, url := range r.decision.Progress.operations() {
		known[id] = fleet.Answer{Verdict: fleet.Accepted, Operation: url, Progress: r.decision.Progress.Members[id].Progress}
	}
	maps.Copy(known, answers)
	return known
}

// skippedStage is the result of a stage that the plan skips as a whole.
func skippedStage(p plan.Plan, s plan.Stage) fleet.StageResult {
	r := fleet.StageResult{Name: s.Name, Digest: p.Digest, State: fleet.Skipped, Outcome: fleet.OutcomeSkipped, Reason: s.Skip}
	for _, group := range s.Groups {
		g := fleet.GroupResult{Name: group.Name, State: fleet.Skipped}
		for i := range group.Members {
			g.Members = append(g.Members, memberResult(&group.Members[i], Member{State: fleet.Skipped, Reason: s.Skip}, fleet.Cluster{}))
		}
		r.Groups = append(r.Groups, g)
	}
	return r
}

// clustersOf returns the clusters a stage has to see: its members, the donors of their snapshots, and those that may
// still be pinned to a snapshot it is to remove. What the plan leaves out is not read, unless it counts as succeeded.
func clustersOf(s plan.Stage) []fleet.ClusterID {
	var ids []fleet.ClusterID
	for _, group := range s.Groups {
		for _, member := range group.Members {
			skipped := member.Action == plan.ActionSkip && member.Why != plan.WhyAtTarget
			if skipped || member.Action == plan.ActionBlocked {
				continue
			}
			ids = append(ids, member.Cluster)
			for _, pool := range member.Pools {
				if pool.Donor.Cluster != "" {
					ids = append(ids, pool.Donor.Cluster)
				}
			}
		}
	}
	for _, drop := range s.Drop {
		for _, pool := range drop.Pools {
			ids = append(ids, pool.Cluster)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
