package report

import (
	"fmt"
	"regexp"

	"github.com/org/fleet-update-action/internal/plan"
)

// OtherRun is another rollout of the same strategy, because of which nothing of a plan is begun.
type OtherRun struct {
	ID    int64
	Title string
	URL   string
	Doing string // since when: "waits for approval of aks-production by alice since 2026-11-20 04:37Z"
	Why   string // nothing is begun beside it
}

// Sentence says which run does what, and why it is left to.
func (r OtherRun) Sentence() string {
	return fmt.Sprintf("run %d (%s) %s: %s", r.ID, r.Title, r.Doing, r.Why)
}

// Held says for whom a plan has to wait that is carried out another time: a line for each rollout that is under way, and
// one about the plan.
func Held(p plan.Plan, artifact string, others []OtherRun) Document {
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
