package plan

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestApprovalsOfAStage(t *testing.T) {
	in := func(name string, reviewers int) *fleet.Environment {
		return &fleet.Environment{Name: name, Reviewers: reviewers}
	}
	ask := func(name string) Gate { return Gate{Type: "Approval", Environment: in(name, 1)} }
	start := Gate{Type: "ScheduledStart"}
	tests := []struct {
		name  string
		stage Stage
		job   string
		want  string // gate@environment, with * where it is given to the stage's own job
	}{
		{"nothing", Stage{}, "", ""},
		{"an environment without reviewers", Stage{Environment: in("prod", 0)}, "prod", ""},
		{"an environment", Stage{Environment: in("prod", 1)}, "prod", "environment@prod*"},
		{"gates are numbered as they stand", Stage{BeforeGates: []Gate{start, ask("a"), ask("b")}, AfterGates: []Gate{ask("c")}}, "a", "before-2@a* before-3@b after-1@c"},
		{"an environment and gates", Stage{Environment: in("prod", 1), BeforeGates: []Gate{ask("a"), ask("PROD")}}, "prod", "environment@prod* before-1@a before-2@PROD*"},
		{"an approval after the stage is never its own", Stage{Environment: in("prod", 0), AfterGates: []Gate{ask("prod")}}, "prod", "after-1@prod"},
		{"skipped as a whole", Stage{Skip: "on request", Environment: in("prod", 1), AfterGates: []Gate{ask("c")}}, "prod", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after := test.stage.Approvals()
			var got []string
			for _, approval := range append(before, after...) {
				word := approval.Gate + "@" + approval.Environment.Name
				if test.stage.Given(approval) {
					word += "*"
				}
				got = append(got, word)
			}
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("approvals are %q, want %q", text, test.want)
			}
			job := ""
			if environment := test.stage.JobEnvironment(); environment != nil {
				job = environment.Name
			}
			if job != test.job {
				t.Errorf("its job runs in %q, want %q", job, test.job)
			}
		})
	}
}

func TestTheJobsEnvironmentHasToSatisfyItsGatesToo(t *testing.T) {
	stage := Stage{
		Environment: &fleet.Environment{Name: "prod", WaitMinutes: 5},
		BeforeGates: []Gate{{Type: "Approval", Environment: &fleet.Environment{Name: "Prod", Reviewers: 2}}},
	}
	if got := stage.JobEnvironment(); got.Reviewers != 2 || got.WaitMinutes != 5 || stage.Environment.Reviewers != 0 {
		t.Errorf("required are %+v", got)
	}
}
