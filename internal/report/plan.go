package report

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Upgrade types and image selections, as plan.Upgrade spells them.
const (
	controlPlaneOnly = "ControlPlaneOnly"
	nodeImageOnly    = "NodeImageOnly"
	latestImages     = "Latest"
	consistentImages = "Consistent"
)

// Plan says what a run will do, to the person who approves it: the sum of it first, then what is in the way, what to
// do, when what would run, and each stage with its members. A zero reading is left out.
func Plan(p plan.Plan, reading fleet.Reading, command StageCommand) Document {
	d := Document{whole: "`plan.json`"}
	if nothingNew(p) {
		d.add(paragraph{upToDate(p)})
		d.add(findingBlocks(p.Findings, fleet.Warning)...)
		return d
	}
	d.add(heading{1, words("Upgrade plan: " + planned(p))}, paragraph{planHeadline(p)}, paragraph{planFacts(p)})
	d.add(followed(p)...)
	d.add(retried(p)...)
	d.add(planCallouts(p)...)
	d.add(findingBlocks(p.Findings, fleet.Error)...)
	d.add(planNext(p, command)...)
	if drawn, ok := newChart("Planned run, UTC", foreseen(p)); ok {
		d.add(heading{2, words("When")}, drawn, paragraph{notForeseen(p)})
	}
	for i, s := range p.Stages {
		d.add(planStage(p, i, s)...)
	}
	d.add(pinnedImages(p.Upgrade)...)
	d.add(findingBlocks(p.Findings, fleet.Warning, fleet.Note)...)
	d.add(leftOut(p)...)
	d.add(howRead(reading)...)
	return d
}

// tally counts members by what the plan does with them.
type tally map[plan.Action]int

func tallyOf(stages ...plan.Stage) tally {
	counts := tally{}
	for _, s := range stages {
		for _, g := range s.Groups {
			for _, m := range g.Members {
				counts[m.Action]++
			}
		}
	}
	return counts
}

func (t tally) rest() string {
	var parts []string
	for _, other := range []struct {
		action plan.Action
		word   string
	}{{plan.ActionSkip, "skipped"}, {plan.ActionBlocked, "blocked"}, {plan.ActionPending, "pending"}} {
		if n := t[other.action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, other.word))
		}
	}
	return strings.Join(parts, ", ")
}

func planHeadline(p plan.Plan) text {
	counts := tallyOf(p.Stages...)
	what := "Nothing will be upgraded"
	endless, behind := heldBehind(p)
	if n := counts[plan.ActionUpgrade] - behind; n > 0 {
		what = count(n, "cluster") + " will be upgraded"
		if !p.Applyable {
			what = count(n, "cluster") + " would be upgraded"
		}
		what += target(p)
	}
	t := text{strong(what), plain(", in " + count(len(p.Stages), "stage"))}
	if behind > 0 {
		t = append(t, plain(fmt.Sprintf("; %d behind stage %s, which does not end by itself", behind, endless)))
	}
	if rest := counts.rest(); rest != "" {
		t = append(t, plain("; "+rest))
	}
	return append(t, plain("."))
}

// heldBehind is the first stage that is not expected to end by itself, and how many clusters would be upgraded after it: no
// later stage begins.
func heldBehind(p plan.Plan) (endless string, clusters int) {
	for i, s := range p.Stages {
		if p.ForecastOf(s.Name).LeftOut > 0 {
			return s.Name, tallyOf(p.Stages[i+1:]...)[plan.ActionUpgrade]
		}
	}
	return "", 0
}

func target(p plan.Plan) string {
	u := p.Upgrade
	kubernetes := " to Kubernetes " + u.Kubernetes.String()
	if members, _ := unfinished(p); members > 0 {
		kubernetes = " towards Kubernetes " + u.Kubernetes.String()
	}
	switch u.Type {
	case controlPlaneOnly:
		return kubernetes + " (control planes only)"
	case nodeImageOnly:
		return " to " + images(string(u.Images))
	default:
		return kubernetes + " and " + images(string(u.Images))
	}
}

func images(selection string) string {
	switch selection {
	case latestImages:
		return "the latest node image of each region"
	case consistentImages:
		return "one node image per family"
	default:
		return "the node images the strategy names"
	}
}

func planFacts(p plan.Plan) text {
	parts := []text{words("Made " + stamp(p.CreatedAt)), words("valid until " + stamp(p.ExpiresAt)),
		{plain("digest "), code(shortDigest(p.Digest))}}
	switch endless, _ := heldBehind(p); {
	case endless != "":
		parts = append(parts, words("not expected to end by itself"))
	case p.Forecast != nil:
		parts = append(parts, words("expected to end "+stamp(p.Forecast.EndsAt)))
	}
	return joined(plain(" · "), parts...)
}

func planCallouts(p plan.Plan) []block {
	var blocks []block
	errors := 0
	for _, f := range p.Findings {
		if f.Severity == fleet.Error {
			errors++
		}
	}
	if p.Errored {
		blocks = append(blocks, callout{"CAUTION", text{strong("This plan cannot be run."),
			plain(fmt.Sprintf(" %s %s it; nothing is written to any cluster.", capital(count(errors, "error")), one(errors, "forbids", "forbid")))}})
	}
	if n := tallyOf(p.Stages...)[plan.ActionBlocked]; n > 0 {
		blocks = append(blocks, callout{"WARNING", text{strong(count(n, "cluster") + " cannot be upgraded as things are."),
			plain(" What mends " + one(n, "it", "them") + " stands under the stage.")}})
	}
	return blocks
}

func planStage(p plan.Plan, i int, s plan.Stage) []block {
	title := heading{2, words(fmt.Sprintf("%d. %s", i+1, s.Name))}
	if s.Skip != "" {
		return []block{title, paragraph{text{actionSign(plan.ActionSkip).span(), plain(" as a whole: " + s.Skip)}}}
	}
	blocks := []block{title, paragraph{stageTerms(s, p.ForecastOf(s.Name))}}
	members := planTable(p, s)
	if len(members.rows) > 0 {
		blocks = append(blocks, members)
	}
	return append(blocks, mending(s)...)
}

func planTable(p plan.Plan, s plan.Stage) table {
	times := timesOf(p.ForecastOf(s.Name))
	t := table{noun: "clusters", columns: []column{{name: "Group"}, {name: "Cluster"}, {name: "Region"}, {name: "Kubernetes", firm: true},
		{name: "Node image", firm: true}, {name: "Route"}, {name: "Window", firm: true}, {name: "Expected", right: true}, {name: "Action"}}}
	for _, g := range s.Groups {
		for _, m := range g.Members {
			t.rows = append(t.rows, planRow(p.Upgrade, g, m, times[m.Cluster]))
		}
	}
	return t.used()
}

func planRow(u plan.Upgrade, g plan.Group, m plan.Member, foreseen plan.MemberForecast) []text {
	var version, image, way text
	if u.Type != nodeImageOnly {
		version = plannedVersions(m)
	}
	if u.Type != controlPlaneOnly {
		image, way = plannedImages(m), routes(m)
	}
	why := text{actionSign(m.Action).span()}
	if m.Reason != "" {
		why = append(why, plain(": "+m.Reason))
	}
	return []text{words(g.Name), words(m.Name), words(m.Location), version, image, way, opening(m, foreseen),
		words(expected(m.ExpectedSeconds)), why}
}

// opening says how the window of a member stands and, where it is closed by the time its stage begins, when it opens then.
// An opening lasts a day at most, so its end needs no date.
func opening(m plan.Member, foreseen plan.MemberForecast) text {
	opens := later(m.Until, foreseen.OpensAt)
	var until, from text
	if !m.Closes.IsZero() {
		until = words("open until " + m.Closes.UTC().Format("15:04Z"))
	}
	switch {
	case opens.IsZero():
	case until.empty():
		from = words("from " + stamp(opens))
	default:
		from = words("then from " + stamp(opens))
	}
	return joined(lineEnd(), until, from)
}

// mending lists the blocked members of a stage with the commands that mend them.
func mending(s plan.Stage) []block {
	var lines []string
	for _, g := range s.Groups {
		for _, m := range g.Members {
			if m.Action == plan.ActionBlocked && m.Command != "" {
				lines = append(lines, "# "+m.Name, m.Command)
			}
		}
	}
	return unblocking(lines)
}

// unblocking are the lines that let clusters be upgraded by the next plan.
func unblocking(lines []string) []block {
	if len(lines) == 0 {
		return nil
	}
	return []block{paragraph{words("To unblock, then plan again:")}, commands{lines}}
}

func pinnedImages(u plan.Upgrade) []block {
	if len(u.Targets) == 0 {
		return nil
	}
	t := table{noun: "image families", columns: []column{{name: "Family"}, {name: "Image"}, {name: "Usable until"}, {name: "Latest by region"}}}
	for _, pinned := range u.Targets {
		regions := make([]text, 0, len(pinned.Regions))
		for _, r := range pinned.Regions {
			regions = append(regions, words(r.Region+" "+shortImage(r.Latest)))
		}
		t.rows = append(t.rows, []text{words(pinned.Family), {code(shortImage(pinned.Image))}, words(stamp(pinned.Expires)),
			joined(lineEnd(), regions...)})
	}
	return []block{heading{2, words("Pinned images")}, t.used()}
}

// leftOut names the members that are in the fleet and in no stage.
func leftOut(p plan.Plan) []block {
	if len(p.Unassigned) == 0 {
		return nil
	}
	l := list{noun: "clusters"}
	for _, m := range p.Unassigned {
		item := text{plain(m.Name)}
		if m.Group != "" {
			item = append(item, plain(" (group "+m.Group+")"))
		}
		l.items = append(l.items, item)
	}
	return []block{details{words(count(len(p.Unassigned), "cluster") + " in no stage"), []block{l}}}
}

func howRead(reading fleet.Reading) []block {
	if reading.Clusters == 0 && len(reading.Requests) == 0 {
		return nil
	}
	total := 0
	kinds := make([]string, 0, len(reading.Requests))
	for _, r := range reading.Requests {
		total += r.Count
		kinds = append(kinds, fmt.Sprintf("%s %d", r.Kind, r.Count))
	}
	sentence := fmt.Sprintf("Read %s with %s in %.2f s", count(reading.Clusters, "cluster"), count(total, "request"), reading.Took.Seconds())
	if len(kinds) > 0 {
		sentence += ": " + strings.Join(kinds, ", ")
	}
	return []block{paragraph{words(sentence + ".")}}
}
