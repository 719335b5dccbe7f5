package forecast

import (
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestForecastAsWritten shows a forecast and its findings as they stand in plan.json: canaries, a day's wait, and a
// production whose job is too long.
func TestForecastAsWritten(t *testing.T) {
	r := newRollout(strategy.Full, strategy.Latest).clusters(2, "canary").cluster("eu1", "production", opens(20)).clusters(8, "production", nodes(5, 3)).
		with(waits(24 * time.Hour))
	p := r.made(t)
	var found []fleet.Finding
	for _, f := range p.Findings {
		if f.Rule == "job-too-long" {
			found = append(found, f)
		}
	}
	got, err := json.MarshalIndent(struct {
		Findings []fleet.Finding
		Forecast *plan.Forecast
	}{found, p.Forecast}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/forecast.golden.json"
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}
