package wire

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

const githubRunPath = repositoryPath + "/actions/runs/{run}"

func githubRunEndpoints() []githubEndpoint {
	return []githubEndpoint{
		{"GET " + githubRunPath, "GET run", "actions: read", getRun},
		{"GET " + githubRunPath + "/approvals", "GET approvals", "actions: read", getApprovals},
		{"GET " + repositoryPath + "/actions/runs", "LIST runs", "actions: read", listRuns},
		{"GET " + repositoryPath + "/actions/workflows/{workflow}/runs", "LIST runs", "actions: read", listRuns},
		{"POST " + githubRunPath + "/rerun-failed-jobs", "POST rerun", "actions: write", rerunFailed},
		{"POST " + githubRunPath + "/cancel", "POST cancel", "actions: write", cancelRun},
	}
}

func (c *call) run() (simulator.WorkflowRun, error) {
	id, err := c.number("run")
	if err != nil {
		return simulator.WorkflowRun{}, err
	}
	run, found := c.world.GitHub().Run(id)
	if !found {
		return run, simulator.NotFoundByGitHub()
	}
	return run, nil
}

func getRun(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	return ok(runBody(c, run))
}

func runBody(c *call, run simulator.WorkflowRun) map[string]any {
	repository := c.world.GitHub().Repository()
	id := strconv.FormatInt(run.ID, 10)
	body := map[string]any{
		"id": run.ID, "name": run.Workflow, "display_title": run.Title, "path": run.Workflow, "head_branch": run.Branch, "head_sha": run.SHA, "event": run.Event, "status": run.Status, "conclusion": nil,
		"run_attempt": run.Attempt, "run_number": run.ID, "created_at": stamp(run.Created), "run_started_at": stamp(run.Started), "updated_at": stamp(run.Updated),
		"actor": accountBody(run.Actor), "triggering_actor": accountBody(run.TriggeringActor), "url": c.repositoryURL() + "/actions/runs/" + id,
		"html_url":   c.base() + "/" + repository.FullName() + "/actions/runs/" + id,
		"repository": map[string]any{"full_name": repository.FullName()}, "head_repository": map[string]any{"full_name": run.HeadRepository},
	}
	if run.Conclusion != "" {
		body["conclusion"] = run.Conclusion
	}
	return body
}

// stamp is a time as GitHub writes it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func getApprovals(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	bodies := []map[string]any{}
	for _, approval := range run.Approvals {
		environments := make([]map[string]any, len(approval.Environments))
		for i, name := range approval.Environments {
			environments[i] = map[string]any{"name": name}
		}
		bodies = append(bodies, map[string]any{"state": approval.State, "comment": approval.Comment, "user": accountBody(approval.User), "environments": environments})
	}
	return ok(bodies)
}

// listRuns filters by workflow, by branch, by status or conclusion, and by what created says after ">=".
func listRuns(c *call) (reply, error) {
	if file := c.PathValue("workflow"); file != "" && !c.world.GitHub().KnowsWorkflow(file) {
		return reply{}, simulator.NotFoundByGitHub()
	}
	query := c.URL.Query()
	since := time.Time{}
	if text, found := strings.CutPrefix(query.Get("created"), ">="); found {
		var err error
		if since, err = time.Parse(time.RFC3339, text); err != nil {
			return reply{}, &simulator.GitHubRefusal{Status: http.StatusUnprocessableEntity, Message: "Validation Failed"}
		}
	}
	bodies := []map[string]any{}
	for _, run := range c.world.GitHub().Runs(c.PathValue("workflow")) {
		branch, status := query.Get("branch"), query.Get("status")
		chosen := (branch == "" || branch == run.Branch) && (status == "" || status == run.Status || status == run.Conclusion)
		if chosen && !run.Created.Before(since) {
			bodies = append(bodies, runBody(c, run))
		}
	}
	page, header := githubPaged(c, bodies)
	return reply{status: http.StatusOK, header: header, body: map[string]any{"total_count": len(bodies), "workflow_runs": page}}, nil
}

func rerunFailed(c *call) (reply, error) {
	id, err := c.number("run")
	if err != nil {
		return reply{}, err
	}
	if err := c.world.GitHub().RerunFailed(id); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusCreated, body: struct{}{}}, nil
}

// cancelRun answers before the run has ended: its jobs are told to.
func cancelRun(c *call) (reply, error) {
	id, err := c.number("run")
	if err != nil {
		return reply{}, err
	}
	if err := c.world.GitHub().CancelRun(id); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusAccepted, body: struct{}{}}, nil
}
