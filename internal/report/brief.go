package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Brief is a plan in a few lines, for whoever is about to see it carried out: the sum of it, where the whole of it
// stands, and what it warns of.
func Brief(p plan.Plan, file string) Document {
	d := Document{whole: "`plan.json`"}
	d.add(paragraph{planHeadline(p)}, paragraph{text{plain("Plan "), code(shortDigest(p.Digest)), plain(": "), code(file)}})
	d.add(retried(p)...)
	if warnings := ofSeverity(p.Findings, fleet.Error, fleet.Warning); len(warnings) > 0 {
		d.add(findingList(warnings))
	}
	return d
}
