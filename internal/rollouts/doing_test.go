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
	later := other{run: run, begun: "production", opens: time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)}
	resumed, soaks, covers := later, later, waits
	resumed.resumed = workflow.ResumeFile("production")
	soaks.begun, soaks.soaks = "canary", true
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
		held(runs, strategy.OnWaitingSupersede), held(same, strategy.OnWaitingSupersede), superseded(waits).Message,
	} {
		if !slices.Contains(quoted, strings.TrimSpace(said)) {
			t.Errorf("docs/auto-upgrade.md does not quote %s", said)
		}
	}
}
