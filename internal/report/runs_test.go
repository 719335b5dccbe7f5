package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

// fourRuns are runs of every kind: one that waits for a reviewer, one that failed and was mended since, one that succeeded
// with a failure, and one of which nothing is known any more.
func fourRuns() fleet.Runs {
	link := func(id int64, status, conclusion string) []fleet.WorkflowRun {
		return []fleet.WorkflowRun{{ID: id, Attempt: 1, Actor: "octocat", Status: status, Conclusion: conclusion, URL: fmt.Sprintf("https://github.com/org/fleet/actions/runs/%d", id)}}
	}
	canary := fleet.StageStatus{Name: "canary", State: fleet.Completed, Outcome: fleet.OutcomeSucceeded, StartedAt: noon, FinishedAt: minutes(47), Members: fleet.MemberCounts{Total: 3, Completed: 2, Skipped: 1}}
	waits := canary
	waits.WaitUntil = minutes(47 + 24*60)
	production := fleet.StageStatus{Name: "production-in-western-europe", State: fleet.NotStarted, Outcome: fleet.OutcomeUnfinished, Members: fleet.MemberCounts{Total: 10, Pending: 10},
		Approvals: []fleet.GateResult{{Stage: "production-in-western-europe", Gate: "before-1", ApprovedBy: "alice", Comment: "go | ahead"}}}
	failed := fleet.StageStatus{Name: "production-in-western-europe", State: fleet.Failed, Outcome: fleet.OutcomeFailed, Reason: "1 member failed, where 0 are allowed",
		StartedAt: minutes(107), FinishedAt: minutes(170), Members: fleet.MemberCounts{Total: 10, Completed: 6, Failed: 1, Running: 1, Pending: 1, Skipped: 1},
		Failures: []fleet.Failure{{Name: "aks-eu-1", Cluster: id("aks-eu-1"), Reason: "node pool apps did not become 1.34.2", Code: "UpgradeFailed"}},
		Now: &fleet.StageNow{At: minutes(2000), Members: 10, AtTarget: 7, Clusters: []fleet.ClusterNow{
			{Name: "aks-eu-1", Cluster: id("aks-eu-1"), AtTarget: true, Recorded: fleet.Failed},
			{Name: "aks-eu-7", Cluster: id("aks-eu-7"), Behind: "1.33.4"}, {Name: "aks-eu-8", State: fleet.ClusterBusy}, {Name: "aks-eu-9", State: fleet.ClusterGone, Recorded: fleet.Completed}}}}
	withFailure := canary
	withFailure.Outcome, withFailure.Members = fleet.OutcomeWithFailures, fleet.MemberCounts{Total: 3, Completed: 2, Failed: 1}
	return fleet.Runs{SchemaVersion: 1, Name: "production", At: minutes(2000), LeftOut: 4, Runs: []fleet.RunStatus{
		{Name: "auto-weekly-nodeimage-202611-08-0-0a1b2c3d", Trigger: fleet.TriggerAuto, Profile: "weekly", State: fleet.Pending, Outcome: fleet.OutcomeUnfinished, Digest: threeStages().Digest,
			StartedAt: noon, Members: canary.Members.Add(production.Members), Stages: []fleet.StageStatus{waits, production}, Workflows: link(104, "waiting", ""),
			WaitsFor: []fleet.Wait{{Stage: "production-in-western-europe", Gate: "environment", Environment: "aks-production", Reviewers: []string{"alice", "bob", "platform"}},
				{Stage: "canary", Gate: "after-1"}, {Environment: "aks-other", Until: minutes(2100)}, {Stage: "production-in-western-europe", Environment: "aks-production"},
				{Stage: "production-in-western-europe", Until: minutes(47 + 24*60)}, {Stage: "canary", Gate: "start"}}},
		{Name: "production", Trigger: fleet.TriggerManual, State: fleet.Failed, Outcome: fleet.OutcomeFailed, Digest: threeStages().Digest, StartedAt: noon, EndedAt: minutes(170),
			Members: canary.Members.Add(failed.Members), Stages: []fleet.StageStatus{canary, failed}, Workflows: link(103, "completed", "failure")},
		{Name: "production", Trigger: fleet.TriggerManual, State: fleet.Completed, Outcome: fleet.OutcomeWithFailures, StartedAt: noon.AddDate(0, 0, -7), EndedAt: noon.AddDate(0, 0, -6),
			Members: withFailure.Members, Stages: []fleet.StageStatus{withFailure}, Folder: "out/2026-11-16"},
		{Name: "Fleet production", Trigger: fleet.TriggerManual, State: fleet.Completed, Outcome: fleet.OutcomeSucceeded, StartedAt: noon.AddDate(0, -4, 0), Note: "its artifacts have expired",
			Workflows: link(99, "completed", "success"), Stages: []fleet.StageStatus{}},
	}, Findings: []fleet.Finding{{Rule: "record-unreadable", Severity: fleet.Warning, Message: "the artifact result-a-1 is not used: it has expired"}}}
}

func TestRuns(t *testing.T) {
	d := Runs(fourRuns())
	golden(t, "runs.golden.md", Markdown(d, megabyte))
	golden(t, "runs.golden.txt", Text(d, Style{Width: 80}))
	golden(t, "runs-none.golden.txt", Text(Runs(fleet.Runs{Name: "production", At: noon}), Style{Width: 80}))
}

// Runs of one strategy in folders have one name: the folder tells them apart, and of which the retry is.
func TestRunsInFoldersAreToldApart(t *testing.T) {
	first := fleet.RunStatus{Name: "production", Digest: "sha256:aaaaaaaaaaaaaaaa", State: fleet.Completed, Outcome: fleet.OutcomeWithFailures, StartedAt: noon, Folder: "runs/o1",
		Members: fleet.MemberCounts{Total: 3, Completed: 2, Failed: 1}, Stages: []fleet.StageStatus{{Name: "canary", State: fleet.Completed, StartedAt: noon}}}
	retry, elsewhere, errored := first, first, first
	retry.Folder, retry.RetryOf = "runs/o1-retry", &fleet.RetryOf{Run: "production", Digest: first.Digest}
	elsewhere.Folder, elsewhere.RetryOf = "runs/o3", &fleet.RetryOf{Run: "production", Digest: "sha256:bbbbbbbbbbbbbbbb"}
	errored.Folder, errored.State, errored.Outcome, errored.Stages = "runs/o4", fleet.Failed, fleet.OutcomeErrored, []fleet.StageStatus{{Name: "canary", State: fleet.NotStarted}}
	retry.Digest, elsewhere.Digest, errored.Digest = "sha256:cc", "sha256:dd", "sha256:ee"
	d := Runs(fleet.Runs{Name: "runs", At: noon, Runs: []fleet.RunStatus{errored, elsewhere, retry, first}})
	golden(t, "runs-folders.golden.md", Markdown(d, megabyte))
	golden(t, "runs-folders.golden.txt", Text(d, Style{Width: 80}))
	again := first
	again.Folder = "runs/o1-copy"
	if got := retryWords(*retry.RetryOf, []fleet.RunStatus{first, again}); got != "retry of production, plan aaaaaaaaaaaa" {
		t.Errorf("of two folders with that plan one is named: %q", got)
	}
}

// What has not begun has no time at which it did.
func TestWhatHasNotBegunHasNoBeginning(t *testing.T) {
	p := threeStages()
	if got := flat(resultFacts(fleet.Result{StartedAt: noon, At: minutes(8), Digest: p.Digest})); got != "As of 2026-11-23 12:08Z · plan 3f9a1c0de77b" {
		t.Errorf("got %q", got)
	}
	skipped := fleet.Result{Name: "production", Outcome: fleet.OutcomeUnfinished, Stages: []fleet.StageResult{{Name: "canary", State: fleet.Skipped, Outcome: fleet.OutcomeSkipped}}}
	if got := Markdown(Result(p, skipped, byHand), megabyte); !strings.HasPrefix(got, "# Upgrade of production: not begun\n") {
		t.Errorf("got\n%s", got)
	}
	p.Errored = true
	got := Markdown(Result(p, fleet.Result{Name: "production", Outcome: fleet.OutcomeErrored, StartedAt: noon, At: minutes(8),
		Findings: []fleet.Finding{{Severity: fleet.Error, Message: "no such version"}}}, byHand), megabyte)
	if !strings.HasPrefix(got, "# Upgrade of production: its plan has errors\n") || strings.Contains(got, "Began") || strings.Contains(got, "aks-us-3") {
		t.Errorf("got\n%s", got)
	}
}

// A run of many stages stays readable on a narrow terminal: no line is longer, and no stage takes more than two.
func TestManyStagesStayReadable(t *testing.T) {
	run := fleet.RunStatus{Name: "production", State: fleet.Running, StartedAt: noon}
	for i := range 30 {
		run.Stages = append(run.Stages, fleet.StageStatus{Name: fmt.Sprintf("stage-of-some-length-%02d", i), State: fleet.Failed, Outcome: fleet.OutcomeFailed, StartedAt: noon, FinishedAt: minutes(90),
			Members: fleet.MemberCounts{Total: 160, Completed: 100, Failed: 20, Running: 10, Pending: 10, Skipped: 20}})
	}
	lines := strings.Split(Text(Runs(fleet.Runs{Name: "production", At: noon, Runs: []fleet.RunStatus{run}}), Style{Width: 80}), "\n")
	if most := 30*3 + 12; len(lines) > most {
		t.Errorf("%d lines, want %d at most:\n%s", len(lines), most, strings.Join(lines, "\n"))
	}
	for _, line := range lines {
		if width(line) > 80 {
			t.Errorf("%d wide: %s", width(line), line)
		}
	}
}

func TestNoFailureStandsBehindATick(t *testing.T) {
	for outcome, want := range map[fleet.Outcome]string{fleet.OutcomeSucceeded: "✔ completed", fleet.OutcomeWithFailures: "▲ completed with 2 failures"} {
		if got := statusSign(fleet.Completed, outcome, 2).span().words; got != want {
			t.Errorf("%s: %q, want %q", outcome, got, want)
		}
	}
}

func TestOfManyClustersTheFirstAreNamed(t *testing.T) {
	s := fleet.StageStatus{Name: "all", Now: &fleet.StageNow{Members: 25}}
	for i := range 25 {
		s.Now.Clusters = append(s.Now.Clusters, fleet.ClusterNow{Name: fmt.Sprintf("aks-%02d", i), Behind: "1.33.4"})
		s.Failures = append(s.Failures, fleet.Failure{Name: fmt.Sprintf("aks-%02d", i)})
	}
	got := Text(Runs(fleet.Runs{Runs: []fleet.RunStatus{{Stages: []fleet.StageStatus{s}}}}), Style{})
	for _, want := range []string{"aks-19 1.33.4, and 5 more", "all / aks-19: failed", "all: 5 more failed"} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing says %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "aks-20") {
		t.Errorf("it names them all:\n%s", got)
	}
}

// A retry has no target for what it leaves out, which is not the same as that nothing of it is there.
func TestAStageWithoutTargetsIsNoneAtTheTarget(t *testing.T) {
	run := fleet.RunStatus{Stages: []fleet.StageStatus{{Name: "canary", Now: &fleet.StageNow{}}}}
	if got := Text(InAzure(Sentence("done"), run), Style{}); !strings.Contains(got, "canary: the plan has no target for its clusters") || strings.Contains(got, "0 of 0") {
		t.Errorf("got\n%s", got)
	}
}

// What GitHub and the strategy say is shown and not obeyed.
func TestRunsOfHostileNames(t *testing.T) {
	hostile := "a\n::set-output name=x::y ##[error]z\x1b[31m<script>"
	d := Runs(fleet.Runs{Name: hostile, Runs: []fleet.RunStatus{{Name: hostile, Note: hostile, Profile: hostile, Stages: []fleet.StageStatus{{Name: hostile, State: fleet.Failed, Reason: hostile}},
		Workflows: []fleet.WorkflowRun{{ID: 1, Actor: hostile, URL: "https://x/<script>"}}, WaitsFor: []fleet.Wait{{Stage: hostile, Environment: hostile, Reviewers: []string{hostile}}}}}})
	for name, got := range map[string]string{"text": Text(d, Style{Width: 80}), "Markdown": Markdown(d, megabyte)} {
		for _, line := range strings.Split(got, "\n") {
			if strings.HasPrefix(strings.TrimLeft(line, " "), "::") || name == "text" && strings.Contains(line, "##[") || strings.Contains(line, "\x1b") || name == "Markdown" && strings.Contains(line, "<script>") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

func TestInAzureIsSaidWhereItWasAsked(t *testing.T) {
	r := fourRuns()
	if got := Text(InAzure(Sentence("done"), r.Runs[1]), Style{}); !strings.Contains(got, "In Azure now\n────") || !strings.Contains(got, "7 of 10 at the target; aks-eu-7 1.33.4, aks-eu-8 is busy, aks-eu-9 is gone") {
		t.Errorf("got\n%s", got)
	}
	if got := Text(InAzure(Sentence("done"), r.Runs[0]), Style{}); got != "done\n" {
		t.Errorf("got\n%s", got)
	}
}
