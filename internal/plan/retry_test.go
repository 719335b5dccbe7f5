package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// became is a result of a plan: what became of its members, by name. Members that are not named have no record.
func became(p Plan, states map[string]fleet.State) fleet.Result {
	result := fleet.Result{Digest: p.Digest, Name: p.Name, Run: p.Run}
	for _, stage := range p.Stages {
		recorded := fleet.StageResult{Name: stage.Name, Digest: p.Digest}
		for _, group := range stage.Groups {
			members := fleet.GroupResult{Name: group.Name}
			for _, member := range group.Members {
				if state, known := states[member.Name]; known {
					members.Members = append(members.Members, fleet.MemberResult{Name: member.Name, Cluster: member.Cluster, State: state})
				}
			}
			recorded.Groups = append(recorded.Groups, members)
		}
		result.Stages = append(result.Stages, recorded)
	}
	return result
}

// retry is the plan of a run that retries another one.
func (w *world) retry(t *testing.T, earlier Plan, states map[string]fleet.State, skips ...SkipTarget) Plan {
	t.Helper()
	s, retry, err := Retrying(w.s, earlier, became(earlier, states))
	if err != nil {
		t.Fatal(err)
	}
	again := *w
	again.s = s
	return again.buildTo(t, Orders{Skips: skips, Retry: retry})
}

// doing says what a plan does with each member, and why it skips one.
func doing(p Plan) map[string]string {
	all := map[string]string{}
	for m := range p.Members() {
		all[m.Name] = string(m.Action)
		if m.Action == ActionSkip {
			all[m.Name] += ": " + m.Reason
		}
	}
	return all
}

func there(c *fleet.Cluster) {
	pools(pool("system", image(fast)))(c)
	onVersion("1.34.2")(c)
}

func TestRetryOpensWhatFailedOrWasSkipped(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	for _, name := range []string{"failed", "skipped", "completed", "running", "unbegun", "requested"} {
		w.cluster(name, "dev", "westeurope")
	}
	w.cluster("there", "dev", "westeurope", there)
	stopped := w.cluster("stopped", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true })
	earlier := w.build(t, SkipTarget{"Member", "requested"})
	w.cluster("new", "dev", "westeurope")
	started := w.inv.Clusters[stopped]
	started.Stopped = false
	w.inv.Clusters[stopped] = started
	states := map[string]fleet.State{"failed": fleet.Failed, "skipped": fleet.Skipped, "completed": fleet.Completed, "running": fleet.Running, "there": fleet.Skipped}

	p := w.retry(t, earlier, states)
	want := map[string]string{
		"failed": "upgrade", "skipped": "upgrade", "requested": "upgrade", "stopped": "upgrade",
		"completed": "skip: not part of the retry: Completed in the earlier run",
		"running":   "skip: not part of the retry: Running in the earlier run",
		"unbegun":   "skip: not part of the retry: NotStarted in the earlier run",
		"there":     "skip: not part of the retry: at its target before the earlier run",
		"new":       "skip: not part of the retry: it was not in the earlier run",
	}
	if diff := cmp.Diff(want, doing(p)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !p.Complete || !p.Applyable || p.Digest == earlier.Digest {
		t.Errorf("complete %v, applyable %v, digest %s", p.Complete, p.Applyable, p.Digest)
	}
	if want := (&Retried{Digest: earlier.Digest, Run: "production"}); !cmp.Equal(want, p.Retry) {
		t.Errorf("the plan retries %+v", p.Retry)
	}
	if got := doing(w.retry(t, earlier, states, SkipTarget{"Member", "requested"})); got["requested"] != "skip: skipped on request (Member:requested)" {
		t.Errorf("skipped again: %v", got)
	}
}

// A second retry does not take up what the first one left out.
func TestRetryOfARetry(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	for _, name := range []string{"a", "b", "c", "d"} {
		w.cluster(name, "dev", "westeurope")
	}
	w.s.Stages[0].MinSucceeded = 3
	first := w.build(t)
	second := w.retry(t, first, map[string]fleet.State{"a": fleet.Completed, "b": fleet.Failed, "c": fleet.Failed})
	third := w.retry(t, second, map[string]fleet.State{"a": fleet.Skipped, "b": fleet.Failed, "c": fleet.Completed, "d": fleet.Skipped})
	want := map[string]string{
		"a": "skip: not part of the retry: Completed in the earlier run", "b": "upgrade",
		"c": "skip: not part of the retry: Completed in the earlier run", "d": "skip: not part of the retry: NotStarted in the earlier run",
	}
	if diff := cmp.Diff(want, doing(third)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if least := []int{first.Stages[0].MinSucceeded, second.Stages[0].MinSucceeded, third.Stages[0].MinSucceeded}; !cmp.Equal(least, []int{3, 2, 1}) {
		t.Errorf("of the stage there must be at their target: %v", least)
	}
	if third.Digest == second.Digest {
		t.Error("two runs have one digest")
	}
}

func TestRetryKeepsTheVersion(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.s.Upgrade.Kubernetes = fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: fleet.AnyPatch}
	delete(w.inv.Regions["westeurope"].Versions, version("1.34.2"))
	w.cluster("a", "dev", "westeurope")
	earlier := w.build(t)
	w.inv.Regions["westeurope"].Versions[version("1.34.2")] = graph()[version("1.34.2")]
	if fresh := w.build(t); fresh.Upgrade.Kubernetes != version("1.34.2") {
		t.Fatalf("a plan of its own goes to %s", fresh.Upgrade.Kubernetes)
	}
	w.s.Upgrade.Type, w.s.Upgrade.Kubernetes = strategy.ControlPlaneOnly, version("1.35.0") // whatever the strategy says by now
	p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Failed})
	if m := only(t, p); p.Upgrade.Kubernetes != version("1.34.1") || m.ControlPlane.To != version("1.34.1") || m.Pools[0].ToVersion != version("1.34.1") {
		t.Errorf("the run goes to %s, the member to %+v", p.Upgrade.Kubernetes, m)
	}
	if p.Upgrade.Requested != earlier.Upgrade.Requested || p.Upgrade.Type != strategy.Full {
		t.Errorf("what is asked for is %+v", p.Upgrade)
	}
}

func TestRetryKeepsTheImages(t *testing.T) {
	for _, selection := range []strategy.ImageSelection{strategy.Consistent, strategy.Custom} {
		w := newWorld(strategy.NodeImageOnly, selection)
		w.s.Upgrade.Custom = []fleet.NodeImage{fast}
		if selection == strategy.Consistent {
			w.s.Upgrade.Custom = nil
		}
		w.cluster("a", "dev", "westeurope")
		w.cluster("b", "dev", "westeurope")
		earlier := w.build(t)
		w.region("westeurope", "AKSUbuntu-2204gen2containerd-202511.19.0", noble)
		if selection == strategy.Custom {
			w.s.Upgrade.Custom = []fleet.NodeImage{"AKSUbuntu-2204gen2containerd-202511.19.0", noble}
		}
		w.allowSnapshots()
		w.snapshot("fast", "production", fast)
		p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Failed, "b": fleet.Completed})
		if a := find(t, p, "a"); a.Pools[0].ToImage != fast || a.Pools[0].Route != RouteSnapshot || p.Upgrade.Targets[0].Image != fast {
			t.Errorf("%s: pool %+v, targets %+v", selection, a.Pools[0], p.Upgrade.Targets)
		}
		if _, found := findingOf(p, "custom-image-unused"); found {
			t.Errorf("%s: the strategy's images are complained of", selection)
		}
	}
}

// Of a profile each member keeps the version that it had in that run, which is not the channel's where it is far behind.
func TestRetryOfAProfile(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.s.AutoUpgrade = []strategy.Profile{{Name: "fast", Channel: strategy.Rapid, Images: strategy.Latest}}
	w.cluster("near", "dev", "northeurope", onVersion("1.34.1"))
	far := w.cluster("far", "dev", "westeurope")
	w.cluster("later", "dev", "westeurope")
	following, err := w.s.Following("fast")
	if err != nil {
		t.Fatal(err)
	}
	channel := *w
	channel.s = following
	earlier := channel.build(t, SkipTarget{"Member", "later"})
	if earlier.Upgrade.Kubernetes != version("1.35.0") || find(t, earlier, "far").ControlPlane.To != version("1.34.2") {
		t.Fatalf("the earlier run goes to %s, and with far to %+v", earlier.Upgrade.Kubernetes, find(t, earlier, "far").ControlPlane)
	}
	mended := w.inv.Clusters[far] // but for its image
	onVersion("1.34.2")(&mended)
	w.inv.Clusters[far] = mended
	delete(w.inv.Regions["northeurope"].Versions, version("1.34.2")) // no way of a channel leads over it any more
	for name := range w.inv.Regions {
		w.inv.Regions[name].Versions[version("1.36.0")] = fleet.OfferedVersion{SupportPlans: []string{"KubernetesOfficial"}} // no preview any more
	}
	w.s.AutoUpgrade[0].Channel = strategy.Stable
	p := w.retry(t, earlier, map[string]fleet.State{"near": fleet.Failed, "far": fleet.Failed, "later": fleet.Skipped})
	if p.Upgrade.Kubernetes != version("1.35.0") || p.Profile.Channel != strategy.Rapid || p.Profile.Run == earlier.Profile.Run {
		t.Errorf("the run goes to %s for %+v", p.Upgrade.Kubernetes, p.Profile)
	}
	for name, want := range map[string]struct {
		to    string
		later int
	}{
		"near": {"1.35.0", 0}, "far": {"1.34.2", 1},
		"later": {"1.34.1", 1}, // had no target: the next version on the way to that of the run
	} {
		if m := find(t, p, name); m.Action != ActionUpgrade || m.ControlPlane.To != version(want.to) || m.LaterRuns != want.later {
			t.Errorf("%s: %s to %+v, and %d more runs: %s", name, m.Action, m.ControlPlane, m.LaterRuns, m.Reason)
		}
	}
}

// A member that was to go a part of the way goes it, also where the version at the end of the way is gone.
func TestRetryOfAPartOfTheWay(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.s.AutoUpgrade = []strategy.Profile{{Name: "fast", Channel: strategy.Rapid, Images: strategy.Latest}}
	w.cluster("far", "dev", "westeurope")
	following, err := w.s.Following("fast")
	if err != nil {
		t.Fatal(err)
	}
	channel := *w
	channel.s = following
	earlier := channel.build(t)
	delete(w.inv.Regions["westeurope"].Versions, version("1.35.0"))
	if m := only(t, w.retry(t, earlier, map[string]fleet.State{"far": fleet.Failed})); m.Action != ActionUpgrade || m.ControlPlane.To != version("1.34.2") {
		t.Errorf("%s to %+v: %s", m.Action, m.ControlPlane, m.Reason)
	}
}

func TestWhatCanNotBeRetried(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope")
	earlier := w.build(t)
	result := became(earlier, map[string]fleet.State{"a": fleet.Failed})
	for name, spec := range map[string]struct {
		change func(*strategy.Strategy, *Plan, *fleet.Result)
		want   string
	}{
		"another strategy": {func(s *strategy.Strategy, _ *Plan, _ *fleet.Result) { s.Name = "other" }, "the run to retry is of the strategy production, and this one is other"},
		"another plan":     {func(_ *strategy.Strategy, _ *Plan, r *fleet.Result) { r.Digest = "sha256:0" }, "the result is of the plan sha256:0, and the plan with it is sha256:"},
		"nothing that failed": {func(_ *strategy.Strategy, p *Plan, r *fleet.Result) {
			*r = became(*p, map[string]fleet.State{"a": fleet.Completed})
		}, "no member failed or was skipped"},
		"a profile that is gone": {func(_ *strategy.Strategy, p *Plan, _ *fleet.Result) {
			p.Profile = &Profile{Name: "fast", Channel: strategy.Rapid}
		},
			`there is no auto-upgrade profile "fast"`},
	} {
		t.Run(name, func(t *testing.T) {
			s, p, r := w.s, earlier, result
			spec.change(&s, &p, &r)
			if _, _, err := Retrying(s, p, r); err == nil || !strings.Contains(err.Error(), spec.want) {
				t.Errorf("error %v, want %q", err, spec.want)
			}
		})
	}
}

// A stage that the earlier run brought to its end has nothing to do, and holds up no later one; its approvals stand.
func TestRetryPassesOverStagesThatWereDone(t *testing.T) {
	w := gated()
	earlier := w.build(t)
	p := w.retry(t, earlier, map[string]fleet.State{"c1": fleet.Completed, "p1": fleet.Failed, "p2": fleet.Completed})
	canary, prod := p.Stages[0], p.Stages[1]
	if canary.Skip != "" || canary.Open() != 0 || canary.MinSucceeded != 0 || prod.Open() != 1 || prod.MinSucceeded != 0 {
		t.Errorf("canary %+v, prod %+v", canary, prod)
	}
	if !p.Accepts(0) {
		t.Error("the approval after canary is not asked for any more")
	}
	if diff := cmp.Diff(earlier.Stages[0].AfterGates, canary.AfterGates); diff != "" {
		t.Error(diff)
	}
}

// A stage of which nothing is retried has nothing to do, whether or not the earlier run came to it, and needs nobody at the
// target; unless a later one has something to upgrade, which is built on it: then it is held to what it always is.
func TestRetryAsksNothingOfStagesThatItLeavesOut(t *testing.T) {
	for name, spec := range map[string]struct {
		earlier, now []SkipTarget
		states       map[string]fleet.State
		least        []int
		warns        string // of the stage
	}{
		"the last ones were never begun": {nil, nil, map[string]fleet.State{"c1": fleet.Failed, "c2": fleet.Completed}, []int{0, 0, 0}, ""},
		"of which nobody got there":      {nil, nil, map[string]fleet.State{"c1": fleet.Failed}, []int{1, 0, 0}, ""},
		"a later one has a member to upgrade": {[]SkipTarget{{"Member", "p1"}}, nil,
			map[string]fleet.State{"c1": fleet.Completed, "c2": fleet.Completed}, []int{0, 1, 1}, "early"},
		"but not this time": {[]SkipTarget{{"Member", "p1"}}, []SkipTarget{{"Stage", "prod"}},
			map[string]fleet.State{"c1": fleet.Failed, "c2": fleet.Completed}, []int{0, 0, 0}, ""},
		"its one is left out again": {[]SkipTarget{{"Member", "e1"}}, []SkipTarget{{"Member", "e1"}},
			map[string]fleet.State{"c1": fleet.Failed, "c2": fleet.Completed}, []int{0, 0, 0}, ""},
		"its one cannot be upgraded": {[]SkipTarget{{"Member", "e1"}}, nil,
			map[string]fleet.State{"c1": fleet.Failed, "c2": fleet.Completed}, []int{0, 1, 0}, "early"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.Full, strategy.Latest)
			for _, member := range []string{"c1", "c2", "e1", "e2", "p1", "p2"} {
				w.cluster(member, map[byte]string{'c': "canary", 'e': "early", 'p': "prod"}[member[0]], "westeurope")
			}
			earlier := w.build(t, spec.earlier...)
			if name == "its one cannot be upgraded" {
				delete(w.inv.Clusters, fleet.NewClusterID(subscription, "rg", "e1"))
			}
			p := w.retry(t, earlier, spec.states, spec.now...)
			var least []int
			for _, stage := range p.Stages {
				least = append(least, stage.MinSucceeded)
			}
			finding, found := findingOf(p, "min-succeeded")
			if first := strings.Contains(finding.Advice, "run that is retried"); found && first != (name == "a later one has a member to upgrade") {
				t.Error(finding.Advice)
			}
			if diff := cmp.Diff(spec.least, least); diff != "" || finding.Stage != spec.warns {
				t.Errorf("at their target must be (-want +got)\n%s%+v", diff, finding)
			}
		})
	}
}

// What the run before brought to the target, or found there, is told from what it never came to, also by the retry of a
// retry: a failure that the budget allows is one beside it.
func TestRetryKnowsWhatIsAtTheTarget(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	for _, name := range []string{"a", "b", "c"} {
		w.cluster(name, "dev", "westeurope")
	}
	w.cluster("there", "dev", "westeurope", there)
	first := w.build(t)
	second := w.retry(t, first, map[string]fleet.State{"a": fleet.Completed, "b": fleet.Failed, "there": fleet.Skipped})
	third := w.retry(t, second, map[string]fleet.State{"a": fleet.Skipped, "b": fleet.Failed, "c": fleet.Skipped, "there": fleet.Skipped})
	for _, p := range []Plan{second, third} {
		got := map[string]Why{}
		for m := range p.Members() {
			got[m.Name] = m.Why
		}
		want := map[string]Why{"a": WhyReached, "b": "", "c": WhyNotRetried, "there": WhyReached}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if !p.Complete {
			t.Error("the retry is not complete")
		}
	}
	reached := second
	reached.Stages = slices.Clone(second.Stages)
	group := slices.Clone(second.Stages[0].Groups)
	group[0].Members = slices.Clone(group[0].Members)
	for i := range group[0].Members {
		if group[0].Members[i].Why == WhyReached {
			group[0].Members[i].Why = WhyNotRetried
		}
	}
	reached.Stages[0].Groups = group
	if digest(reached) == second.Digest {
		t.Error("it is no part of what is approved")
	}
}

// What an earlier run brought to its target counts for a stage as long as it is there: not a cluster that was deleted, nor
// another one under its id.
func TestWhatARetryReliesOnIsThere(t *testing.T) {
	for name, change := range map[string]func(*world){
		"deleted": func(w *world) { delete(w.inv.Clusters, fleet.NewClusterID(subscription, "rg", "a")) },
		"made anew": func(w *world) {
			cluster := w.inv.Clusters[fleet.NewClusterID(subscription, "rg", "a")]
			cluster.UID = "another"
			w.inv.Clusters[fleet.NewClusterID(subscription, "rg", "a")] = cluster
		},
	} {
		w := newWorld(strategy.Full, strategy.Latest)
		for _, name := range []string{"a", "b"} {
			w.cluster(name, "dev", "westeurope")
		}
		first := w.build(t)
		states := map[string]fleet.State{"a": fleet.Completed, "b": fleet.Failed}
		if p := w.retry(t, first, states); p.Stages[0].MinSucceeded != 0 {
			t.Errorf("%s: %d have to be at their target where one is there", name, p.Stages[0].MinSucceeded)
		}
		change(w)
		p := w.retry(t, first, states)
		for m := range p.Members() {
			if m.Name == "a" && m.Why != WhyNotRetried {
				t.Errorf("%s: left out as %s", name, m.Why)
			}
		}
		if p.Stages[0].MinSucceeded != 1 {
			t.Errorf("%s: %d have to be at their target", name, p.Stages[0].MinSucceeded)
		}
	}
}

// What is left out of a retry on request is what it would try again: nothing else becomes part of the next one.
func TestASkippedMemberThatIsNotRetriedStaysOut(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	for _, name := range []string{"a", "b", "c"} {
		w.cluster(name, "dev", "westeurope")
	}
	first := w.build(t)
	second := w.retry(t, first, map[string]fleet.State{"a": fleet.Completed, "b": fleet.Failed}, SkipTarget{"Member", "a"}, SkipTarget{"Member", "c"})
	third := w.retry(t, second, map[string]fleet.State{"a": fleet.Skipped, "b": fleet.Failed, "c": fleet.Skipped})
	want := map[string]string{
		"a": "skip: not part of the retry: Completed in the earlier run", "b": "upgrade",
		"c": "skip: not part of the retry: NotStarted in the earlier run",
	}
	if diff := cmp.Diff(want, doing(third)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A retry in which nobody takes part hands on the targets all the same, and so does one whose pools are of one family
// alone.
func TestARetryOfARetryKeepsTheTargets(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Consistent)
	w.s.Upgrade.Kubernetes = fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: fleet.AnyPatch}
	delete(w.inv.Regions["westeurope"].Versions, version("1.34.2"))
	w.cluster("a", "dev", "westeurope")
	w.cluster("b", "dev", "westeurope", pools(pool("system", image("AKSUbuntu-2404gen2containerd-202510.01.0"), func(p *fleet.NodePool) { p.OSSKU = "Ubuntu2404" })))
	failed := map[string]fleet.State{"a": fleet.Failed, "b": fleet.Failed}
	first := w.build(t)
	images := func(p Plan) map[string]fleet.NodeImage {
		pinned := map[string]fleet.NodeImage{}
		for _, target := range p.Upgrade.Targets {
			pinned[target.Family] = target.Image
		}
		return pinned
	}
	if len(images(first)) != 2 {
		t.Fatalf("the first run pinned %v", images(first))
	}
	w.inv.Regions["westeurope"].Versions[version("1.34.2")] = graph()[version("1.34.2")]
	w.region("westeurope", "AKSUbuntu-2204gen2containerd-202603.01.0", "AKSUbuntu-2404gen2containerd-202603.01.0")
	for name, skips := range map[string][]SkipTarget{
		"nobody takes part": {{"Member", "a"}, {"Member", "b"}}, "one family": {{"Member", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			second := w.retry(t, first, failed, skips...)
			third := w.retry(t, second, map[string]fleet.State{"a": fleet.Failed, "b": fleet.Skipped})
			for _, p := range []Plan{second, third} {
				if p.Upgrade.Kubernetes != version("1.34.1") {
					t.Errorf("goes to %q", p.Upgrade.Kubernetes)
				}
				if diff := cmp.Diff(images(first), images(p)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				if finding, found := findingOf(p, "image-newly-pinned"); found {
					t.Error(finding)
				}
			}
			for name, to := range map[string]fleet.NodeImage{"a": images(first)["AKSUbuntu-2204gen2containerd"], "b": images(first)["AKSUbuntu-2404gen2containerd"]} {
				if m := find(t, third, name); m.ControlPlane == nil || m.ControlPlane.To != version("1.34.1") || m.Pools[0].ToImage != to {
					t.Errorf("%s goes to %+v %+v", name, m.ControlPlane, m.Pools)
				}
			}
		})
	}
}
