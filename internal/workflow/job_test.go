package workflow

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestDeadline(t *testing.T) {
	tests := map[time.Duration]string{
		6 * time.Hour: "5h50m", 2 * 24 * time.Hour: "47h50m", 90 * time.Minute: "1h20m", 70 * time.Minute: "1h",
		20 * time.Minute: "10m", 15 * time.Minute: "7m30s", time.Minute: "30s", 130 * time.Minute: "2h",
	}
	for limit, want := range tests {
		if got := deadline(limit); got != want {
			t.Errorf("%v: %s instead of %s", limit, got, want)
		}
	}
}

// Which job asks in which environment, and what it waits for.
func TestGatesAndNeeds(t *testing.T) {
	files := rendered(t, filepath.Join("testdata", "gates.yml"), Options{Pin: testPin})
	jobs := decode[caller](t, files[0].Content).Jobs
	var got []string
	for _, id := range slices.Sorted(maps.Keys(jobs)) {
		got = append(got, fmt.Sprintf("%s in %v after %v", id, jobs[id].With["environment"], jobs[id].Needs))
	}
	want := []string{
		"gate-canary-before-3 in aks-change-board after [plan]",
		"gate-production-after-1 in aks-operations after [plan gate-canary-before-3 stage-canary gate-production-before-1 stage-production]",
		"gate-production-after-2 in aks-business after [plan gate-canary-before-3 stage-canary gate-production-before-1 stage-production]",
		"gate-production-before-1 in aks-change-board after [plan gate-canary-before-3 stage-canary]",
		"plan in <nil> after []",
		"report in <nil> after [plan gate-canary-before-3 stage-canary gate-production-before-1 stage-production gate-production-after-1 gate-production-after-2 stage-rest]",
		"stage-canary in aks-canary after [plan gate-canary-before-3]",
		"stage-production in aks-production after [plan gate-canary-before-3 stage-canary gate-production-before-1]",
		"stage-rest in <nil> after [plan gate-canary-before-3 stage-canary gate-production-before-1 stage-production gate-production-after-1 gate-production-after-2]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The workflow asks for the approvals that the plan wants, by the names that the plan has for them, and where the plan
// expects the stage's job to run.
func TestJobsAreThoseOfThePlan(t *testing.T) {
	compared := 0
	for _, path := range append(glob(t, "testdata/*.yml"), repository+"examples/strategy.yml") {
		s, _ := strategy.Parse(path, []byte(read(t, path)))
		for _, stage := range s.Stages {
			var got []string
			for _, job := range jobs(s) {
				if job.stage.Name == stage.Name {
					got = append(got, job.gate+" in "+job.environment)
				}
			}
			planned := plan.Stage{Name: stage.Name, Environment: stage.Environment, BeforeGates: planned(stage.BeforeGates), AfterGates: planned(stage.AfterGates)}
			if diff := cmp.Diff(wanted(planned), got); diff != "" {
				t.Errorf("%s, stage %s (-plan +workflow):\n%s", path, stage.Name, diff)
			}
			compared++
		}
	}
	if compared < 10 {
		t.Errorf("only %d stages compared", compared)
	}
}

func planned(gates []strategy.Gate) []plan.Gate {
	var all []plan.Gate
	for _, gate := range gates {
		all = append(all, plan.Gate{Type: gate.Type, Environment: gate.Environment})
	}
	return all
}

// wanted lists the jobs that a stage of a plan is to have, the stage itself without the name of a gate.
func wanted(stage plan.Stage) []string {
	var jobs []string
	before, after := stage.Approvals()
	for _, approval := range before {
		if !stage.Given(approval) {
			jobs = append(jobs, approval.Gate+" in "+approval.Environment.Name)
		}
	}
	own := ""
	if environment := stage.JobEnvironment(); environment != nil {
		own = environment.Name
	}
	jobs = append(jobs, " in "+own)
	for _, approval := range after {
		jobs = append(jobs, approval.Gate+" in "+approval.Environment.Name)
	}
	return jobs
}
