package fleet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequirementsOnOneEnvironmentAddUp(t *testing.T) {
	yes, no := true, false
	at := Position{File: "strategy.yml", Line: 3}
	got := MergeEnvironments([]Environment{
		{Name: "prod", Position: at, AdminBypass: &yes, Branches: []string{"main", "release/*"}},
		{Name: "dev", WaitMinutes: 5},
		{Name: "PROD", Reviewers: 1, PreventSelfReview: true, AdminBypass: &no, Position: Position{Line: 9}, Branches: []string{"main"}},
		{Name: "prod", Reviewers: 2, WaitMinutes: 30, ProtectedBranches: true},
		{Name: "dev", WaitMinutes: 3, AdminBypass: &no, Branches: []string{"x"}},
		{Name: "dev", AdminBypass: &yes},
	})
	want := []Environment{
		{Name: "prod", Position: at, Reviewers: 2, PreventSelfReview: true, AdminBypass: &no, WaitMinutes: 30, ProtectedBranches: true, Branches: []string{"main"}},
		{Name: "dev", WaitMinutes: 5, AdminBypass: &no, Branches: []string{"x"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
