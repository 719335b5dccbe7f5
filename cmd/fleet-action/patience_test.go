package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestReadingAFleetThatTakesLongIsSaid: not at once, and not at every request.
func TestReadingAFleetThatTakesLongIsSaid(t *testing.T) {
	now := time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)
	var said strings.Builder
	p := &patience{to: &said, now: func() time.Time { return now }, wait: func(_ context.Context, until time.Time) error { now = until; return nil }}
	waits := func(times int) {
		for range times {
			if err := p.until(t.Context(), now.Add(time.Second)); err != nil {
				t.Fatal(err)
			}
		}
	}
	waits(30) // for something else
	done := p.reads()
	waits(15)
	done()
	waits(30)
	const line = "Reading the fleet: Azure takes so many requests at a time, and the next is sent at "
	if want := line + "07:00:34Z.\n" + line + "07:00:44Z.\n"; said.String() != want {
		t.Errorf("said\n%swant\n%s", said.String(), want)
	}
}
