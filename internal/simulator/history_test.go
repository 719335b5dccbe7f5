package simulator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestHistoryOfAnUpgrade(t *testing.T) {
	w := small(t)
	start := w.Now()
	operation, err := w.UpgradeImage(pool("aks-one", "user"), "")
	if err != nil {
		t.Fatal(err)
	}
	step(w, time.Hour)
	one, kubernetes := id("aks-one"), version(t, "1.33.5")
	want := []simulator.Event{
		{At: start, Kind: simulator.Wrote, By: simulator.Client, Cluster: one, Pool: "user", What: "pool image", From: oldImage, To: westImage,
			Version: kubernetes, Image: westImage, Operation: operation.ID},
		{At: start, Kind: simulator.Changed, By: simulator.Client, Cluster: one, Pool: "user", From: "Succeeded", To: "UpgradingNodeImageVersion"},
		{At: start.Add(8 * time.Minute), Kind: simulator.Changed, By: simulator.Client, Cluster: one, Pool: "user", From: "UpgradingNodeImageVersion", To: "Succeeded"},
		{At: start.Add(8 * time.Minute), Kind: simulator.Finished, By: simulator.Client, Cluster: one, Pool: "user", What: "UpgradingNodeImageVersion",
			To: "Succeeded", Operation: operation.ID},
	}
	if diff := cmp.Diff(want, w.History()); diff != "" {
		t.Error(diff)
	}
}

func TestEveryOperationThatWasBegunEndsOnce(t *testing.T) {
	for seed := range uint64(10) {
		w := rollout(t, seed)
		step(w, 48*time.Hour)
		begun, ended := map[string]bool{}, map[string]int{}
		for _, event := range w.History() {
			switch event.Kind {
			case simulator.Wrote:
				if event.Operation != "" {
					begun[event.Operation] = true
				}
			case simulator.Finished:
				ended[event.Operation]++
			}
		}
		if len(begun) < 8 || len(ended) != len(begun) {
			t.Errorf("seed %d: %d operations were begun and %d ended", seed, len(begun), len(ended))
		}
		for operation, times := range ended {
			if !begun[operation] || times != 1 {
				t.Errorf("seed %d: operation %s ended %d times, begun: %v", seed, operation, times, begun[operation])
			}
		}
	}
}

func TestHistoryIsNotChangedByWhatFollows(t *testing.T) {
	w := small(t)
	before := w.History()
	length := len(before)
	mustUpgradeControlPlane(t, w, "aks-one", "1.34.2")
	if len(before) != length || len(w.History()) <= length {
		t.Errorf("had %d, then %d, now %d", length, len(before), len(w.History()))
	}
}
