package rollouts

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// docs/auto-upgrade.md quotes what ticks say of other rollouts.
func TestTheDocumentationQuotesWhatOthersDo(t *testing.T) {
	at := time.Date(2026, 11, 20, 4, 37, 0, 0, time.UTC)
	made := plan.Plan{Digest: "sha256:66d7506b2e43"}
	run := github.Run{ID: 123, Title: "Fleet production"}
	waits := other{run: run, plan: "fleet-plan-0", jobs: []github.Job{{Name: "Stage production / production", Status: "waiting", CreatedAt: at}},
		pending: []github.PendingDeployment{{Environment: "aks-production", Reviewers: []string{"platform-team", "alice"}}}}
	same := waits
	same.plan = PlanArtifact(made)
	runs := other{run: run, begun: "canary", jobs: []github.Job{{Name: "Stage canary / canary", Status: "in_progress", StartedAt: at}}}
	later := other{run: run, begun: "production", stage: "production", opens: time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)}
	resumed, soaks, covers := later, later, waits
	resumed.resumed = workflow.ResumeFile("production")
	soaks.stage, soaks.soaks = "canary", true
	covers.covers = true
	held := func(o other, onWaiting string) string {
		return "Held: " + o.because(o.stays(onWaiting, made)).Sentence()
	}

	content, err := os.ReadFile("../../docs/auto-upgrade.md")
	if err != nil {
		t.Fatal(err)
	}
	var quoted []string
	for block := range strings.SplitSeq(string(content), "```") {
		quoted = append(quoted, strings.Join(strings.Fields(strings.TrimPrefix(block, "text\n")), " "))
	}
	for _, said := range []string{
		held(waits, strategy.OnWaitingHold), held(runs, strategy.OnWaitingHold), held(later, strategy.OnWaitingHold),
		held(resumed, strategy.OnWaitingSupersede), held(soaks, strategy.OnWaitingHold), held(covers, strategy.OnWaitingSupersede),
		held(runs, strategy.OnWaitingSupersede), held(same, strategy.OnWaitingSupersede), superseded(waits, "it was cancelled").Message,
	} {
		if !slices.Contains(quoted, strings.TrimSpace(said)) {
			t.Errorf("docs/auto-upgrade.md does not quote %s", said)
		}
	}
}

func TestDoing(t *testing.T) {
	job := func(name, status string) []github.Job {
		return []github.Job{{Name: name, Status: status, CreatedAt: at(1), StartedAt: at(2)}}
	}
	asks := func(pending ...github.PendingDeployment) other {
		return other{jobs: job("Stage canary / canary", "waiting"), pending: pending}
	}
	begun := github.Run{CreatedAt: at(0)}
	for _, test := range []struct {
		o    other
		want string
	}{
		{other{run: begun}, "is under way since 2026-03-02 07:00Z"},
		{other{run: begun, jobs: job("Plan", "completed")}, "is under way since 2026-03-02 07:00Z"},
		{other{run: github.Run{Status: "pending", CreatedAt: at(0)}}, "waits for its turn since 2026-03-02 07:00Z"},
		{other{jobs: job("Plan", "in_progress")}, "makes its plan since 2026-03-02 09:00Z"},
		{other{jobs: job("Stage canary / canary", "in_progress")}, "runs stage canary since 2026-03-02 09:00Z"},
		{other{jobs: job("Report", "in_progress")}, "runs its job “Report” since 2026-03-02 09:00Z"},
		{other{jobs: job("Report", "queued")}, "waits for a runner since 2026-03-02 08:00Z"},
		{other{jobs: job("Rollout", "pending")}, "waits for its turn since 2026-03-02 08:00Z"},
		{other{jobs: []github.Job{{Name: "Plan", Status: "in_progress"}}}, "makes its plan"},
		{asks(github.PendingDeployment{Environment: "aks", Reviewers: []string{"alice", "bob"}}), "waits for approval of aks by alice, bob since 2026-03-02 08:00Z"},
		{asks(github.PendingDeployment{Environment: "aks", WaitMinutes: 30, TimerStartedAt: at(1)}), "waits for the wait timer of aks until 2026-03-02 08:30Z since 2026-03-02 08:00Z"},
		{asks(github.PendingDeployment{Environment: "aks"}, github.PendingDeployment{Environment: "too"}),
			"waits for the protection rules of aks and for the protection rules of too since 2026-03-02 08:00Z"},
		{other{stage: "canary", opens: at(9)}, "is to go on with stage canary at 2026-03-02 16:00Z"},
		{other{stage: "canary", opens: at(9), soaks: true}, "is in the wait after its stage canary until 2026-03-02 16:00Z"},
	} {
		if got := test.o.doing(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
