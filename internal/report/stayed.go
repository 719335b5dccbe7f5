package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// cause is why a skipped member that is not at its target stayed where it was, in the words in which such are counted.
type cause string

const (
	causeBlocked    cause = "blocked"
	causeStopped    cause = "stopped"
	causeChanged    cause = "changed since the plan" // removed, replaced or stopped
	causeRequested  cause = "left out on request"
	causeNotRetried cause = "not retried"
	causeOther      cause = "skipped" // it is not ours to upgrade
)

// causes are those to see to first.
func causes() []cause {
	return []cause{causeBlocked, causeStopped, causeChanged, causeRequested, causeNotRetried, causeOther}
}

// toSeeTo reports whether the member was wanted at the target, and somebody has to do something about it.
func (c cause) toSeeTo() bool {
	return c == causeBlocked || c == causeStopped || c == causeChanged
}

// causeOf is what the plan has against a member, which a skipped one has not overcome.
func causeOf(planned plan.Member) cause {
	switch {
	case planned.Action == plan.ActionBlocked:
		return causeBlocked
	case planned.Action.Open():
		return causeChanged
	case planned.Why == plan.WhyStopped:
		return causeStopped
	case planned.Why == plan.WhyRequested:
		return causeRequested
	case planned.Why == plan.WhyNotRetried:
		return causeNotRetried
	default:
		return causeOther
	}
}

// there reports whether the plan found the member at its target, or the run that this one retries brought it there.
func there(planned plan.Member) bool {
	return planned.Why == plan.WhyAtTarget || planned.Why == plan.WhyReached
}

// stayed is a member that was wanted at the target and is not there, without having failed on the way.
type stayed struct {
	fleet.MemberResult
	stage   string
	planned plan.Member
}

func stayedIn(stages []plan.Stage, r fleet.Result) []stayed {
	planned := plannedMembers(plan.Plan{Stages: stages})
	var all []stayed
	for _, s := range stages {
		for _, m := range membersOf(s, r) {
			if m.State == fleet.Skipped && causeOf(planned[m.Cluster]).toSeeTo() {
				all = append(all, stayed{m, s.Name, planned[m.Cluster]})
			}
		}
	}
	return all
}

// maxCommands is for how many clusters the commands are written out. Fleets have hundreds that are stopped.
const maxCommands = 50

// stayedBlocks names the members that stayed where they were, with the commands that mend what keeps them there.
func stayedBlocks(all []stayed) []block {
	if len(all) == 0 {
		return nil
	}
	t := table{noun: "clusters", columns: []column{{name: "Stage"}, {name: "Cluster"}, {name: "Why"}}}
	var mending [][]string
	for _, m := range all {
		why := memberSign(m.MemberResult, m.planned)
		t.rows = append(t.rows, []text{words(m.stage), words(m.Name), joined(plain(": "), text{why.span()}, words(because(m.MemberResult, m.planned)))})
		if command := mends(m.planned); command != "" {
			mending = append(mending, []string{"# " + m.Name, command})
		}
	}
	lines := slices.Concat(mending[:min(maxCommands, len(mending))]...)
	if more := len(mending) - maxCommands; more > 0 {
		lines = append(lines, "# and "+count(more, "more cluster"))
	}
	return append([]block{heading{2, words("Cannot be upgraded as things are")}, t.used()}, unblocking(lines)...)
}

// mends is the command that lets a member be upgraded by the next plan, or "".
func mends(planned plan.Member) string {
	if planned.Why != plan.WhyStopped {
		return planned.Command
	}
	id := planned.Cluster
	start := fleet.Command("az", "aks", "start", "--subscription", id.Subscription(), "--resource-group", id.ResourceGroup(), "--name", id.Name())
	return cmp.Or(planned.Command, start)
}

// because is the reason of a member without what is said beside it: the word of its state, and the command that mends it.
func because(m fleet.MemberResult, planned plan.Member) string {
	reason := strings.TrimSuffix(m.Reason, "; to mend it: "+planned.Command)
	for _, said := range []string{"blocked: ", "not started: ", "not started ", "skipped "} {
		if rest, repeated := strings.CutPrefix(reason, said); repeated {
			return rest
		}
	}
	return reason
}

// firstStayed names a few with why they stayed.
func firstStayed(all []stayed) string {
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name + " (" + string(causeOf(m.planned)) + ")"
	}
	return firstOf(names)
}
