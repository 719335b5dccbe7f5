package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// stands says how the run stands by now.
func (p *pipeline) stands(status string) {
	p.world.GitHub().PutRun(simulator.RunFile{ID: p.run, Status: status})
}

func (p *pipeline) jobStands(name, status, environment string) {
	p.world.GitHub().PutJob(p.run, simulator.JobFile{Name: name, Status: status, Environment: environment})
}

// last is status of the last runs, outside of a job.
func (p *pipeline) last(more ...string) (ended, fleet.Runs) {
	p.t.Helper()
	outside := map[string]string{"GITHUB_ACTIONS": "", "GITHUB_RUN_ID": ""}
	arguments := append([]string{"status", "--strategy", p.strategy, "--token", "a-token"}, more...)
	if !strings.Contains(strings.Join(more, " "), "--last") {
		arguments = append(arguments, "--last", "5")
	}
	done := p.job("", outside, append(arguments, "--format", "json")...)
	p.must(done, exitDone)
	var runs fleet.Runs
	if err := json.NewDecoder(strings.NewReader(done.log)).Decode(&runs); err != nil {
		p.t.Fatalf("%v\n%s", err, done.log)
	}
	return p.job("", outside, arguments...), runs
}

// inShort writes runs in short, one a line.
func inShort(runs fleet.Runs) string {
	var lines []string
	for _, run := range runs.Runs {
		line := fmt.Sprintf("%s %s %s/%s %d/%d:", run.Name, run.Trigger, run.State, run.Outcome, run.Members.Completed, run.Members.Total)
		for _, workflow := range run.Workflows {
			line += fmt.Sprintf(" %d", workflow.ID)
		}
		for _, stage := range run.Stages {
			line += fmt.Sprintf("; %s %s", stage.Name, stage.State)
		}
		for _, wait := range run.WaitsFor {
			line += strings.TrimRight(fmt.Sprintf("; waits: %s %s %s %s", wait.Stage, wait.Gate, wait.Environment, strings.Join(wait.Reviewers, ",")), " ")
		}
		if run.Note != "" {
			line += "; " + run.Note
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (p *pipeline) tells(want string, more ...string) ended {
	p.t.Helper()
	done, runs := p.last(more...)
	if diff := cmp.Diff(want, inShort(runs)); diff != "" {
		p.t.Errorf("(-want +got)\n%s\n%s", diff, done.log)
	}
	return done
}

// fresher is a fleet without the runs of the other tests.
func fresher(t *testing.T, change ...string) *pipeline {
	t.Helper()
	p := newPipeline(t, append(change, "    - {id: 7, workflow: .github/workflows/fleet-guarded.yml, actor: octocat}\n", "", "    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}\n", "")...)
	return p
}

// TestTheLastRolloutsAndWhatTheirStagesDid: the first succeeded, the second failed within its second stage, and the third
// waits for a reviewer of that. Between them one was held, and there was a dry run.
func TestTheLastRolloutsAndWhatTheirStagesDid(t *testing.T) {
	p := fresher(t, "\ngithub:", "\nfaults: {exact: [{kind: drain, cluster: two, pool: linux, times: 1}]}\ngithub:")
	p.begins(20)
	p.must(p.plan("--skip", "Group:second"), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.ends("success")

	p.begins(21)
	p.must(p.plan(), exitDone)
	p.ends("success") // nothing of it was begun, for another rollout was under way

	p.begins(24)
	p.world.GitHub().PutRun(simulator.RunFile{ID: 24, Title: "Fleet guarded (dry run)", Conclusion: "failure"})

	p.begins(22)
	p.must(p.plan(), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitFailed)
	p.ends("failure")

	p.begins(23)
	p.must(p.plan(), exitDone)
	p.stands("waiting")
	p.jobStands("Stage second / second", "waiting", "aks-second")

	const newest = "guarded Manual Pending/unfinished 0/3: 23; first Skipped; second Pending; waits: second environment aks-second alice"
	done := p.tells(strings.Join([]string{
		newest,
		"guarded Manual Failed/failed 1/3: 22; first Skipped; second Failed",
		"guarded Manual Completed/succeeded 1/3: 20; first Completed; second Skipped",
	}, "\n"))
	for _, want := range []string{
		"3 rollouts", "newest first", "left out: 2 runs that began nothing", "1/3 clusters completed (2 skipped)", "UpgradeFailed", "the environment aks-second, asked: alice",
		"second: environment by alice, “looks good”", "/actions/runs/23",
	} {
		if !strings.Contains(done.log, want) {
			t.Errorf("nothing says %q\n%s", want, done.log)
		}
	}
	p.tells(newest, "--last", "1")
}

// A job has no record before it has ended: what it does is known from GitHub's list of jobs.
func TestWhatRunsYetIsSeenByItsJobs(t *testing.T) {
	p := fresher(t)
	p.begins(20)
	p.jobStands("Plan", "in_progress", "")
	p.tells("Fleet guarded Manual Running/unfinished 0/0: 20; it has not made its plan yet")
	p.must(p.plan(), exitDone)
	p.jobStands("Stage first / first", "in_progress", "")
	p.tells("guarded Manual Running/unfinished 0/3: 20; first Running; second NotStarted")
	p.must(p.stage("aks-first", "first"), exitDone)
	p.jobStands("Stage first / first", "completed", "")
	p.stands("waiting")
	p.jobStands("Stage second / second", "waiting", "aks-second")
	p.tells("guarded Manual Pending/unfinished 1/3: 20; first Completed; second Pending; waits: second; waits: second environment aks-second alice")
	p.jobStands("Stage second / second", "in_progress", "")
	p.stands("in_progress")
	p.tells("guarded Manual Running/unfinished 1/3: 20; first Completed; second Running; waits: second")
}

func TestAFailedStageThatIsRunAgain(t *testing.T) {
	p := fresher(t, "\ngithub:", "\nfaults: {exact: [{kind: drain, cluster: one, pool: linux, times: 1}]}\ngithub:")
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitFailed)
	p.world.GitHub().PutJob(20, simulator.JobFile{Name: "Stage first / first", Conclusion: "failure"})
	p.ends("failure")
	p.world.GitHub().PutJob(20, simulator.JobFile{Name: "Stage second", Conclusion: "skipped"})
	if done := p.tells("guarded Manual Failed/failed 0/3: 20; first Failed; second NotStarted"); strings.Contains(done.log, "skipped, and left no record") {
		t.Error(done.log)
	}
	p.again()
	p.stands("waiting")
	p.jobStands("Stage first / first", "waiting", "aks-first")
	p.tells("guarded Manual Pending/unfinished 0/3: 20; first Pending; second NotStarted; waits: first  aks-first")
	p.stands("in_progress")
	p.jobStands("Stage first / first", "in_progress", "")
	p.tells("guarded Manual Running/unfinished 0/3: 20; first Running; second NotStarted")
	if _, runs := p.last(); !runs.Runs[0].EndedAt.IsZero() {
		t.Errorf("it has ended at %s", runs.Runs[0].EndedAt)
	}
}

func TestWhatEndedWithoutARecord(t *testing.T) {
	for _, test := range []struct {
		name string
		act  func(p *pipeline)
		want string
	}{
		{"the job of the plan failed", func(p *pipeline) { p.ends("failure") }, "Fleet guarded Manual Failed/failed 0/0: 20; there is no plan: the plan's job failed; nothing was upgraded"},
		{"it was cancelled before its plan", func(p *pipeline) { p.ends("cancelled") }, "Fleet guarded Manual Stopped/unfinished 0/0: 20; it was cancelled before there was a plan; nothing was upgraded"},
		{"a reviewer said no", func(p *pipeline) {
			p.must(p.plan(), exitDone)
			p.must(p.stage("aks-first", "first"), exitDone)
			p.world.GitHub().PutApproval(20, simulator.ApprovalFile{Environments: []string{"aks-second"}, State: "rejected", User: "alice", Comment: "not today"})
			p.ends("failure")
		}, "guarded Manual Stopped/unfinished 1/3: 20; first Completed; second NotStarted; alice said no in the environment aks-second: not today"},
		{"cancelled within a stage", func(p *pipeline) {
			p.must(p.plan(), exitDone)
			p.must(p.stage("aks-first", "first", "--deadline", "11m"), exitAgain)
			p.ends("cancelled")
		}, "guarded Manual Stopped/unfinished 0/3: 20; first Stopped; second NotStarted; run 20 was cancelled"},
		{"the runner of a stage died", func(p *pipeline) {
			p.must(p.plan(), exitDone)
			p.world.GitHub().PutJob(20, simulator.JobFile{Name: "Stage first / first", Conclusion: "failure"})
			p.ends("failure")
		}, "guarded Manual NotStarted/unfinished 0/3: 20; first NotStarted; second NotStarted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := fresher(t)
			p.begins(20)
			test.act(p)
			p.tells(test.want)
		})
	}
}

func TestAStageWhoseRunnerDiedSaysSo(t *testing.T) {
	p := fresher(t)
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.world.GitHub().PutJob(20, simulator.JobFile{Name: "Stage first / first", Conclusion: "failure"})
	p.ends("failure")
	if done, _ := p.last(); !strings.Contains(done.log, "first: its job ended with failure, and left no record") {
		t.Error(done.log)
	}
}

// TestStagesStartedByHandAreOneRollout: each in a run of its own, and put together by the plan that they carry out.
func TestStagesStartedByHandAreOneRollout(t *testing.T) {
	p := byHand(t)
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.ends("success")
	p.tells("guarded Manual NotStarted/unfinished 0/3: 20; first NotStarted; second NotStarted; waits: first start", "--last", "1")
	p.world.AdvanceTo(p.world.Now().Add(time.Minute))
	p.must(p.dispatched(30, "octocat", "aks-first", "first", "20"), exitDone)
	p.ends("success")
	carriedOut := p.outputs
	p.begins(21)
	p.must(p.plan("--skip", "Member:three"), exitDone) // nobody carries it out
	p.ends("success")
	p.outputs = carriedOut
	p.world.AdvanceTo(p.world.Now().Add(15 * time.Minute))
	p.must(p.dispatched(31, "alice", "aks-second", "second", "20 30"), exitDone)
	p.ends("success")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 32, Workflow: ".github/workflows/fleet-guarded.yml", Title: "Fleet guarded: report", Conclusion: "failure"})
	p.world.GitHub().PutRun(simulator.RunFile{ID: 34, Workflow: ".github/workflows/fleet-guarded.yml", Title: "Fleet guarded: stage second", Conclusion: "failure", Created: p.world.Now().Add(-40 * time.Minute)})
	p.world.GitHub().PutRun(simulator.RunFile{ID: 33, Workflow: ".github/workflows/fleet-guarded.yml", Title: "Fleet guarded: gate second after-1", Status: "in_progress"})
	done := p.tells(strings.Join([]string{
		"Fleet guarded: gate second after-1 Manual Running/unfinished 0/0: 33; which plan it carries out is known once it has recorded something",
		"guarded Manual Pending/succeeded 3/3: 31 30 20; first Completed; second Completed; waits: second after-1 aks-accept",
		"guarded Manual NotStarted/unfinished 0/3: 21; first Skipped; second NotStarted; waits: second start",
		"Fleet guarded: stage second Manual Failed/failed 0/0: 34; it left no record: which plan it carried out is not known",
	}, "\n"), "--last", "4")
	if !strings.Contains(done.log, "left out: 1 run") {
		t.Error(done.log)
	}
}

// TestARolloutByHandWhosePlanWasMadeTooLongAgo is shown by what its stages recorded.
func TestARolloutByHandWithoutThePlansRun(t *testing.T) {
	p := byHand(t)
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.must(p.dispatched(30, "octocat", "aks-first", "first", "20"), exitDone)
	p.ends("success")
	p.world.GitHub().PutRun(simulator.RunFile{ID: 20, Workflow: ".github/workflows/moved.yml"})
	p.tells("guarded Manual Completed/succeeded 1/1: 30; first Completed; the run that made its plan is not among those that were looked at, or its plan has expired", "--last", "1")
}

func TestARunOfAProfileIsBegunByTheClock(t *testing.T) {
	p := newProfilePipeline(t)
	p.ends("success")
	p.world.AdvanceTo(p.world.Now().Add(time.Minute))
	p.world.GitHub().PutRun(simulator.RunFile{ID: 40, Workflow: ".github/workflows/fleet-guarded-auto-images.yml", Title: "Fleet guarded images", Event: "schedule", Actor: "octocat", Status: "in_progress"})
	p.run = 40
	name := p.follow("images", "true").outputs[outputRunName]
	p.must(p.stage("", "everything", "--deadline", "11m"), exitAgain)
	p.ends("failure")
	_, runs := p.last("--last", "1")
	if len(runs.Runs) != 1 || runs.Runs[0].Name != name || runs.Runs[0].Profile != "images" || runs.Runs[0].Trigger != fleet.TriggerAuto {
		t.Errorf("got %+v, want %s", runs.Runs, name)
	}
}

// expire lets the artifacts of a run expire, as GitHub does after 90 days.
func (p *pipeline) expire(run int64) {
	for _, artifact := range p.world.GitHub().Artifacts(run) {
		p.world.GitHub().ExpireArtifact(artifact.ID)
	}
}

func TestARunWhoseArtifactsHaveExpired(t *testing.T) {
	p := fresher(t)
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.ends("failure")
	p.expire(20)
	const gone = "; its artifacts have expired: what its stages did is not known any more"
	p.tells("Fleet guarded Manual Failed/failed 0/0: 20" + gone)

	// GitHub does not list them for ever.
	p.begins(21)
	p.ends("success")
	p.world.AdvanceTo(p.world.Now().AddDate(0, 0, 91))
	p.tells("Fleet guarded Manual Completed/succeeded 0/0: 21" + gone + "\nFleet guarded Manual Failed/failed 0/0: 20" + gone)
}

// TestAzureIsAskedHowTheClustersStand: what was recorded, and what is there now, where that has changed.
func TestAzureIsAskedHowTheClustersStand(t *testing.T) {
	p := fresher(t, "\ngithub:", "\nfaults: {exact: [{kind: drain, cluster: two, pool: linux, times: 1}]}\nevents: [{kind: delete, cluster: three, at: 48h}, {kind: foreign, cluster: one, at: 71h59m}]\ngithub:")
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute))
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitFailed)
	p.ends("failure")
	done, runs := p.last("--live", "true")
	if got := inAzureShort(runs); got != "first 1/1; second 1/2 two failed pool linux "+old {
		t.Errorf("got %s\n%s", got, done.log)
	}

	// Somebody mends the one that failed, another is deleted, and the first is busy with somebody else's upgrade.
	p.upgradePool("two", "linux")
	p.world.AdvanceTo(time.Date(2026, 3, 5, 7, 0, 0, 0, time.UTC))
	done, runs = p.last("--live", "true")
	if got := inAzureShort(runs); got != "first 1/1 one busy; second 1/2 three gone was Completed two was Failed" {
		t.Errorf("got %s\n%s", got, done.log)
	}
	for _, want := range []string{"In Azure now", "second: 1 of 2 at the target", "three is gone", "second / two was recorded as Failed, and is at the target now",
		"second / three was recorded as Completed, and is not at the target now"} {
		if !strings.Contains(done.log, want) {
			t.Errorf("nothing says %q\n%s", want, done.log)
		}
	}

	// The report of the run says so as well.
	report := p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact], "--live", "true")
	p.must(report, exitFailed, "Upgrade of guarded: failed", "## In Azure now", "second / two** was recorded as Failed, and is at the target now")
	if plain := p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]); strings.Contains(plain.summary, "In Azure now") {
		t.Error("Azure is asked where nobody wanted it")
	}
}

// inAzureShort writes in short how the clusters of the newest run stand in Azure.
func inAzureShort(runs fleet.Runs) string {
	var stages []string
	for _, stage := range runs.Runs[0].Stages {
		text := fmt.Sprintf("%s %d/%d", stage.Name, stage.Now.AtTarget, stage.Now.Members)
		for _, cluster := range stage.Now.Clusters {
			text += " " + strings.Join(strings.Fields(cluster.Name+" "+string(cluster.State)+" "+cluster.Behind), " ")
			if cluster.Recorded != "" {
				text += " was " + string(cluster.Recorded)
			}
		}
		stages = append(stages, text)
	}
	return strings.Join(stages, "; ")
}

func (p *pipeline) upgradePool(cluster, pool string) {
	p.t.Helper()
	id := fleet.PoolID{Cluster: fleet.NewClusterID("00000000-0000-4000-8000-000000000001", "fleet", cluster), Pool: pool}
	if _, err := p.world.UpgradeImage(id, ""); err != nil {
		p.t.Fatal(err)
	}
	p.world.AdvanceTo(p.world.Now().Add(2 * time.Hour))
}

func TestALoginThatFailsIsOneMessage(t *testing.T) {
	p := fresher(t)
	p.begins(20)
	p.must(p.plan(), exitDone)
	p.ends("failure")
	outside := map[string]string{"GITHUB_ACTIONS": "", "GITHUB_RUN_ID": "", "ACTIONS_ID_TOKEN_REQUEST_URL": "", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "", "AZURE_CLIENT_ID": "x", "AZURE_FEDERATED_TOKEN_FILE": "/nowhere"}
	done := p.job("", outside, "status", "--last", "1", "--strategy", p.strategy, "--token", "a-token", "--live", "true")
	p.must(done, exitInput, "set up one of these ways to log in")
	if n := strings.Count(done.log, "fleet-action status:"); n != 1 {
		t.Errorf("%d messages\n%s", n, done.log)
	}
}

// TestAWorkflowThatIsNotThere: that of a profile may not be merged yet. Where none is, the token may see none of them.
func TestAWorkflowThatIsNotThere(t *testing.T) {
	p := newProfilePipeline(t)
	absent := func(files string) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Path, files) {
				return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"message":"Not Found"}`)), Request: r}, nil
			}
			return wire.Transport(wire.Handler(p.world)).RoundTrip(r)
		}
	}
	p.context, p.transport = t.Context(), absent("/workflows/fleet-guarded-auto-")
	p.tells(".github/workflows/fleet-guarded.yml Manual Running/unfinished 0/0: 7; it has not made its plan yet", "--last", "1")
	p.transport = absent("/workflows/")
	done := p.job("", nil, "status", "--last", "1", "--strategy", p.strategy)
	p.must(done, exitInput, "listing the runs of workflow fleet-guarded.yml", "or the token may not see it")
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestTheReportOfARunWithoutAPlan runs although the job of the plan failed, and adds no failure of its own.
func TestTheReportOfARunWithoutAPlan(t *testing.T) {
	p := newPipeline(t)
	failed := func(conclusion string) {
		p.world.GitHub().PutJob(7, simulator.JobFile{Name: "Plan", Conclusion: conclusion})
	}
	failed("failure")
	for _, artifact := range []string{"", "fleet-plan-0123456789ab"} {
		done := p.job("", nil, "status", "--plan-artifact", artifact, "--plan-digest", "")
		p.must(done, exitDone, "there is no plan: the plan's job failed; nothing was upgraded")
		if done.outputs[outputState] != stateNoPlan || strings.Contains(done.log, "::error") {
			t.Errorf("the outputs are %v\n%s", done.outputs, done.log)
		}
	}

	p.must(p.job("", map[string]string{"GITHUB_ACTIONS": ""}, "status", "--out", t.TempDir()), exitInput, "reading the plan")

	const forgotten = "in a job the plan is taken from an artifact"
	failed("success") // the name was forgotten
	p.must(p.job("", nil, "status"), exitInput, forgotten)
	p.must(p.job("", nil, "status", "--plan-artifact", "fleet-plan-0123456789ab"), exitRefused, "with a plan, or it has expired")
	failed("skipped") // each stage is started by hand, and this run is of the report alone
	p.must(p.job("", nil, "status"), exitInput, forgotten)
	failed("failure") // of a second attempt: the first had a plan, and perhaps upgraded something
	p.must(p.plan(), exitDone)
	p.must(p.job("", nil, "status"), exitInput, forgotten)
}

func TestStatusOfNoRuns(t *testing.T) {
	p := fresher(t)
	done, runs := p.last("--live", "true")
	if len(runs.Runs) != 0 || !strings.Contains(done.log, "0 rollouts") {
		t.Error(done.log)
	}
	p.must(p.job("", nil, "status", "--last", "0"), exitInput, `--last "0" is not a number from 1 to 100`)
	p.must(p.job("", nil, "status", "--last", "many"), exitInput, `--last "many" is not a number from 1 to 100`)
}

// TestAFolderOfRunsIsHeldAgainstAzure: of the run before, what failed was upgraded by the next.
func TestAFolderOfRunsIsHeldAgainstAzure(t *testing.T) {
	p := fresher(t, "\ngithub:", "\nfaults: {exact: [{kind: drain, cluster: one, pool: linux, times: 1}]}\ngithub:")
	parent := t.TempDir()
	keep := func(name string, files memory) {
		t.Helper()
		for _, file := range []string{planFile, resultFile} {
			if err := (folder{path: filepath.Join(parent, name)}).write(file, files[file]); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.begins(20)
	planned := p.plan()
	failed := p.stage("aks-first", "first")
	p.must(failed, exitFailed)
	keep("one", memory{planFile: planned.files[planFile], resultFile: failed.files[resultFile]})
	p.begins(21)
	planned = p.plan()
	done := p.stage("aks-first", "first")
	p.must(done, exitDone)
	keep("two", memory{planFile: planned.files[planFile], resultFile: done.files[resultFile]})

	outside := map[string]string{"GITHUB_ACTIONS": "", "GITHUB_RUN_ID": "", "INPUT_OUT": ""}
	said := p.job("", outside, "status", "--out", parent, "--live", "true")
	p.must(said, exitDone, "2 rollouts", "first / one was recorded as Failed, and is at the target now", "second: 0 of 2 at the target; three pool system "+old+", two pool system "+old)
	if newest, before := strings.Index(said.log, filepath.Join(parent, "two")), strings.Index(said.log, filepath.Join(parent, "one")); newest < 0 || before < newest {
		t.Errorf("the newest is not first:\n%s", said.log)
	}
	one := p.job("", outside, "status", "--out", filepath.Join(parent, "two"), "--live", "true", "--format", "json")
	if !strings.Contains(one.log, `"atTarget": 1`) || !strings.Contains(one.log, `"name": "guarded"`) {
		t.Errorf("got\n%s", one.log)
	}
}

// Every field of the document stands in the documentation, and no other.
func TestDocsOfStatus(t *testing.T) {
	page := string(readFile(t, "../../docs/status.md"))
	_, section, _ := strings.Cut(page, "\n## As JSON\n")
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Za-z.\\[\\]]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented[row[1]] = true
	}
	for _, field := range jsonFields(reflect.TypeFor[fleet.Runs](), "") {
		if !documented[field] {
			t.Errorf("docs/status.md does not explain %s", field)
		}
		delete(documented, field)
	}
	for field := range documented {
		t.Errorf("docs/status.md explains %s, which is no field", field)
	}
}

// jsonFields lists the fields of a type and of what it holds: "runs[].stages[].name". Findings are everybody's.
func jsonFields(of reflect.Type, prefix string) []string {
	var all []string
	for _, field := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		below := field.Type
		for below.Kind() == reflect.Slice || below.Kind() == reflect.Pointer {
			if below.Kind() == reflect.Slice {
				name += "[]"
			}
			below = below.Elem()
		}
		all = append(all, prefix+name)
		if below.Kind() == reflect.Struct && below.PkgPath() == reflect.TypeFor[fleet.Runs]().PkgPath() && below != reflect.TypeFor[fleet.Finding]() {
			all = append(all, jsonFields(below, prefix+name+".")...)
		}
	}
	return all
}
