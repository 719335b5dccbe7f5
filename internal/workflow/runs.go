package workflow

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/strategy"
)

// RolloutFiles are the names of the workflows whose runs upgrade the fleet of a strategy: the one that is started by hand,
// and those of its profiles.
func RolloutFiles(s strategy.Strategy) []string {
	files := []string{RolloutFile(s.Name)}
	for _, profile := range s.AutoUpgrade {
		files = append(files, ProfileFile(s.Name, profile.Name))
	}
	return files
}

// OfRollout reports whether a workflow, by the path of its file, is one of those whose runs upgrade the fleet of a strategy.
func OfRollout(s strategy.Strategy, path string) bool {
	file, there := strings.CutPrefix(path, Folder+"/")
	return there && slices.Contains(RolloutFiles(s), file)
}

// ByHand reports whether a workflow, by the path of its file, is the one of a strategy that is started by hand.
func ByHand(s strategy.Strategy, path string) bool { return path == Folder+"/"+RolloutFile(s.Name) }

// ProfileOf is the profile that a workflow follows, by the path of its file.
func ProfileOf(s strategy.Strategy, path string) (strategy.Profile, bool) {
	at := slices.IndexFunc(s.AutoUpgrade, func(p strategy.Profile) bool { return path == Folder+"/"+ProfileFile(s.Name, p.Name) })
	if at < 0 {
		return strategy.Profile{}, false
	}
	return s.AutoUpgrade[at], true
}

// The words of the form of a rollout whose jobs are started by hand, each in a run of its own.
const (
	doStage  = "stage "
	doGate   = "gate "
	doReport = "report"
)

// DoStage is what the form calls the job of a stage.
func DoStage(stage string) string { return doStage + stage }

// DoGate is what the form calls the job of a gate.
func DoGate(stage, gate string) string { return doGate + stage + " " + gate }

// Does says for which job alone a run was started by hand, by the name that its workflow gives it: a stage, a gate or the
// report. Of another run it is PlanJob.
func Does(title string) JobKind {
	_, said, _ := strings.Cut(title, ": ")
	switch {
	case strings.HasPrefix(said, doStage):
		return StageJob
	case strings.HasPrefix(said, doGate):
		return GateJob
	case said == doReport:
		return ReportJob
	default:
		return PlanJob
	}
}

// OnlyPlans reports whether a run only plans, as the name says that its workflow gives it.
func OnlyPlans(title string) bool { return strings.HasSuffix(title, " (dry run)") }

// JobKind is what a job of a rollout is there for.
type JobKind string

// The kinds of jobs.
const (
	PlanJob   JobKind = "plan"
	StageJob  JobKind = "stage"
	GateJob   JobKind = "gate" // or the call of the workflow with the stages
	ReportJob JobKind = "report"
)

// JobNamed says what a job is there for, and of which stage it is, by the name that GitHub has for it. Of a job in a
// workflow that is called it is that of the caller, a slash, and its own; of one that was skipped it is the caller's.
func JobNamed(name string) (kind JobKind, stage string) {
	own := name
	if at := strings.LastIndex(name, " / "); at >= 0 {
		own = name[at+len(" / "):]
	}
	stage, skipped := strings.CutPrefix(own, "Stage ")
	switch {
	case own == "Plan":
		return PlanJob, ""
	case own == "Report":
		return ReportJob, ""
	case skipped || own != name && !strings.Contains(own, " "): // the gate's own has its place behind the stage
		return StageJob, stage
	default:
		return GateJob, ""
	}
}
