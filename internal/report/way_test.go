package report

import (
	"testing"

	"github.com/org/fleet-update-action/internal/plan"
)

func TestAPoolAtItsTargetIsNotAheadOfIt(t *testing.T) {
	for want, pool := range map[string]plan.Pool{
		"at its target": {Route: plan.RouteAhead, FromImage: pinned, ToImage: pinned},
		"ahead":         {Route: plan.RouteAhead, FromImage: newer, ToImage: pinned},
		"ordinary":      {Route: plan.RouteOrdinary, FromImage: pinned, ToImage: pinned},
	} {
		if got := route(pool); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
