package report

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestHeld(t *testing.T) {
	others := []fleet.OtherRun{
		{ID: 123, Title: "Fleet production", URL: "https://github.com/org/fleet/actions/runs/123", Why: "nothing is begun (onWaiting: hold)",
			Doing: "waits for approval of aks-production by platform-team, alice since 2026-11-20 04:37Z"},
		{ID: 124, Title: "<b>x</b> | `y`", URL: "https://github.com/>[x](y)", Doing: "is under way", Why: "its stage canary has begun, so it is not superseded, and nothing else is begun"},
	}
	d := Held(threeStages(), "fleet-plan-3f9a1c0de77b", others)
	golden(t, "held.golden.md", Markdown(d, megabyte))
	golden(t, "held.golden.txt", Text(d, Style{Width: 140}))
}
