package rollouts

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

// other is another rollout of the strategy, as GitHub has it.
type other struct {
	run     github.Run
	jobs    []github.Job // of its last attempt
	pending []github.PendingDeployment
	begun   string // a stage of it that has begun, in any attempt; "": none
	plan    string // the artifact of the plan that it carries out; "": none is known
	covers  bool   // that plan does all that the one does that is made now
	expired bool   // that plan is too old by now: its stages refuse it

	stage   string    // of one that ended because it has to wait for a time
	opens   time.Time // that time; zero: it waits for none
	soaks   bool      // the stage is done, and the time is the end of the wait after it
	ended   time.Time // then, when it was done
	resumed string    // the workflow that resumes it, as the time has come
}

// look reads what is known of a run.
func look(ctx context.Context, gh GitHub, run github.Run) (other, error) {
	o := other{run: run}
	jobs, err := gh.JobsOfAllAttempts(ctx, run.ID)
	if err != nil {
		return o, err
	}
	for _, job := range jobs {
		kind, stage := workflow.JobNamed(job.Name)
		if kind == workflow.StageJob && started(job) {
			o.begun = stage
		}
		if job.Attempt == run.Attempt {
			o.jobs = append(o.jobs, job)
		}
	}
	if slices.ContainsFunc(o.jobs, func(job github.Job) bool { return job.Status == github.Waiting }) {
		if o.pending, err = gh.Pending(ctx, run.ID); err != nil {
			return o, err
		}
	}
	err = o.readArtifacts(ctx, gh)
	return o, err
}

// started reports whether a job has begun. One that was cancelled or rejected before that has ended without a runner.
func started(job github.Job) bool {
	return job.Status == github.InProgress || job.Status == github.Completed && (job.Runner != "" || job.Conclusion == github.Success)
}

// readArtifacts finds the newest plan of a run, unless another is being made, and any result of a stage, expired ones as
// well: that it is there is enough.
func (o *other) readArtifacts(ctx context.Context, gh GitHub) error {
	kept, expired, err := gh.Artifacts(ctx, o.run.ID, "")
	if err != nil {
		return err
	}
	for _, artifact := range slices.Concat(expired, kept) {
		if stage, isResult := strings.CutPrefix(artifact.Name, resultArtifacts); isResult && o.begun == "" {
			o.begun = stage[:max(0, strings.LastIndex(stage, "-"))] // behind it stands the attempt
		}
	}
	for _, artifact := range kept {
		if isPlan(artifact) && !o.planning() {
			o.plan = artifact.Name
		}
	}
	return nil
}

// underWay reports whether a run that has not ended is a rollout. One that is started by hand is: it holds the
// concurrency group from its first job on. A profile's is not before its plan is there and asks for something, unless it
// is run again without a new plan; nor is one that only plans or reports, where stages are started by hand.
func (o other) underWay(s strategy.Strategy) bool {
	if workflow.ByHand(s, o.run.Workflow) && !s.Workflow.ByDispatch() {
		return true
	}
	if o.run.Status == github.Waiting || o.run.Status == github.Pending {
		return true
	}
	for _, job := range o.jobs {
		kind, _ := workflow.JobNamed(job.Name)
		if kind != workflow.PlanJob && kind != workflow.ReportJob && job.Conclusion != github.Skipped {
			return true
		}
	}
	return o.begun != "" && !o.planning()
}

// planning reports whether the run makes its plan.
func (o other) planning() bool {
	return slices.ContainsFunc(o.jobs, func(job github.Job) bool {
		kind, _ := workflow.JobNamed(job.Name)
		return kind == workflow.PlanJob && job.Status != github.Completed
	})
}
