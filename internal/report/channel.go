package report

import (
	"cmp"
	"fmt"

	"github.com/org/fleet-update-action/internal/plan"
)

// followed says which profile a run follows, and who does not get to its channel's version in this run.
func followed(p plan.Plan) []block {
	if p.Profile == nil {
		return nil
	}
	t := text{plain("Run "), code(cmp.Or(p.Run, p.Profile.Run)), plain(": the profile " + p.Profile.Name + " follows the channel " + p.Profile.Channel)}
	if members, most := unfinished(p); members > 0 {
		t = append(t, plain(fmt.Sprintf(". %s more than one upgrade away from Kubernetes %s: each run brings %s one nearer, and after this one it takes up to %s",
			count(members, "cluster")+one(members, " is", " are"), p.Upgrade.Kubernetes, one(members, "it", "them"), count(most, "more run"))))
	}
	return []block{paragraph{append(t, plain("."))}}
}

// unfinished counts the members that take more runs than this one to get to the channel's version, and those runs.
func unfinished(p plan.Plan) (members, most int) {
	for member := range p.Members() {
		if member.LaterRuns > 0 {
			members++
			most = max(most, member.LaterRuns)
		}
	}
	return members, most
}

// nothingNew reports whether a run that follows a profile has nothing to do and nothing to complain of. Whoever looks
// every night wants to read one line then.
func nothingNew(p plan.Plan) bool {
	counts := tallyOf(p.Stages...)
	return p.Profile != nil && p.Retry == nil && !p.Errored && counts[plan.ActionUpgrade]+counts[plan.ActionPending]+counts[plan.ActionBlocked] == 0
}

func upToDate(p plan.Plan) text {
	there, skipped := 0, 0
	for member := range p.Members() {
		if member.Why == plan.WhyAtTarget {
			there++
		} else {
			skipped++
		}
	}
	channel := p.Profile.Channel
	if !p.Upgrade.Kubernetes.IsZero() {
		channel += ", Kubernetes " + p.Upgrade.Kubernetes.String()
	}
	line := fmt.Sprintf(" for the profile %s of %s (%s): %s at its target", p.Profile.Name, p.Name, channel, count(there, "cluster")+one(there, " is", " are"))
	if skipped > 0 {
		line += fmt.Sprintf(", %d skipped", skipped)
	}
	return text{strong("Nothing is new"), plain(line + ".")}
}
