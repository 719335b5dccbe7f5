package plan

import (
	"testing"

	"github.com/org/fleet-update-action/internal/strategy"
)

// A run under a name of its own is another run; one under the name that it has anyhow is not.
func TestTheNameOfARun(t *testing.T) {
	for _, follows := range []string{"", "fast"} {
		w := newWorld(strategy.Full, strategy.Latest)
		w.s.AutoUpgrade = []strategy.Profile{{Name: "fast", Channel: strategy.Rapid, Images: strategy.Latest}}
		w.cluster("a", "dev", "westeurope")
		if follows != "" {
			var err error
			if w.s, err = w.s.Following(follows); err != nil {
				t.Fatal(err)
			}
		}
		plain := w.build(t)
		want := "production"
		if follows != "" {
			want = plain.Profile.Run
		}
		if plain.Run != want || plain.Name != "production" {
			t.Errorf("without a name the run is called %q, want %q", plain.Run, want)
		}
		named := w.buildTo(t, Orders{Name: "second"})
		if named.Run != "second" || named.Name != "production" || named.Digest == plain.Digest {
			t.Errorf("the run is called %q of %q, with digest %s", named.Run, named.Name, named.Digest)
		}
		if follows != "" && named.Profile.Run != plain.Profile.Run {
			t.Errorf("the profile's run is called %q", named.Profile.Run)
		}
		if third := w.buildTo(t, Orders{Name: "third"}); third.Digest == named.Digest {
			t.Error("two names give one digest")
		}
		if same := w.buildTo(t, Orders{Name: want}); same.Digest != plain.Digest {
			t.Errorf("under the name %q that it has anyhow it is another run", want)
		}
	}
}
