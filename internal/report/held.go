package report

import (
	"regexp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Held says for whom a plan has to wait that is carried out another time: a line for each rollout that is under way, and
// one about the plan.
func Held(p plan.Plan, artifact string, others []fleet.OtherRun) Document {
	d := Document{whole: "`plan.json`"}
	for _, other := range others {
		d.add(paragraph{text{strong("Held"), plain(": " + other.Sentence() + " "), address(other.URL)}})
	}
	p.Applyable = false // now
	d.add(paragraph{append(planHeadline(p), plain(" The plan is in the artifact "), code(artifact), plain("."))})
	return d
}

// runAddress is what the address of a run looks like, whichever host it is on.
var runAddress = regexp.MustCompile(`^https://[-A-Za-z0-9.:]+/[-A-Za-z0-9_./]+$`)

// address is an address that GitHub gave, to be followed where it looks like one.
func address(url string) span {
	if runAddress.MatchString(url) {
		return page(url)
	}
	return plain(url)
}
