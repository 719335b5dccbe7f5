package report

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with testdata/name, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

var (
	noon    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	v1338   = fleet.KubernetesVersion{Major: 1, Minor: 33, Patch: 8}
	v1342   = fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: 2}
	october = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202610.12.0")
	older   = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202609.28.0")
	pinned  = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202611.08.0")
	newer   = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202611.15.0")
)

// byHand is how a stage is begun where the plan lies in the folder at hand.
func byHand(stage string) string {
	if stage == "" {
		return fleet.Command("fleet-action", "run", "--retry", "out/result.json")
	}
	return fleet.Command("fleet-action", "stage", "--stage", stage)
}

const family = "AKSUbuntu-2204gen2containerd"

func id(name string) fleet.ClusterID {
	return fleet.NewClusterID("00000000-0000-0000-0000-000000000001", "rg-fleet", name)
}

// upgrading is a member whose control plane and two pools move to the targets, in 45 minutes.
func upgrading(name, region string) plan.Member {
	pool := func(name string, system bool) plan.Pool {
		return plan.Pool{Name: name, System: system, Action: plan.ActionUpgrade, FromVersion: v1338, ToVersion: v1342,
			FromImage: october, ToImage: pinned, Family: family, Route: plan.RouteOrdinary, ExpectedSeconds: 1020}
	}
	return plan.Member{Name: name, Cluster: id(name), Location: region, Action: plan.ActionUpgrade, Window: fleet.UpgradeWindow,
		ControlPlane:    &plan.ControlPlane{From: v1338, To: v1342, ExpectedSeconds: 660},
		Pools:           []plan.Pool{pool("system", true), pool("apps", false)},
		ExpectedSeconds: 2700}
}

func with(m plan.Member, change func(*plan.Member)) plan.Member {
	change(&m)
	return m
}

// threeStages is a rollout with one of everything: thirteen clusters in three regions, of which one is at its target, one
// stopped, one blocked, one without an image, one waiting for its window, and one fed by a snapshot.
func threeStages() plan.Plan {
	atTarget := with(upgrading("aks-dev-3", "westeurope"), func(m *plan.Member) {
		m.Action, m.Why, m.Reason, m.ExpectedSeconds = plan.ActionSkip, plan.WhyAtTarget, "at its target", 0
		m.ControlPlane.From = v1342
		for i := range m.Pools {
			m.Pools[i].FromVersion, m.Pools[i].FromImage, m.Pools[i].Route = v1342, pinned, plan.RouteAhead
		}
	})
	stopped := with(upgrading("aks-eu-3", "northeurope"), func(m *plan.Member) {
		m.Action, m.Why, m.Reason, m.ExpectedSeconds = plan.ActionSkip, plan.WhyStopped, "the cluster is stopped", 0
	})
	blocked := with(upgrading("aks-us-3", "eastus2"), func(m *plan.Member) {
		m.Action, m.Why, m.ExpectedSeconds = plan.ActionBlocked, plan.WhyOther, 0
		m.Reason = "its auto-upgrade channel is stable, and Azure then refuses pinned images"
		m.Command = "az aks update --resource-group rg-fleet --name aks-us-3 --auto-upgrade-channel none"
	})
	pending := with(upgrading("aks-us-4", "eastus2"), func(m *plan.Member) {
		m.Action, m.Why, m.ExpectedSeconds = plan.ActionPending, plan.WhyOther, 0
		m.Reason = "eastus2 does not offer 202611.08.0 and no snapshot serves"
		m.Pools[0].Route, m.Pools[1].Route = plan.RouteUnreachable, plan.RouteUnreachable
	})
	window := with(upgrading("aks-eu-2", "northeurope"), func(m *plan.Member) {
		m.Until = time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	})
	snapshot := with(upgrading("aks-us-2", "eastus2"), func(m *plan.Member) {
		m.Pools[1].Route, m.Pools[1].Donor = plan.RouteSnapshot, fleet.PoolID{Cluster: id("aks-dev-1"), Pool: "apps"}
		m.Pools[1].FromImage = older
	})
	return plan.Plan{
		SchemaVersion: 1, Name: "production", CreatedAt: noon, ExpiresAt: noon.AddDate(0, 0, 14), Applyable: true,
		Digest: "sha256:3f9a1c0de77b4c5a8f21d0b6e4a9c7135f80aa41b2c6d7e8f90123456789abcd",
		Upgrade: plan.Upgrade{Engine: "direct", Type: "Full", Requested: v1342.MinorOnly(), Kubernetes: v1342, Images: "Consistent",
			Targets: []plan.ImageTarget{{Family: family, Image: pinned, Expires: time.Date(2027, 2, 6, 0, 0, 0, 0, time.UTC),
				Regions: []plan.RegionImage{{Region: "eastus2", Latest: newer}, {Region: "northeurope", Latest: pinned}, {Region: "westeurope", Latest: pinned}}}}},
		Policy: plan.Policy{StoppedClusters: "skip", WindowClose: "finish", SnapshotResourceGroup: "fleet-snapshots"},
		Stages: []plan.Stage{
			{Name: "canary", MaxConcurrency: 50, MinSucceeded: 1, WaitSeconds: 3600,
				Environment: &fleet.Environment{Name: "aks-canary"},
				Groups: []plan.Group{{Name: "dev", MaxConcurrency: 2,
					Members: []plan.Member{upgrading("aks-dev-1", "westeurope"), upgrading("aks-dev-2", "eastus2"), atTarget}}}},
			{Name: "europe", MaxConcurrency: 50, MaxAllowedFailures: 1, MinSucceeded: 1, WaitSeconds: 86400,
				Environment: &fleet.Environment{Name: "aks-europe", Reviewers: 1, PreventSelfReview: true},
				Groups: []plan.Group{{Name: "eu", MaxConcurrency: 1, MaxAllowedFailures: 1,
					Members: []plan.Member{upgrading("aks-eu-1", "westeurope"), window, stopped}},
					{Name: "eu-batch", MaxConcurrency: 1, MaxAllowedFailures: 1, Members: []plan.Member{upgrading("aks-batch-1", "westeurope")}}}},
			{Name: "production", MaxConcurrency: 2, MinSucceeded: 2,
				Environment: &fleet.Environment{Name: "aks-production", Reviewers: 1, PreventSelfReview: true, AdminBypass: new(bool)},
				AfterGates:  []plan.Gate{{Type: "Approval", DisplayName: "Accept production", Environment: &fleet.Environment{Name: "aks-accept", Reviewers: 1}}},
				Groups: []plan.Group{{Name: "us", MaxConcurrency: 1,
					Members: []plan.Member{upgrading("aks-us-1", "eastus2"), snapshot, blocked, pending}},
					{Name: "payments", MaxConcurrency: 2, Members: []plan.Member{upgrading("aks-pay-1", "westeurope"), upgrading("aks-pay-2", "northeurope")}}}},
		},
		Findings: []fleet.Finding{
			{Rule: "pod-disruption-budget", Severity: fleet.Warning, Stage: "production", Member: "aks-pay-1", Cluster: id("aks-pay-1"), Pool: "apps",
				Message: "maxSurge is 1 of 40 nodes: the pool will take about 13 h", Advice: "Set it to 33%: az aks nodepool update --max-surge 33% …"},
			{Rule: "member-in-no-stage", Severity: fleet.Warning, Message: "1 member is in no stage: aks-lab-1 (group lab)", Advice: "Add its group to a stage, or remove it from the members.",
				Position: fleet.Position{File: "fleet/production.yml", Line: 14, Column: 9}},
			{Rule: "image-age", Severity: fleet.Note, Message: "AKSUbuntu-2204gen2containerd-202611.08.0 can be used until 2027-02-06"},
		},
		Unassigned: []fleet.Member{{Name: "aks-lab-1", Cluster: id("aks-lab-1"), Group: "lab"}},
		Forecast:   threeStagesForetold(),
	}
}

// threeStagesForetold is what is forecast of threeStages: the second stage waits for a window.
func threeStagesForetold() *plan.Forecast {
	stages := []plan.StageForecast{
		foretold("canary", 0, 45, foretoldMember("aks-dev-1", 0, 45), foretoldMember("aks-dev-2", 0, 45)),
		foretold("europe", 105, 1965, foretoldMember("aks-eu-1", 105, 150), foretoldMember("aks-eu-2", 1920, 1965), foretoldMember("aks-batch-1", 105, 150)),
		foretold("production", 3405, 3495, foretoldMember("aks-us-1", 3405, 3450), foretoldMember("aks-us-2", 3450, 3495),
			foretoldMember("aks-pay-1", 3405, 3450), foretoldMember("aks-pay-2", 3450, 3495)),
	}
	stages[1].BusySeconds, stages[2].LeftOut = 90*60, 1
	return &plan.Forecast{EndsAt: minutes(3495), Stages: stages}
}

// foretold is a stage from one minute after noon to another.
func foretold(name string, from, to int, members ...plan.MemberForecast) plan.StageForecast {
	return plan.StageForecast{Name: name, StartsAt: minutes(from), EndsAt: minutes(to), BusySeconds: (to - from) * 60, JobSeconds: (to - from) * 60, Jobs: 1, Members: members}
}

func foretoldMember(name string, from, to int) plan.MemberForecast {
	return plan.MemberForecast{Cluster: id(name), StartsAt: minutes(from), EndsAt: minutes(to)}
}

func sampleReading() fleet.Reading {
	return fleet.Reading{Clusters: 13, Took: 3200 * time.Millisecond, Requests: []fleet.RequestCount{
		{Kind: "list clusters", Count: 1}, {Kind: "list Kubernetes versions", Count: 3}, {Kind: "list node images", Count: 3}, {Kind: "read maintenance windows", Count: 11}}}
}

// done is a member at its target, begun so many minutes after noon.
func done(m plan.Member, begins, takes int) fleet.MemberResult {
	r := fleet.MemberResult{Name: m.Name, Cluster: m.Cluster, State: fleet.Completed, StartedAt: minutes(begins), EndedAt: minutes(begins + takes),
		ExpectedSeconds: m.ExpectedSeconds, Version: v1342, Attempts: 1}
	for _, pool := range m.Pools {
		r.Pools = append(r.Pools, fleet.PoolResult{Name: pool.Name, Version: v1342, Image: pinned})
	}
	return r
}

func minutes(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

// notDone is a member that stands where the plan found it.
func notDone(m plan.Member, state fleet.State, reason string) fleet.MemberResult {
	r := fleet.MemberResult{Name: m.Name, Cluster: m.Cluster, State: state, Reason: reason, Version: m.ControlPlane.From}
	for _, pool := range m.Pools {
		r.Pools = append(r.Pools, fleet.PoolResult{Name: pool.Name, Version: pool.FromVersion, Image: pool.FromImage})
	}
	return r
}

func failedMember(m plan.Member, begins, takes int) fleet.MemberResult {
	r := notDone(m, fleet.Failed, "node pool apps did not become 1.34.2")
	r.Version, r.Pools[0] = v1342, fleet.PoolResult{Name: "system", Version: v1342, Image: pinned}
	r.StartedAt, r.EndedAt = minutes(begins), minutes(begins+takes)
	r.Problem = &fleet.Problem{Code: "UpgradeFailed", Message: "Drain node aks-apps-12345678-vmss000002 failed when evicting pod web-7f9c: Cannot evict pod as it would violate the pod's disruption budget.",
		Advice: "Let the budget of web allow one disruption, or raise the pool's drain timeout, then run the stage again."}
	return r
}

// twoStagesDone is the record of a run of threeStages up to the end of its second stage, in which one member failed.
func twoStagesDone() fleet.Result {
	p := threeStages()
	canary, europe := p.Stages[0].Groups[0].Members, p.Stages[1].Groups
	return fleet.Result{SchemaVersion: 1, Digest: p.Digest, Name: p.Name, Outcome: fleet.OutcomeWithFailures, StartedAt: noon, At: minutes(2011),
		Stages: []fleet.StageResult{
			{Name: "canary", State: fleet.Completed, Outcome: fleet.OutcomeSucceeded, StartedAt: noon, FinishedAt: minutes(47), Succeeded: 3,
				Groups: []fleet.GroupResult{{Name: "dev", State: fleet.Completed, Members: []fleet.MemberResult{
					done(canary[0], 0, 42), done(canary[1], 0, 47), notDone(canary[2], fleet.Skipped, "at its target")}}}},
			{Name: "europe", State: fleet.Completed, Outcome: fleet.OutcomeWithFailures, StartedAt: minutes(107), FinishedAt: minutes(2010), Succeeded: 2, Failures: 1,
				Snapshots: []string{fleet.SnapshotID("00000000-0000-0000-0000-000000000001", "fleet-snapshots", "production-ubuntu-202611.08.0")},
				Groups: []fleet.GroupResult{
					{Name: "eu", State: fleet.Completed, Failures: 1, Members: []fleet.MemberResult{
						failedMember(europe[0].Members[0], 107, 63), done(europe[0].Members[1], 1920, 90), notDone(europe[0].Members[2], fleet.Skipped, "the cluster is stopped")}},
					{Name: "eu-batch", State: fleet.Completed, Members: []fleet.MemberResult{done(europe[1].Members[0], 107, 44)}}}},
		}}
}

// halfway is the same run while its second stage is under way.
func halfway() fleet.Result {
	r := twoStagesDone()
	europe := threeStages().Stages[1].Groups
	running := notDone(europe[1].Members[0], fleet.Running, "")
	running.StartedAt, running.ExpectedSeconds, running.Progress = minutes(107), 2700, "1/3 nodes completed"
	running.Step = &fleet.Step{Cluster: running.Cluster, Kind: fleet.PoolImage, Pool: "system", Image: pinned}
	waits := notDone(europe[0].Members[1], fleet.Pending, "its maintenance window is closed")
	waits.NotBefore = europe[0].Members[1].Until
	r.Outcome, r.At = "", minutes(180)
	s := &r.Stages[1]
	s.State, s.Outcome, s.FinishedAt, s.Succeeded, s.Snapshots = fleet.Running, "", time.Time{}, 0, nil
	s.Groups[0].State, s.Groups[0].Members[1] = fleet.Running, waits
	s.Groups[1].State, s.Groups[1].Members[0] = fleet.Running, running
	return r
}

// waitingOnly is halfway's second stage as its job leaves it: nothing can happen before a window opens.
func waitingOnly() fleet.Result {
	r := halfway()
	europe := threeStages().Stages[1].Groups
	r.Stages = r.Stages[1:]
	s := &r.Stages[0]
	s.State, s.Outcome, s.LookAgain = fleet.Pending, fleet.OutcomeUnfinished, europe[0].Members[1].Until
	s.Succeeded = 1
	s.Groups[1].State, s.Groups[1].Members[0] = fleet.Completed, done(europe[1].Members[0], 107, 44)
	r.Outcome, r.StartedAt = fleet.OutcomeUnfinished, minutes(107)
	return r
}

// allFailed is a stage of five in which every member failed, within a budget of five.
func allFailed() (plan.Plan, fleet.Result) {
	p := threeStages()
	s := plan.Stage{Name: "canary", MaxConcurrency: 5, MaxAllowedFailures: 5, MinSucceeded: 1, Groups: []plan.Group{{Name: "dev", MaxConcurrency: 5}}}
	g := fleet.GroupResult{Name: "dev", State: fleet.Completed, Failures: 5}
	for i := range 5 {
		m := upgrading(fmt.Sprintf("aks-dev-%d", i+1), "westeurope")
		s.Groups[0].Members = append(s.Groups[0].Members, m)
		g.Members = append(g.Members, failedMember(m, 0, 30+i))
	}
	p.Stages = []plan.Stage{s}
	return p, fleet.Result{Digest: p.Digest, Name: p.Name, Outcome: fleet.OutcomeFailed, StartedAt: noon, At: minutes(40), Stages: []fleet.StageResult{
		{Name: "canary", State: fleet.Completed, Outcome: fleet.OutcomeFailed, StartedAt: noon, FinishedAt: minutes(34), Failures: 5, Groups: []fleet.GroupResult{g}}}}
}

// longCommand is one of those that people would cut short.
const longCommand = "az aks upgrade --subscription 00000000-0000-0000-0000-000000000003 --resource-group rg-of-a-production-fleet-in-eastus2 --name aks-us-3 --kubernetes-version 1.33.7 --yes"

// oneBlocked is a run to its end in which one cluster was blocked, one stopped, one left out on request, and one removed
// after the plan was made.
func oneBlocked() (plan.Plan, fleet.Result) {
	p := threeStages()
	us := p.Stages[2].Groups[0].Members
	us[0].Action, us[0].Why, us[0].Reason = plan.ActionSkip, plan.WhyRequested, "skipped on request (Member:aks-us-1)"
	us[2].Command = longCommand
	requested := notDone(us[0], fleet.Skipped, us[0].Reason)
	blocked := notDone(us[2], fleet.Skipped, "blocked: "+us[2].Reason+"; to mend it: "+longCommand)
	removed := notDone(us[1], fleet.Skipped, "the cluster was removed since the plan was made")
	p.Stages = []plan.Stage{p.Stages[1], {Name: "production", Groups: []plan.Group{{Name: "us", Members: us[:3]}}}}
	r := twoStagesDone()
	r.Stages[1].Groups[0].Members[0] = done(p.Stages[0].Groups[0].Members[0], 107, 63)
	r.Stages[1].Outcome, r.Outcome = fleet.OutcomeSucceeded, fleet.OutcomeSucceeded
	r.Stages = append(r.Stages[1:], fleet.StageResult{Name: "production", State: fleet.Completed, Outcome: fleet.OutcomeSucceeded,
		Groups: []fleet.GroupResult{{Name: "us", Members: []fleet.MemberResult{requested, removed, blocked}}}})
	return p, r
}

// large is a plan of n clusters in ten stages.
func large(n int) plan.Plan {
	p := threeStages()
	p.Stages, p.Forecast = nil, &plan.Forecast{}
	for i := range 10 {
		var members []plan.MemberForecast
		s := plan.Stage{Name: fmt.Sprintf("stage-%02d", i), MaxConcurrency: 50, MinSucceeded: 1}
		for j := range 5 {
			g := plan.Group{Name: fmt.Sprintf("group-%02d-%d", i, j), MaxConcurrency: 4}
			for k := range n / 50 {
				name := fmt.Sprintf("aks-%02d-%d-%03d", i, j, k)
				g.Members = append(g.Members, upgrading(name, "westeurope"))
				members = append(members, foretoldMember(name, 600*i, 600*i+45))
			}
			s.Groups = append(s.Groups, g)
		}
		p.Stages = append(p.Stages, s)
		p.Forecast.Stages = append(p.Forecast.Stages, foretold(s.Name, 600*i, 600*i+600, members...))
	}
	return p
}
