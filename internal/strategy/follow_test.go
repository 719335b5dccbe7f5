package strategy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/fleet-update-action/internal/fleet"
)

const followed = `
version: 1
name: production
members: [{discover: {subscriptions: [00000000-0000-0000-0000-000000000000], tags: {a: b}}}]
upgrade: {type: ControlPlaneOnly, kubernetesVersion: 1.34.2, nodeImageSelection: {type: Latest}}
stages: [{name: canary, groups: [{name: dev}], environment: {name: aks-canary}}]
autoUpgrade:
  profiles:
    - {name: stable, channel: Stable}
    - {name: rapid, channel: Rapid, nodeImageSelection: {type: Consistent}, disabled: true}
    - {name: stay, channel: TargetKubernetesVersion, targetKubernetesVersion: "1.31", longTermSupport: true}
    - name: images
      channel: NodeImage
      nodeImageSelection: {type: Consistent}
      stages:
        - {name: all, groups: [{name: dev}, {name: prod}], environment: {name: aks-images}}
`

func parsed(t *testing.T, content string) Strategy {
	t.Helper()
	s, findings := Parse("strategy.yml", []byte(content))
	if fleet.HasErrors(findings) {
		t.Fatal(render(findings))
	}
	return s
}

func TestFollowingAProfile(t *testing.T) {
	minor := fleet.KubernetesVersion{Major: 1, Minor: 31, Patch: fleet.AnyPatch}
	for name, spec := range map[string]struct {
		profile string
		upgrade Upgrade
		stages  string
		err     string
	}{
		"a channel that finds its version, with the strategy's stages": {
			profile: "stable", upgrade: Upgrade{Engine: "direct", Type: Full, Images: Latest}, stages: "canary",
		},
		"a disabled profile is followed by whoever asks for it": {
			profile: "rapid", upgrade: Upgrade{Engine: "direct", Type: Full, Images: Consistent}, stages: "canary",
		},
		"a minor to stay on": {
			profile: "stay", upgrade: Upgrade{Engine: "direct", Type: Full, Kubernetes: minor, Images: Latest}, stages: "canary",
		},
		"node images, with stages of its own": {
			profile: "images", upgrade: Upgrade{Engine: "direct", Type: NodeImageOnly, Images: Consistent}, stages: "all",
		},
		"a profile that is not there": {profile: "nightly", err: `there is no auto-upgrade profile "nightly"; the strategy has stable, rapid, stay, images`},
		"a misspelt one":              {profile: "stabel", err: "did you mean stable?"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := parsed(t, followed).Following(spec.profile)
			if spec.err != "" {
				if err == nil || !strings.Contains(err.Error(), spec.err) {
					t.Fatalf("error is %v, want %q", err, spec.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(spec.upgrade, s.Upgrade, cmpopts.IgnoreFields(Upgrade{}, "Position", "Follows")); diff != "" {
				t.Errorf("upgrade (-want +got):\n%s", diff)
			}
			if s.Upgrade.Follows == nil || s.Upgrade.Follows.Name != spec.profile || s.Upgrade.Position.Line < 9 {
				t.Errorf("it follows %+v, said in line %d", s.Upgrade.Follows, s.Upgrade.Position.Line)
			}
			if len(s.Stages) != 1 || s.Stages[0].Name != spec.stages {
				t.Errorf("the stages are %+v, want %s", s.Stages, spec.stages)
			}
		})
	}
	if _, err := (Strategy{}).Following("stable"); err == nil || !strings.Contains(err.Error(), "the strategy has none") {
		t.Errorf("error is %v", err)
	}
}

// A run is held to the environments of its own stages; all that the file names are to be looked after.
func TestEnvironmentsOfProfiles(t *testing.T) {
	s := parsed(t, followed)
	images, err := s.Following("images")
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string][]fleet.Environment{"aks-canary": s.Environments(), "aks-images": images.Environments(), "aks-canary aks-images": s.AllEnvironments()} {
		var names []string
		for _, environment := range got {
			names = append(names, environment.Name)
		}
		if strings.Join(names, " ") != what {
			t.Errorf("the environments are %v, want %s", names, what)
		}
	}
}

// TestTheLongestWait is of the strategy and all profiles, whichever is followed.
func TestTheLongestWait(t *testing.T) {
	const text = `version: 1
name: production
members: [{discover: {subscriptions: [00000000-0000-0000-0000-000000000001], tags: {fleet: prod}}}]
upgrade: {type: NodeImageOnly}
stages: [{name: canary, groups: [{name: canary}], afterStageWaitInSeconds: 60}, {name: rest, groups: [{name: rest}]}]
autoUpgrade:
  profiles:
    - {name: images, channel: NodeImage, stages: [{name: all, groups: [{name: canary}]}]}
    - {name: stable, channel: Stable, stages: [{name: canary, groups: [{name: canary}], afterStageWaitInSeconds: 120}, {name: rest, groups: [{name: rest}]}]}
`
	s, findings := Parse("strategy.yml", []byte(text))
	images, err := s.Following("images")
	if fleet.HasErrors(findings) || err != nil || images.LongestWait != 2*time.Minute {
		t.Errorf("%s, %v, %v", images.LongestWait, findings, err)
	}
}
