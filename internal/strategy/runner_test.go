package strategy

import "testing"

// Of GitHub's own runners is what labels tell; a group may hold any.
func TestHosted(t *testing.T) {
	tests := []struct {
		on   RunsOn
		want bool
	}{
		{RunsOn{Labels: []string{"ubuntu-latest"}}, true},
		{RunsOn{Labels: []string{"Ubuntu-24.04-arm"}}, true},
		{RunsOn{Labels: []string{"self-hosted", "ubuntu-24.04"}}, false},
		{RunsOn{Labels: []string{"linux", "x64"}}, false},
		{RunsOn{Group: "big", Labels: []string{"ubuntu-24.04"}}, false},
	}
	for _, test := range tests {
		if got := test.on.Hosted(); got != test.want {
			t.Errorf("%+v: %v", test.on, got)
		}
	}
}

func TestStageRunsOn(t *testing.T) {
	all, own := RunsOn{Labels: []string{"a"}}, RunsOn{Group: "b"}
	s := Strategy{Workflow: Workflow{RunsOn: all}}
	if got := s.StageRunsOn(Stage{RunsOn: own}); got.Group != "b" {
		t.Errorf("not the stage's own: %+v", got)
	}
	if got := s.StageRunsOn(Stage{}); len(got.Labels) != 1 {
		t.Errorf("not the workflow's: %+v", got)
	}
}
