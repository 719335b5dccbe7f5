package workflow

import (
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/strategy"
)

// What a profile's workflow does begins by the clock, in its time zone, or by hand; it plans outside of any group, and
// holds the group of the rollouts that are started by hand while its stages run.
func TestProfiles(t *testing.T) {
	tests := map[string]struct{ schedule, zone, actions, calls string }{
		"stable": {"37 4 * * 1-5", "Europe/Berlin", "write", "fleet-followed-stages.yml"},
		"newest": {"51 7 * * *", "", "read", "fleet-followed-stages.yml"},
		"images": {"11 */6 * * *", "", "read", "fleet-followed-auto-images-stages.yml"},
	}
	byHand := decode[caller](t, byName(t, "testdata/profiles.yml")[RolloutFile("followed")])
	for profile, want := range tests {
		content := byName(t, "testdata/profiles.yml")[ProfileFile("followed", profile)]
		file := decode[caller](t, content)
		if cron, zone := scheduled(t, content); cron != want.schedule || zone != want.zone {
			t.Errorf("%s: begins at %s in %s", profile, cron, zone)
		}
		plan, rollout := file.Jobs[planJob], file.Jobs["rollout"]
		given := plan.Steps[1].With
		if file.Concurrency != nil || plan.Concurrency != nil || given["command"] != "plan" || given["profile"] != "${{ !inputs.retry && '"+profile+"' || '' }}" || given["retry"] != "${{ inputs.retry }}" || given["kubernetes-version"] != nil {
			t.Errorf("%s: plans %v, in the groups %v %v", profile, given, file.Concurrency, plan.Concurrency)
		}
		if plan.Permissions["actions"] != want.actions {
			t.Errorf("%s: may %s runs", profile, plan.Permissions["actions"])
		}
		if rollout.Uses.called != "./"+Folder+"/"+want.calls || !strings.Contains(rollout.If, "has-updates == 'true'") {
			t.Errorf("%s: calls %s if %s", profile, rollout.Uses.called, rollout.If)
		}
		if group, _ := byHand.Concurrency["group"].(string); !strings.HasSuffix(group, "'"+rollout.Concurrency["group"].(string)+"' }}") {
			t.Errorf("%s: has the group %v, those by hand %s", profile, rollout.Concurrency, group)
		}
	}
}

// A called workflow's jobs are those of the rollout by hand, with the same needs but for the plan.
func TestCalledStagesAreThoseOfTheStrategy(t *testing.T) {
	files := byName(t, "testdata/profiles.yml")
	chain, called := decode[caller](t, files[RolloutFile("followed")]).Jobs, decode[caller](t, files["fleet-followed-stages.yml"]).Jobs
	if len(called) != len(chain)-1 || len(called) < 5 {
		t.Errorf("%d jobs of %d", len(called), len(chain))
	}
	for id, job := range called {
		want := slices.DeleteFunc(slices.Clone(chain[id].Needs), func(need string) bool { return need == planJob })
		if !slices.Equal(job.Needs, want) || job.Uses != chain[id].Uses || job.With["environment"] != chain[id].With["environment"] {
			t.Errorf("%s needs %v, want %v", id, job.Needs, want)
		}
	}
}

// Two profiles can have names of which one is that of the other's stages.
func TestWorkflowsOfOneName(t *testing.T) {
	content := strings.Replace(read(t, "testdata/profiles.yml"), "{name: newest, ", "{name: images-stages, ", 1)
	s, _ := strategy.Parse("s.yml", []byte(content))
	files, findings := Render(s, Options{StrategyPath: "s.yml", Pin: testPin})
	if files != nil || len(findings) != 1 || findings[0].Rule != "workflow-name" || !strings.Contains(findings[0].Message, "fleet-followed-auto-images-stages.yml") {
		t.Errorf("%v %v", files, findings)
	}
}

// Where stages are started by hand, the clock only plans.
func TestProfilesByHand(t *testing.T) {
	files := byName(t, "testdata/profiles-dispatch.yml")
	for profile, stages := range map[string][]string{"stable": {"stage canary", "stage production"}, "images": {"stage everywhere"}} {
		file := decode[caller](t, files[ProfileFile("followed-by-hand", profile)])
		if want := slices.Concat([]string{"plan"}, stages, []string{"report"}); !slices.Equal(file.On.Dispatch.Inputs["do"].Options, want) {
			t.Errorf("%s: to do are %v", profile, file.On.Dispatch.Inputs["do"].Options)
		}
		if got := file.Jobs[planJob].If; got != "${{ inputs.do == 'plan' || github.event_name == 'schedule' }}" {
			t.Errorf("%s: plans if %s", profile, got)
		}
	}
	if _, there := files["fleet-followed-by-hand-stages.yml"]; there {
		t.Error("nothing calls the stages")
	}
}

func byName(t *testing.T, path string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, file := range rendered(t, path, Options{Pin: testPin}) {
		files[file.Name] = file.Content
	}
	return files
}

// scheduled is when the clock begins a workflow.
func scheduled(t *testing.T, content string) (cron, zone string) {
	t.Helper()
	var file struct {
		On struct {
			Schedule []struct{ Cron, Timezone string }
		}
	}
	if err := yaml.Unmarshal([]byte(content), &file); err != nil || len(file.On.Schedule) != 1 {
		t.Fatalf("%v\n%s", err, content)
	}
	return file.On.Schedule[0].Cron, file.On.Schedule[0].Timezone
}
