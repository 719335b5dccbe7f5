package wire

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/org/fleet-update-action/internal/simulator"
)

func githubJobEndpoints() []githubEndpoint {
	return []githubEndpoint{
		{"GET " + githubRunPath + "/jobs", "LIST jobs", "actions: read", listJobs},
		{"GET " + githubRunPath + "/pending_deployments", "GET pending deployments", "actions: read", getPendingDeployments},
	}
}

// listJobs has the jobs of the last attempt, unless filter asks for all.
func listJobs(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	bodies := []map[string]any{}
	for _, job := range c.world.GitHub().Jobs(run.ID, c.URL.Query().Get("filter") == "all") {
		bodies = append(bodies, jobBody(c, job))
	}
	page, header := githubPaged(c, bodies)
	return reply{status: http.StatusOK, header: header, body: map[string]any{"total_count": len(bodies), "jobs": page}}, nil
}

func jobBody(c *call, job simulator.WorkflowJob) map[string]any {
	id, run := strconv.FormatInt(job.ID, 10), strconv.FormatInt(job.Run, 10)
	body := map[string]any{
		"id": job.ID, "run_id": job.Run, "run_attempt": job.Attempt, "name": job.Name, "status": job.Status, "conclusion": nil, "runner_name": nil,
		"created_at": stamp(job.Created), "completed_at": nil,
		"started_at": stamp(cmp.Or(job.Started, job.Created)), // GitHub has a time for every job
		"url":        c.repositoryURL() + "/actions/jobs/" + id, "run_url": c.repositoryURL() + "/actions/runs/" + run,
		"html_url": c.base() + "/" + c.world.GitHub().Repository().FullName() + "/actions/runs/" + run + "/job/" + id,
	}
	if job.Conclusion != "" {
		body["conclusion"] = job.Conclusion
	}
	if job.Runner != "" {
		body["runner_name"] = job.Runner
	}
	if !job.Completed.IsZero() {
		body["completed_at"] = stamp(job.Completed)
	}
	return body
}

func getPendingDeployments(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	bodies := []map[string]any{}
	for _, pending := range c.world.GitHub().PendingDeployments(run.ID) {
		environment := pending.Environment
		body := map[string]any{
			"environment": map[string]any{"id": environment.ID, "name": environment.Name}, "wait_timer": environment.WaitMinutes, "wait_timer_started_at": nil,
			"current_user_can_approve": false, // a job's token never can
			"reviewers":                reviewerBodies(environment.Reviewers),
		}
		if environment.WaitMinutes > 0 {
			body["wait_timer_started_at"] = stamp(pending.Job.Created)
		}
		bodies = append(bodies, body)
	}
	return ok(bodies)
}
