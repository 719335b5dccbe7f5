package forecast

import (
	"fmt"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// runLimit is how long GitHub lets a run of a workflow take (https://docs.github.com/actions/reference/limits), waits and
// approvals included.
const runLimit = 35 * 24 * time.Hour

// limit is what the job of a stage may take.
type limit struct {
	most     time.Duration // GitHub cancels it then
	runs     time.Duration // it ends by itself before
	hosted   bool          // on a runner of GitHub
	position fleet.Position
}

func (f *forecaster) limit(index int) limit {
	stage := f.strategy.Job(f.plan.Stages[index].Name)
	return limit{
		most: stage.JobLimit, runs: strategy.Deadline(stage.JobLimit),
		hosted: f.strategy.StageRunsOn(stage).Hosted(), position: stage.Position,
	}
}

// judge finds where the stage that was forecast last would meet a limit.
func (f *forecaster) judge(index int, jobs []job, need time.Duration, before *world) {
	name := f.plan.Stages[index].Name
	if n := f.plan.Stages[index]; f.last().LeftOut > 0 {
		f.find(index, "time-unknown", fmt.Sprintf("Stage %s would not end by itself: of %s it is not known when their turn comes.", n.Name, count(f.last().LeftOut, "member")),
			"The forecast leaves them out. Later stages wait for them: see what each waits for, or skip it.")
	}
	f.tooLong(index, need, jobs[0].from, before)
	f.outlived(name, index, jobs)
	if !f.plan.Policy.ByDispatch() { // there each start of a stage is a run of its own
		f.runTooLong(name, index)
		f.rerunTooLate(name, index, jobs)
		f.rerunTooOften(name, index)
	}
	f.imageAges(name, index)
}

func (f *forecaster) last() plan.StageForecast { return f.forecast.Stages[len(f.forecast.Stages)-1] }

// find adds a warning about a stage.
func (f *forecaster) find(index int, rule, message, advice string) {
	f.findings = append(f.findings, fleet.Finding{
		Rule: rule, Severity: fleet.Warning, Stage: f.plan.Stages[index].Name, Position: f.limit(index).position, Message: message, Advice: advice,
	})
}

// once reports whether something is to be told for the first time.
func (f *forecaster) once(what string) bool {
	told := f.told[what]
	f.told[what] = true
	return !told
}

// refused says that a stage would not begin. Too few members are found by the plan itself.
func (f *forecaster) refused(stage plan.Stage, finding fleet.Finding) {
	known := func(other fleet.Finding) bool { return other.Rule == "min-succeeded" && other.Stage == finding.Stage }
	if finding.Rule == "too-few-succeeded" && slices.ContainsFunc(f.plan.Findings, known) {
		return
	}
	f.findings = append(f.findings, fleet.Finding{
		Rule: "stage-would-be-refused", Severity: fleet.Warning, Stage: stage.Name,
		Message: fmt.Sprintf("Stage %s would be refused, so the forecast ends before it: %s.", stage.Name, finding.Message),
		Advice:  sentence(finding.Advice),
	})
}

// outlived: a job that begins when the plan has expired is refused.
func (f *forecaster) outlived(name string, index int, jobs []job) {
	for i, j := range jobs {
		if j.from.Before(f.plan.ExpiresAt) {
			continue
		}
		verb := "begin"
		if longest(jobs[:i]) > 0 {
			verb = "have to be gone on with"
		}
		if f.once("plan-outlived") {
			f.find(index, "plan-outlived",
				fmt.Sprintf("Stage %s would %s on %s at the earliest; this plan expires on %s and the stage would be refused.", name, verb, clock(j.from), clock(f.plan.ExpiresAt)),
				"Raise planMaxAge, or shorten the waits of the stages before it.")
		}
		return
	}
}

// runTooLong: GitHub cancels a run that takes too long.
func (f *forecaster) runTooLong(name string, index int) {
	if f.at.Sub(f.plan.CreatedAt) > runLimit && f.once("run-too-long") {
		f.find(index, "run-too-long",
			fmt.Sprintf("Stage %s would end on %s, %s after the run began; GitHub ends a run after 35 days, waits included.", name, clock(f.at), days(f.at.Sub(f.plan.CreatedAt))),
			"Start the stages by hand, each as a run of its own (workflow.approvals: dispatch), or shorten the waits.")
	}
}

// rerunTooLate: jobs of an old run cannot be run again.
func (f *forecaster) rerunTooLate(name string, index int, jobs []job) {
	until := f.plan.CreatedAt.Add(strategy.RerunAge)
	for _, j := range jobs[1:] {
		if j.from.After(until) && f.once("rerun-too-late") {
			f.find(index, "rerun-too-late",
				fmt.Sprintf("The job of stage %s would have to be run again on %s; GitHub runs the jobs of a run again for 30 days, until %s.", name, clock(j.from), clock(until)),
				"Start the stages by hand, each as a run of its own (workflow.approvals: dispatch), or plan again then: what is at its target is skipped.")
		}
	}
}

// rerunTooOften: nor can those of a run that was run again often.
func (f *forecaster) rerunTooOften(name string, index int) {
	f.reruns += f.last().Jobs - 1
	if f.reruns > strategy.Reruns && f.once("rerun-too-often") {
		f.find(index, "rerun-too-often",
			fmt.Sprintf("By the end of stage %s jobs would have to be run again %d times; GitHub runs a run again %d times.", name, f.reruns, strategy.Reruns),
			"Raise maxConcurrency or jobLimit, start the stages by hand, each as a run of its own (workflow.approvals: dispatch), or plan again then: what is at its target is skipped.")
	}
}

// imageAges: a pinned image that grows too old during the run cannot be taken from a snapshot any more.
func (f *forecaster) imageAges(name string, index int) {
	for _, target := range f.plan.Upgrade.Targets {
		expires := target.Expires
		young := !expires.IsZero() && expires.After(f.plan.CreatedAt) // else Build has said so
		if young && !expires.After(f.at) && pinsTo(f.plan.Stages[index], target.Image) && f.once("image-age "+string(target.Image)) {
			f.find(index, "image-age",
				fmt.Sprintf("The image %s turns 90 days old on %s, before stage %s would end on %s.", target.Image, expires.Format(time.DateOnly), name, clock(f.at)),
				"Azure takes no older image from a snapshot: choose a newer image, or shorten the run.")
		}
	}
}

// pinsTo reports whether any pool of the stage is brought to the image.
func pinsTo(stage plan.Stage, image fleet.NodeImage) bool {
	for member := range stage.Members() {
		if slices.ContainsFunc(member.Pools, func(pool plan.Pool) bool { return pool.Action.Open() && pool.ToImage.Same(image) }) {
			return true
		}
	}
	return false
}
