package rollouts

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

// ticking is a repository in which run 9 of the profile plans, and run 1 waits for the approval of its first stage.
func ticking(t *testing.T) *repository {
	t.Helper()
	r := newRepository(t,
		github.Run{ID: 9, Attempt: 1, Workflow: profileFile, Status: "in_progress", CreatedAt: at(9)},
		github.Run{ID: 1, Attempt: 1, Workflow: byHandFile, Status: "waiting", CreatedAt: at(1), Title: "Fleet production", URL: "https://github.com/org/fleet/actions/runs/1"})
	_, content := planned(t, "production")
	made, _ := planned(t, "production")
	r.stores(1, PlanArtifact(made), at(1), content)
	r.jobs[1] = []github.Job{{Name: "Stage production / production", Attempt: 1, Status: "waiting", CreatedAt: at(1)}}
	r.pending[1] = []github.PendingDeployment{{Environment: "aks-production", Reviewers: []string{"alice"}}}
	return r
}

func TestEvaluate(t *testing.T) {
	const waits = "run 1 (Fleet production) waits for approval of aks-production by alice since 2026-03-02 08:00Z"
	begins := func(r *repository) {
		r.jobs[1] = []github.Job{{Name: "Stage production / production", Attempt: 1, Status: "in_progress", StartedAt: at(9)}}
		r.pending[1] = nil
	}
	for _, test := range []struct {
		name, onWaiting string
		act             func(r *repository)
		held, note      string
		cancelled       []int64
	}{
		{"held", strategy.OnWaitingHold, func(*repository) {}, waits + ": nothing is begun (onWaiting: hold)", "rollout-held", nil},
		{"superseded", strategy.OnWaitingSupersede, func(*repository) {}, "", "rollout-superseded", []int64{1}},
		{"begun while it is cancelled", strategy.OnWaitingSupersede, func(r *repository) {
			r.onCancel = func() error { begins(r); return nil }
		}, "run 1 (Fleet production) runs stage production since 2026-03-02 16:00Z: it was told to end, but its stage production has begun meanwhile, and nothing else is begun now", "rollout-held", []int64{1}},
		{"it cannot be cancelled now", strategy.OnWaitingSupersede, func(r *repository) {
			conflict := refused(r.t, http.StatusConflict)
			r.onCancel = func() error { return conflict }
		}, waits + ": GitHub does not cancel it now, and nothing else is begun", "rollout-held", []int64{1}},
		{"it ended before", strategy.OnWaitingSupersede, func(r *repository) {
			conflict := refused(r.t, http.StatusConflict)
			r.onCancel = func() error { r.runs[1].Status = "completed"; return conflict }
		}, "", "", []int64{1}},
		{"nothing is cancelled beside one that has begun", strategy.OnWaitingSupersede, func(r *repository) {
			r.runs = append(r.runs, github.Run{ID: 2, Attempt: 1, Workflow: byHandFile, Status: "in_progress", CreatedAt: at(2), StartedAt: at(2)})
			r.jobs[2] = []github.Job{{Name: "Stage canary / canary", Attempt: 1, Status: "in_progress"}}
		}, "run 2 () runs stage canary: its stage canary has begun, so it is not superseded, and nothing else is begun", "rollout-held", nil},
		{"others are of no concern", strategy.OnWaitingHold, func(r *repository) {
			r.runs[1].Workflow = ".github/workflows/fleet-staging.yml"
		}, "", "", nil},
		{"a dry run", strategy.OnWaitingHold, func(r *repository) { r.runs[1].Title = "Fleet production (dry run)" }, "", "", nil},
		{"a dry run asks for nobody", strategy.OnWaitingSupersede, func(r *repository) { r.runs[0].Title = "Fleet production stable (dry run)" }, "", "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := ticking(t)
			test.act(r)
			made, _ := planned(t, "canary", "production")
			e, err := Evaluate(t.Context(), r, production(test.onWaiting), made, 9, at(9))
			var held, notes []string
			for _, other := range e.Held {
				held = append(held, other.Sentence())
			}
			for _, note := range e.Notes {
				notes = append(notes, note.Rule)
			}
			if strings.Join(held, "; ") != test.held || strings.Join(notes, "; ") != test.note || err != nil {
				t.Errorf("got %q, %v, %v", held, e.Notes, err)
			}
			if !slices.Equal(r.cancelled, test.cancelled) {
				t.Errorf("cancelled were %v", r.cancelled)
			}
		})
	}
}

// TestLookAgain: a plan that was too old still is, unless the rollout has another by now.
func TestLookAgain(t *testing.T) {
	r := ticking(t)
	plan := r.artifacts[1][0].Name
	for _, test := range []struct {
		known other
		want  bool
	}{{other{plan: plan, expired: true}, true}, {other{plan: plan}, false}, {other{plan: "fleet-plan-0", expired: true}, false}} {
		test.known.run.ID = 1
		x := tick{search: search{gh: r}, repository: r}
		if o, err := x.lookAgain(t.Context(), test.known); o.expired != test.want || o.plan != plan || err != nil {
			t.Errorf("got %+v, %v", o, err)
		}
	}
}

func TestAnEvaluationThatMayNotAsk(t *testing.T) {
	made, _ := planned(t, "canary")
	r := ticking(t)
	r.err = errDown
	if _, err := Evaluate(t.Context(), r, production(strategy.OnWaitingHold), made, 9, at(9)); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
	r = ticking(t)
	r.onCancel = func() error { return errDown }
	if _, err := Evaluate(t.Context(), r, production(strategy.OnWaitingSupersede), made, 9, at(9)); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
}
