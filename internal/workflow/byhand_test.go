package workflow

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The form fits the command that starts each step by hand:
//
//	gh workflow run fleet-NAME.yml --ref BRANCH -f do='stage canary' -f plan=fleet-plan-0123456789ab -f runs='7 8'
//
// All that can be done but the plan hands on which plan it is about. A form cannot require an input for some choices
// alone: it says so, and the action refuses a job that is given no plan.
func TestTheFormFitsTheCommand(t *testing.T) {
	file := decode[caller](t, rendered(t, "testdata/dispatch.yml", Options{Pin: testPin})[0].Content)
	form := file.On.Dispatch.Inputs
	if want := []string{"plan", "stage canary", "stage production", "gate production after-1", "report"}; !slices.Equal(form["do"].Options, want) || form["do"].Default != "plan" {
		t.Errorf("to do are %v, want %v", form["do"], want)
	}
	for name, says := range map[string]string{"plan": "(" + constants(t)["PlanArtifacts"] + "…)", "runs": "ids"} {
		is := form[name]
		if is.Type != "string" || is.Required || is.Default != "" || !strings.HasPrefix(is.Description, "Needed for all but plan: ") || !strings.Contains(is.Description, says) {
			t.Errorf("the input %s is %+v", name, is)
		}
	}
	started := map[string]string{}
	for id, job := range file.Jobs {
		given := job.With
		if len(job.Steps) > 0 {
			given = job.Steps[len(job.Steps)-1].With
		}
		started[job.If] = id
		if id != planJob && (given["plan-artifact"] != "${{ inputs.plan }}" || given["runs"] != "${{ inputs.runs }}" || len(job.Needs) > 0) {
			t.Errorf("job %s is given %v and needs %v", id, given, job.Needs)
		}
	}
	want := map[string]string{
		"${{ inputs.do == 'plan' || github.event_name == 'push' }}": "plan",
		"${{ inputs.do == 'stage canary' }}":                        "stage-canary",
		"${{ inputs.do == 'stage production' }}":                    "stage-production",
		"${{ inputs.do == 'gate production after-1' }}":             "gate-production-after-1",
		"${{ inputs.do == 'report' }}":                              "report",
	}
	if diff := cmp.Diff(want, started); diff != "" || len(started) != len(file.Jobs) {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
