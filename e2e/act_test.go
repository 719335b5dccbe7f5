//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// workflowRun is a repository whose generated workflow is run by act, in container mode: each job is a container of
// jobImage, each action that is a container another one beside it, in the same network and with the same workspace.
//
// What act does otherwise than GitHub, and what is done about it here:
//   - A remote action or workflow is taken from a folder by --local-repository OWNER/NAME@REF=FOLDER, for every ref the
//     workflows name; nothing is cloned. actions/checkout needs none: act copies the repository instead.
//   - It pulls images unless it is told --pull=false.
//   - It ignores environment: a job begins at once, whoever should have approved it, and there are no ID tokens. It
//     evaluates expressions in --env for each job, though, so that the address for ID tokens asks for those of the
//     environment that the job names.
//   - Containers of actions get --env and --container-options, not the environment of the job's image.
//   - When a job that calls a workflow fails, no later job runs, not even one with if: always().
//   - Its containers are called after jobs: two runs at once would take each other's.
type workflowRun struct {
	folder string // the repository
	action string // what org/fleet-update-action is here
	cloud  *cloud
	run    string // its id
	actor  string // who started it
	event  string
	inputs map[string]string
	ref    string
	sent   string // what GitHub would send of the event; "" is nothing
}

// newWorkflowRun makes a repository of one strategy and generates its workflows.
func newWorkflowRun(t testing.TB, c *cloud, strategy string) *workflowRun {
	t.Helper()
	w := &workflowRun{folder: t.TempDir(), action: t.TempDir(), cloud: c, run: runID, actor: "maria", event: "workflow_dispatch", ref: "refs/heads/main"}
	write(t, filepath.Join(w.folder, strategyFile), strategy)
	generate := exec.Command(fleetAction(), "workflow", "generate", "--strategy", strategyFile, "--pin", commit+" # v1.0.0")
	generate.Dir = w.folder
	must(t, run(generate))
	w.layAction(t)
	return w
}

// layAction copies what a workflow takes from this repository: the two reusable workflows as they are, and action.yml
// with the image that a release would have written into it. Operations take milliseconds here, so that the default of
// poll-interval, which no workflow sets, is shorter as well.
func (w *workflowRun) layAction(t testing.TB) {
	t.Helper()
	for _, name := range []string{".github/workflows/stage.yml", ".github/workflows/gate.yml", "action.yml"} {
		content, err := os.ReadFile(filepath.Join(repository, name))
		must(t, err)
		text := string(content)
		if name == "action.yml" {
			text = regexp.MustCompile(`(?m)^  image: .*$`).ReplaceAllString(text, "  image: docker://"+actionImage)
			text = strings.ReplaceAll(text, "default: '30s'", "default: '100ms'")
		}
		write(t, filepath.Join(w.action, name), text)
	}
}

// used is a line that takes an action or a workflow from a repository.
var used = regexp.MustCompile(`(?m)^\s*(?:- )?uses: ([\w.-]+/[\w.-]+)(?:/[\w./-]+)?@(\S+)`)

// localRepositories maps all that the workflow and those it calls take from elsewhere.
func (w *workflowRun) localRepositories(t testing.TB, workflow string) []string {
	t.Helper()
	standin, err := filepath.Abs("standin/upload-artifact")
	must(t, err)
	folders := map[string]string{"org/fleet-update-action": w.action, "actions/upload-artifact": standin}
	mapped := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(workflow), "*.yml")) // it may call its neighbours
	must(t, err)
	for _, file := range append(files, filepath.Join(w.action, ".github/workflows/stage.yml"), filepath.Join(w.action, ".github/workflows/gate.yml")) {
		content, err := os.ReadFile(file)
		must(t, err)
		for _, match := range used.FindAllStringSubmatch(string(content), -1) {
			folder, known := folders[match[1]]
			if !known && match[1] != "actions/checkout" {
				t.Fatalf("%s uses %s, for which nothing stands in", file, match[1])
			}
			if known {
				mapped["--local-repository="+match[1]+"@"+match[2]+"="+folder] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(mapped))
}

// act runs a workflow file of the repository.
func (w *workflowRun) act(t testing.TB, name string) actResult {
	t.Helper()
	workflow := filepath.Join(w.folder, ".github", "workflows", name)
	arguments := []string{
		w.event, "--workflows", workflow, "--directory", w.folder, "--json", "--rm", "--pull=false", "--no-cache-server", "--concurrent-jobs", "1",
		"--network", "host", "--platform", "ubuntu-latest=" + jobImage, "--actor", w.actor, "--secret", "GITHUB_TOKEN=" + jobToken,
		"--var", "AZURE_CLIENT_ID=" + w.cloud.environment["AZURE_CLIENT_ID"], "--var", "FLEET_PLAN_CLIENT_ID=" + w.cloud.environment["AZURE_CLIENT_ID"],
		"--var", "FLEET_PULL_REQUEST_CLIENT_ID=" + w.cloud.environment["AZURE_CLIENT_ID"],
		"--var", "AZURE_TENANT_ID=" + w.cloud.environment["AZURE_TENANT_ID"],
		"--container-options", "--volume " + w.cloud.certificate + ":/simulator.pem:ro",
	}
	for _, variable := range append(w.environment(), "GITHUB_WORKFLOW_REF="+repositoryName+"/.github/workflows/"+name+"@"+w.ref) {
		arguments = append(arguments, "--env", variable)
	}
	for input, value := range w.inputs {
		arguments = append(arguments, "--input", input+"="+value)
	}
	if w.sent != "" {
		file := filepath.Join(t.TempDir(), "event.json")
		write(t, file, w.sent)
		arguments = append(arguments, "--eventpath", file)
	}
	command := exec.Command(actBinary(t), append(arguments, w.localRepositories(t, workflow)...)...)
	command.Env = append(os.Environ(), "HOME="+t.TempDir()) // without anybody's .actrc
	out, err := command.Output()
	return readActLog(t, out, err)
}

// environment of all jobs.
func (w *workflowRun) environment() []string {
	c := w.cloud
	return []string{
		"GITHUB_RUN_ID=" + w.run, "GITHUB_RUN_ATTEMPT=1", "GITHUB_REPOSITORY=" + repositoryName, "GITHUB_REF=" + w.ref,
		"SHA_REF=" + commit, "GITHUB_API_URL=" + c.endpoint + "/api/v3", "GITHUB_SERVER_URL=" + c.endpoint,
		"SSL_CERT_FILE=/simulator.pem",
		"AZURE_AUTHORITY_HOST=" + c.environment["AZURE_AUTHORITY_HOST"],
		"AZURE_RESOURCE_MANAGER_ENDPOINT=" + c.environment["AZURE_RESOURCE_MANAGER_ENDPOINT"],
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN=" + c.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
		"ACTIONS_ID_TOKEN_REQUEST_URL=" + c.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] + "?ref=" + w.ref + "&environment=${{ inputs.environment }}",
	}
}

// actResult is what a run came to, by job. A job of a called workflow is named after the job that calls it, the called
// workflow and itself: "Stage canary/Stage/canary".
type actResult struct {
	jobs map[string]*actJob
	text string
}

// actJob is one job of a run. A job that was skipped is in no log.
type actJob struct {
	result    string
	outputs   map[string]string // of all its steps
	summaries string
	log       string
	exitCode  string // of the container that failed, if one did
}

// actLine is a line of act's log.
type actLine struct {
	Job, Level, Msg, Command, Name, Arg, Content, JobResult string
}

var exitCode = regexp.MustCompile("exit with `FAILURE`: ([0-9]+)")

func readActLog(t testing.TB, out []byte, ended error) actResult {
	t.Helper()
	result := actResult{jobs: map[string]*actJob{}}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var line actLine
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			line.Msg = lines.Text()
		}
		result.text += fmt.Sprintf("[%s] %s\n", strings.TrimSpace(line.Job), strings.TrimRight(line.Msg, "\n"))
		if line.Job != "" {
			result.add(line)
		}
	}
	if len(result.jobs) == 0 {
		t.Fatalf("act: %v\n%s", ended, result.text)
	}
	return result
}

func (r *actResult) add(line actLine) {
	_, name, _ := strings.Cut(strings.TrimSpace(line.Job), "/") // act begins with the workflow, or the calling job
	if strings.Contains(name, "/") {
		name = strings.TrimSpace(line.Job)
	}
	job := r.jobs[name]
	if job == nil {
		job = &actJob{outputs: map[string]string{}}
		r.jobs[name] = job
	}
	job.log += line.Msg + "\n"
	switch {
	case line.JobResult != "":
		job.result = line.JobResult
	case line.Command == "set-output":
		job.outputs[line.Name] = line.Arg
	case line.Command == "summary":
		job.summaries += line.Content
	}
	if match := exitCode.FindStringSubmatch(line.Msg); match != nil && line.Level == "error" {
		job.exitCode = match[1]
	}
}

// job is one that must have run.
func (r actResult) job(t testing.TB, name string) *actJob {
	t.Helper()
	job := r.jobs[name]
	if job == nil {
		t.Fatalf("no job %q ran:\n%s", name, r.text)
	}
	return job
}
