package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

const megabyte = 1 << 20

func TestPlan(t *testing.T) {
	errored := threeStages()
	errored.Errored, errored.Applyable, errored.Forecast = true, false, nil
	errored.Findings = append([]fleet.Finding{{Rule: "version-skew", Severity: fleet.Error, Stage: "europe", Member: "aks-eu-1", Pool: "apps",
		Message: "the pool runs 1.30.4, four minors behind 1.34.2; AKS allows three", Advice: "Upgrade the pool to 1.31 or later first."}}, errored.Findings...)

	images := threeStages()
	images.Upgrade = plan.Upgrade{Engine: "direct", Type: "NodeImageOnly", Images: "Latest"}
	images.Findings, images.Unassigned = nil, nil
	images.Stages = images.Stages[:1]
	images.Forecast = &plan.Forecast{EndsAt: minutes(45), Stages: images.Forecast.Stages[:1]}

	nothing := images
	nothing.Applyable, nothing.Complete, nothing.Forecast = false, true, nil
	nothing.Stages = []plan.Stage{{Name: "canary", MaxConcurrency: 1, MinSucceeded: 1,
		Groups: []plan.Group{{Name: "dev", MaxConcurrency: 1, Members: images.Stages[0].Groups[0].Members[2:]}}}, {Name: "production", Skip: "as asked for"}}

	towards := threeStages()
	towards.Profile = &plan.Profile{Name: "weekly", Channel: "Rapid", Run: "auto-weekly-rapid-1-35-0-0a1b2c3d"}
	towards.Upgrade.Kubernetes = fleet.KubernetesVersion{Major: 1, Minor: 35}
	behind := towards.Stages[0].Groups[0].Members
	behind[0].LaterRuns, behind[0].Reason = 1, "1 more run leads to the channel's version"

	current := nothing
	current.Profile = &plan.Profile{Name: "weekly", Channel: "Stable", Run: "auto-weekly-stable-1-34-2-0a1b2c3d"}
	current.Upgrade = plan.Upgrade{Engine: "direct", Type: "Full", Kubernetes: v1342, Images: "Latest"}
	stopped := with(images.Stages[0].Groups[0].Members[2], func(m *plan.Member) { m.Name, m.Why, m.Reason = "aks-dev-4", plan.WhyStopped, "the cluster is stopped" })
	current.Stages = []plan.Stage{current.Stages[0], {Name: "production", MaxConcurrency: 1, Groups: []plan.Group{{Name: "eu", Members: []plan.Member{stopped}}}}}
	warned := current
	warned.Findings = []fleet.Finding{{Rule: "member-without-stage", Severity: fleet.Warning, Message: "aks-9 is in no stage and will not be upgraded"},
		{Rule: "cluster-stopped", Severity: fleet.Note, Message: "not worth a line"}}

	retry := images
	retry.Run, retry.Retry = "second-try", &plan.Retried{Digest: "sha256:" + strings.Repeat("0a1b", 16), Run: "production"}
	done := with(images.Stages[0].Groups[0].Members[2], func(m *plan.Member) {
		m.Why, m.Reason = plan.WhyReached, "not part of the retry: Completed in the earlier run"
	})
	requested := with(done, func(m *plan.Member) { // of what is tried again no part, either
		m.Name, m.Why, m.Reason = "aks-dev-4", plan.WhyRequested, "skipped on request (Member:aks-dev-4)"
	})
	retry.Stages = []plan.Stage{{Name: "canary", MaxConcurrency: 1, Groups: []plan.Group{{Name: "dev", MaxConcurrency: 1,
		Members: []plan.Member{images.Stages[0].Groups[0].Members[0], done, requested}}}}}

	tests := []struct {
		name    string
		plan    plan.Plan
		reading fleet.Reading
	}{
		{"plan-channel", towards, fleet.Reading{}},
		{"plan-channel-nothing-new", current, sampleReading()},
		{"plan-channel-warned", warned, fleet.Reading{}},
		{"plan-three-stages", threeStages(), sampleReading()},
		{"plan-errored", errored, fleet.Reading{}},
		{"plan-node-images", images, fleet.Reading{}},
		{"plan-nothing-to-do", nothing, fleet.Reading{}},
		{"plan-retry", retry, fleet.Reading{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := Plan(test.plan, test.reading, byHand)
			golden(t, test.name+".golden.md", Markdown(d, megabyte))
			golden(t, test.name+".golden.txt", Text(d, Style{Width: 140}))
		})
	}
}

// What comes after a stage that would not end by itself is not promised.
func TestPlanPromisesNothingBehindAStageWithoutAnEnd(t *testing.T) {
	p := threeStages()
	head := func() string {
		d := Plan(p, fleet.Reading{}, byHand)
		d.blocks = d.blocks[1:3]
		return strings.Join(strings.Fields(Text(d, Style{})), " ")
	}
	p.Forecast.Stages[2].LeftOut = 0
	if got := head(); !strings.HasPrefix(got, "9 clusters will be upgraded") || !strings.Contains(got, "expected to end 2026") {
		t.Errorf("got %q", got)
	}
	p.Forecast.Stages[0].LeftOut = 1
	got := head()
	for _, piece := range []string{"2 clusters will be upgraded", "in 3 stages; 7 behind stage canary, which does not end by itself;", "not expected to end by itself"} {
		if !strings.Contains(got, piece) {
			t.Errorf("nothing says %q: %q", piece, got)
		}
	}
}

// One line is for a run that has nothing to do: whoever cannot be upgraded is to be seen.
func TestNothingNew(t *testing.T) {
	for action, want := range map[plan.Action]bool{plan.ActionSkip: true, plan.ActionBlocked: false, plan.ActionPending: false, plan.ActionUpgrade: false} {
		p := threeStages()
		p.Profile = &plan.Profile{Name: "weekly", Channel: "Stable"}
		p.Stages = []plan.Stage{{Name: "only", Groups: []plan.Group{{Members: []plan.Member{{Name: "a", Action: action}}}}}}
		if got := nothingNew(p); got != want {
			t.Errorf("%s: %v", action, got)
		}
		p.Errored = true
		if nothingNew(p) {
			t.Errorf("%s, and errors: nothing is new", action)
		}
		p.Errored, p.Retry = false, &plan.Retried{}
		if nothingNew(p) {
			t.Errorf("%s, of a retry: nothing is new", action)
		}
		p.Retry = nil
		p.Profile, p.Errored = nil, false
		if nothingNew(p) {
			t.Errorf("%s, and no profile: nothing is new", action)
		}
	}
}

func TestPlanSaysWhatEachPoolOfAMemberDoes(t *testing.T) {
	m := upgrading("aks-1", "westeurope")
	m.Pools[1].FromVersion = fleet.KubernetesVersion{Major: 1, Minor: 32, Patch: 1}
	m.Pools[1].FromImage = older
	m.Pools = append(m.Pools, plan.Pool{Name: "win", FromImage: "AKSWindows-2022-containerd-20348.4529.261010", ToImage: "AKSWindows-2022-containerd-20348.4650.261111"},
		plan.Pool{Name: "odd", FromImage: "custom"})
	if got, want := inline(plannedVersions(m)), "control plane, system: 1.33.8 → 1.34.2<br>apps: 1.32.1 → 1.34.2"; got != want {
		t.Errorf("versions: got %q, want %q", got, want)
	}
	want := "system: 202610.12.0 → 202611.08.0<br>apps: 202609.28.0 → 202611.08.0<br>win: 20348.4529.261010 → 20348.4650.261111<br>and 1 more pool"
	if got := inline(plannedImages(m)); got != want {
		t.Errorf("images: got %q, want %q", got, want)
	}
}

func TestPlanOfAThousandClustersFitsAComment(t *testing.T) {
	const limit = 65536
	got := Markdown(Plan(large(1000), fleet.Reading{}, byHand), limit)
	if len(got) > limit || len(got) < limit*9/10 {
		t.Errorf("%d bytes, want close to %d and not more", len(got), limit)
	}
	if n := strings.Count(got, "more clusters; all are in `plan.json`."); n != 10 {
		t.Errorf("%d of 10 stages say how many clusters they leave out", n)
	}
}

func TestTheWindowOfAMember(t *testing.T) {
	closes, opens, later := minutes(627), minutes(480), minutes(1920)
	for name, spec := range map[string]struct {
		member   plan.Member
		foreseen plan.MemberForecast
		want     string
	}{
		"none":                                   {want: ""},
		"closed":                                 {member: plan.Member{Until: opens}, want: "from 2026-11-23 20:00Z"},
		"closed, and its turn is in a later one": {plan.Member{Until: opens}, plan.MemberForecast{OpensAt: later}, "from 2026-11-24 20:00Z"},
		"open":                                   {member: plan.Member{Closes: closes}, want: "open until 22:27Z"},
		"open, and closed when its stage begins": {plan.Member{Closes: closes}, plan.MemberForecast{OpensAt: later}, "open until 22:27Z\nthen from 2026-11-24 20:00Z"},
	} {
		var got []string
		for _, line := range opening(spec.member, spec.foreseen).lines() {
			got = append(got, flat(line))
		}
		if strings.Join(got, "\n") != spec.want {
			t.Errorf("%s: %q, want %q", name, got, spec.want)
		}
	}
}

// A plan says why a stage takes until the next day, where a window that is open now is closed by then.
func TestAPlanShowsAWindowThatIsOpenNow(t *testing.T) {
	p := threeStages()
	p.Stages[2].Groups[1].Members[0].Closes = minutes(627)
	p.Forecast.Stages[2].Members[2].OpensAt = minutes(3405)
	rendered := Text(Plan(p, fleet.Reading{}, byHand), Style{})
	row := regexp.MustCompile(`aks-pay-1 .* open until 22:27Z .*\n +then from 2026-11-25 20:45Z\n`)
	if !row.MatchString(rendered) {
		t.Errorf("%s is not in\n%s", row, rendered)
	}
}
