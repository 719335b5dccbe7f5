package execute

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// threeStages is a plan with a wait after its first stage, approvals around its second, and nothing to do in its last.
func threeStages() plan.Plan {
	reviewed := func(name string) *fleet.Environment { return &fleet.Environment{Name: name, Reviewers: 1} }
	canary := oneGroup(1, 1, imageMembers("ab")...)
	canary.WaitSeconds = 3600
	production := oneGroup(1, 0, imageMembers("cd")...)
	production.Name, production.Environment = "production", reviewed("aks-production")
	production.BeforeGates = []plan.Gate{{Type: "Approval", Environment: reviewed("aks-change")}}
	production.AfterGates = []plan.Gate{{Type: "Approval", Environment: reviewed("aks-accept")}}
	rest := oneGroup(1, 0, imageMember("e"))
	rest.Name, rest.Groups[0].Members[0].Action, rest.Groups[0].Members[0].Why = "rest", plan.ActionSkip, plan.WhyAtTarget
	return plan.Plan{Name: "prod", Digest: "sha256:d", CreatedAt: monday, Stages: []plan.Stage{canary, production, rest}}
}

// endedWith is the record of a stage of which the members stand as said, begun an hour after the plan and an hour long.
func endedWith(p plan.Plan, stage int, state fleet.State, outcome fleet.Outcome, members ...fleet.State) fleet.Result {
	r := fleet.StageResult{Name: p.Stages[stage].Name, Digest: p.Digest, State: state, Outcome: outcome, StartedAt: monday.Add(time.Hour)}
	group := fleet.GroupResult{Name: "dev"}
	for i, m := range members {
		planned := p.Stages[stage].Groups[0].Members[i]
		group.Members = append(group.Members, fleet.MemberResult{Name: planned.Name, Cluster: planned.Cluster, State: m, EndedAt: monday.Add(90 * time.Minute)})
	}
	if outcome.Good() {
		r.FinishedAt = monday.Add(2 * time.Hour)
	}
	r.Groups = []fleet.GroupResult{group}
	return fleet.Result{Stages: []fleet.StageResult{r}}
}

func approvedIn(stage, gate string) fleet.Result {
	return fleet.Result{Gates: []fleet.GateResult{{Stage: stage, Gate: gate, Digest: "sha256:d", ApprovedBy: "alice"}}}
}

// told writes a status in short: the run's state, its counts, its stages, and what it waits for.
func told(s fleet.RunStatus) string {
	var stages, waits []string
	for _, stage := range s.Stages {
		stages = append(stages, string(stage.State))
	}
	for _, wait := range s.WaitsFor {
		said := strings.TrimSpace(wait.Stage + " " + wait.Gate + " " + wait.Environment)
		if !wait.Until.IsZero() {
			said += " " + wait.Until.Format("15:04")
		}
		waits = append(waits, said)
	}
	return fmt.Sprintf("%s %s; %s; %s", s.State, s.Members, strings.Join(stages, " "), strings.Join(waits, ", "))
}

func TestStatus(t *testing.T) {
	p := threeStages()
	canary := endedWith(p, 0, fleet.Completed, fleet.OutcomeSucceeded, fleet.Completed, fleet.Completed)
	failures := endedWith(p, 0, fleet.Completed, fleet.OutcomeWithFailures, fleet.Completed, fleet.Failed)
	failed := endedWith(p, 0, fleet.Failed, fleet.OutcomeFailed, fleet.Failed, fleet.NotStarted)
	untried := endedWith(p, 1, fleet.Failed, fleet.OutcomeFailed, fleet.NotStarted, fleet.NotStarted)
	untried.Stages[0].StartedAt = time.Time{}
	tooFew := endedWith(p, 0, fleet.Completed, fleet.OutcomeFailed, fleet.Completed, fleet.Skipped) // all members are at their end
	running := endedWith(p, 0, fleet.Running, "", fleet.Running, fleet.NotStarted)
	stopped := endedWith(p, 1, fleet.Stopped, fleet.OutcomeUnfinished, fleet.Completed, fleet.NotStarted)
	pending := endedWith(p, 1, fleet.Pending, fleet.OutcomeUnfinished, fleet.Completed, fleet.Pending)
	pending.Stages[0].LookAgain = monday.Add(9 * time.Hour)
	production := endedWith(p, 1, fleet.Completed, fleet.OutcomeSucceeded, fleet.Completed, fleet.Completed)
	soon, later := monday.Add(150*time.Minute), monday.Add(4*time.Hour)
	dispatch := threeStages()
	dispatch.Policy.Approvals = strategy.ApprovalsByDispatch
	unguarded := threeStages()
	unguarded.Stages[1].Environment, unguarded.Stages[1].BeforeGates = nil, nil
	started, handed := threeStages(), threeStages()
	started.Policy.Approvals, handed.Policy.Approvals = strategy.ApprovalsByDispatch, strategy.ApprovalsByDispatch
	handed.Stages[0].AfterGates, handed.Stages[1].BeforeGates = handed.Stages[1].AfterGates, nil
	starts := func(at string) plan.Plan { // the stage is reached on Monday at 13:00
		p := threeStages()
		p.Stages[1].Environment = nil
		p.Stages[1].BeforeGates = []plan.Gate{{Type: "ScheduledStart", StartDay: "Monday", StartTime: at, UTCOffset: "+00:00"}}
		return p
	}
	atFive, atTwelve, atTwo := starts("17:00"), starts("12:00"), starts("13:30")
	atTwo.Stages[0].AfterGates = handed.Stages[0].AfterGates
	errored, blocked := threeStages(), threeStages()
	errored.Errored, errored.Policy.Approvals = true, strategy.ApprovalsByDispatch
	blocked.Stages[0].Groups[0].Members[1].Action = plan.ActionBlocked
	for _, test := range []struct {
		name    string
		plan    plan.Plan
		records []fleet.Result
		now     time.Time
		want    string
	}{
		{"its plan has errors", errored, nil, soon, "Failed 0/5 clusters completed (1 skipped); NotStarted NotStarted NotStarted; "},
		{"not begun, and one is blocked", blocked, nil, soon, "NotStarted 0/5 clusters completed (2 skipped); NotStarted NotStarted Skipped; "},
		{"not begun", p, nil, soon, "NotStarted 0/5 clusters completed (1 skipped); NotStarted NotStarted Skipped; "},
		{"running", p, []fleet.Result{running}, soon, "Running 0/5 clusters completed (1 skipped); Running NotStarted Skipped; "},
		{"in the wait after a stage", p, []fleet.Result{canary}, soon,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; production environment aks-production, production before-1 aks-change, production 13:00"},
		{"the wait has passed", p, []fleet.Result{canary, approvedIn("production", "before-1")}, later,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; production environment aks-production"},
		{"nothing is waited for, and nobody goes on", unguarded, []fleet.Result{canary}, later, "Stopped 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; "},
		{"failures within the budget", unguarded, []fleet.Result{failures}, later, "Stopped 1/5 clusters completed (1 skipped); Completed NotStarted Skipped; "},
		{"failed", p, []fleet.Result{failed}, later, "Failed 0/5 clusters completed (1 skipped); Failed NotStarted Skipped; "},
		{"failed without a try", p, []fleet.Result{canary, untried}, soon, "Failed 2/5 clusters completed (1 skipped); Completed Failed Skipped; "},
		{"failed for too few at the target", p, []fleet.Result{tooFew}, later, "Failed 1/5 clusters completed (2 skipped); Failed NotStarted Skipped; "},
		{"stopped within a stage", p, []fleet.Result{canary, stopped}, later, "Stopped 3/5 clusters completed (1 skipped); Completed Stopped Skipped; "},
		{"pending until a window opens", p, []fleet.Result{canary, pending}, later, "Pending 3/5 clusters completed (1 skipped); Completed Pending Skipped; production 19:00"},
		{"the window has opened", p, []fleet.Result{canary, pending}, monday.Add(10 * time.Hour), "Pending 3/5 clusters completed (1 skipped); Completed Pending Skipped; "},
		{"in its own job, whoever may start it is asked", started, []fleet.Result{canary}, later,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; production before-1 aks-change"},
		{"that is all that is left to ask", started, []fleet.Result{canary, approvedIn("production", "before-1")}, later,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; production start"},
		{"begun, and not at its end", started, []fleet.Result{canary, stopped}, later, "Stopped 3/5 clusters completed (1 skipped); Completed Stopped Skipped; production start"},
		{"not accepted, and nothing to start yet", handed, []fleet.Result{canary}, later,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; canary after-1 aks-accept"},
		{"a scheduled start to come", atFive, []fleet.Result{canary}, later, "Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; production 17:00"},
		{"a scheduled start that came", atFive, []fleet.Result{canary}, monday.Add(8 * time.Hour), "Stopped 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; "},
		{"a scheduled start that came before the stage was reached", atTwelve, []fleet.Result{canary}, later,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; production 12:00"},
		{"a scheduled start counts from an approval that is yet to be given", atTwo, []fleet.Result{canary}, later,
			"Pending 2/5 clusters completed (1 skipped); Completed NotStarted Skipped; canary after-1 aks-accept, production 13:30"},
		{"not accepted", p, []fleet.Result{canary, production}, later, "Pending 4/5 clusters completed (1 skipped); Completed Completed Skipped; production after-1 aks-accept"},
		{"done", p, []fleet.Result{canary, production, approvedIn("production", "after-1")}, later, "Completed 4/5 clusters completed (1 skipped); Completed Completed Skipped; "},
		{"of another plan", p, []fleet.Result{endedAs("canary", "sha256:x", fleet.OutcomeSucceeded)}, soon, "NotStarted 0/5 clusters completed (1 skipped); NotStarted NotStarted Skipped; "},
		{"to be started by hand", dispatch, nil, soon, "NotStarted 0/5 clusters completed (1 skipped); NotStarted NotStarted Skipped; canary start"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := Status(test.plan, Recorded(test.plan, test.records), test.now)
			if got := told(s); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAStatusTellsWhatItsStagesDid(t *testing.T) {
	p := threeStages()
	failures := endedWith(p, 0, fleet.Completed, fleet.OutcomeWithFailures, fleet.Completed, fleet.Failed)
	bad := &failures.Stages[0].Groups[0].Members[1]
	bad.Reason, bad.Problem = "it did not", &fleet.Problem{Code: "UpgradeFailed"}
	s := Status(p, Recorded(p, []fleet.Result{failures, approvedIn("production", "before-1")}), monday.Add(3*time.Hour))
	want := []fleet.StageStatus{
		{Name: "canary", State: fleet.Completed, Outcome: fleet.OutcomeWithFailures, StartedAt: monday.Add(time.Hour), FinishedAt: monday.Add(2 * time.Hour), WaitUntil: monday.Add(3 * time.Hour),
			Members: fleet.MemberCounts{Total: 2, Completed: 1, Failed: 1}, Failures: []fleet.Failure{{Name: "b", Cluster: id("b"), Reason: "it did not", Code: "UpgradeFailed"}}},
		{Name: "production", State: fleet.NotStarted, Outcome: fleet.OutcomeUnfinished, Members: fleet.MemberCounts{Total: 2, Pending: 2},
			Approvals: []fleet.GateResult{{Stage: "production", Gate: "before-1", Digest: "sha256:d", ApprovedBy: "alice"}}},
		{Name: "rest", State: fleet.Skipped, Outcome: fleet.OutcomeSkipped, Reason: "nothing in it is to be upgraded", Members: fleet.MemberCounts{Total: 1, Skipped: 1}},
	}
	if diff := cmp.Diff(want, s.Stages); diff != "" {
		t.Error(diff)
	}
	if s.Name != "prod" || s.Trigger != fleet.TriggerManual || s.Digest != p.Digest || !s.StartedAt.Equal(monday) || !s.EndedAt.IsZero() {
		t.Errorf("got %+v", s)
	}
}

func TestAStatusOfAProfileHasTheNameOfItsRun(t *testing.T) {
	p := threeStages()
	p.Run, p.Profile = "auto-weekly-nodeimage-x", &plan.Profile{Name: "weekly"}
	if s := Status(p, fleet.Result{}, monday); s.Name != "auto-weekly-nodeimage-x" || s.Profile != "weekly" {
		t.Errorf("got %+v", s)
	}
}

func TestAStatusOfARetryNamesTheRunThatItRetries(t *testing.T) {
	p := threeStages()
	p.Retry = &plan.Retried{Digest: "sha256:e", Run: "second"}
	if s := Status(p, fleet.Result{}, monday); s.RetryOf == nil || *s.RetryOf != (fleet.RetryOf{Run: "second", Digest: "sha256:e"}) {
		t.Errorf("got %+v", s)
	}
}

func TestWhenARunEnded(t *testing.T) {
	p := threeStages()
	failed := endedWith(p, 0, fleet.Failed, fleet.OutcomeFailed, fleet.Failed, fleet.NotStarted) // it has no end of its own
	if s := Status(p, Recorded(p, []fleet.Result{failed}), monday); !s.EndedAt.Equal(monday.Add(90 * time.Minute)) {
		t.Errorf("ended %s", s.EndedAt)
	}
}
