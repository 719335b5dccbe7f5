package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/strategy"
)

func TestJobsByTheirNames(t *testing.T) {
	for name, want := range map[string]string{
		"Plan": "plan", "Report": "report", "Rollout / Report": "report", "Stage canary": "stage canary", "Stage canary / canary": "stage canary",
		"Rollout / Stage canary / canary": "stage canary", "Rollout": "gate", "Accept it": "gate", "Accept it / canary after-1": "gate",
		"Rollout / Accept a / b / canary before-2": "gate", "Plan / canary after-1": "gate",
	} {
		kind, stage := JobNamed(name)
		if got := strings.TrimSpace(string(kind) + " " + stage); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// The names are those that jobs of generated workflows have, with those of the workflows that they call behind them.
func TestJobsOfGeneratedWorkflowsAreKnownByTheirNames(t *testing.T) {
	type named struct {
		Jobs map[string]struct {
			Name string
			With map[string]any
		}
	}
	stage, gate := decode[named](t, read(t, repository+"/.github/workflows/stage.yml")).Jobs["stage"].Name, decode[named](t, read(t, repository+"/.github/workflows/gate.yml")).Jobs["gate"].Name
	found := map[JobKind]int{}
	for file, content := range byName(t, "testdata/profiles.yml") {
		if strings.Contains(file, "pull-request") || strings.Contains(file, "resume") {
			continue
		}
		for id, job := range decode[named](t, content).Jobs {
			want, of, name := PlanJob, "", job.Name
			put := func(template string) string {
				return strings.NewReplacer("${{ inputs.stage }}", fmt.Sprint(job.With["stage"]), "${{ inputs.gate }}", fmt.Sprint(job.With["gate"])).Replace(template)
			}
			switch {
			case strings.HasPrefix(id, "stage-"):
				want, of, name = StageJob, strings.TrimPrefix(id, "stage-"), job.Name+" / "+put(stage)
			case strings.HasPrefix(id, "gate-"):
				want, name = GateJob, job.Name+" / "+put(gate)
			case id == "rollout":
				want = GateJob
			case id == "report":
				want = ReportJob
			}
			found[want]++
			if kind, got := JobNamed(name); kind != want || got != of {
				t.Errorf("%s: %s is %q: %s of %q, want %s of %q", file, id, name, kind, got, want, of)
			}
		}
	}
	if len(found) != 4 {
		t.Errorf("found %v", found)
	}
}

func TestWorkflowsOfRollouts(t *testing.T) {
	s := strategy.Strategy{Name: "prod", AutoUpgrade: []strategy.Profile{{Name: "stable"}, {Name: "images", Disabled: true}}}
	if diff := slices.Compare(RolloutFiles(s), []string{"fleet-prod.yml", "fleet-prod-auto-stable.yml", "fleet-prod-auto-images.yml"}); diff != 0 {
		t.Errorf("got %v", RolloutFiles(s))
	}
	for path, want := range map[string]bool{
		".github/workflows/fleet-prod.yml": true, ".github/workflows/fleet-prod-auto-images.yml": true, ".github/workflows/fleet-prod-stages.yml": false,
		".github/workflows/fleet-prod-eu.yml": false, ".github/workflows/fleet-prod-auto-stable-stages.yml": false, "fleet-prod.yml": false,
	} {
		if got := OfRollout(s, path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// What a run is called says whether it only plans, in every workflow with that choice.
func TestRunsThatOnlyPlanAreToldByTheirTitle(t *testing.T) {
	files := byName(t, "testdata/profiles.yml")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		var file struct {
			RunName string `yaml:"run-name"`
		}
		if err := yaml.Unmarshal([]byte(files[name]), &file); err != nil {
			t.Fatal(err)
		}
		before, after, chosen := strings.Cut(file.RunName, "${{ inputs.dry-run && '")
		if !chosen {
			continue
		}
		suffix, _, _ := strings.Cut(after, "'")
		if !OnlyPlans(before+suffix) || OnlyPlans(before) {
			t.Errorf("%s: %q", name, file.RunName)
		}
	}
}

// What a run is started for by hand, its name says, in every workflow with that choice.
func TestRunsStartedForOneJobAreToldByTheirTitle(t *testing.T) {
	found := map[JobKind]int{}
	files := byName(t, "testdata/dispatch.yml")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		var file struct {
			RunName string `yaml:"run-name"`
			On      struct {
				Dispatch struct {
					Inputs struct{ Do struct{ Options []string } }
				} `yaml:"workflow_dispatch"`
			}
		}
		if err := yaml.Unmarshal([]byte(files[name]), &file); err != nil {
			t.Fatal(err)
		}
		for _, do := range file.On.Dispatch.Inputs.Do.Options {
			want, _, _ := strings.Cut(do, " ")
			kind := Does(strings.ReplaceAll(file.RunName, "${{ inputs.do || 'plan' }}", do))
			if found[kind]++; string(kind) != want {
				t.Errorf("%s: a run for %q is one for %s", name, do, kind)
			}
		}
	}
	if len(found) != 4 || Does("Fleet prod") != PlanJob {
		t.Errorf("found %v", found)
	}
}

func TestWhoseWorkflowItIs(t *testing.T) {
	s := strategy.Strategy{Name: "prod", AutoUpgrade: []strategy.Profile{{Name: "stable"}, {Name: "images"}}}
	for path, want := range map[string]string{
		".github/workflows/fleet-prod.yml": "by hand", ".github/workflows/fleet-prod-auto-images.yml": "images",
		".github/workflows/fleet-prod-auto-other.yml": "", "fleet-prod.yml": "",
	} {
		profile, is := ProfileOf(s, path)
		if got := profile.Name; is != (got != "") || ByHand(s, path) != (want == "by hand") || is && got != want {
			t.Errorf("%s: of profile %q, by hand: %v", path, got, ByHand(s, path))
		}
	}
}
