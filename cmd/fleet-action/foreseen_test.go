package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/strategy"
)

// foreseen is a scene in which operations take what the plan expects, and nothing happens that no forecast can know: no
// fault, no new image. Its stages have short jobs, and some of them timers and scheduled starts.
func foreseen(t *testing.T, seed uint64) *theatre {
	t.Helper()
	s := newScene(seed)
	draw := rand.New(rand.NewPCG(seed, 11))
	stages := strings.Count(s.strategy, "- name: stage-")
	for n := range draw.IntN(15) {
		s.addCluster(draw, 10+n, stages)
	}
	s.strategy = sceneStrategy(draw, s, stages)
	s.world.Faults = simulator.Faults{}
	s.world.Durations = simulator.Durations{ControlPlane: 10 * time.Minute, Pool: time.Minute, Node: 8 * time.Minute, NodeImage: 8 * time.Minute, Snapshot: time.Minute}
	for name, region := range s.world.Regions {
		s.world.Regions[name] = simulator.RegionFile{Images: region.Images[:1]}
	}
	th := newTheatre(t, s)
	for i := range th.strategy.Stages {
		stage := &th.strategy.Stages[i]
		stage.JobLimit = time.Duration(1+draw.IntN(5)) * time.Hour
		environment := &fleet.Environment{Name: stage.Name, WaitMinutes: 15 * draw.IntN(8)}
		gate := strategy.Gate{Type: strategy.GateScheduledStart, Scheduled: &strategy.ScheduledStart{Day: time.Weekday(draw.IntN(7)), Minute: draw.IntN(24 * 60), Offset: time.Hour}}
		switch draw.IntN(8) {
		case 0, 1:
			stage.Environment = environment
		case 2:
			stage.BeforeGates = []strategy.Gate{gate}
		case 3:
			stage.Groups[0].BeforeGates = []strategy.Gate{gate}
		case 4:
			stage.AfterGates = []strategy.Gate{{Type: strategy.GateApproval, Environment: environment}}
		}
	}
	return th
}

// inJobs carries the plan out as GitHub would: each stage in jobs that end at their deadline, which are run again when their
// time has come, and which timers hold back. A stage that the forecast does not see the end of is left alone.
func (th *theatre) inJobs() {
	th.t.Helper()
	for index, stage := range th.plan.Stages {
		at := slices.IndexFunc(th.plan.Forecast.Stages, func(f plan.StageForecast) bool { return f.Name == stage.Name })
		if stage.Skip == "" && (at < 0 || th.plan.Forecast.Stages[at].LeftOut > 0) {
			return
		}
		for again := 0; ; again++ {
			if stage.Open() > 0 {
				th.held(stage.JobEnvironment())
			}
			code := th.process(context.Background(), nil, func(ctx context.Context, r *rollout) (verdict, error) {
				r.poll, r.deadline = time.Minute, r.began.Add(strategy.Deadline(th.strategy.Job(stage.Name).JobLimit))
				return r.one(ctx, index)
			})
			if code != exitAgain {
				break
			}
			if again == 60 {
				th.t.Fatalf("stage %s has not ended after %d jobs", stage.Name, again)
			}
			th.comesBack(stage)
		}
		for _, gate := range stage.AfterGates {
			if th.plan.Accepts(index) {
				th.held(gate.Environment)
			}
		}
	}
}

// held lets the timer of an environment pass.
func (th *theatre) held(environment *fleet.Environment) {
	if environment != nil {
		th.world.AdvanceTo(th.world.Now().Add(time.Duration(environment.WaitMinutes) * time.Minute))
	}
}

// comesBack lets the time pass until a stage is run again: earlier by the timer that will hold its job.
func (th *theatre) comesBack(stage plan.Stage) {
	until := th.result().Stage(stage.Name).LookAgain
	if environment := stage.JobEnvironment(); environment != nil {
		until = until.Add(-time.Duration(environment.WaitMinutes) * time.Minute)
	}
	if until.After(th.world.Now()) {
		th.world.AdvanceTo(until)
	}
}

// differences are where the record of a rollout is not what was forecast, and how many stages and jobs were compared.
func (th *theatre) differences(within time.Duration) (all []string, stages, jobs int) {
	compare := func(what string, foreseen, recorded time.Time) {
		if off := recorded.Sub(foreseen); off.Abs() > within {
			all = append(all, fmt.Sprintf("%s at %s and not at %s, %s later", what, recorded.Format(time.DateTime), foreseen.Format(time.DateTime), off))
		}
	}
	result := th.result()
	for _, stage := range th.plan.Forecast.Stages {
		recorded := result.Stage(stage.Name)
		if stage.LeftOut > 0 {
			return all, stages, jobs
		}
		stages++
		jobs += stage.Jobs
		compare(stage.Name+" began", stage.StartsAt, recorded.StartedAt)
		compare(stage.Name+" ended", stage.EndsAt, recorded.FinishedAt)
		for _, group := range recorded.Groups {
			for _, member := range group.Members {
				at := slices.IndexFunc(stage.Members, func(f plan.MemberForecast) bool { return f.Cluster == member.Cluster })
				switch {
				case at >= 0:
					compare(member.Name+" began", stage.Members[at].StartsAt, member.StartedAt)
					compare(member.Name+" ended", stage.Members[at].EndsAt, member.EndedAt)
				case !member.StartedAt.IsZero():
					all = append(all, member.Name+" began, and was not forecast")
				}
			}
		}
	}
	return all, stages, jobs
}

// TestForecastsComeTrue plans with a forecast, carries the plan out on the simulated fleet, and compares the times.
func TestForecastsComeTrue(t *testing.T) {
	t.Parallel()
	stages, jobs := 0, 0
	seeds(t, 40, 10, func(t *testing.T, seed uint64) []string {
		th := foreseen(t, seed)
		if !th.makePlan() || th.plan.Forecast == nil {
			return nil
		}
		th.inJobs()
		differences, compared, ran := th.differences(2 * time.Minute) // a real stage looks every minute, and tries again after half of one
		stages, jobs = stages+compared, jobs+ran
		return differences
	})
	if *seedFlag == 0 && (stages < 10 || jobs < stages+20) {
		t.Errorf("%d stages and %d jobs show too little", stages, jobs)
	}
}
