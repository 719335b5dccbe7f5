// Package forecast carries a plan out in virtual time: execute.Ready and execute.Decide against a world that is the
// inventory the plan was made from, in which every operation takes as long as the plan expects and ends well. It is pure.
package forecast

import (
	"fmt"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// Add returns the plan with its forecast: when each stage and member would begin and end, and findings where a limit of
// GitHub, of Azure or of the strategy would be met. Approvals take no time, nothing fails, what is busy now is free when
// its turn comes, and members that wait for something of which no time is known are left out. The plan's decisions and
// its digest stay as they are. A plan that cannot be carried out has no forecast.
func Add(p plan.Plan, s strategy.Strategy, inv fleet.Inventory) plan.Plan {
	if !p.Applyable {
		return p
	}
	if open := open(p); open > mostMembers {
		p.Findings = append(p.Findings, fleet.Finding{
			Rule: "not-forecast", Severity: fleet.Note,
			Message: fmt.Sprintf("The run is not forecast: it has %d members to upgrade, and a forecast of more than %d takes longer than the plan is worth waiting for.", open, mostMembers),
		})
		return p
	}
	f := newForecaster(p, s, inv)
	f.all()
	return p.Foreseen(f.forecast, f.findings)
}

// mostMembers is how many members are forecast. The time that it takes grows little faster than their number, in ten stages,
// and faster where one after another is upgraded in its window, over months.
const mostMembers = 10000

// open counts the members that there is something to upgrade of.
func open(p plan.Plan) int {
	members := 0
	for _, stage := range p.Stages {
		members += stage.Open()
	}
	return members
}

// forecaster is a plan on its way through the world, stage by stage.
type forecaster struct {
	plan     plan.Plan // its stages are a copy: what cannot be forecast is left out of them
	strategy strategy.Strategy
	world    *world
	at       time.Time // when the stage before has ended
	free     time.Time // and when the jobs that the next one needs have
	results  []fleet.StageResult
	forecast plan.Forecast
	findings []fleet.Finding
	timers   map[string]int  // minutes, by environment
	reruns   int             // how many times jobs were run again so far
	told     map[string]bool // limits of the whole run are told once
	slowly   bool            // every turn is decided on the whole stage: the same, as a test holds
}

func newForecaster(p plan.Plan, s strategy.Strategy, inv fleet.Inventory) *forecaster {
	own := p
	own.Stages = append([]plan.Stage(nil), p.Stages...)
	return &forecaster{
		plan: own, strategy: s, world: newWorld(inv), at: p.CreatedAt, free: p.CreatedAt, told: map[string]bool{}, timers: timersOf(s),
		forecast: plan.Forecast{EndsAt: p.CreatedAt, Stages: []plan.StageForecast{}},
	}
}

func (f *forecaster) all() {
	for index, stage := range f.plan.Stages {
		if stage.Skip == "" && !f.stage(index) {
			return
		}
	}
}

// stage forecasts one stage, and reports whether any later one can be.
func (f *forecaster) stage(index int) bool {
	job := f.triggered(f.plan.Stages[index])
	begins, ok := f.ready(index, job)
	if !ok {
		return false
	}
	f.world.advance(begins)
	before := f.world.copied()
	limit := f.limit(index).runs
	r := f.carryOut(index, cut{}, job)
	whole := jobsOf(job, r.busy, limit)
	jobs, need := whole, longest(whole)
	if c := (cut{limit, f.timer(r.stage.JobEnvironment())}); c.changes(whole) {
		f.world = before.copied()
		r = f.carryOut(index, c, job)
		jobs = r.jobs
	}
	f.plan.Stages[index] = r.stage
	f.results = append(f.results, execute.Result(f.plan, index, r.decision, f.world.inv))
	f.at = f.world.inv.At
	f.release(index)

	f.note(r, times(jobs, limit), need)
	f.judge(index, jobs, need, before)
	return true
}

// carryOut carries a stage out from where the world is, in jobs where they are cut.
func (f *forecaster) carryOut(index int, c cut, job time.Time) *run {
	r := newRun(f.plan, index, f.world)
	r.slowly = f.slowly
	if c.limit > 0 {
		r.inJobs(job, c)
	}
	r.carryOut()
	return r
}

// ready says when the stage begins: not before its job does, its predecessor's wait has passed, and its scheduled start
// has come. A stage that would be refused, for anything but the age of the plan, ends the forecast.
func (f *forecaster) ready(index int, job time.Time) (begins time.Time, ok bool) {
	begins = job
	f.world.advance(job)
	notBefore, refused := execute.Ready(f.plan, index, f.world.inv, execute.Before{Stages: f.results})
	if notBefore.After(begins) {
		begins = notBefore
	}
	for _, finding := range refused {
		if finding.Rule != rulePlanExpired {
			f.refused(f.plan.Stages[index], finding)
			return begins, false
		}
	}
	return begins, true
}

// rulePlanExpired is the rule by which Ready refuses a plan for its age, which is forecast by the jobs that would be.
const rulePlanExpired = "plan-expired"

// note writes down what was seen of a stage.
func (f *forecaster) note(r *run, jobs int, need time.Duration) {
	out := plan.StageForecast{
		Name: r.stage.Name, StartsAt: r.progress.Started, EndsAt: f.at, Jobs: jobs, LeftOut: r.leftOut,
		BusySeconds: seconds(total(r.busy)), JobSeconds: seconds(need),
	}
	for member := range r.stage.Members() {
		if m := r.progress.Members[member.Cluster]; !m.Began.IsZero() && !m.Ended.IsZero() {
			out.Members = append(out.Members, plan.MemberForecast{Cluster: member.Cluster, StartsAt: m.Began, EndsAt: m.Ended, OpensAt: f.opensFor(*member, m.Began, out.StartsAt)})
		}
	}
	f.forecast.Stages = append(f.forecast.Stages, out)
	f.forecast.EndsAt = f.at
}

// opensFor says when the opening of its window begins in which a member begins, where that is after its stage has begun.
func (f *forecaster) opensFor(member plan.Member, begins, stage time.Time) time.Time {
	window, windowed := f.world.inv.Clusters[member.Cluster].Windows[member.Window]
	if !windowed {
		return time.Time{}
	}
	opening, err := window.Next(begins)
	if err != nil || !opening.Opens.After(stage) {
		return time.Time{}
	}
	return opening.Opens.UTC()
}

func seconds(d time.Duration) int { return int(d / time.Second) }
