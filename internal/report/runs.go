package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Runs says where the last runs stand: one line for each, and then what the stages of each did.
func Runs(r fleet.Runs) Document {
	d := Document{whole: "what `--format json` prints"}
	d.add(heading{1, words("Rollouts of " + r.Name)}, paragraph{runsSummary(r)})
	if len(r.Runs) > 1 {
		d.add(overview(r.Runs))
	}
	for _, run := range r.Runs {
		d.add(runBlocks(run, r.Runs)...)
	}
	d.add(findingBlocks(r.Findings, fleet.Error)...)
	d.add(findingBlocks(r.Findings, fleet.Warning, fleet.Note)...)
	return d
}

func runsSummary(r fleet.Runs) text {
	parts := []text{{strong(count(len(r.Runs), "rollout"))}, words("as of " + stamp(r.At))}
	if len(r.Runs) > 1 {
		parts = append(parts, words("newest first"))
	}
	if r.LeftOut > 0 {
		parts = append(parts, words("left out: "+count(r.LeftOut, "run")+" that began nothing"))
	}
	return joined(plain(" · "), parts...)
}

func overview(runs []fleet.RunStatus) table {
	t := table{noun: "rollouts", columns: []column{{name: "State"}, {name: "Trigger", firm: true}, {name: "Completed", right: true, firm: true}, {name: "Began", firm: true}, {name: "Run"}}}
	for _, run := range runs {
		completed := ""
		if run.Members.Total > 0 {
			completed = fmt.Sprintf("%d/%d", run.Members.Completed, run.Members.Total)
		}
		t.rows = append(t.rows, []text{{statusSign(run.State, run.Outcome, run.Members.Failed).span()}, words(string(run.Trigger)), words(completed), words(stamp(began(run))), runNamed(run, runs)})
	}
	return t.used()
}

// began is when a run began; what is known of one in a folder is its plan and its stages.
func began(run fleet.RunStatus) time.Time {
	begun := func(s fleet.StageStatus) bool { return !s.StartedAt.IsZero() }
	if len(run.Workflows) == 0 && !slices.ContainsFunc(run.Stages, begun) {
		return time.Time{}
	}
	return run.StartedAt
}

// runNamed names one of several runs: by its folder, where it is in one, and by the run that it retries.
func runNamed(run fleet.RunStatus, all []fleet.RunStatus) text {
	name := words(inFolder(run))
	if run.RetryOf != nil {
		name = append(name, lineEnd(), plain(retryWords(*run.RetryOf, all)))
	}
	return name
}

// inFolder is the name of a run, with its folder where it is one of several.
func inFolder(run fleet.RunStatus) string {
	if run.Folder == "" {
		return run.Name
	}
	return filepath.Base(run.Folder) + ": " + run.Name
}

// retryWords says of which run another is a retry: the folder of its plan, where one alone has it.
func retryWords(of fleet.RetryOf, all []fleet.RunStatus) string {
	var folders []string
	for _, run := range all {
		if run.Digest == of.Digest && run.Folder != "" {
			folders = append(folders, filepath.Base(run.Folder))
		}
	}
	if len(folders) == 1 {
		return "retry of " + folders[0]
	}
	return "retry of " + of.Run + ", plan " + shortDigest(of.Digest)
}

// statusSign is a state in Fleet's words. No failure stands behind a tick.
func statusSign(state fleet.State, outcome fleet.Outcome, failed int) sign {
	if state == fleet.Completed && outcome == fleet.OutcomeWithFailures {
		return sign{"▲", "completed with " + count(failed, "failure"), waiting}
	}
	if outcome == fleet.OutcomeErrored {
		return sign{"✖", "plan has errors", bad}
	}
	if state == fleet.Pending {
		return sign{"⏸", "pending", waiting}
	}
	return stateSign(state)
}

func runBlocks(run fleet.RunStatus, all []fleet.RunStatus) []block {
	blocks := []block{heading{2, runTitle(run)}, paragraph{runState(run, all)}}
	if run.Note != "" {
		blocks = append(blocks, paragraph{words(run.Note)})
	}
	blocks = append(blocks, titled("Waits for", waitsOf(run.WaitsFor))...)
	if len(run.Stages) > 0 {
		blocks = append(blocks, stagesOfRun(run.Stages))
	}
	blocks = append(blocks, reasonsOf(run.Stages)...)
	blocks = append(blocks, approvalsOfRun(run.Stages)...)
	blocks = append(blocks, inAzure(run.Stages)...)
	return append(blocks, workflowRuns(run.Workflows)...)
}

// runTitle tells runs of one name apart.
func runTitle(run fleet.RunStatus) text {
	return joined(plain(", "), words(inFolder(run)), words(stamp(run.StartedAt)))
}

func runState(run fleet.RunStatus, all []fleet.RunStatus) text {
	parts := []text{{statusSign(run.State, run.Outcome, run.Members.Failed).span()}}
	if run.Members.Total > 0 {
		parts = append(parts, words(run.Members.String()))
	}
	trigger := string(run.Trigger)
	if run.Profile != "" {
		trigger += ", profile " + run.Profile
	}
	parts = append(parts, words(trigger))
	if run.RetryOf != nil {
		parts = append(parts, words(retryWords(*run.RetryOf, all)))
	}
	if !run.EndedAt.IsZero() {
		parts = append(parts, words("ended "+stamp(run.EndedAt)))
	}
	if run.Digest != "" {
		parts = append(parts, text{plain("plan "), code(shortDigest(run.Digest))})
	}
	if run.Folder != "" {
		parts = append(parts, text{plain("in "), code(run.Folder)})
	}
	return joined(plain(" · "), parts...)
}

func waitsOf(waits []fleet.Wait) list {
	l := list{noun: "things"}
	for _, wait := range waits {
		l.items = append(l.items, waitItem(wait))
	}
	return l
}

func waitItem(wait fleet.Wait) text {
	var t text
	switch {
	case wait.Gate == fleet.GateStart:
		return words("somebody who starts stage " + wait.Stage + " by hand")
	case wait.Gate != "":
		t = words("the approval " + approvalWords(wait.Gate) + " stage " + wait.Stage)
	case wait.Environment != "" && wait.Stage != "":
		t = words("stage " + wait.Stage)
	case wait.Environment == "":
		return words("stage " + wait.Stage + ", not before " + stamp(wait.Until))
	}
	if wait.Environment != "" {
		t = joined(plain(" in "), t, text{plain("the environment "), code(wait.Environment)})
	}
	if len(wait.Reviewers) > 0 {
		t = append(t, plain(", asked: "+or(wait.Reviewers)))
	}
	if !wait.Until.IsZero() {
		t = append(t, plain(", not before "+stamp(wait.Until)))
	}
	return t
}

// or joins "a", "a or b", "a, b or c".
func or(parts []string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " or " + parts[last]
}

// approvalWords says where an approval stands, before the name of its stage.
func approvalWords(gate string) string {
	if gate == plan.GateEnvironment {
		return "to begin"
	}
	place, _, _ := strings.Cut(gate, "-")
	return gate + " " + place
}

func stagesOfRun(stages []fleet.StageStatus) table {
	t := table{noun: "stages", columns: []column{{name: "Stage", firm: true}, {name: "State"}, {name: "Began", firm: true}, {name: "Took", right: true, firm: true}, {name: "Clusters"}}}
	for _, s := range stages {
		took := ""
		if !s.StartedAt.IsZero() && !s.FinishedAt.IsZero() {
			took = duration(s.FinishedAt.Sub(s.StartedAt))
		}
		t.rows = append(t.rows, []text{words(s.Name), {statusSign(s.State, s.Outcome, s.Members.Failed).span()}, words(stamp(s.StartedAt)), words(took), words(countsOf(s.Members))})
	}
	return t.used()
}

// countsOf names the counts that are not zero.
func countsOf(c fleet.MemberCounts) string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{c.Completed, "completed"}, {c.Failed, "failed"}, {c.Running, "running"}, {c.Pending, "pending"}, {c.Skipped, "skipped"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return strings.Join(parts, ", ")
}

// titled is a list under its title, where it has anything in it.
func titled(title string, l list) []block {
	if len(l.items) == 0 {
		return nil
	}
	return []block{paragraph{text{strong(title)}}, l}
}

// maxNamed is how many clusters of a stage are named.
const maxNamed = 20

// reasonsOf tells of the stages that did not end well why, and which clusters failed.
func reasonsOf(stages []fleet.StageStatus) []block {
	l := list{noun: "reasons"}
	for _, s := range stages {
		if s.Reason != "" && (s.Outcome == fleet.OutcomeFailed || s.Outcome == fleet.OutcomeUnfinished) {
			l.items = append(l.items, text{strong(s.Name), plain(": " + clip(s.Reason, maxMessage))})
		}
		for _, failed := range s.Failures[:min(maxNamed, len(s.Failures))] {
			item := text{strong(s.Name + " / " + failed.Name), plain(": " + clip(cmp.Or(failed.Reason, "failed"), maxMessage))}
			if !strings.Contains(failed.Reason, failed.Code) {
				item = append(item, plain(" ("), code(failed.Code), plain(")"))
			}
			l.items = append(l.items, item)
		}
		if more := len(s.Failures) - maxNamed; more > 0 {
			l.items = append(l.items, text{strong(s.Name), plain(fmt.Sprintf(": %d more failed", more))})
		}
	}
	return titled("Why", l)
}

func approvalsOfRun(stages []fleet.StageStatus) []block {
	l := list{noun: "approvals"}
	for _, s := range stages {
		for _, given := range s.Approvals {
			item := text{strong(s.Name), plain(": " + given.Gate + " by " + cmp.Or(given.ApprovedBy, "somebody"))}
			if given.Comment != "" {
				item = append(item, plain(", “"+clip(given.Comment, maxMessage)+"”"))
			}
			l.items = append(l.items, item)
		}
	}
	return titled("Approved", l)
}

// InAzure adds to a document how the clusters of a run stand in Azure now.
func InAzure(d Document, run fleet.RunStatus) Document {
	if blocks := inAzure(run.Stages); len(blocks) > 0 {
		d.add(heading{2, words("In Azure now")})
		d.add(blocks[1:]...)
	}
	return d
}

// inAzure says how many members of each stage are at the target in Azure, what is with the others, and where that is not
// what was recorded.
func inAzure(stages []fleet.StageStatus) []block {
	now, different := list{noun: "stages"}, list{noun: "differences"}
	for _, s := range stages {
		if s.Now == nil {
			continue
		}
		now.items = append(now.items, stageNow(s))
		for _, cluster := range s.Now.Clusters {
			if cluster.Recorded != "" {
				different.items = append(different.items, recordedOtherwise(s.Name, cluster))
			}
		}
	}
	return append(titled("In Azure now", now), titled("Azure does not show what was recorded", different)...)
}

func stageNow(s fleet.StageStatus) text {
	var named []string
	for _, cluster := range s.Now.Clusters {
		if said := strings.TrimSpace(cluster.Behind + " " + stateOfCluster(cluster)); said != "" {
			named = append(named, cluster.Name+" "+said)
		}
	}
	if more := len(named) - maxNamed; more > 0 {
		named = append(named[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	t := text{strong(s.Name), plain(": the plan has no target for its clusters")}
	if s.Now.Members > 0 {
		t = text{strong(s.Name), plain(fmt.Sprintf(": %d of %d at the target", s.Now.AtTarget, s.Now.Members))}
	}
	if len(named) > 0 {
		t = append(t, plain("; "+strings.Join(named, ", ")))
	}
	return t
}

func stateOfCluster(c fleet.ClusterNow) string {
	switch c.State {
	case "":
		return ""
	case fleet.ClusterBusy, fleet.ClusterStopped, fleet.ClusterGone:
		return "is " + string(c.State)
	case fleet.ClusterReplaced:
		return "is another cluster by now"
	default:
		return "(" + string(c.State) + ")"
	}
}

func recordedOtherwise(stage string, c fleet.ClusterNow) text {
	now := "is not at the target now"
	if c.AtTarget {
		now = "is at the target now"
	}
	return text{strong(stage + " / " + c.Name), plain(" was recorded as " + string(c.Recorded) + ", and " + now)}
}

func workflowRuns(runs []fleet.WorkflowRun) []block {
	l := list{noun: "workflow runs"}
	for _, run := range runs {
		what := fmt.Sprintf("run %d", run.ID)
		if run.Attempt > 1 {
			what += fmt.Sprintf(", attempt %d", run.Attempt)
		}
		item := words(what + " by " + run.Actor + ", " + cmp.Or(run.Conclusion, run.Status))
		if run.URL != "" {
			item = append(item, plain(": "), address(run.URL))
		}
		l.items = append(l.items, item)
	}
	return titled("Workflow runs", l)
}
