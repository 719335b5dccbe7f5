package report

import (
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Brief is a plan in a few lines, for whoever is about to see it carried out: the sum of it, where the whole of it
// stands, and what it warns of.
func Brief(p plan.Plan, file string) Document {
	return brief(p, file, planHeadline(p))
}

// GoingOn is the same of a plan of which an earlier run did a part, r: how far that came takes the place of the sum.
func GoingOn(p plan.Plan, r fleet.Result, file string) Document {
	return brief(p, file, text{strong(Continued(p))}, stand(p.Stages, r, r.Outcome).words())
}

// Continued says of which plan a run is the continuation.
func Continued(p plan.Plan) string {
	return "This run goes on with the plan made at " + stamp(p.CreatedAt) + ", which an earlier run has not brought to its end."
}

func brief(p plan.Plan, file string, sum ...text) Document {
	d := Document{whole: "`plan.json`"}
	for _, words := range sum {
		d.add(paragraph{words})
	}
	d.add(paragraph{text{plain("Plan "), code(shortDigest(p.Digest)), plain(": "), code(file)}})
	d.add(retried(p)...)
	if warnings := ofSeverity(p.Findings, fleet.Error, fleet.Warning); len(warnings) > 0 {
		d.add(findingList(warnings))
	}
	return d
}
