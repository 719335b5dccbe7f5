package strategy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// How long GitHub lets a job run.
const (
	HostedLimit     = 6 * time.Hour      // on its own runners
	SelfHostedLimit = 5 * 24 * time.Hour // anywhere
)

// How GitHub lets jobs of a run be run again (GitHub Docs, "Re-running workflows and jobs", and its changelog of 2026-04-10).
const (
	RerunAge = 30 * 24 * time.Hour // for so long after the run was created
	Reruns   = 50                  // so many times
)

// runsOn reads a label, a list of labels, or a group with or without labels.
func (r *reader) runsOn(n *schema.Node) RunsOn {
	on := RunsOn{Group: n.Field("group").Text()}
	labels := n.Elements()
	switch {
	case n == nil:
		return on
	case n.Kind == schema.Text:
		labels = []*schema.Node{n}
	case n.Kind == schema.Map:
		labels = n.Field("labels").Elements()
		r.noExpression(n.Field("group"))
	}
	on.Position = r.lines.Position(n)
	for _, label := range labels {
		if label.Text() == "" {
			continue
		}
		r.noExpression(label)
		r.linux(label)
		on.Labels = append(on.Labels, label.Text())
	}
	return on
}

// linux refuses the labels of runners that cannot run a container.
func (r *reader) linux(label *schema.Node) {
	system, _, _ := strings.Cut(strings.ToLower(label.Text()), "-")
	if system == "windows" || system == "macos" {
		r.fail(ruleRunnerSystem, label, fmt.Sprintf("the runner %q does not run Linux, and the action is a Linux container", label.Text()),
			"Use a runner with Linux, such as ubuntu-latest.")
	}
}

// jobLimit reads how long the job of a stage may take on a runner.
func (r *reader) jobLimit(n *schema.Node, on RunsOn) time.Duration {
	if n.Text() == "" {
		return HostedLimit
	}
	limit := age(n.Text())
	switch {
	case limit > SelfHostedLimit:
		r.fail(ruleJobLimit, n, "GitHub lets no job run longer than 5 days", "Write at most 5d. What is not done by then goes on when the job is run again.")
	case limit > HostedLimit && on.Hosted():
		r.report(ruleHostedJobLimit, fleet.Warning, n, fmt.Sprintf("GitHub ends jobs on its own runners after 6 hours, and this one runs on %s", strings.Join(on.Labels, ", ")),
			"Write at most 6h, or use a self-hosted runner in runsOn. What is not done by then goes on when the job is run again.")
	}
	return limit
}

// StageRunsOn returns the runner of a stage's job: its own, else the workflow's.
func (s Strategy) StageRunsOn(stage Stage) RunsOn {
	if stage.RunsOn.Given() {
		return stage.RunsOn
	}
	return s.Workflow.RunsOn
}

const defaultRunner = "ubuntu-latest"

// Deadline is how long a job with this limit works: it ends by itself, in good time before GitHub would cancel it.
func Deadline(limit time.Duration) time.Duration {
	const spare = 10 * time.Minute
	return max(limit-spare, limit/2)
}

// RunnerSleeps is how long the job of a stage should wait on its runner at most before it begins. An hour leaves a job of
// six most of its time and costs less than a wait timer that some later job would wait for in vain.
const RunnerSleeps = time.Hour

// Job returns the stage of that name as its job is written: a strategy without stages has one.
func (s Strategy) Job(stage string) Stage {
	for _, candidate := range s.Stages {
		if candidate.Name == stage {
			return candidate
		}
	}
	return OneByOneStage()
}

// Hosted reports whether GitHub's own runners are meant, as far as labels tell.
func (r RunsOn) Hosted() bool {
	if r.Group != "" || slices.Contains(r.Labels, "self-hosted") {
		return false
	}
	return slices.ContainsFunc(r.Labels, func(label string) bool { return strings.HasPrefix(strings.ToLower(label), "ubuntu-") })
}
