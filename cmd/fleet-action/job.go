package main

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
)

// job is the job of a workflow run that a command runs in, with GitHub's API to ask about it.
type job struct {
	api        *github.API
	repository string
	workflow   string  // the file name of its workflow
	branch     string  // what it was started from
	run        int64   // its run
	earlier    []int64 // runs whose plan and results count too
	actor      string  // who started this attempt of its run
	claims     func(context.Context) (claims azure.Claims, ok bool, err error)
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
	file, _, _ := strings.Cut(c.getenv("GITHUB_WORKFLOW_REF"), "@")
	j := &job{
		api: api, repository: c.values["repository"], workflow: path.Base(file), branch: c.getenv("GITHUB_REF_NAME"),
		run: run, actor: c.getenv("GITHUB_TRIGGERING_ACTOR"),
		claims: func(ctx context.Context) (azure.Claims, bool, error) {
			login, err := loginOf(c)
			if err != nil {
				return azure.Claims{}, false, err
			}
			return azure.JobClaims(ctx, login)
		},
	}
	for _, word := range strings.Fields(c.values["runs"]) {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil || id <= 0 {
			return nil, wrongInput(fmt.Sprintf("--runs: %q is not the id of a run", word), "take the number at the end of the run's address")
		}
		j.earlier = append(j.earlier, id)
	}
	return j, nil
}

// newAPI is GitHub's API for the repository.
func newAPI(c call) (*github.API, error) {
	token := c.values["token"]
	if token == "" {
		return nil, wrongInput("GitHub's token is missing", "in a job leave the action's input token at its default; elsewhere set GITHUB_TOKEN")
	}
	c.runner.Mask(token)
	api, err := github.NewAPI(github.APIConfig{
		BaseURL: c.getenv("GITHUB_API_URL"), Repository: c.values["repository"], Token: token,
		Transport: c.transport, Now: c.now, Wait: c.wait,
	})
	if err != nil {
		return nil, wrongInput(err.Error(), "check --repository and GITHUB_API_URL")
	}
	return api, nil
}

// runs lists the runs whose plan and results count, in the order in which they are to be read.
func (j *job) runs() []int64 { return append(slices.Clone(j.earlier), j.run) }

// related refuses runs that are not of this workflow and branch: anybody who may start some workflow could have another
// run record whatever they like.
func (j *job) related(ctx context.Context) ([]fleet.Finding, error) {
	if len(j.earlier) == 0 {
		return nil, nil
	}
	own, err := j.api.Run(ctx, j.run)
	if err != nil {
		return nil, err
	}
	var refused []fleet.Finding
	for _, id := range j.earlier {
		other, err := j.api.Run(ctx, id)
		if err != nil {
			return nil, err
		}
		if other.Workflow != own.Workflow || other.HeadBranch != own.HeadBranch || other.HeadRepository != own.HeadRepository {
			refused = append(refused, fleet.Finding{
				Rule: "foreign-run", Severity: fleet.Error,
				Message: fmt.Sprintf("run %d is of %s on branch %s of %s; this one is of %s on branch %s of %s", id,
					other.Workflow, other.HeadBranch, other.HeadRepository, own.Workflow, own.HeadBranch, own.HeadRepository),
				Advice: "name only runs of this workflow on this branch",
			})
		}
	}
	return refused, nil
}

// again is the command that runs this job again, where it did not end well; of other stages it is "": the workflow goes
// on by itself.
func (j *job) again(own string) func(stage string) string {
	return func(stage string) string {
		if stage != own {
			return ""
		}
		return fleet.Command("gh", "run", "rerun", strconv.FormatInt(j.run, 10), "--failed", "--repo", j.repository)
	}
}

// dispatched is the command that starts a stage by hand, where stages are started so.
func (j *job) dispatched(stage string) string {
	ids := make([]string, 0, len(j.earlier)+1)
	for _, id := range j.runs() {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	return fleet.Command("gh", "workflow", "run", j.workflow, "--repo", j.repository, "--ref", j.branch,
		"-f", "do=stage "+stage, "-f", "runs="+strings.Join(ids, " "))
}
