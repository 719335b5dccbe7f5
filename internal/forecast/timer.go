package forecast

import (
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// timersOf is how many minutes the strategy requires of the wait timer of each environment, wherever it says so, by name in
// lower case. Where stages are started by hand timers are not looked at, and are taken not to be there.
func timersOf(s strategy.Strategy) map[string]int {
	minutes := map[string]int{}
	if s.Workflow.ByDispatch() {
		return minutes
	}
	for _, environment := range s.AllEnvironments() {
		minutes[strings.ToLower(environment.Name)] = environment.WaitMinutes
	}
	return minutes
}

// timer is how long GitHub holds back each job in an environment.
func (f *forecaster) timer(environment *fleet.Environment) time.Duration {
	if environment == nil {
		return 0
	}
	return time.Duration(f.timers[strings.ToLower(environment.Name)]) * time.Minute
}

// triggered is when the first job of a stage begins: when those are over that it needs, and the timers of the approvals
// before it and then its own have passed. Nothing is started for a stage in which nothing is to be upgraded.
func (f *forecaster) triggered(stage plan.Stage) time.Time {
	if stage.Open() == 0 {
		return f.free
	}
	before, _ := stage.Approvals()
	var own []plan.Approval
	for _, approval := range before {
		if !stage.Given(approval) {
			own = append(own, approval)
		}
	}
	return f.free.Add(f.longest(own)).Add(f.timer(stage.JobEnvironment()))
}

// release says when the jobs after a stage can begin: its approvals wait for their timers, beside one another and beside
// the wait after the stage.
func (f *forecaster) release(index int) {
	if f.at.After(f.free) {
		f.free = f.at
	}
	if _, after := f.plan.Stages[index].Approvals(); f.plan.Accepts(index) {
		f.free = f.free.Add(f.longest(after))
	}
}

// longest is the longest wait timer of these approvals.
func (f *forecaster) longest(approvals []plan.Approval) time.Duration {
	var most time.Duration
	for _, approval := range approvals {
		most = max(most, f.timer(approval.Environment))
	}
	return most
}
