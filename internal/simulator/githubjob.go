package simulator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// WorkflowJob is a job of one attempt of a run, with nothing left open.
type WorkflowJob struct {
	JobFile
	ID  int64
	Run int64
}

// The states of jobs that matter here.
const (
	completed  = "completed"
	inProgress = "in_progress"
	waiting    = "waiting" // for the rules of an environment
)

// Jobs returns the jobs of a run as they came up: those of its last attempt, or of all of them. An attempt that ran some
// jobs again has the others as they ended before.
func (g *GitHub) Jobs(run int64, all bool) []WorkflowJob {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	var found []WorkflowJob
	for _, job := range g.jobs {
		if job.Run != run {
			continue
		}
		earlier := slices.IndexFunc(found, func(known WorkflowJob) bool { return known.Name == job.Name })
		if earlier >= 0 && !all {
			found = slices.Delete(found, earlier, earlier+1)
		}
		found = append(found, job)
	}
	return found
}

// PutJob adds a job to a run, or moves the one of its name and attempt on: what is left empty then stays.
func (g *GitHub) PutJob(run int64, file JobFile) (WorkflowJob, bool) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	known := g.run(run)
	if known == nil {
		return WorkflowJob{}, false
	}
	return g.putJob(known, file), true
}

func (g *GitHub) putJob(run *WorkflowRun, file JobFile) WorkflowJob {
	file.Attempt = cmp.Or(file.Attempt, run.Attempt)
	at := slices.IndexFunc(g.jobs, func(job WorkflowJob) bool {
		return job.Run == run.ID && job.Name == file.Name && job.Attempt == file.Attempt
	})
	if at < 0 {
		at = len(g.jobs)
		g.jobs = append(g.jobs, WorkflowJob{ID: g.nextID(), Run: run.ID, JobFile: JobFile{Name: file.Name, Attempt: file.Attempt, Status: "queued"}})
	}
	g.jobs[at].move(file, g.world)
	return g.jobs[at]
}

// move changes a job to what a description says of it.
func (j *WorkflowJob) move(file JobFile, w *World) {
	if file.Conclusion != "" {
		file.Status = cmp.Or(file.Status, completed)
	}
	if file.Status != "" {
		j.Status, j.Conclusion = file.Status, file.Conclusion
	}
	j.Environment = cmp.Or(file.Environment, j.Environment)
	j.Created = cmp.Or(file.Created, j.Created, w.now)
	j.Started, j.Completed = cmp.Or(file.Started, j.Started), cmp.Or(file.Completed, j.Completed)
	j.Runner = cmp.Or(file.Runner, j.Runner)
	if j.Status == inProgress || j.Conclusion == "success" || j.Conclusion == "failure" {
		j.Started, j.Runner = cmp.Or(j.Started, w.now), cmp.Or(j.Runner, "GitHub Actions 1")
	}
	if j.Status == completed {
		j.Completed = cmp.Or(j.Completed, w.now)
	}
}

// PendingDeployments returns the environments that jobs of a run wait for, each once, and since when the first of them
// does.
func (g *GitHub) PendingDeployments(run int64) []PendingDeployment {
	var pending []PendingDeployment
	for _, job := range g.Jobs(run, false) {
		known := func(p PendingDeployment) bool { return strings.EqualFold(p.Environment.Name, job.Environment) }
		if job.Status != waiting || slices.ContainsFunc(pending, known) {
			continue
		}
		environment, found := g.Environment(job.Environment)
		if !found { // GitHub makes one for the first job that names it
			environment = Environment{Protection: fleet.Protection{Name: job.Environment, Exists: true}}
		}
		pending = append(pending, PendingDeployment{Environment: environment, Job: job})
	}
	return pending
}

// PendingDeployment is an environment whose rules a job waits for.
type PendingDeployment struct {
	Environment Environment
	Job         WorkflowJob
}

// CancelRun cancels a run: jobs that wait or are queued end at once, those in progress are told to, and the run ends with
// the last of them.
func (g *GitHub) CancelRun(id int64) error {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	run := g.run(id)
	switch {
	case run == nil:
		return NotFoundByGitHub()
	case run.Status == completed:
		return &GitHubRefusal{Status: 409, Message: "Cannot cancel a workflow run that is completed."}
	}
	runs := false
	for i, job := range g.jobs {
		switch {
		case job.Run != id || job.Status == completed:
		case job.Status == inProgress:
			runs = true
		default:
			g.jobs[i].move(JobFile{Status: completed, Conclusion: "cancelled"}, g.world)
		}
	}
	if !runs {
		run.Status, run.Conclusion = completed, "cancelled"
	}
	run.Updated = g.world.now
	g.cancels = append(g.cancels, id)
	return nil
}

// Cancellations returns the runs whose cancellation was asked for and accepted.
func (g *GitHub) Cancellations() []int64 {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	return slices.Clone(g.cancels)
}
