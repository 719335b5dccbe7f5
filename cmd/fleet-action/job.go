package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// job is the job of a workflow run that a command runs in, with GitHub's API to ask about it.
type job struct {
	api        *github.API
	store      rollouts.Store // of what jobs recorded
	repository string         // as gh takes it
	workflow   string         // the file name of its workflow
	branch     string         // what it was started from
	run        int64          // its run
	earlier    []int64        // runs whose plan and results count too
	claims     func(context.Context) (claims azure.Claims, ok bool, err error)

	made    plan.Plan // the plan that it acts on
	planned int64     // the run that made it
}

// inJob reports whether the command runs in a job of GitHub Actions.
func (c call) inJob() bool { return c.runner.Active() && c.getenv("GITHUB_RUN_ID") != "" }

// newJob is the job that the command runs in.
func newJob(c call) (*job, error) {
	run, err := strconv.ParseInt(c.getenv("GITHUB_RUN_ID"), 10, 64)
	if err != nil {
		return nil, wrongInput("GITHUB_RUN_ID is not a number", "the runner sets it; do not change it")
	}
	api, err := newAPI(c)
	if err != nil {
		return nil, err
	}
	store, err := recordsIn(c.values["records"], run, api)
	if err != nil {
		return nil, err
	}
	file, _, _ := strings.Cut(c.getenv("GITHUB_WORKFLOW_REF"), "@")
	j := &job{
		api: api, store: store, repository: hosted(c.getenv("GITHUB_SERVER_URL"), c.values["repository"]), workflow: path.Base(file), branch: c.getenv("GITHUB_REF_NAME"),
		run: run,
		claims: func(ctx context.Context) (azure.Claims, bool, error) {
			login, err := loginOf(c)
			if err != nil {
				return azure.Claims{}, false, err
			}
			return azure.JobClaims(ctx, login)
		},
	}
	for _, word := range strings.Fields(c.values["runs"]) {
		id, err := runID("--runs", word)
		if err != nil {
			return nil, err
		}
		j.earlier = append(j.earlier, id)
	}
	return j, nil
}

// recordsIn is where the records of a run are read from: a folder that its artifacts were downloaded into, "" is the API.
func recordsIn(dir string, run int64, api *github.API) (rollouts.Store, error) {
	if dir == "" {
		return api, nil
	}
	store, err := rollouts.Downloaded(api, run, os.DirFS(dir))
	if err != nil {
		return nil, wrongInput(err.Error(), "name their folder with records")
	}
	return store, nil
}

// runID reads the id of a run.
func runID(option, word string) (int64, error) {
	id, err := strconv.ParseInt(word, 10, 64)
	if err != nil || id <= 0 {
		return 0, wrongInput(fmt.Sprintf("%s: %q is not the id of a run", option, word), "take the number at the end of the run's address")
	}
	return id, nil
}

// hosted is a repository as gh takes it: with the host, where that is not github.com.
func hosted(server, repository string) string {
	if _, host, found := strings.Cut(server, "://"); found && host != "github.com" {
		return host + "/" + repository
	}
	return repository
}

// newAPI is GitHub's API for the repository.
func newAPI(c call) (*github.API, error) {
	c.runner.Mask(c.values["token"])
	api, err := github.NewAPI(github.APIConfig{
		BaseURL: c.getenv("GITHUB_API_URL"), Repository: c.values["repository"], Token: c.values["token"],
		Transport: c.transport, Now: c.now, Wait: c.wait,
	})
	if err != nil {
		return nil, wrongInput(err.Error(), "correct that, then run the same command again")
	}
	return api, nil
}

// strategyAndAPI is a strategy without errors, and GitHub's API for the repository that it is about.
func strategyAndAPI(c call) (strategy.Strategy, *github.API, error) {
	s, err := soundStrategy(c.values)
	if err != nil {
		return s, nil, err
	}
	api, err := newAPI(c)
	return s, api, err
}

// runs lists the runs whose plan and results count, in the order in which they are to be read.
func (j *job) runs() []int64 { return append(slices.Clone(j.earlier), j.run) }

// related refuses earlier runs whose records may not count. Elsewhere than where stages are started by hand there are none.
func (j *job) related(ctx context.Context) error {
	if len(j.earlier) == 0 {
		return nil
	}
	if !j.made.Policy.ByDispatch() {
		return runsNotByHand()
	}
	return j.ofThisWorkflow(ctx, j.earlier)
}

func runsNotByHand() error {
	return wrongInput("--runs is for stages that are started by hand", "leave it out, or set workflow: {approvals: dispatch} in the strategy")
}

// ofThisWorkflow refuses runs that are not of this workflow and branch, begun there by hand, by a push or by its schedule:
// anybody who may start some workflow could have another run record whatever they like. A run of a tag has its name where others have their
// branch's, so there must not be a tag of that name, and the commit of each run must be on the branch, should the tag be
// gone by now.
func (j *job) ofThisWorkflow(ctx context.Context, runs []int64) error {
	own, err := j.api.Run(ctx, j.run)
	if err != nil {
		return err
	}
	tagged, err := j.api.TagExists(ctx, own.HeadBranch)
	if err != nil {
		return err
	}
	var foreign []fleet.Finding
	if tagged {
		foreign = append(foreign, fleet.Finding{
			Rule: "foreign-run", Severity: fleet.Error, Advice: "delete the tag",
			Message: fmt.Sprintf("there is a tag %s beside the branch, and GitHub does not tell runs of the two apart", own.HeadBranch),
		})
	}
	for _, id := range runs {
		other, err := j.api.Run(ctx, id)
		if err != nil {
			return err
		}
		known, err := j.api.OnBranch(ctx, own.HeadBranch, other.HeadSHA)
		if err != nil {
			return err
		}
		if !known || !alike(own, other) {
			foreign = append(foreign, fleet.Finding{
				Rule: "foreign-run", Severity: fleet.Error, Advice: "name only runs of this workflow whose commit is on this branch",
				Message: fmt.Sprintf("run %d is of %s at commit %s on branch %s of %s (%s); this one is of %s on branch %s of %s", id,
					other.Workflow, other.HeadSHA, other.HeadBranch, other.HeadRepository, other.Event, own.Workflow, own.HeadBranch, own.HeadRepository),
			})
		}
	}
	if len(foreign) > 0 {
		return refuse("Earlier runs", foreign, exitRefused, foreign[0].Advice)
	}
	return nil
}

// alike reports whether another run is of the same workflow and branch, begun there by hand, by a push or by its schedule.
func alike(own, other github.Run) bool {
	begun := slices.Contains([]string{"workflow_dispatch", "push", "schedule"}, other.Event)
	return begun && own.Alike(other)
}

// again is the command that runs this job again, where it did not end well, or, of no stage, that retries the run; of other
// stages it is "": the workflow goes on by itself. What is wrong with the run itself, another run of the same commit and
// plan does not mend.
func (j *job) again(own string, r *rollout) func(stage string) string {
	return func(stage string) string {
		anew := func(f fleet.Finding) bool {
			return slices.Contains([]string{"environment-mismatch", "plan-errored", "plan-expired", "version-withdrawn"}, f.Rule)
		}
		switch {
		case stage == "":
			return j.retry()
		case stage != own:
			return ""
		case slices.ContainsFunc(r.result.Findings, anew):
			return fleet.Command("gh", "workflow", "run", j.workflow, "--repo", j.repository, "--ref", j.branch)
		default:
			return j.rerun()
		}
	}
}

// goesOn is the command that goes on with the run at a stage, or, of no stage, that retries what failed in it.
func (j *job) goesOn(stage string) string {
	if stage == "" {
		return j.retry()
	}
	return j.rerun()
}

// rerun is the command that runs the failed jobs of the run again.
func (j *job) rerun() string {
	return fleet.Command("gh", "run", "rerun", strconv.FormatInt(j.run, 10), "--failed", "--repo", j.repository)
}

// retry is the command that tries again what failed in the run, once that has ended. Of a run without a strategy there is
// none to be typed: its form asks for the members anew.
func (j *job) retry() string {
	if j.made.Name == strategy.OneByOne {
		return ""
	}
	form := []string{"-f", "retry=" + strconv.FormatInt(j.planned, 10)}
	if j.made.Policy.ByDispatch() {
		stages := slices.DeleteFunc(j.runs(), func(run int64) bool { return run == j.planned })
		form = append(form, "-f", "do=plan", "-f", "runs="+blanks(stages))
	}
	return fleet.Command(append([]string{"gh", "workflow", "run", j.workflow, "--repo", j.repository, "--ref", j.branch}, form...)...)
}

// blanks are the ids of runs with blanks between them.
func blanks(runs []int64) string {
	ids := make([]string, len(runs))
	for i, id := range runs {
		ids[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(ids, " ")
}

// due is what is to be done next for a stage, in the words of the workflow's form: the first approval with a job of its
// own that is asked for before it, an earlier stage that is not at its end, or the stage itself.
func due(made plan.Plan, stage string, known fleet.Result) string {
	next, asked := execute.Next(made, known, stage)
	if len(asked) > 0 {
		return workflow.DoGate(asked[0].Stage.Name, asked[0].Gate)
	}
	return workflow.DoStage(cmp.Or(next.Name, stage))
}

// dispatched is the command that starts a stage of a plan by hand, where stages are started so. Where something else is
// to be done first, by what is known when it is asked for, it is the command for that; nil is nothing.
func (j *job) dispatched(made plan.Plan, known func() fleet.Result) report.StageCommand {
	runs := blanks(j.runs())
	return func(stage string) string {
		if stage == "" {
			return j.retry()
		}
		return fleet.Command("gh", "workflow", "run", j.workflow, "--repo", j.repository, "--ref", j.branch,
			"-f", "do="+due(made, stage, known()), "-f", "plan="+rollouts.PlanArtifact(made), "-f", "runs="+runs)
	}
}
