package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
)

// crowded finds what the members of a stage draw on together, as many at once as it may upgrade, with more than is left. A
// member for which there is too little alone is another finding, and not counted here.
func (r *run) crowded(p Plan) []fleet.Finding {
	var findings []fleet.Finding
	for i, stage := range p.Stages {
		for _, k := range capacities() {
			for _, d := range r.demands(i, k) {
				if finding, is := d.crowded(stage); is {
					finding.Rule = k.rule
					findings = append(findings, finding)
				}
			}
		}
	}
	return findings
}

// demand is what the members of a stage draw from one thing.
type demand struct {
	draw            // of any of them
	members []drawn // the hungriest first
}

// drawn is what a member draws at the most, by the group that it is in.
type drawn struct{ group, need int }

// demands are those of a stage, in the order in which its members come to them.
func (r *run) demands(stage int, k capacity) []demand {
	var all []demand
	places := map[string]int{}
	for _, c := range r.candidates[stage] {
		if !c.out.Action.Open() {
			continue
		}
		for _, d := range c.hungriest(r, k) {
			if d.need == 0 || d.need > d.left {
				continue
			}
			at, known := places[d.from]
			if !known {
				at = len(all)
				places[d.from] = at
				all = append(all, demand{draw: d})
			}
			all[at].members = append(all[at].members, drawn{c.group, d.need})
		}
	}
	for _, d := range all {
		slices.SortStableFunc(d.members, func(a, b drawn) int { return cmp.Compare(b.need, a.need) })
	}
	return all
}

// hungriest is what a member draws from each thing while that of its pools is upgraded which draws most.
func (c *candidate) hungriest(r *run, k capacity) []draw {
	var most []draw
	for i := range c.parts {
		p := &c.parts[i]
		if !p.planned() {
			continue
		}
		for _, d := range k.draws(r, c, p) {
			at := slices.IndexFunc(most, func(known draw) bool { return known.from == d.from })
			switch {
			case at < 0:
				most = append(most, d)
			case d.need > most[at].need:
				most[at] = d
			}
		}
	}
	return most
}

func (d demand) crowded(stage Stage) (fleet.Finding, bool) {
	need, members := d.peak(stage, stage.MaxConcurrency)
	if need <= d.left {
		return fleet.Finding{}, false
	}
	fits := members
	for less := need; less > d.left && fits > 1; {
		fits--
		less, _ = d.peak(stage, fits)
	}
	return fleet.Finding{
		Severity: fleet.Warning, Stage: stage.Name,
		Message: fmt.Sprintf("The surge nodes of the %d members that stage %s may upgrade at once can need %d %s, and %d are left.", members, stage.Name, need, d.unit, d.left),
		Advice:  fmt.Sprintf("Lower the stage's maxConcurrency to %d. %s", fits, d.more()),
	}, true
}

// peak is the most that so many members of a stage can need at once, each group keeping to its own limit, and how many
// members that is.
func (d demand) peak(stage Stage, atOnce int) (need, members int) {
	inGroup := make([]int, len(stage.Groups))
	for _, m := range d.members {
		if members == atOnce {
			break
		}
		if inGroup[m.group] < stage.Groups[m.group].MaxConcurrency {
			inGroup[m.group]++
			members++
			need += m.need
		}
	}
	return need, members
}
