package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// A run that has a name of its own is called by it, wherever what became of it is shown.
func TestARunIsCalledByItsName(t *testing.T) {
	p := threeStages()
	r := fleet.Result{Name: p.Name, Stages: []fleet.StageResult{{Name: "canary"}}}
	for run, want := range map[string]string{"": "production", "production": "production", "second": "production, run second"} {
		p.Run, r.Run = run, run
		for what, title := range map[string]string{
			Markdown(Plan(p, fleet.Reading{}, byHand), megabyte):                        "# Upgrade plan: " + want + "\n",
			Markdown(StageResult(p, r, "canary", byHand), megabyte):                     "# Stage canary of " + want + ": ",
			Markdown(Approval(p, "canary", "after-1", r, byHand), megabyte):             "# Approval after-1 of stage canary of " + want + ": ",
			Markdown(Result(p, fleet.Result{Name: p.Name, Run: run}, byHand), megabyte): "# Upgrade of " + want + ": ",
		} {
			if !strings.HasPrefix(what, title) {
				t.Errorf("run %q: want %q, got %.80q", run, title, what)
			}
		}
	}
	p.Profile, p.Run = &plan.Profile{Name: "weekly", Channel: "Rapid", Run: "auto-weekly"}, "second"
	if got := Markdown(Plan(p, fleet.Reading{}, byHand), megabyte); !strings.HasPrefix(got, "# Upgrade plan: production\n") || !strings.Contains(got, "Run `second`: the profile weekly") {
		t.Errorf("of a profile:\n%.300s", got)
	}
}
