package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// pipeline is a run of the generated workflow on a simulated GitHub, with the fleet of the end-to-end tests. Its jobs are
// calls of the command line with the environment that a runner gives; what they leave to each other are artifacts.
type pipeline struct {
	t        *testing.T
	world    *simulator.World
	strategy string // the file
	run      int64
	attempt  int
	outputs  map[string]string // of plan
	records  string            // where a job's artifacts are downloaded to; "": the API tells of them at once

	context   context.Context   // of jobs; nil: nobody cancels them
	transport http.RoundTripper // nil: straight to the simulator
}

// ended is how a job ended.
type ended struct {
	code    exitCode
	outputs map[string]string
	summary string
	log     string // what the runner reads: standard output and error
	files   memory
}

const pipelineStrategy = `
version: 1
name: guarded
members:
  - discover: {subscriptions: [00000000-0000-4000-8000-000000000001], tags: {ring: "*"}, groupTag: ring}
upgrade: {type: NodeImageOnly, nodeImageSelection: {type: Consistent}}
stages:
  - {name: first, groups: [{name: first}], environment: {name: aks-first}, afterStageWaitInSeconds: 600}
  - name: second
    groups: [{name: second, maxConcurrency: 2}]
    environment: {name: aks-second, reviewers: 1, preventSelfReview: true, adminBypass: false, branches: [main]}
    afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]
`

const pipelineGitHub = `
github:
  repository: org/fleet
  private: true
  environments:
    - {name: aks-first, branches: [main]}
    - {name: aks-second, reviewers: [{user: alice}], preventSelfReview: true, adminBypass: false, branches: [main]}
    - {name: aks-accept, reviewers: [{team: platform}]}
  runs:
    - {id: 7, workflow: .github/workflows/fleet-guarded.yml, actor: octocat}
    - {id: 8, workflow: .github/workflows/fleet-guarded.yml, actor: mallory}
    - {id: 9, workflow: .github/workflows/other.yml, actor: mallory}
`

// newPipeline begins a run; change is made to the descriptions of strategy and GitHub.
func newPipeline(t *testing.T, change ...string) *pipeline {
	t.Helper()
	return newPipelineOn(t, fmt.Sprintf(rolloutFleet, level), change...)
}

// newPipelineOn begins a run on another fleet.
func newPipelineOn(t *testing.T, clusters string, change ...string) *pipeline {
	t.Helper()
	changed := strings.NewReplacer(change...)
	world, findings := simulator.Load("fleet.yml", []byte(clusters+changed.Replace(pipelineGitHub)))
	if fleet.HasErrors(findings) {
		t.Fatalf("%+v", findings)
	}
	file := filepath.Join(t.TempDir(), "strategy.yml")
	if err := os.WriteFile(file, []byte(changed.Replace(pipelineStrategy)), 0o600); err != nil {
		t.Fatal(err)
	}
	return &pipeline{t: t, world: world, strategy: file, run: 7, attempt: 1}
}

// job runs a command in a job of an environment; "" is none.
func (p *pipeline) job(environment string, more map[string]string, arguments ...string) ended {
	p.t.Helper()
	folder := p.t.TempDir()
	variables := simulatorEnvironment(simulatedEndpoint, "org/fleet")
	maps.Copy(variables, map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": fmt.Sprint(p.run), "GITHUB_RUN_ATTEMPT": fmt.Sprint(p.attempt), "GITHUB_REPOSITORY": "org/fleet",
		"GITHUB_API_URL": simulatedEndpoint + "/api/v3", "GITHUB_WORKFLOW_REF": "org/fleet/.github/workflows/fleet-guarded.yml@refs/heads/main",
		"GITHUB_REF_NAME": "main", "GITHUB_TRIGGERING_ACTOR": "octocat", "INPUT_TOKEN": "job-token", "INPUT_OUT": ".fleet",
		"GITHUB_OUTPUT": filepath.Join(folder, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(folder, "summary"),
	})
	if p.records != "" {
		variables["INPUT_RECORDS"] = p.records
	}
	if environment != "" {
		variables["ACTIONS_ID_TOKEN_REQUEST_URL"] += "?environment=" + environment
	}
	maps.Copy(variables, more)
	s, stdout, stderr := streams(variables)
	files := memory{}
	s.folder = func(string) disk { return files }
	s.now, s.wait, s.transport = p.world.Now, worldWait(p.world), wire.Transport(wire.Handler(p.world))
	ctx := context.Background()
	if p.context != nil {
		ctx, s.transport = p.context, p.transport
	}
	code := dispatch(ctx, s, arguments)
	output, _ := os.ReadFile(filepath.Join(folder, "output"))
	summary, _ := os.ReadFile(filepath.Join(folder, "summary"))
	return ended{code: code, outputs: readOutputs(string(output)), summary: string(summary), log: stdout.String() + stderr.String(), files: files}
}

// readOutputs reads a step's outputs as the runner does.
func readOutputs(text string) map[string]string {
	outputs := map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		name, word, found := strings.Cut(lines[i], "<<")
		if !found {
			continue
		}
		var value []string
		for i++; i < len(lines) && lines[i] != word; i++ {
			value = append(value, lines[i])
		}
		outputs[name] = strings.Join(value, "\n")
	}
	return outputs
}

// plan is the job plan, with the upload of its plan.
func (p *pipeline) plan(more ...string) ended {
	p.t.Helper()
	done := p.job("", nil, append([]string{"plan", "--strategy", p.strategy}, more...)...)
	p.outputs = done.outputs
	if name := done.outputs[outputArtifact]; name != "" {
		p.upload(name, planFile, done.files[planFile])
	}
	return done
}

// stage is the job of a stage, with the upload of its result. What more says takes the place of what the workflow would.
func (p *pipeline) stage(environment, name string, more ...string) ended {
	p.t.Helper()
	arguments := append([]string{"stage"}, more...)
	for _, option := range [][2]string{
		{"--stage", name}, {"--environment", environment}, {"--plan-artifact", p.outputs[outputArtifact]}, {"--plan-digest", p.outputs[outputDigest]},
		{"--poll-interval", "1m"}, {"--deadline", "5h"},
	} {
		if !slices.Contains(more, option[0]) {
			arguments = append(arguments, option[0], option[1])
		}
	}
	done := p.job(environment, nil, arguments...)
	p.keep("result-"+name, done)
	return done
}

// gate is the job of a gate, with the upload of its record.
func (p *pipeline) gate(environment, stage, name string) ended {
	p.t.Helper()
	done := p.job(environment, nil, "gate", "--stage", stage, "--gate", name, "--environment", environment,
		"--plan-artifact", p.outputs[outputArtifact], "--plan-digest", p.outputs[outputDigest])
	p.keep("gate-"+stage+"-"+name, done)
	return done
}

func (p *pipeline) keep(name string, done ended) {
	p.t.Helper()
	if content, written := done.files[resultFile]; written {
		p.upload(fmt.Sprintf("%s-%d", name, p.attempt), resultFile, content)
	}
}

// upload stands in for actions/upload-artifact, and for actions/download-artifact where that is needed.
func (p *pipeline) upload(name, file string, content []byte) {
	p.t.Helper()
	if p.records != "" {
		if err := (folder{path: filepath.Join(p.records, name)}).write(file, content); err != nil {
			p.t.Fatal(err)
		}
		return
	}
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	entry, err := writer.Create(file)
	if err == nil {
		_, err = entry.Write(content)
	}
	if closed := writer.Close(); err == nil {
		err = closed
	}
	if err == nil {
		_, err = p.world.GitHub().PutArtifact(p.run, name, archive.Bytes(), true)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// begins is another run of the workflow, a minute after what happened last.
func (p *pipeline) begins(run int64) {
	p.world.AdvanceTo(p.world.Now().Add(time.Minute))
	p.run, p.attempt = run, 1
	p.world.GitHub().PutRun(simulator.RunFile{ID: run, Workflow: ".github/workflows/fleet-guarded.yml", Title: "Fleet guarded", Event: "workflow_dispatch", Actor: "octocat", Status: "in_progress"})
}

// again begins the next attempt of the run.
func (p *pipeline) again() {
	p.attempt++
	p.world.GitHub().PutRun(simulator.RunFile{ID: p.run, Attempt: p.attempt, Status: "in_progress"})
}

// approved has a reviewer approve the jobs of an environment.
func (p *pipeline) approved(environment, user string) {
	p.t.Helper()
	if !p.world.GitHub().PutApproval(p.run, simulator.ApprovalFile{Environments: []string{environment}, User: user, Comment: "looks good", State: "approved"}) {
		p.t.Fatal("the run is not known")
	}
}

// must fails the test unless a job ended with the code and said all of the pieces, in its summary or its log.
func (p *pipeline) must(done ended, code exitCode, pieces ...string) {
	p.t.Helper()
	if done.code != code {
		p.t.Fatalf("exit code %d, want %d\n%s\n%s", done.code, code, done.log, done.summary)
	}
	if code == exitRefused && !strings.Contains(done.summary, "/docs/refusals/") {
		p.t.Errorf("the summary of a refusal leads to no page that explains it:\n%s", done.summary)
	}
	for _, piece := range pieces {
		if !strings.Contains(done.summary, piece) && !strings.Contains(done.log, piece) {
			p.t.Errorf("nothing says %q\n%s\n%s", piece, done.log, done.summary)
		}
	}
}

// untouched fails the test if a cluster runs anything but what it ran at first.
func (p *pipeline) untouched(names ...string) {
	p.t.Helper()
	for _, name := range names {
		if runs := running(p.t, p.world, name); !strings.Contains(runs, old) {
			p.t.Errorf("%s was written to: it runs %s", name, runs)
		}
	}
}

func TestAWorkflowFromPlanToReport(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone, "3 clusters will be upgraded")
	if p.outputs[outputHasUpdates] != "true" || p.outputs[outputState] != "updates" ||
		p.outputs[outputStages] != `{"first":{"run":true,"accept":false,"members":1,"environment":"aks-first"},"second":{"run":true,"accept":true,"members":2,"environment":"aks-second"}}` {
		t.Errorf("the outputs are %q", p.outputs)
	}
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitAgain, "stage first was to upgrade 1 of its clusters, and did not run")
	first := p.stage("aks-first", "first")
	p.must(first, exitDone, "Stage first of guarded: succeeded")
	if first.outputs[outputState] != "succeeded" || first.outputs[outputResultFile] != ".fleet/result.json" {
		t.Errorf("the outputs are %q", first.outputs)
	}
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitDone, "| second | to begin | aks-second | alice | looks good |")
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "second", "after-1"), exitDone, "Approval after-1 of stage second of guarded: given", "bob")
	report := p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact])
	p.must(report, exitDone, "Upgrade of guarded: succeeded", "alice", "bob")
	for _, name := range []string{"one", "two", "three"} {
		if runs := running(t, p.world, name); !strings.Contains(runs, level) || strings.Contains(runs, old) {
			t.Errorf("%s runs %s", name, runs)
		}
	}
	for name, value := range report.outputs {
		if strings.Contains(value, "/subscriptions/") {
			t.Errorf("the output %s holds the id of a resource: %s", name, value)
		}
	}
}

func TestOrderIsKeptWithoutTrustInTheWorkflow(t *testing.T) {
	tests := []struct {
		name string
		act  func(p *pipeline) ended
		want string
	}{
		{"a single job that is run again before its predecessors", func(p *pipeline) ended { return p.stage("aks-second", "second") }, "1 of 1 members of stage first are not at their target"},
		{"a predecessor without a result", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			p.run = 8 // nothing of run 7 is there
			p.upload(p.outputs[outputArtifact], planFile, p.planContent(7))
			p.approved("aks-second", "alice")
			return p.stage("aks-second", "second")
		}, "when stage first finished is not recorded (it has no result), so its wait of 10 min cannot be known to have passed"},
		{"a predecessor with the result of another plan", func(p *pipeline) ended {
			done := p.stage("aks-first", "first")
			p.run = 8
			p.upload(p.outputs[outputArtifact], planFile, p.planContent(7))
			p.upload("result-first-1", resultFile, bytes.ReplaceAll(done.files[resultFile], []byte(p.outputs[outputDigest]), []byte("sha256:"+strings.Repeat("0", 64))))
			return p.stage("aks-second", "second")
		}, "is not recorded (its result is of another plan)"},
		{"another plan than the one approved", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			p.outputs[outputDigest] = "sha256:" + strings.Repeat("0", 64)
			return p.stage("aks-second", "second")
		}, "The plan has digest"},
		{"a plan that was changed", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			p.upload(p.outputs[outputArtifact], planFile, bytes.Replace(p.planContent(7), []byte(`"maxConcurrency": 2`), []byte(`"maxConcurrency": 9`), 1))
			return p.stage("aks-second", "second")
		}, "The plan was changed after it was made"},
		{"no plan", func(p *pipeline) ended {
			p.outputs[outputArtifact] = "fleet-plan-0"
			return p.stage("aks-second", "second")
		}, `the run has no artifact "fleet-plan-0" with a plan`},
		{"an artifact without a plan", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			p.outputs[outputArtifact] = "result-first-1"
			return p.stage("aks-second", "second")
		}, `the run has no artifact "result-first-1" with a plan`},
		{"a plan too old", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			p.world.AdvanceTo(p.world.Now().AddDate(0, 0, 15))
			p.approved("aks-second", "alice")
			return p.stage("aks-second", "second")
		}, "the plan was made at"},
		{"a result without its file", func(p *pipeline) ended {
			p.upload("result-first-1", "other.json", []byte(`{}`))
			return p.stage("aks-second", "second")
		}, "the artifact result-first-1 is not used"},
		{"a result that is none", func(p *pipeline) ended {
			p.upload("result-first-1", resultFile, []byte(`{"stages": [{"name": "first", "outcome": "succeeded"}]}`))
			return p.stage("aks-second", "second")
		}, "the artifact result-first-1 is not used"},
		{"a job outside its environment", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			return p.job("aks-first", nil, "stage", "--stage", "second", "--plan-artifact", p.outputs[outputArtifact])
		}, "this job has to run in the environment aks-second, and GitHub says that it runs in aks-first"},
		{"a job in no environment", func(p *pipeline) ended {
			return p.job("", nil, "stage", "--stage", "second", "--plan-artifact", p.outputs[outputArtifact])
		}, "GitHub says that it runs in none"},
		{"a job that says another environment", func(p *pipeline) ended {
			return p.job("aks-second", nil, "stage", "--stage", "second", "--environment", "aks-first", "--plan-artifact", p.outputs[outputArtifact])
		}, "the workflow says that this job runs in the environment aks-first, and GitHub says that it runs in aks-second"},
		{"a job without a token of its environment", func(p *pipeline) ended {
			return p.job("aks-second", map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": ""}, "stage", "--stage", "second", "--plan-artifact", p.outputs[outputArtifact])
		}, "nothing shows that this job runs in the environment aks-second"},
		{"a job that nobody approved", func(p *pipeline) ended {
			p.stage("aks-first", "first")
			return p.stage("aks-second", "second")
		}, "GitHub has no review of environment aks-second in this run"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t)
			p.must(p.plan(), exitDone)
			p.must(test.act(p), exitRefused, test.want)
			p.untouched("two", "three")
		})
	}
}

// planContent is the plan that a run stored.
func (p *pipeline) planContent(run int64) []byte {
	p.t.Helper()
	return p.content(run, p.outputs[outputArtifact], planFile)
}

// stored is a record that the run stored.
func (p *pipeline) stored(name string) []byte {
	p.t.Helper()
	return p.content(p.run, name, resultFile)
}

func (p *pipeline) content(run int64, name, within string) []byte {
	p.t.Helper()
	for _, artifact := range p.world.GitHub().Artifacts(run) {
		if artifact.Name != name {
			continue
		}
		archive, err := zip.NewReader(bytes.NewReader(artifact.Content), int64(len(artifact.Content)))
		if err != nil {
			p.t.Fatal(err)
		}
		file, err := archive.Open(within)
		if err != nil {
			p.t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(file); err != nil {
			p.t.Fatal(err)
		}
		return content.Bytes()
	}
	p.t.Fatalf("run %d has no artifact %s", run, name)
	return nil
}

// TestFailedJobsAreRunAgain: a stage that waits ends with code 3, and the next attempt goes on with its record.
func TestFailedJobsAreRunAgain(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-second", "alice")
	waits := p.stage("aks-second", "second", "--deadline", "5m") // the wait after the first takes ten
	p.must(waits, exitAgain, "gh run rerun 7 --failed --repo org/fleet", "re-run the failed jobs of this run after 2026-03-02")
	p.untouched("two", "three")
	p.again()
	p.world.AdvanceTo(p.world.Now().Add(10 * 60e9))
	p.must(p.stage("aks-second", "second"), exitDone, "Stage second of guarded: succeeded")
	p.again()
	p.must(p.stage("aks-second", "second"), exitDone, "Stage second of guarded: succeeded")
}

func TestEnvironmentsAreReadBeforeAnyStageJobCanExist(t *testing.T) {
	tests := []struct {
		name   string
		change []string
		want   []string
	}{
		{"a missing environment", []string{"{name: aks-accept, reviewers: [{team: platform}]}", "{name: aks-other}"}, []string{"title=environment-missing", "line=12"}},
		{"no reviewers", []string{"reviewers: [{user: alice}], ", ""}, []string{"title=environment-reviewers", "line=11"}},
		{"self-review", []string{"[{user: alice}], preventSelfReview: true", "[{user: alice}]"}, []string{"title=environment-self-review"}},
		{"administrators", []string{"preventSelfReview: true, adminBypass: false, branches: [main]}\n    - {name: aks-a", "preventSelfReview: true, branches: [main]}\n    - {name: aks-a"}, []string{"title=environment-admin-bypass"}},
		{"any branch", []string{"adminBypass: false, branches: [main]}\n    - {name: aks-a", "adminBypass: false}\n    - {name: aks-a"}, []string{"title=environment-branches"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPipeline(t, test.change...)
			done := p.plan()
			p.must(done, exitRefused, append(test.want, "--method PUT")...)
			if done.outputs[outputHasUpdates] != "" || len(done.files[planFile]) > 0 {
				t.Errorf("a plan was made: %q", done.outputs)
			}
			check := p.job("", nil, "environments check", "--strategy", p.strategy)
			p.must(check, exitRefused, test.want...)
		})
	}
	t.Run("as required", func(t *testing.T) {
		p := newPipeline(t)
		p.must(p.job("", nil, "environments", "check", "--strategy", p.strategy), exitDone, "are protected as the strategy requires")
	})
}

func TestAStageChecksItsEnvironmentAgain(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	content := p.planContent(7)
	open := newPipeline(t, "reviewers: [{user: alice}], ", "")
	open.outputs = p.outputs
	open.upload(p.outputs[outputArtifact], planFile, content)
	open.must(open.stage("aks-first", "first"), exitDone)
	open.must(open.stage("aks-second", "second"), exitRefused, "title=environment-reviewers", "line=11", "--method PUT")
	open.untouched("two", "three")
}
