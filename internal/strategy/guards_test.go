package strategy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestEnvironmentsOfAStrategy(t *testing.T) {
	s, findings := Parse("strategy.yml", []byte(`
version: 1
name: guarded
members: [{discover: {subscriptions: [00000000-0000-0000-0000-000000000000], tags: {a: b}}}]
upgrade: {type: NodeImageOnly}
stages:
  - {name: one, groups: [{name: a}], environment: {name: dev}}
  - name: two
    groups: [{name: b}]
    environment: {name: prod, waitMinutes: 5}
    beforeGates: [{type: Approval, environment: {name: prod, reviewers: 2}}, {type: ScheduledStart, scheduledStartConfiguration: {startDay: Monday, startTime: "22:00", utcOffset: "+00:00"}}]
    afterGates: [{type: Approval, environment: {name: accept}}]
`))
	if fleet.HasErrors(findings) {
		t.Fatal(render(findings))
	}
	want := []fleet.Environment{{Name: "dev"}, {Name: "prod", WaitMinutes: 5, Reviewers: 2}, {Name: "accept", Reviewers: 1}}
	got := s.Environments()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fleet.Environment{}, "Position")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[1].Position.Line != 10 || got[1].Position.Column == 0 {
		t.Errorf("prod is required at %+v", got[1].Position)
	}
}
