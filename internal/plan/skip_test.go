package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func TestParseSkip(t *testing.T) {
	for text, want := range map[string]SkipTarget{
		"Stage:canary": {"Stage", "canary"}, "Group:eu": {"Group", "eu"}, "Member:aks-1": {"Member", "aks-1"}, "AfterStageWait:canary": {"AfterStageWait", "canary"}, "ScheduledStart:eu": {"ScheduledStart", "eu"}, "Group:a,b": {"Group", "a,b"},
	} {
		got, err := ParseSkip(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"canary": "want TYPE:NAME", "Stage:": "want TYPE:NAME", "": "want TYPE:NAME",
		"stage:canary": "did you mean Stage?", "Membr:a": "did you mean Member?", "Gate:a": "want one of Stage, Group, Member, AfterStageWait, ScheduledStart",
		"Stage:a,Member:b": "blanks stand between several, and no commas", "Stage:a,stage:b": "blanks stand between several", "a,b": "blanks stand between several",
	} {
		if _, err := ParseSkip(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// gated is a world of two stages with gates and waits; the stage prod has two groups.
func gated() *world {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("c1", "canary", "westeurope")
	w.cluster("p1", "eu", "westeurope")
	w.cluster("p2", "us", "westeurope")
	environment := &fleet.Environment{Name: "accept"}
	gate := strategy.Gate{Type: "Approval", DisplayName: "Accept", Environment: environment}
	start := strategy.Gate{Type: "ScheduledStart", Scheduled: &strategy.ScheduledStart{Day: time.Tuesday, Minute: 9*60 + 5, Offset: -90 * time.Minute}}
	w.s.Stages = []strategy.Stage{
		{
			Name: "canary", MinSucceeded: 1, Wait: time.Hour, Groups: []strategy.Group{{Name: "canary"}},
			Environment: environment, BeforeGates: []strategy.Gate{start}, AfterGates: []strategy.Gate{gate},
		},
		{Name: "prod", MinSucceeded: 1, Groups: []strategy.Group{{Name: "eu", BeforeGates: []strategy.Gate{start}}, {Name: "us"}}},
	}
	return w
}

func TestSkipTargets(t *testing.T) {
	type outcome struct {
		Members    string // of those skipped on request
		Skip       string
		Wait       int
		Gates      int
		GroupGates int
		Starts     string // why scheduled starts are not waited for
	}
	whole := outcome{Wait: 3600, Gates: 2, GroupGates: 1}
	for text, want := range map[string]outcome{
		"":                      whole,
		"Stage:canary":          {Members: "c1", Skip: "skipped on request (Stage:canary)", GroupGates: 1},
		"Group:eu":              {Members: "p1", Wait: 3600, Gates: 2},
		"Member:p2":             {Members: "p2", Wait: 3600, Gates: 2, GroupGates: 1},
		"AfterStageWait:canary": {Gates: 2, GroupGates: 1},
		"ScheduledStart:canary": {Wait: 3600, Gates: 2, GroupGates: 1, Starts: "skipped on request (ScheduledStart:canary)"},
		"ScheduledStart:eu":     {Wait: 3600, Gates: 2, GroupGates: 1, Starts: "skipped on request (ScheduledStart:eu)"},
		"Member:p2 Group:eu":    {Members: "p1 p2", Wait: 3600, Gates: 2},
	} {
		t.Run(text, func(t *testing.T) {
			var skips []SkipTarget
			for _, one := range strings.Fields(text) {
				skip, err := ParseSkip(one)
				if err != nil {
					t.Fatal(err)
				}
				skips = append(skips, skip)
			}
			p := gated().build(t, skips...)
			var names []string
			for m := range p.Members() {
				if m.Action == ActionSkip && m.Why == WhyRequested {
					names = append(names, m.Name)
				}
			}
			canary := p.Stages[0]
			got := outcome{
				Members: strings.Join(names, " "), Skip: canary.Skip, Wait: canary.WaitSeconds,
				Gates: len(canary.BeforeGates) + len(canary.AfterGates), GroupGates: len(p.Stages[1].Groups[0].BeforeGates),
			}
			for _, gate := range slices.Concat(canary.BeforeGates, canary.AfterGates, p.Stages[1].Groups[0].BeforeGates) {
				got.Starts += gate.Skip
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !p.Complete || p.Errored {
				t.Errorf("complete %v, errored %v: a skip on request is neither", p.Complete, p.Errored)
			}
		})
	}
}

func TestUnknownSkipTarget(t *testing.T) {
	for target, want := range map[SkipTarget]string{
		{"Stage", "canry"}:          "did you mean canary?",
		{"Group", "prod"}:           "Group:prod",
		{"Member", "nobody"}:        "Member:nobody",
		{"AfterStageWait", "prdo"}:  "did you mean prod?",
		{"ScheduledStart", "prod"}:  "ScheduledStart:prod", // it has none; its group eu does
		{"ScheduledStart", "canry"}: "did you mean canary?",
	} {
		p := gated().build(t, target)
		finding, found := findingOf(p, "unknown-skip-target")
		if !found || !strings.Contains(finding.Message, want) || p.Applyable {
			t.Errorf("%s: %q, applyable %v", target, finding.Message, p.Applyable)
		}
	}
}

func TestGates(t *testing.T) {
	stage := gated().build(t).Stages[0]
	want := []Gate{{Type: "ScheduledStart", StartDay: "Tuesday", StartTime: "09:05", UTCOffset: "-01:30"}}
	if diff := cmp.Diff(want, stage.BeforeGates); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	want = []Gate{{Type: "Approval", DisplayName: "Accept", Environment: &fleet.Environment{Name: "accept", Reviewers: 1}}}
	if diff := cmp.Diff(want, stage.AfterGates); diff != "" {
		t.Errorf("an approval needs a reviewer (-want +got)\n%s", diff)
	}
	if stage.Environment.Reviewers != 0 {
		t.Errorf("the environment of the stage, which is the same one, was changed")
	}
}
