package rollouts

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestStays(t *testing.T) {
	made := plan.Plan{Digest: "sha256:0"}
	const hold, supersede = strategy.OnWaitingHold, strategy.OnWaitingSupersede
	for _, test := range []struct {
		name      string
		o         other
		onWaiting string
		want      string
	}{
		{"it waits", other{plan: "fleet-plan-1"}, supersede, ""},
		{"nothing is superseded", other{plan: "fleet-plan-1"}, hold, "nothing is begun (onWaiting: hold)"},
		{"a stage has begun", other{plan: "fleet-plan-1", begun: "canary"}, supersede, "its stage canary has begun, so it is not superseded, and nothing else is begun"},
		{"its plan is not known", other{}, supersede, "its plan is not known, so it is not superseded, and nothing else is begun"},
		{"it does as much", other{plan: "fleet-plan-1", covers: true}, supersede, "it does all of this, and nothing else is begun"},
		{"the same plan", other{plan: "fleet-plan-0"}, hold, "it carries out this very plan, and nothing else is begun"},
		{"the same plan, whatever else", other{plan: "fleet-plan-0", begun: "canary", resumed: "x.yml"}, supersede, "it carries out this very plan, and nothing else is begun"},
		{"the same plan, too old", other{plan: "fleet-plan-0", expired: true}, supersede, ""},
		{"it asks in vain", other{plan: "fleet-plan-0", expired: true, pending: []github.PendingDeployment{{}}}, hold, "its plan has expired, so that it is approved in vain: cancel it; nothing is begun (onWaiting: hold)"},
		{"it runs with a plan that is too old by now", other{plan: "fleet-plan-0", expired: true}, hold, "nothing is begun (onWaiting: hold)"},
		{"it is resumed", other{plan: "fleet-plan-1", begun: "canary", resumed: "x.yml"}, supersede, "its time has come, and it is resumed by x.yml"},
	} {
		if got := test.o.stays(test.onWaiting, made); got != test.want {
			t.Errorf("%s: got %q", test.name, got)
		}
	}
}

func TestSurvives(t *testing.T) {
	ended, going := github.Run{Status: "completed"}, github.Run{Status: "in_progress"}
	for _, test := range []struct {
		name     string
		o        other
		conflict bool
		want     string
	}{
		{"it is told to end", other{run: going}, false, ""},
		{"it had ended", other{run: ended}, true, ""},
		{"it cannot be cancelled now", other{run: going}, true, "GitHub does not cancel it now, and nothing else is begun"},
		{"it had begun, and ended", other{run: ended, begun: "canary"}, true, "its stage canary has begun meanwhile, and nothing else is begun now"},
		{"it begins", other{run: going, begun: "canary"}, false, "it was told to end, but its stage canary has begun meanwhile, and nothing else is begun now"},
	} {
		if got := test.o.survives(test.conflict); got != test.want {
			t.Errorf("%s: got %q", test.name, got)
		}
	}
}

func TestCompare(t *testing.T) {
	waiting, content := planned(t, "canary", "production")
	less, _ := planned(t, "canary")
	more, _ := planned(t, "canary", "production", "rest")
	tooLate := less
	tooLate.CreatedAt = waiting.ExpiresAt
	same := waiting
	same.CreatedAt = waiting.ExpiresAt.Add(-time.Minute)
	for _, test := range []struct {
		name            string
		made            plan.Plan
		covers, expired bool
	}{
		{"it does more", less, true, false},
		{"it does less", more, false, false},
		{"it does the same", same, true, false},
		{"it is too old", tooLate, false, true},
	} {
		r := newRepository(t)
		r.stores(1, PlanArtifact(waiting), at(0), content)
		o := other{run: github.Run{ID: 1}, plan: PlanArtifact(waiting)}
		if err := o.compare(t.Context(), r, test.made); err != nil || o.covers != test.covers || o.expired != test.expired {
			t.Errorf("%s: got %+v, %v", test.name, o, err)
		}
	}
	lost := other{plan: "fleet-plan-0"}
	if err := lost.compare(t.Context(), newRepository(t), less); err != nil || lost.covers || lost.expired {
		t.Errorf("of a plan that cannot be read: got %+v, %v", lost, err)
	}
}
