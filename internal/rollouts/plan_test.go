package rollouts

import (
	"errors"
	"testing"

	"github.com/org/fleet-update-action/internal/github"
)

func TestStoredPlan(t *testing.T) {
	for _, test := range []struct {
		name    string
		store   func(r *repository)
		content string
		run     int64
	}{
		{"none", func(r *repository) { r.expired[1] = []github.Artifact{{Name: "fleet-plan-0"}} }, "", 0},
		{"the newest of a run", func(r *repository) {
			r.stores(1, "fleet-plan-0", at(0), "older")
			r.stores(1, "fleet-plan-0", at(1), "newer")
		}, "newer", 1},
		{"of the last run", func(r *repository) {
			r.stores(2, "fleet-plan-0", at(0), "of the last")
			r.stores(1, "fleet-plan-0", at(1), "of the first")
		}, "of the last", 2},
		{"of that name alone", func(r *repository) {
			r.stores(1, "fleet-plan-0", at(0), "this")
			r.stores(1, "fleet-plan-01", at(1), "another")
		}, "this", 1},
		{"an artifact without the file", func(r *repository) {
			r.stores(1, "fleet-plan-0", at(0), "this")
			r.stores(2, "fleet-plan-0", at(1), "")
		}, "this", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t)
			test.store(r)
			content, run, err := StoredPlan(t.Context(), r, "fleet-plan-0", 1, 2)
			if string(content) != test.content || run != test.run || err != nil {
				t.Errorf("got %q of run %d, %v", content, run, err)
			}
		})
	}
	r := newRepository(t)
	r.stores(1, "fleet-plan-0", at(0), "broken")
	if _, _, err := StoredPlan(t.Context(), r, "fleet-plan-0", 1); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
}

// TestPlanIn: nobody can carry out what is no plan, or another than its artifact says.
func TestPlanIn(t *testing.T) {
	made, content := planned(t, "canary")
	_, another := planned(t, "others")
	for name, test := range map[string]struct {
		content string
		there   bool
	}{"it": {content, true}, "another": {another, false}, "none": {"{}", false}, "an empty artifact": {"", false}} {
		r := newRepository(t)
		r.stores(1, PlanArtifact(made), at(0), test.content)
		got, there, err := planIn(t.Context(), r, 1, PlanArtifact(made))
		if there != test.there || err != nil || there && got.Digest != made.Digest {
			t.Errorf("%s: got %t, %v", name, there, err)
		}
	}
}

func TestAPlanThatCannotBeAskedFor(t *testing.T) {
	r := newRepository(t)
	r.stores(1, "fleet-plan-0", at(0), "broken")
	if _, _, err := planIn(t.Context(), r, 1, "fleet-plan-0"); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
	if _, _, err := newestPlan(t.Context(), r, r.artifacts[1]); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
}

func TestNewestPlan(t *testing.T) {
	first, content := planned(t, "canary")
	_, another := planned(t, "others")
	r := newRepository(t)
	r.stores(1, "fleet-plan-2", at(0), another)
	r.stores(1, "fleet-plan-1", at(1), content)
	r.stores(1, "fleet-plan-0", at(2), "{}")
	r.stores(1, "result-first-1", at(3), another)
	made, findings, err := newestPlan(t.Context(), r, r.artifacts[1])
	if err != nil || made == nil || made.Digest != first.Digest || len(findings) != 1 {
		t.Errorf("got %v, %v, %v", made, findings, err)
	}
	if made, _, err := newestPlan(t.Context(), r, r.artifacts[1][3:]); made != nil || err != nil {
		t.Errorf("got %v, %v, where there is none", made, err)
	}
}
