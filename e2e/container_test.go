//go:build e2e

package e2e

import (
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// What the run is whose steps are started here.
const (
	repositoryName = "org/fleet-prod"
	runID          = "4711"
	jobToken       = "the-token-of-this-job"
	runtimeToken   = "the-token-of-the-runtime"
	commit         = "0123456789abcdef0123456789abcdef01234567" // of everything
)

// runner is the work folder of a self-hosted runner that has one repository checked out.
type runner struct {
	cloud                 *cloud
	work, temp, workspace string
	user                  int // owns the folders; the action is root in its container
}

// step is one use of the action in a job.
type step struct {
	attempt     int    // of the run, from 1
	environment string // of the job
	inputs      map[string]string
}

// newRunner lays out a runner's folders and checks files out into its workspace.
func newRunner(t testing.TB, c *cloud, files map[string]string) *runner {
	t.Helper()
	work, err := os.MkdirTemp("", "fleet-e2e-work-") // nobody but its owner may enter that of t.TempDir
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(work) })
	r := &runner{cloud: c, work: work, temp: filepath.Join(work, "_temp"), workspace: filepath.Join(work, "fleet-prod", "fleet-prod"), user: os.Getuid()}
	if r.user == 0 {
		r.user = 1001 // as on GitHub's own runners
	}
	certificate, err := os.ReadFile(c.certificate)
	must(t, err)
	write(t, filepath.Join(r.workspace, "simulator.pem"), string(certificate))
	for name, content := range files {
		write(t, filepath.Join(r.workspace, name), content)
	}
	write(t, filepath.Join(r.temp, "_github_workflow", "event.json"),
		`{"inputs": {}, "ref": "refs/heads/main", "repository": {"default_branch": "main", "full_name": "`+repositoryName+`", "private": true}}`)
	must(t, os.MkdirAll(filepath.Join(r.temp, "_github_home"), 0o755))
	must(t, os.MkdirAll(filepath.Join(r.temp, "_runner_file_commands"), 0o755))
	must(t, os.Chmod(work, 0o755))
	must(t, filepath.WalkDir(work, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, r.user, r.user))
	}))
	return r
}

// fileCommands makes the files of a step, fresh for each and owned by the runner's user.
func (r *runner) fileCommands(t testing.TB) map[string]string {
	t.Helper()
	files, unique := map[string]string{}, strings.ToLower(rand.Text())
	for variable, name := range map[string]string{
		"GITHUB_OUTPUT": "set_output_", "GITHUB_ENV": "set_env_", "GITHUB_STATE": "save_state_", "GITHUB_PATH": "add_path_", "GITHUB_STEP_SUMMARY": "step_summary_",
	} {
		files[variable] = filepath.Join(r.temp, "_runner_file_commands", name+unique)
		write(t, files[variable], "")
		must(t, os.Chown(files[variable], r.user, r.user))
	}
	return files
}

// mounts are the runner's volumes, as pairs of host and container paths.
func (r *runner) mounts() [][2]string {
	return [][2]string{
		{"/var/run/docker.sock", "/var/run/docker.sock"},
		{r.temp, "/github/runner_temp"},
		{filepath.Join(r.temp, "_github_home"), "/github/home"},
		{filepath.Join(r.temp, "_github_workflow"), "/github/workflow"},
		{filepath.Join(r.temp, "_runner_file_commands"), "/github/file_commands"},
		{r.workspace, "/github/workspace"},
	}
}

// translate rewrites a value that is a host path, or begins with one, to where it is in the container. The longest
// mount wins: three of them lie below another.
func (r *runner) translate(value string) string {
	mounts := r.mounts()
	slices.SortFunc(mounts, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	for _, mount := range mounts {
		if rest, ok := strings.CutPrefix(value, mount[0]); ok && (rest == "" || rest[0] == '/') {
			return mount[1] + rest
		}
	}
	return value
}

// environment is what the runner gives to a container action: GITHUB_* and RUNNER_* as they are on its list, the runtime's
// and the OIDC token's addresses, the inputs, and the env of the job. The workflow's own are SSL_CERT_FILE and where
// Azure and Entra are; the rest of the simulated world is reached by variables that GitHub sets as well.
func (r *runner) environment(s step, files map[string]string) map[string]string {
	work := map[string]string{
		"GITHUB_ACTION": "fleet", "GITHUB_ACTION_REF": "v1", "GITHUB_ACTION_REPOSITORY": "org/fleet-update-action", "GITHUB_ACTOR": "maria", "GITHUB_ACTOR_ID": "7",
		"GITHUB_API_URL": r.cloud.endpoint + "/api/v3", "GITHUB_BASE_REF": "", "GITHUB_EVENT_NAME": "workflow_dispatch",
		"GITHUB_EVENT_PATH":  filepath.Join(r.temp, "_github_workflow", "event.json"),
		"GITHUB_GRAPHQL_URL": r.cloud.endpoint + "/api/graphql", "GITHUB_HEAD_REF": "", "GITHUB_JOB": "stage", "GITHUB_REF": "refs/heads/main",
		"GITHUB_REF_NAME": "main", "GITHUB_REF_PROTECTED": "true", "GITHUB_REF_TYPE": "branch", "GITHUB_REPOSITORY": repositoryName, "GITHUB_REPOSITORY_ID": "42",
		"GITHUB_REPOSITORY_OWNER": "org", "GITHUB_REPOSITORY_OWNER_ID": "1", "GITHUB_RETENTION_DAYS": "90", "GITHUB_RUN_ATTEMPT": strconv.Itoa(s.attempt),
		"GITHUB_RUN_ID": runID, "GITHUB_RUN_NUMBER": "12", "GITHUB_SERVER_URL": r.cloud.endpoint, "GITHUB_SHA": commit,
		"GITHUB_TRIGGERING_ACTOR": "maria", "GITHUB_WORKFLOW": "Fleet prod", "GITHUB_WORKFLOW_REF": repositoryName + "/.github/workflows/fleet-prod.yml@refs/heads/main",
		"GITHUB_WORKFLOW_SHA": commit, "GITHUB_WORKSPACE": r.workspace, "HOME": filepath.Join(r.temp, "_github_home"),
		"RUNNER_ARCH": "X64", "RUNNER_ENVIRONMENT": "self-hosted", "RUNNER_NAME": "runner-1", "RUNNER_OS": "Linux", "RUNNER_TEMP": r.temp,
		"RUNNER_TOOL_CACHE": filepath.Join(r.work, "_tool"), "RUNNER_WORKSPACE": filepath.Dir(r.workspace),
		"ACTIONS_RUNTIME_URL": r.cloud.endpoint + "/runtime/", "ACTIONS_RUNTIME_TOKEN": runtimeToken, "ACTIONS_RESULTS_URL": r.cloud.endpoint + "/results/",
		"ACTIONS_CACHE_URL": r.cloud.endpoint + "/cache/", "SSL_CERT_FILE": "/github/workspace/simulator.pem",
	}
	maps.Copy(work, files)
	maps.Copy(work, r.cloud.environment)
	if s.environment != "" {
		work["ACTIONS_ID_TOKEN_REQUEST_URL"] += "?environment=" + s.environment
	}
	for name, value := range s.inputs {
		work["INPUT_"+strings.ToUpper(strings.ReplaceAll(name, " ", "_"))] = value // dashes stay
	}
	for name, value := range work {
		work[name] = r.translate(value)
	}
	return work
}

// actionInputs are the inputs that a step gives and the defaults of action.yml for the others.
func actionInputs(t testing.TB, given map[string]string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, "action.yml"))
	must(t, err)
	var action struct {
		Inputs map[string]struct{ Default string }
	}
	must(t, yaml.Unmarshal(content, &action))
	inputs := map[string]string{}
	for name, input := range action.Inputs {
		inputs[name] = strings.ReplaceAll(input.Default, "${{ github.token }}", jobToken)
		if strings.Contains(inputs[name], "${{") {
			t.Fatalf("action.yml: the default of %s is %q, which this runner cannot evaluate", name, input.Default)
		}
	}
	for name, value := range given {
		if _, known := inputs[name]; !known {
			t.Fatalf("action.yml has no input %s", name) // the runner only warns
		}
		inputs[name] = value
	}
	return inputs
}

// dockerRun is the runner's command for a container action (DockerCommandManager.DockerRun of actions/runner): no
// terminal, no init, no standard input; variables by name, their values in the environment of the command.
//
// Two things differ from a job on a runner of its own. The slot of --network, which the runner fills in for jobs with
// service containers, is "host", since the simulator is on this machine's loopback; and SSL_CERT_FILE, which a workflow
// could set as well, makes the action trust the simulator's certificate.
func (r *runner) dockerRun(name string, environment map[string]string) *exec.Cmd {
	arguments := []string{"run", "--name", name, "--label", "e2e4711", "--workdir", "/github/workspace", "--rm"}
	for _, variable := range slices.Sorted(maps.Keys(environment)) {
		arguments = append(arguments, "-e", variable)
	}
	arguments = append(arguments, "-e", "GITHUB_ACTIONS=true", "-e", "CI=true", "--network", "host")
	for _, mount := range r.mounts() {
		arguments = append(arguments, "-v", mount[0]+":"+mount[1])
	}
	command := exec.Command("docker", append(arguments, actionImage)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "DOCKER_HOST=" + os.Getenv("DOCKER_HOST")}
	for variable, value := range environment {
		command.Env = append(command.Env, variable+"="+value)
	}
	return command
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write writes a file, and its folder where there is none.
func write(t testing.TB, file, content string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(file), 0o755))
	must(t, os.WriteFile(file, []byte(content), 0o644))
}
