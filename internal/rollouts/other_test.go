package rollouts

import (
	"testing"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestWhatHasBegun(t *testing.T) {
	for name, test := range map[string]struct {
		job  github.Job
		want bool
	}{
		"it runs":                      {github.Job{Status: "in_progress"}, true},
		"it ended badly":               {github.Job{Status: "completed", Conclusion: "failure", Runner: "one"}, true},
		"it was cancelled on a runner": {github.Job{Status: "completed", Conclusion: "cancelled", Runner: "one"}, true},
		"it was cancelled before":      {github.Job{Status: "completed", Conclusion: "cancelled"}, false},
		"somebody said no":             {github.Job{Status: "completed", Conclusion: "failure"}, false},
		"it ended well, on no runner":  {github.Job{Status: "completed", Conclusion: "success"}, true},
		"it waits":                     {github.Job{Status: "waiting"}, false},
		"it waits for a runner":        {github.Job{Status: "queued", Runner: "one"}, false},
	} {
		if got := started(test.job); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestLook(t *testing.T) {
	run := github.Run{ID: 1, Attempt: 2}
	for _, test := range []struct {
		name        string
		fill        func(r *repository)
		begun, plan string
		jobs        int
		asked       bool // for what it waits
	}{
		{"nothing yet", func(*repository) {}, "", "", 0, false},
		{"a stage of an earlier attempt", func(r *repository) {
			r.jobs[1] = []github.Job{{Name: "Stage canary / canary", Attempt: 1, Status: "completed", Conclusion: "success"}, {Name: "Plan", Attempt: 2, Status: "in_progress"}}
		}, "canary", "", 1, false},
		{"its gate is no stage", func(r *repository) {
			r.jobs[1] = []github.Job{{Name: "Accept it / canary after-1", Attempt: 2, Status: "completed", Conclusion: "success"}}
		}, "", "", 1, false},
		{"a stage that waits", func(r *repository) {
			r.jobs[1] = []github.Job{{Name: "Stage canary / canary", Attempt: 2, Status: "waiting"}}
		}, "", "", 1, true},
		{"a result that has expired", func(r *repository) { r.expired[1] = []github.Artifact{{Name: "result-of-all-3"}} }, "of-all", "", 0, false},
		{"of a stage without a number", func(r *repository) { r.artifacts[1] = []github.Artifact{{Name: "result-odd"}} }, "", "", 0, false},
		{"its newest plan", func(r *repository) {
			r.artifacts[1] = []github.Artifact{{Name: "fleet-plan-0"}, {Name: "fleet-plan-1"}, {Name: "logs"}}
		}, "", "fleet-plan-1", 0, false},
		{"a plan that has expired", func(r *repository) { r.expired[1] = []github.Artifact{{Name: "fleet-plan-0"}} }, "", "", 0, false},
	} {
		r := newRepository(t)
		r.pending[1] = []github.PendingDeployment{{Environment: "aks-canary"}}
		test.fill(r)
		o, err := look(t.Context(), r, run)
		if err != nil || o.begun != test.begun || o.plan != test.plan || len(o.jobs) != test.jobs || len(o.pending) > 0 != test.asked {
			t.Errorf("%s: got %+v, %v", test.name, o, err)
		}
	}
}

func TestUnderWay(t *testing.T) {
	job := func(name, status, conclusion string) []github.Job {
		return []github.Job{{Name: name, Status: status, Conclusion: conclusion}}
	}
	const running = "in_progress"
	byHand := github.Run{Workflow: byHandFile, Status: running}
	profile := github.Run{Workflow: profileFile, Status: running}
	for _, test := range []struct {
		name     string
		o        other
		dispatch bool
		want     bool
	}{
		{"by hand, from its beginning", other{run: byHand}, false, true},
		{"a profile that plans", other{run: profile, jobs: job("Plan", running, "")}, false, false},
		{"a profile that planned", other{run: profile, jobs: job("Plan", "completed", "success")}, false, false},
		{"a profile whose stages are skipped", other{run: profile, jobs: job("Rollout", "completed", "skipped")}, false, false},
		{"a profile whose stages come", other{run: profile, jobs: job("Rollout", "queued", "")}, false, true},
		{"a profile that reports", other{run: profile, jobs: job("Report", running, "")}, false, false},
		{"a profile that waits for an environment", other{run: github.Run{Workflow: profileFile, Status: "waiting"}}, false, true},
		{"a profile that waits for its turn", other{run: github.Run{Workflow: profileFile, Status: "pending"}}, false, true},
		{"run again with its plan", other{run: profile, begun: "canary", jobs: job("Plan", "completed", "success")}, false, true},
		{"run again from its plan on", other{run: profile, begun: "canary", jobs: job("Plan", running, "")}, false, false},
		{"a plan, where stages are started by hand", other{run: byHand, jobs: job("Plan", running, "")}, true, false},
		{"a stage started by hand", other{run: byHand, jobs: job("Stage canary / canary", running, "")}, true, true},
	} {
		s := production(strategy.OnWaitingHold)
		if test.dispatch {
			s.Workflow.Approvals = strategy.ApprovalsByDispatch
		}
		if got := test.o.underWay(s); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}
