package execute

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// canaryThenProduction is a plan of two stages whose first has members a, b and c, all at their target and recorded as
// such an hour ago.
type readiness struct {
	plan    plan.Plan
	scene   *scene
	results []fleet.StageResult
	given   []fleet.GateResult
	turn    time.Time
}

func canaryThenProduction(t *testing.T) *readiness {
	canary := oneGroup(3, 1, imageMembers("abc")...)
	production := oneGroup(1, 0, fullMember("p"), fullMember("q"))
	production.Name = "production"
	r := &readiness{scene: newScene(t, canary), plan: plan.Plan{
		Name: "prod", Digest: "sha256:d", CreatedAt: monday.Add(-24 * time.Hour), ExpiresAt: monday.Add(13 * 24 * time.Hour),
		Policy: plan.Policy{StoppedClusters: "skip"}, Stages: []plan.Stage{canary, production},
	}}
	r.scene.atTarget("a", "b", "c")
	for _, m := range production.Groups[0].Members {
		r.scene.inv.Clusters[m.Cluster] = fleet.Cluster{State: fleet.ProvisioningSucceeded, Version: v133}
	}
	result := fleet.StageResult{Name: "canary", Digest: "sha256:d", StartedAt: monday.Add(-2 * time.Hour), FinishedAt: monday.Add(-time.Hour),
		Groups: []fleet.GroupResult{{Name: "dev"}}}
	for _, m := range canary.Groups[0].Members {
		result.Groups[0].Members = append(result.Groups[0].Members, fleet.MemberResult{Name: m.Name, Cluster: m.Cluster, State: fleet.Completed})
	}
	r.results = []fleet.StageResult{result}
	return r
}

func (r *readiness) canary() *plan.Stage { return &r.plan.Stages[0] }

func (r *readiness) member(name string) *plan.Member {
	for i := range r.canary().Groups[0].Members {
		if m := &r.canary().Groups[0].Members[i]; m.Name == name {
			return m
		}
	}
	return nil
}

func (r *readiness) record(name string, state fleet.State) {
	for i, m := range r.results[0].Groups[0].Members {
		if m.Name == name {
			r.results[0].Groups[0].Members[i].State = state
		}
	}
}

func TestReady(t *testing.T) {
	everywhere := func(r *readiness, region fleet.Region) {
		r.scene.inv.Regions = map[string]fleet.Region{north: region}
	}
	without := fleet.Region{Versions: map[fleet.KubernetesVersion]fleet.OfferedVersion{v133: {}}}
	tests := map[string]struct {
		change  func(*readiness)
		refused string // the rules, by comma
		says    string
	}{
		"the stage before is done": {nil, "", ""},

		"the plan has errors":            {func(r *readiness) { r.plan.Errored = true }, "plan-errored", "nothing of it is executed"},
		"the plan is just young enough":  {func(r *readiness) { r.plan.ExpiresAt = monday.Add(time.Second) }, "", ""},
		"the plan is too old":            {func(r *readiness) { r.plan.ExpiresAt = monday }, "plan-expired", "valid until 2026-03-02 10:00Z"},
		"the version is withdrawn":       {func(r *readiness) { everywhere(r, without) }, "version-withdrawn", "Kubernetes 1.34.2 is not offered any more"},
		"what is offered was not read":   {func(r *readiness) { everywhere(r, fleet.Region{}) }, "", ""},
		"withdrawn, but nobody needs it": {func(r *readiness) { everywhere(r, without); r.productionAt(v134) }, "", ""},
		"withdrawn from one region alone": {func(r *readiness) {
			r.plan.Stages[1].Groups[0].Members[1].Location = south
			r.scene.inv.Regions = map[string]fleet.Region{north: without, south: region(south, new1)}
		}, "", ""},

		"a member is not at its target":    {func(r *readiness) { r.scene.image("b", "sys", old) }, "stage-unfinished", "1 of 3 members of stage canary are not at their target: b"},
		"a member is ahead":                {func(r *readiness) { r.scene.image("b", "sys", newer) }, "", ""},
		"a member's pool has failed since": {func(r *readiness) { r.scene.pool("b", "sys", "Failed") }, "stage-unfinished", "b"},
		"a completed member is busy":       {func(r *readiness) { r.scene.busy("b") }, "", ""},
		"a running member is busy":         {func(r *readiness) { r.scene.busy("b"); r.record("b", fleet.Running) }, "stage-unfinished", "b"},
		"a member was removed":             {func(r *readiness) { r.scene.gone("b") }, "", ""},
		"a member was recreated": {func(r *readiness) {
			r.scene.image("b", "sys", old).cluster("b", func(c *fleet.Cluster) { c.UID = "x" })
		}, "", ""},
		"a member is stopped": {func(r *readiness) {
			r.scene.image("b", "sys", old).cluster("b", func(c *fleet.Cluster) { c.Stopped = true })
		}, "", ""},
		"a member is stopped, and must not be": {func(r *readiness) {
			r.plan.Policy.StoppedClusters = "fail"
			r.scene.image("b", "sys", old).cluster("b", func(c *fleet.Cluster) { c.Stopped = true })
		}, "stage-unfinished", "b"},
		"a member was stopped then, and runs now": {func(r *readiness) { r.scene.image("b", "sys", old); r.record("b", fleet.Skipped) }, "", ""},
		"the plan skips a member":                 {func(r *readiness) { r.scene.image("b", "sys", old); r.member("b").Action = plan.ActionSkip }, "", ""},
		"the plan blocks a member":                {func(r *readiness) { r.scene.image("b", "sys", old); r.member("b").Action = plan.ActionBlocked }, "", ""},
		"a stopped member is to fail, and has": {func(r *readiness) {
			r.member("b").Action, r.member("b").Why = plan.ActionBlocked, plan.WhyStopped
			r.record("b", fleet.Failed)
		}, "", ""},
		"a stopped member is to fail, and nobody recorded it": {func(r *readiness) {
			r.member("b").Action, r.member("b").Why = plan.ActionBlocked, plan.WhyStopped
		}, "stage-unfinished", "b"},

		"one failed within the budget": {func(r *readiness) { r.scene.image("b", "sys", old); r.record("b", fleet.Failed) }, "", ""},
		"failed, then mended by hand":  {func(r *readiness) { r.canary().MaxAllowedFailures = 0; r.record("b", fleet.Failed) }, "", ""},
		"failed beyond the stage's budget": {func(r *readiness) {
			r.canary().MaxAllowedFailures = 0
			r.scene.image("b", "sys", old)
			r.record("b", fleet.Failed)
		}, "stage-failed", "1 member failed in stage canary"},
		"failed beyond the group's budget": {func(r *readiness) {
			r.canary().Groups[0].MaxAllowedFailures = 0
			r.scene.image("b", "sys", old)
			r.record("b", fleet.Failed)
		}, "stage-failed", "1 member failed"},
		"too few are at their target": {func(r *readiness) { r.canary().MinSucceeded = 3; r.scene.gone("a") }, "too-few-succeeded", "2 members are at their target, of at least 3"},
		"all failed within the budget": {func(r *readiness) {
			r.canary().MaxAllowedFailures, r.canary().Groups[0].MaxAllowedFailures = 3, 3
			for _, name := range []string{"a", "b", "c"} {
				r.scene.image(name, "sys", old)
				r.record(name, fleet.Failed)
			}
		}, "too-few-succeeded", "0 members"},
		"members planned as at their target count": {func(r *readiness) {
			r.canary().MinSucceeded = 3
			r.member("b").Action, r.member("b").Why = plan.ActionSkip, plan.WhyAtTarget
		}, "", ""},

		"no result, all at their target":     {func(r *readiness) { r.results = nil }, "", ""},
		"no result, and not at their target": {func(r *readiness) { r.results = nil; r.scene.image("b", "sys", old) }, "stage-unfinished", "(it has no result)"},
		"a failure known from another plan's result": {func(r *readiness) {
			r.scene.image("b", "sys", old)
			r.record("b", fleet.Failed)
			r.results[0].Digest = "sha256:other"
		}, "stage-unfinished", "(its result is of another plan)"},
		"no result, and a wait": {func(r *readiness) { r.results = nil; r.canary().WaitSeconds = 60 }, "result-missing", "its wait of 1 min cannot be known to have passed"},
		"never finished, and a wait": {func(r *readiness) {
			r.results[0].FinishedAt = time.Time{}
			r.canary().WaitSeconds = 60
		}, "result-missing", "is not recorded, so"},
		"no result, a wait, and nothing that was to be upgraded": {func(r *readiness) {
			r.results = nil
			r.canary().WaitSeconds = 60
			for i := range r.canary().Groups[0].Members {
				r.canary().Groups[0].Members[i].Action, r.canary().Groups[0].Members[i].Why = plan.ActionSkip, plan.WhyAtTarget
			}
		}, "", ""},
		"the last of several results counts": {func(r *readiness) {
			first := r.results[0]
			first.FinishedAt = time.Time{}
			r.results = append([]fleet.StageResult{first}, r.results...)
			r.canary().WaitSeconds = 60
		}, "", ""},

		"the stage before is skipped as a whole": {func(r *readiness) {
			r.canary().Skip = "by request"
			r.canary().WaitSeconds = 3600
			r.results = nil
			r.scene.image("a", "sys", old)
		}, "", ""},
		"the stage itself is skipped": {func(r *readiness) { r.plan.Stages[1].Skip = "by request"; r.scene.image("a", "sys", old) }, "", ""},
		"a gate that cannot be read":  {func(r *readiness) { r.gate("Monday", "late") }, "scheduled-start", "cannot be read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := canaryThenProduction(t)
			if test.change != nil {
				test.change(r)
			}
			_, refused := Ready(r.plan, 1, r.scene.inv, Before{Stages: r.results, Gates: r.given, Turn: r.turn})
			var rules, messages []string
			for _, finding := range refused {
				rules, messages = append(rules, finding.Rule), append(messages, finding.Message)
				if finding.Severity != fleet.Error || finding.Advice == "" || finding.Stage == "" {
					t.Errorf("incomplete finding %+v", finding)
				}
			}
			if diff := cmp.Diff(test.refused, strings.Join(rules, ",")); diff != "" {
				t.Errorf("refused (-want +got):\n%s\n%s", diff, messages)
			}
			if !strings.Contains(strings.Join(messages, "\n"), test.says) {
				t.Errorf("says %q, want %q in it", messages, test.says)
			}
		})
	}
}

func (r *readiness) productionAt(version fleet.KubernetesVersion) {
	for _, m := range r.plan.Stages[1].Groups[0].Members {
		r.scene.inv.Clusters[m.Cluster] = fleet.Cluster{State: fleet.ProvisioningSucceeded, Version: version}
	}
}

func (r *readiness) gate(day, at string) {
	r.plan.Stages[1].BeforeGates = []plan.Gate{{Type: "ScheduledStart", StartDay: day, StartTime: at, UTCOffset: "+00:00"}}
}

// approval was given so many minutes after the canary had finished.
func (r *readiness) approval(stage, gate string, minutes int) {
	at := r.results[0].FinishedAt.Add(time.Duration(minutes) * time.Minute)
	r.given = append(r.given, fleet.GateResult{Stage: stage, Gate: gate, Digest: "sha256:d", At: at})
}

// The canary finished on Monday at 9:00, and it is 10:00 now.
func TestReadyFrom(t *testing.T) {
	tests := map[string]struct {
		change func(*readiness)
		want   time.Duration // from now; 0: at once
	}{
		"at once":               {func(*readiness) {}, 0},
		"the wait has passed":   {func(r *readiness) { r.canary().WaitSeconds = 3600 }, 0},
		"the wait is not over":  {func(r *readiness) { r.canary().WaitSeconds = 3601 }, time.Second},
		"a start later today":   {func(r *readiness) { r.gate("Monday", "11:00") }, time.Hour},
		"a start that has come": {func(r *readiness) { r.gate("Monday", "09:30") }, 0},
		"a start that came before the stage was reached":     {func(r *readiness) { r.gate("Monday", "08:59") }, 7*24*time.Hour - 61*time.Minute},
		"a start counts from the end of the wait":            {func(r *readiness) { r.gate("Monday", "09:30"); r.canary().WaitSeconds = 2400 }, 7*24*time.Hour - 30*time.Minute},
		"a start counts from an approval that came after it": {func(r *readiness) { r.gate("Monday", "09:20"); r.approval("canary", "after-1", 30) }, 7*24*time.Hour - 40*time.Minute},
		"and has come where the approval came before it":     {func(r *readiness) { r.gate("Monday", "09:20"); r.approval("canary", "after-1", 10) }, 0},
		"the last approval counts": {func(r *readiness) {
			r.gate("Monday", "09:20")
			r.approval("canary", "after-1", 30)
			r.approval("canary", "after-2", 10)
		}, 7*24*time.Hour - 40*time.Minute},
		"an approval before the stage moves nothing": {func(r *readiness) { r.gate("Monday", "09:20"); r.approval("production", "before-1", 30) }, 0},
		"nor one before the stage before":            {func(r *readiness) { r.gate("Monday", "09:20"); r.approval("canary", "before-1", 30) }, 0},
		"nor one of another plan": {func(r *readiness) {
			r.gate("Monday", "09:20")
			r.approval("canary", "after-1", 30)
			r.given[0].Digest = "sha256:other"
		}, 0},
		"a start that is skipped":                       {func(r *readiness) { r.gate("Monday", "11:00"); r.plan.Stages[1].BeforeGates[0].Skip = "on request" }, 0},
		"nor a turn that came before":                   {func(r *readiness) { r.gate("Monday", "09:20"); r.turn = monday.Add(-2 * time.Hour) }, 0},
		"a start that passed before the turn came":      {func(r *readiness) { r.gate("Monday", "09:20"); r.turn = monday.Add(-30 * time.Minute) }, 7*24*time.Hour - 40*time.Minute},
		"without a record a start counts from the plan": {func(r *readiness) { r.results = nil; r.gate("Monday", "08:59") }, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := canaryThenProduction(t)
			test.change(r)
			notBefore, refused := Ready(r.plan, 1, r.scene.inv, Before{Stages: r.results, Gates: r.given, Turn: r.turn})
			if len(refused) > 0 {
				t.Fatalf("refused: %v", refused)
			}
			want := time.Time{}
			if test.want > 0 {
				want = monday.Add(test.want)
			}
			if !notBefore.Equal(want) {
				t.Errorf("not before %s, want %s", notBefore, want)
			}
		})
	}
}

func TestReadyMeasuresLatestAgainstTheRecord(t *testing.T) {
	r := canaryThenProduction(t)
	for i := range r.canary().Groups[0].Members {
		r.canary().Groups[0].Members[i].Pools[0].ToImage = old // what the region offered at planning
	}
	if _, refused := Ready(r.plan, 1, r.scene.inv, Before{Stages: r.results, Gates: r.given, Turn: r.turn}); len(refused) > 0 {
		t.Fatalf("refused: %v", refused) // today's latest, newer in south, is of no account
	}
	r.results[0].Groups[0].Members[1].Latest = map[string]fleet.NodeImage{"sys": newer}
	if _, refused := Ready(r.plan, 1, r.scene.inv, Before{Stages: r.results, Gates: r.given, Turn: r.turn}); len(refused) != 1 {
		t.Fatalf("b is behind what Latest meant when its step began, refused: %v", refused)
	}
}

// A retry counts those that it leaves out for having been at their target among what succeeded.
func TestReadyAfterARetryThatFailedWithinItsBudget(t *testing.T) {
	for why, want := range map[plan.Why]string{plan.WhyReached: "", plan.WhyNotRetried: "too-few-succeeded"} {
		r := canaryThenProduction(t)
		r.canary().MinSucceeded, r.canary().MaxAllowedFailures, r.canary().Groups[0].MaxAllowedFailures = 0, 1, 1
		for _, name := range []string{"a", "b"} {
			r.member(name).Action, r.member(name).Why = plan.ActionSkip, why
			r.record(name, fleet.Skipped)
		}
		r.record("c", fleet.Failed)
		r.scene.image("c", "sys", old)
		got := ""
		if _, refused := Ready(r.plan, 1, r.scene.inv, Before{Stages: r.results, Gates: r.given, Turn: r.turn}); len(refused) > 0 {
			got = refused[0].Rule
		}
		if got != want {
			t.Errorf("%s: refused for %q, want %q", why, got, want)
		}
	}
}

func TestReadyOfNoSuchStage(t *testing.T) {
	for _, stage := range []int{-1, 2} {
		if _, refused := Ready(canaryThenProduction(t).plan, stage, fleet.Inventory{}, Before{}); len(refused) != 1 || refused[0].Rule != "no-such-stage" {
			t.Errorf("stage %d: %v", stage, refused)
		}
	}
}

func TestFewNamesTheFirstOfMany(t *testing.T) {
	if got := few(strings.Split("a b c d e f g", " ")); got != "a, b, c, d, e and 2 more" {
		t.Error(got)
	}
}
