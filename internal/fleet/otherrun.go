package fleet

import "fmt"

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
