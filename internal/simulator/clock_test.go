package simulator_test

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestThingsHappenInTheOrderOfTheirTimes(t *testing.T) {
	w := small(t, func(d *simulator.Description) {
		d.Events = []simulator.Happening{
			{Kind: simulator.Stop, Cluster: "aks-two", At: 3 * time.Hour},
			{Kind: simulator.Foreign, Cluster: "aks-one", At: time.Hour, Lasts: time.Hour},
			{Kind: simulator.Delete, Cluster: "aks-off", At: 3 * time.Hour},
		}
	})
	start := w.Now()
	step(w, 48*time.Hour)
	var previous time.Time
	var happened []string
	for _, event := range w.History() {
		if event.At.Before(previous) {
			t.Errorf("%s at %s stands after something at %s", event.Kind, event.At, previous)
		}
		previous = event.At
		if event.Kind == simulator.Faulted {
			happened = append(happened, event.What+" "+event.At.Sub(start).String())
		}
	}
	want := []string{"foreign 1h0m0s", "stop 3h0m0s", "delete 3h0m0s"}
	if len(happened) != len(want) || happened[0] != want[0] || happened[1] != want[1] || happened[2] != want[2] {
		t.Errorf("got %v, want %v", happened, want)
	}
}

func TestTheClockDoesNotGoBack(t *testing.T) {
	w := small(t)
	start := w.Now()
	w.AdvanceTo(start.Add(-time.Hour))
	if !w.Now().Equal(start) {
		t.Errorf("the clock went to %s", w.Now())
	}
}

func TestNextIsWhenSomethingHappens(t *testing.T) {
	w := small(t)
	start := w.Now()
	at, ok := w.Next()
	if !ok || !at.Equal(start.Add(24*time.Hour)) {
		t.Fatalf("got %s, %v, want the day on which westeurope's latest image moves", at, ok)
	}
	w.AdvanceTo(at)
	if at, ok := w.Next(); ok {
		t.Errorf("something is planned for %s, want nothing", at)
	}
}
