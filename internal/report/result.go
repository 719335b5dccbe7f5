package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Result says what happened to a plan: the outcome first, then what failed with Azure's own words, what waits, what was not
// upgraded, what to do, what ran when, and each stage with its members.
func Result(p plan.Plan, r fleet.Result, command StageCommand) Document {
	now := stand(p.Stages, r, r.Outcome)
	title := "Upgrade of " + called(r.Name, r.Run) + ": "
	switch at, refused := refusalOf(r); {
	case r.Outcome == fleet.OutcomeErrored:
		title += "its plan has errors"
	case refused:
		title += "refused" + at.words(r)
	case now.Outcome == fleet.OutcomeUnfinished && !begun(r):
		title += "not begun"
	default:
		title += now.headline()
	}
	return resultOf(p, p.Stages, r, title, now, command)
}

// begun reports whether anything is recorded of a stage in which there was something to do.
func begun(r fleet.Result) bool {
	return slices.ContainsFunc(r.Stages, func(s fleet.StageResult) bool { return s.Outcome != fleet.OutcomeSkipped })
}

// StageResult says the same of one stage of a plan alone.
func StageResult(p plan.Plan, r fleet.Result, stage string, command StageCommand) Document {
	stages := slices.DeleteFunc(slices.Clone(p.Stages), func(s plan.Stage) bool { return s.Name != stage })
	r.Stages = slices.DeleteFunc(slices.Clone(r.Stages), func(s fleet.StageResult) bool { return s.Name != stage })
	r.Gates = slices.DeleteFunc(slices.Clone(r.Gates), func(given fleet.GateResult) bool { return given.Stage != stage })
	now := stand(stages, r, r.Stage(stage).Outcome)
	title := "Stage " + stage + " of " + called(r.Name, r.Run) + ": "
	switch at, refused := refusalOf(r); {
	case refused && at.after:
		title += now.headline() + ", then refused"
	case refused:
		title += "refused"
	default:
		title += now.headline()
	}
	return resultOf(p, stages, r, title, now, command)
}

// resultOf is the document about those stages of a plan of which r is the result.
func resultOf(p plan.Plan, stages []plan.Stage, r fleet.Result, title string, now standing, command StageCommand) Document {
	d := Document{whole: "`result.json`"}
	planned := plannedMembers(p)
	d.add(heading{1, words(title)})
	if now.total > 0 {
		d.add(paragraph{now.words()})
	}
	d.add(paragraph{resultFacts(r)})
	d.add(resultCallouts(r, planned)...)
	d.add(findingBlocks(r.Findings, fleet.Error)...)
	d.add(failures(r)...)
	d.add(waitingMembers(r)...)
	if !p.Errored { // its errors say what is in the way of all of them
		d.add(stayedBlocks(stayedIn(stages, r))...)
	}
	d.add(resultNext(p, stages, r, command)...)
	if drawn, ok := newChart("What ran when, UTC", history(r)); ok {
		d.add(heading{2, words("When")}, drawn)
	}
	d.add(approvalsGiven(p, r)...)
	for _, s := range r.Stages {
		d.add(heading{2, words(stageTitle(p, s.Name))})
		d.add(resultStage(p.Upgrade, s, planned)...)
	}
	d.add(snapshots(r)...)
	d.add(findingBlocks(r.Findings, fleet.Warning, fleet.Note)...)
	return d
}

// RuleInterrupted is the rule of what ended a run early without anybody having refused it: a signal, a lost network.
const RuleInterrupted = "interrupted"

// refusal is where errors held a run up: before a stage began, or after it was done; "" where it is no stage in particular.
type refusal struct {
	stage string
	after bool
}

// refusalOf tells a refusal from a failure: nothing was begun, at least of the last stage, or nothing more after it.
func refusalOf(r fleet.Result) (at refusal, refused bool) {
	interrupted := func(f fleet.Finding) bool { return f.Rule == RuleInterrupted }
	if !fleet.HasErrors(slices.DeleteFunc(slices.Clone(r.Findings), interrupted)) {
		return refusal{}, false
	}
	done := true
	for _, s := range r.Stages {
		if s.State == fleet.NotStarted {
			return refusal{stage: s.Name}, true
		}
		done = done && outcomeOf(s).Good()
		at = refusal{stage: s.Name, after: true}
	}
	return at, done
}

// words says it of the run that has the result, where it had begun.
func (at refusal) words(r fleet.Result) string {
	switch {
	case at.after:
		return " after stage " + at.stage
	case len(r.Stages) > 1:
		return " before stage " + at.stage
	default:
		return ""
	}
}

func resultFacts(r fleet.Result) text {
	started := slices.ContainsFunc(r.Stages, func(s fleet.StageResult) bool { return !s.StartedAt.IsZero() })
	parts := []text{words("As of " + stamp(r.At))}
	if started {
		parts = []text{words("Began " + stamp(r.StartedAt)), words("as of " + stamp(r.At))}
	}
	if ran := r.At.Sub(r.StartedAt); started && ran > 0 {
		parts = append(parts, words("ran "+duration(ran)))
	}
	return joined(plain(" · "), append(parts, text{plain("plan "), code(shortDigest(r.Digest))})...)
}

// resultCallouts has one line for each stage that is not simply done. What was refused is said by its errors.
func resultCallouts(r fleet.Result, planned map[fleet.ClusterID]plan.Member) []block {
	var blocks []block
	at, refused := refusalOf(r)
	for _, s := range r.Stages {
		if !refused || at.after || s.Name != at.stage {
			blocks = append(blocks, stageCallout(s, planned)...)
		}
	}
	return blocks
}

func stageCallout(s fleet.StageResult, planned map[fleet.ClusterID]plan.Member) []block {
	here := standOf(s, planned)
	kind, what, rest := "", "", here.others()
	switch here.Outcome {
	case fleet.OutcomeFailed:
		kind, what = "CAUTION", "failed"
	case fleet.OutcomeWithFailures:
		kind, what, rest = "WARNING", here.outcomeWords(), "its budget allows that, but what failed is not at the target"
	case fleet.OutcomeUnfinished:
		kind, what = "IMPORTANT", "is unfinished"
	default:
		return nil
	}
	if s.Reason != "" {
		rest = clip(s.Reason, maxMessage)
	}
	t := text{strong("Stage " + s.Name + " " + what)}
	if rest != "" {
		t = append(t, plain(": "+rest))
	}
	return []block{callout{kind, append(t, plain("."))}}
}

// memberOf is a member's result with where it stands.
type memberOf struct {
	stage, group string
	fleet.MemberResult
}

// inState lists the members in a state, in the order of the run.
func inState(r fleet.Result, state fleet.State) []memberOf {
	var all []memberOf
	for _, s := range r.Stages {
		for _, g := range s.Groups {
			for _, m := range g.Members {
				if m.State == state {
					all = append(all, memberOf{s.Name, g.Name, m})
				}
			}
		}
	}
	return all
}

func waitingMembers(r fleet.Result) []block {
	members := inState(r, fleet.Pending)
	if len(members) == 0 {
		return nil
	}
	slices.SortStableFunc(members, func(a, b memberOf) int {
		return cmp.Or(unknownLast(a.NotBefore, b.NotBefore), a.NotBefore.Compare(b.NotBefore))
	})
	t := table{noun: "waiting clusters", columns: []column{{name: "Stage"}, {name: "Cluster"}, {name: "Not before"}, {name: "Waits for"}}}
	for _, m := range members {
		t.rows = append(t.rows, []text{words(m.stage), words(m.Name), words(stamp(m.NotBefore)), words(waitsFor(m.MemberResult))})
	}
	return []block{heading{2, words("Waiting")}, t.used()}
}

func unknownLast(a, b time.Time) int {
	switch {
	case a.IsZero() && !b.IsZero():
		return 1
	case !a.IsZero() && b.IsZero():
		return -1
	default:
		return 0
	}
}

// history has a lane for every member that was worked on.
func history(r fleet.Result) []lane {
	var lanes []lane
	for _, s := range r.Stages {
		for _, g := range s.Groups {
			for _, m := range g.Members {
				if m.StartedAt.IsZero() {
					continue
				}
				end := m.EndedAt
				if end.IsZero() {
					end = r.At
				}
				lanes = append(lanes, lane{s.Name, g.Name, bar{m.Name, m.StartedAt, end, barTone(m.State)}})
			}
		}
	}
	return lanes
}

func barTone(s fleet.State) tone {
	switch s {
	case fleet.Failed:
		return bad
	case fleet.Completed:
		return calm
	default:
		return waiting
	}
}

// stageTitle numbers a stage as the plan does.
func stageTitle(p plan.Plan, name string) string {
	at := slices.IndexFunc(p.Stages, func(s plan.Stage) bool { return s.Name == name })
	if at < 0 {
		return name
	}
	return fmt.Sprintf("%d. %s", at+1, name)
}

func resultStage(u plan.Upgrade, s fleet.StageResult, planned map[fleet.ClusterID]plan.Member) []block {
	blocks := []block{paragraph{stageSummary(s, planned)}}
	t := table{noun: "clusters", columns: []column{{name: "Group"}, {name: "Cluster"}, {name: "Kubernetes", firm: true}, {name: "Node image", firm: true},
		{name: "Took", right: true}, {name: "State"}}}
	type row struct {
		rank  int
		cells []text
	}
	var rows []row
	for _, g := range s.Groups {
		for _, m := range g.Members {
			rows = append(rows, row{rank(m.State), resultRow(u, g, m, planned[m.Cluster])})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.rank, b.rank) })
	for _, r := range rows {
		t.rows = append(t.rows, r.cells)
	}
	if len(t.rows) > 0 {
		blocks = append(blocks, t.used())
	}
	return blocks
}

// rank puts first what needs a look.
func rank(s fleet.State) int {
	return slices.Index([]fleet.State{fleet.Failed, fleet.Stopping, fleet.Stopped, fleet.Running, fleet.Pending, fleet.NotStarted,
		fleet.Completed, fleet.Skipped}, s)
}

func resultRow(u plan.Upgrade, g fleet.GroupResult, m fleet.MemberResult, planned plan.Member) []text {
	var version, image text
	if u.Type != nodeImageOnly {
		version = reachedVersions(planned, m)
	}
	if u.Type != controlPlaneOnly {
		image = reachedImages(planned, m)
	}
	state := text{memberSign(m, planned).span()}
	switch {
	case m.State == fleet.Failed && m.Problem != nil && m.Problem.Code != "":
		state = append(state, plain(": "), code(m.Problem.Code))
	case m.State == fleet.Failed, m.State == fleet.Completed, m.State == fleet.Pending: // said elsewhere
	case m.State == fleet.Skipped && causeOf(planned).toSeeTo(): // said elsewhere, too
	case m.Reason != "":
		state = append(state, plain(": "+clip(because(m, planned), 200)))
	}
	return []text{words(g.Name), words(m.Name), version, image, words(took(m)), state}
}

func took(m fleet.MemberResult) string {
	if m.StartedAt.IsZero() || m.EndedAt.IsZero() {
		return ""
	}
	return duration(m.EndedAt.Sub(m.StartedAt))
}

func stageSummary(s fleet.StageResult, planned map[fleet.ClusterID]plan.Member) text {
	here := standOf(s, planned)
	parts := []text{{strong(capital(here.headline()))}}
	if here.Outcome == fleet.OutcomeSkipped { // of others a callout tells the reason
		parts = append(parts, words(clip(s.Reason, maxMessage)))
	}
	if !s.StartedAt.IsZero() && !s.FinishedAt.IsZero() {
		parts = append(parts, words("took "+duration(s.FinishedAt.Sub(s.StartedAt))), words("finished "+stamp(s.FinishedAt)))
	}
	if !s.LookAgain.IsZero() && s.FinishedAt.IsZero() {
		parts = append(parts, words("can go on from "+stamp(s.LookAgain)))
	}
	return joined(plain(" · "), parts...)
}

func snapshots(r fleet.Result) []block {
	l := list{noun: "snapshots"}
	seen := map[string]bool{}
	for _, s := range r.Stages {
		for _, id := range s.Snapshots {
			if !seen[id] {
				l.items = append(l.items, text{code(lastPart(id)), plain(" since stage " + s.Name)})
			}
			seen[id] = true
		}
	}
	if len(l.items) == 0 {
		return nil
	}
	return []block{heading{2, words("Snapshots")}, paragraph{words("Made by this run and still there; a later run removes them once no node pool is pinned to them.")}, l}
}
