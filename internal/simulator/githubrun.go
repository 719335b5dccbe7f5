package simulator

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// WorkflowRun is a run of a workflow as it stands: with nothing left open, and without its artifacts.
type WorkflowRun struct {
	RunFile
	Started time.Time // of the attempt
	Updated time.Time // when it moved on last
}

// Rerun is a re-run that was asked for.
type Rerun struct {
	Run     int64
	Attempt int // that it began
	At      time.Time
}

// Run finds a run.
func (g *GitHub) Run(id int64) (WorkflowRun, bool) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	run := g.run(id)
	if run == nil {
		return WorkflowRun{}, false
	}
	return *run, true
}

func (g *GitHub) run(id int64) *WorkflowRun {
	at := slices.IndexFunc(g.runs, func(r *WorkflowRun) bool { return r.ID == id })
	if at < 0 {
		return nil
	}
	return g.runs[at]
}

// Runs returns the runs of a workflow file, or of all of them where that is "", newest first.
func (g *GitHub) Runs(file string) []WorkflowRun {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	var found []WorkflowRun
	for _, run := range slices.Backward(g.runs) {
		if file == "" || strings.HasSuffix(run.Workflow, "/"+file) {
			found = append(found, *run)
		}
	}
	slices.SortStableFunc(found, func(a, b WorkflowRun) int { return b.Created.Compare(a.Created) })
	return found
}

// PutRun adds a run, or moves the one of its id on: what is left empty then stays.
func (g *GitHub) PutRun(file RunFile) WorkflowRun {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	if known := g.run(file.ID); known != nil {
		known.move(file, g.world.now)
		known.Updated = g.world.now
		return *known
	}
	run := g.runOf(file)
	g.runs = append(g.runs, &run)
	return run
}

// move changes a run to what a description says of it. A new attempt starts now.
func (r *WorkflowRun) move(file RunFile, now time.Time) {
	r.Workflow, r.Branch, r.SHA = cmp.Or(file.Workflow, r.Workflow), cmp.Or(file.Branch, r.Branch), cmp.Or(file.SHA, r.SHA)
	r.HeadRepository, r.Event = cmp.Or(file.HeadRepository, r.HeadRepository), cmp.Or(file.Event, r.Event)
	r.Actor, r.TriggeringActor = cmp.Or(file.Actor, r.Actor), cmp.Or(file.TriggeringActor, r.TriggeringActor)
	r.Created, r.Title = cmp.Or(file.Created, r.Created), cmp.Or(file.Title, r.Title)
	if file.Attempt > r.Attempt {
		r.Attempt, r.Started = file.Attempt, now
	}
	if file.Status != "" {
		r.Status, r.Conclusion = file.Status, file.Conclusion
	}
}

// PutApproval adds what a reviewer answered to a run.
func (g *GitHub) PutApproval(run int64, file ApprovalFile) bool {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	known := g.run(run)
	if known == nil {
		return false
	}
	known.Approvals = append(slices.Clip(known.Approvals), file.filled())
	return true
}

// What GitHub allows of re-runs (GitHub documentation, "Re-running workflows and jobs").
const (
	rerunDays = 30
	maxReruns = 50
)

// RerunFailed runs the failed jobs of a run again.
func (g *GitHub) RerunFailed(id int64) error {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	run := g.run(id)
	switch {
	case run == nil:
		return NotFoundByGitHub()
	case run.Status != "completed":
		return forbidden("This workflow is already running")
	case g.world.now.Sub(run.Created) > rerunDays*24*time.Hour:
		return forbidden("Unable to retry this workflow run because it was created over a month ago")
	case run.Attempt > maxReruns:
		return forbidden("Unable to retry this workflow run because it has been re-run too many times")
	}
	run.Attempt++
	run.Status, run.Conclusion, run.Started, run.Updated = "queued", "", g.world.now, g.world.now
	g.reruns = append(g.reruns, Rerun{Run: id, Attempt: run.Attempt, At: g.world.now})
	return nil
}

// Reruns returns the re-runs that were asked for and allowed.
func (g *GitHub) Reruns() []Rerun {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	return slices.Clone(g.reruns)
}
