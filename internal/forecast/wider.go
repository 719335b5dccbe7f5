package forecast

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// most is how many members of a stage are upgraded at once at most, as Fleet Manager has it.
const most = 50

// tooLong: a job that needs longer than it may take ends with work left, and has to be run again. Advised is only what was
// tried.
func (f *forecaster) tooLong(index int, need time.Duration, begins time.Time, before *world) {
	limit := f.limit(index)
	if need <= limit.runs {
		return
	}
	has := "its jobLimit is " + hours(limit.most)
	if limit.hosted && limit.most >= strategy.HostedLimit {
		has = "a hosted job has " + strings.TrimSuffix(hours(strategy.HostedLimit), " h")
	}
	name := f.plan.Stages[index].Name
	message := fmt.Sprintf("%s would end on %s; its job needs %s, %s.", name, clock(f.at), hours(need), has)
	f.find(index, "job-too-long", message, f.mend(index, limit, need, begins, before)+" What is not done by then goes on when the job is run again.")
}

// mend says what would make the job fit.
func (f *forecaster) mend(index int, limit limit, need time.Duration, begins time.Time, before *world) string {
	var ways []string
	if wider := f.wider(index, need, limit.runs, begins, before); wider != "" {
		ways = append(ways, wider)
	}
	switch enough := need + limit.most - limit.runs; {
	case enough > strategy.SelfHostedLimit:
	case limit.hosted && enough > strategy.HostedLimit:
		ways = append(ways, "set jobLimit on a self-hosted runner")
	default:
		ways = append(ways, "raise jobLimit to "+hours(enough))
	}
	if len(ways) == 0 {
		ways = []string{"divide it into several stages", "raise the surge of its node pools"}
	}
	return sentence(strings.Join(ways, ", or "))
}

// wider finds out which concurrency would make the stage fit into a job, by trying it: that of the stage where it is what
// holds its groups back, else that of the groups that end too late. It returns "" where none does.
func (f *forecaster) wider(index int, need, limit time.Duration, begins time.Time, before *world) string {
	stage := f.plan.Stages[index]
	for _, w := range []widening{widenStage(stage, need, limit), widenGroups(stage, f.late(index, begins.Add(limit)), need, limit)} {
		for _, more := range []int{0, 1, 2, 4, 8} {
			wider, words, ok := w(more)
			if !ok {
				break
			}
			trial := f.plan
			trial.Stages = slices.Clone(trial.Stages)
			trial.Stages[index] = wider
			r := newRun(trial, index, before.copied())
			if r.carryOut(); longest(jobsOf(begins, r.busy, limit)) <= limit {
				return words
			}
		}
	}
	return ""
}

// widening is a stage with so much more concurrency than may well do, and what was changed, in words.
type widening func(more int) (wider plan.Stage, words string, ok bool)

// widenStage raises the limit of the stage, up to what its groups can use.
func widenStage(stage plan.Stage, need, limit time.Duration) widening {
	useful := 0
	for _, group := range stage.Groups {
		useful += min(group.MaxConcurrency, len(group.Members))
	}
	least := about(stage.MaxConcurrency, need, limit)
	return func(more int) (plan.Stage, string, bool) {
		wider := stage
		wider.MaxConcurrency = least + more
		return wider, fmt.Sprintf("raise maxConcurrency to %d", wider.MaxConcurrency), wider.MaxConcurrency <= min(useful, most)
	}
}

// widenGroups raises the limits of some groups, and with them the stage's where that would hold them back.
func widenGroups(stage plan.Stage, late map[string]bool, need, limit time.Duration) widening {
	least := 0
	for _, group := range stage.Groups {
		if late[group.Name] {
			least = max(least, about(group.MaxConcurrency, need, limit))
		}
	}
	return func(more int) (plan.Stage, string, bool) {
		wider, level := stage, least+more
		wider.Groups = slices.Clone(stage.Groups)
		sum, useful := 0, 0
		var names []string
		for i := range wider.Groups {
			group := &wider.Groups[i]
			if late[group.Name] {
				group.MaxConcurrency = level
				names = append(names, group.Name)
				useful = max(useful, len(group.Members))
			}
			sum += group.MaxConcurrency
		}
		wider.MaxConcurrency = max(stage.MaxConcurrency, min(sum, most))
		return wider, inGroups(stage, wider, names, level), level <= min(useful, most)
	}
}

// inGroups says which limits were raised.
func inGroups(stage, wider plan.Stage, names []string, level int) string {
	words := fmt.Sprintf("raise maxConcurrency to %d", level)
	if len(stage.Groups) > 1 {
		words = fmt.Sprintf("raise maxConcurrency of group %s to %d", strings.Join(names, " and "), level)
	}
	if wider.MaxConcurrency > stage.MaxConcurrency && len(stage.Groups) > 1 {
		words += fmt.Sprintf(" and of the stage to %d", wider.MaxConcurrency)
	}
	return words
}

// about is the concurrency that would do if the time needed went down as it goes up; it is more than now.
func about(now int, need, limit time.Duration) int {
	return max(now+1, int(time.Duration(now)*need/limit))
}

// late names the groups with members that end after a time.
func (f *forecaster) late(index int, by time.Time) map[string]bool {
	ends := map[string]time.Time{}
	for _, m := range f.last().Members {
		ends[string(m.Cluster)] = m.EndsAt
	}
	late := map[string]bool{}
	for _, group := range f.plan.Stages[index].Groups {
		late[group.Name] = slices.ContainsFunc(group.Members, func(m plan.Member) bool { return ends[string(m.Cluster)].After(by) })
	}
	return late
}
