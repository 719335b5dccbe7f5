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

// saved is the strategy of a plan as a file, read again.
func saved(t *testing.T, p Plan) (strategy.Strategy, string) {
	t.Helper()
	s, _, err := p.Strategy()
	if err != nil {
		t.Fatal(err)
	}
	text, err := strategy.Write(s)
	if err != nil {
		t.Fatal(err)
	}
	read, findings := strategy.Parse("saved.yml", text)
	if fleet.HasErrors(findings) {
		t.Fatalf("%+v\n%s", findings, text)
	}
	return read, string(text)
}

// outline is what a saved strategy has to give again: stages and groups with all they have, and who is in them.
func outline(p Plan) []Stage {
	return decidedAll(p.Stages, func(stage Stage) Stage {
		decided := decidedStage(stage)
		decided.Drop = nil
		decided.Groups = decidedAll(stage.Groups, func(group Group) Group {
			group.BeforeGates = decidedAll(group.BeforeGates, decidedGate)
			group.Members = decidedAll(group.Members, func(m Member) Member { return Member{Name: m.Name, Cluster: m.Cluster} })
			return group
		})
		return decided
	})
}

// gatedSave is a fleet of everything that a plan's stages can have: gates of stages and groups, environments, limits,
// names of members, and stages and groups that select by label.
func gatedSave(t *testing.T) *world {
	t.Helper()
	w := newWorld(strategy.Full, strategy.Consistent)
	w.s.Upgrade.Kubernetes = fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: fleet.AnyPatch}
	for i, name := range []string{"c1", "c2", "e1", "e2", "e3", "u1", "l1", "l2"} {
		w.cluster(name, "", "westeurope")
		w.inv.Members[i].Labels = map[string]string{"ring": name[:1]}
	}
	w.inv.Members[0].Name = "first-canary" // as a Fleet resource calls it
	w.inv.Members[2].Group, w.inv.Members[3].Group, w.inv.Members[4].Group = "eu", "eu", "eu"
	w.cluster("left", "nobody", "westeurope")
	chosen := func(text string) *fleet.Selector {
		selector, err := fleet.ParseSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		return &selector
	}
	no := false
	start := strategy.Gate{Type: "ScheduledStart", Scheduled: &strategy.ScheduledStart{Day: time.Tuesday, Minute: 9*60 + 5, Offset: -90 * time.Minute}}
	accept := func(reviewers int) strategy.Gate {
		return strategy.Gate{Type: "Approval", DisplayName: "Accept: it", Environment: &fleet.Environment{Name: "accept", Reviewers: reviewers}}
	}
	w.s.Stages = []strategy.Stage{
		{
			Name: "canary", MinSucceeded: 2, Wait: time.Hour, Selector: chosen("ring=c"), MaxConcurrency: strategy.Share{Number: 100, Percent: true, Set: true},
			Environment: &fleet.Environment{Name: "canary", WaitMinutes: 5, Branches: []string{"main"}}, AfterGates: []strategy.Gate{accept(3)},
		},
		{
			Name: "prod", MinSucceeded: 0, MaxAllowedFailures: strategy.Share{Number: 50, Percent: true, Set: true}, BeforeGates: []strategy.Gate{accept(1), start},
			Environment: &fleet.Environment{Name: "prod", Reviewers: 1, PreventSelfReview: true, AdminBypass: &no, ProtectedBranches: true},
			Groups: []strategy.Group{
				{Name: "eu", MaxConcurrency: strategy.Share{Number: 2, Set: true}, BeforeGates: []strategy.Gate{start}},
				{Name: "us", Selector: chosen("ring=u"), MaxAllowedFailures: strategy.Share{Set: true}},
			},
		},
		{Name: "eu", MinSucceeded: 1, Selector: chosen("ring=l")}, // its group is called as another one is
	}
	w.s.StoppedClusters, w.s.WindowClose, w.s.PlanMaxAge = "fail", "hold", 36*time.Hour
	w.s.Workflow.Approvals = strategy.ApprovalsByDispatch
	w.allowSnapshots()
	return w
}

func TestASavedPlanGivesTheSameStages(t *testing.T) {
	for name, w := range map[string]*world{
		"everything": gatedSave(t),
		"one by one": func() *world {
			w := newWorld(strategy.NodeImageOnly, strategy.Latest)
			w.cluster("b", "", "westeurope")
			w.cluster("a", "", "westeurope")
			w.s.Stages = nil
			return w
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			before := w.build(t)
			if before.Errored {
				t.Fatal(before.Findings)
			}
			s, text := saved(t, before)
			again := *w
			again.s, again.inv.Members = s, s.Sources[0].Listed
			after := again.build(t)
			want := outline(before)
			if len(want) == 3 { // the one thing that cannot stay
				want[2].Groups[0].Name = "eu-2"
			}
			if diff := cmp.Diff(want, outline(after)); diff != "" {
				t.Errorf("(-saved +planned again)\n%s\n%s", diff, text)
			}
			if before.Upgrade.Requested != after.Upgrade.Requested || before.Upgrade.Type != after.Upgrade.Type || before.Upgrade.Images != after.Upgrade.Images {
				t.Errorf("%+v became %+v", before.Upgrade, after.Upgrade)
			}
			if before.Policy != after.Policy || s.PlanMaxAge != w.s.PlanMaxAge {
				t.Errorf("%+v became %+v, %s %s", before.Policy, after.Policy, w.s.PlanMaxAge, s.PlanMaxAge)
			}
		})
	}
}

func TestWhatIsCalledOtherwiseIsTold(t *testing.T) {
	w := gatedSave(t)
	for i := range w.inv.Members {
		if w.inv.Members[i].Name == "c2" {
			w.inv.Members[i].Name = "C2"
		}
	}
	_, findings, err := w.build(t).Strategy()
	if err != nil || len(findings) != 2 || !strings.Contains(findings[0].Message, "member C2 of the plan is called c2") ||
		!strings.Contains(findings[1].Message, "group eu of stage eu of the plan is called eu-2") {
		t.Errorf("%v %+v", err, findings)
	}
}

// A plan that lacks gates or waits, or asks for less than its strategy, would make a strategy that is weaker.
func TestPlansThatAreNotSaved(t *testing.T) {
	w := gated()
	whole := w.build(t)
	retry := w.retry(t, whole, map[string]fleet.State{"c1": fleet.Completed, "p1": fleet.Failed})
	for want, p := range map[string]Plan{
		"the plan leaves out Stage:canary": w.build(t, SkipTarget{"Stage", "canary"}), "leaves out AfterStageWait:canary": w.build(t, SkipTarget{"AfterStageWait", "canary"}),
		"leaves out Group:eu": w.build(t, SkipTarget{"Group", "eu"}), "retries the run production": retry,
	} {
		if _, _, err := p.Strategy(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	s, _, err := w.build(t, SkipTarget{"Member", "p1"}).Strategy()
	if err != nil || !slices.ContainsFunc(s.Sources[0].Listed, func(m fleet.Member) bool { return m.Name == "p1" }) {
		t.Errorf("a member that is left out for once is no member any more: %v %+v", err, s.Sources)
	}
}

// Of a channel what it came to is saved, and of Custom the images.
func TestSavedTargets(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Custom)
	w.s.Upgrade.Custom = []fleet.NodeImage{fast}
	w.cluster("a", "dev", "westeurope")
	if s, text := saved(t, w.build(t)); !cmp.Equal(s.Upgrade.Custom, w.s.Upgrade.Custom) {
		t.Errorf("%s", text)
	}
	w = newWorld(strategy.Full, strategy.Latest)
	w.s.AutoUpgrade = []strategy.Profile{{Name: "fast", Channel: strategy.Rapid, Images: strategy.Latest}}
	w.cluster("a", "dev", "westeurope")
	w.s, _ = w.s.Following("fast")
	if s, text := saved(t, w.build(t)); s.Upgrade.Kubernetes != version("1.35.0") {
		t.Errorf("%s", text)
	}
}
