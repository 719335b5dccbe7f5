package execute

import (
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
)

// hold takes a slot for a member, in its group and in the stage.
func (t *turn) hold(pl *place) {
	t.held[pl.group]++
	t.heldTotal++
}

// free reports whether a slot is left for a member of that group.
func (t *turn) free(group int) bool {
	return t.held[group] < t.stage.Groups[group].MaxConcurrency && t.heldTotal < t.stage.MaxConcurrency
}

// count holds the failures against the budgets. Those of group and stage are independent, a budget is exceeded only by
// more failures than it says, and a group that exceeds its own fails the stage. Members that are yet to be tried again
// are not counted until they have been; once a budget is exceeded they are not, and stay Failed.
func (t *turn) count() {
	groups := make([]int, len(t.stage.Groups))
	total := 0
	for i := range t.places {
		if pl := &t.places[i]; pl.now.State == fleet.Failed && !pl.now.Retry {
			groups[pl.group]++
			total++
		}
	}
	for g, failures := range groups {
		if allowed := t.stage.Groups[g].MaxAllowedFailures; failures > allowed {
			t.exceeded = fmt.Sprintf("%s in group %s, where %d %s allowed", failed(failures), t.stage.Groups[g].Name, allowed, are(allowed))
		}
	}
	if allowed := t.stage.MaxAllowedFailures; total > allowed {
		t.exceeded = fmt.Sprintf("%s, where %d %s allowed", failed(total), allowed, are(allowed))
	}
	if t.exceeded == "" {
		return
	}
	for i := range t.places {
		if m := &t.places[i].now; m.State == fleet.Failed && m.Retry {
			m.Retry, m.Reason = false, "failed before, and was not tried again: "+t.exceeded
			t.places[i].ready = false
		}
	}
}

func failed(n int) string {
	if n == 1 {
		return "1 member failed"
	}
	return fmt.Sprintf("%d members failed", n)
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
