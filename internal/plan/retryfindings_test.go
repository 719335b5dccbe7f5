package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// What the earlier run had no pool for has no image to keep.
func TestRetryPinsWhatWasNotPinned(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.cluster("a", "dev", "westeurope")
	w.cluster("b", "dev", "westeurope", pools(pool("system", image("AKSUbuntu-2404gen2containerd-202510.01.0"), func(p *fleet.NodePool) { p.OSSKU = "Ubuntu2404" })))
	earlier := w.build(t, SkipTarget{"Member", "b"})
	p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Completed, "b": fleet.Skipped})
	finding, found := findingOf(p, "image-newly-pinned")
	if b := find(t, p, "b"); b.Pools[0].ToImage != noble || !found || !strings.Contains(finding.Message, string(noble)) {
		t.Errorf("pool %+v, finding %+v", b.Pools[0], finding)
	}
}

func TestRetryOfWhatCanNotBeHadAnyMore(t *testing.T) {
	for name, spec := range map[string]struct {
		kind   strategy.UpgradeType
		images strategy.ImageSelection
		change func(*world)
		want   string
	}{
		"a version that was withdrawn": {strategy.Full, strategy.Latest, func(w *world) {
			w.s.Upgrade.Kubernetes = version("1.34.1")
		}, "error version-withdrawn"},
		"an image that is too old": {strategy.NodeImageOnly, strategy.Consistent, func(*world) {}, "error image-age"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(spec.kind, spec.images)
			spec.change(w)
			w.cluster("a", "dev", "westeurope")
			w.cluster("b", "dev", "westeurope")
			earlier := w.build(t)
			w.inv.At = w.inv.At.Add(100 * 24 * time.Hour)
			w.region("westeurope", "AKSUbuntu-2204gen2containerd-202602.19.0", noble)
			delete(w.inv.Regions["westeurope"].Versions, version("1.34.1"))
			p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Failed, "b": fleet.Failed})
			if got := rulesOf(p); !p.Errored || !strings.HasPrefix(got[0], spec.want) || strings.Contains(strings.Join(got, " "), "warning version-withdrawn") || strings.Contains(strings.Join(got, " "), "image-unreachable") {
				t.Errorf("errored %v: %q", p.Errored, got)
			}
			errors := 0
			for _, finding := range p.Findings {
				if finding.Severity == fleet.Error {
					errors++
				}
			}
			if errors != 1 {
				t.Errorf("%d errors for one thing", errors)
			}
		})
	}
}

// A version that some region still has is no reason to forbid the run, and one that nobody needs any more is none to allow it.
func TestRetryOfAVersionThatIsHadInPart(t *testing.T) {
	for location, want := range map[string]string{"northeurope": "warning version-withdrawn", "westeurope": "error version-withdrawn"} {
		w := newWorld(strategy.Full, strategy.Latest)
		w.s.Upgrade.Kubernetes = version("1.34.1")
		w.cluster("a", "dev", "westeurope")
		id := w.cluster("b", "dev", location)
		earlier := w.build(t)
		if location == "westeurope" { // it got there before it failed
			there := w.inv.Clusters[id]
			onVersion("1.34.1")(&there)
			w.inv.Clusters[id] = there
		}
		delete(w.inv.Regions["westeurope"].Versions, version("1.34.1"))
		p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Failed, "b": fleet.Failed})
		if got := rulesOf(p); got[0] != want || p.Errored == (location == "northeurope") {
			t.Errorf("%s: errored %v, %q", location, p.Errored, got)
		}
	}
}

// An old image that is there already, or that the region still has as its latest, stands in nobody's way.
func TestRetryOfAnOldImageThatServes(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.cluster("a", "dev", "westeurope")
	earlier := w.build(t)
	w.inv.At = w.inv.At.Add(100 * 24 * time.Hour)
	p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Failed})
	if p.Errored || only(t, p).Action != ActionUpgrade {
		t.Errorf("%q %+v", rulesOf(p), only(t, p))
	}
}

func TestRetryTellsOfMembersThatAreGone(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope")
	w.cluster("b", "dev", "westeurope")
	earlier := w.build(t)
	w.inv.Members = w.inv.Members[:1]
	p := w.retry(t, earlier, map[string]fleet.State{"a": fleet.Completed, "b": fleet.Failed})
	if finding, found := findingOf(p, "retry-member-missing"); !found || finding.Member != "b" || p.Applyable {
		t.Errorf("%+v", p.Findings)
	}
}
