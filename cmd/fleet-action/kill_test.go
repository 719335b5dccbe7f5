package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// killer is a transport that kills its process at one request: nothing gets through from then on, and what the process
// writes on its way out is undone, as a killed process writes nothing.
type killer struct {
	next   http.RoundTripper
	at     int  // the request, from 1
	after  bool // the request still arrives, its reply is lost
	kill   func()
	served int
}

func (k *killer) RoundTrip(request *http.Request) (*http.Response, error) {
	k.served++
	if k.served < k.at {
		return k.next.RoundTrip(request)
	}
	if k.served == k.at {
		if k.after {
			if response, err := k.next.RoundTrip(request); err == nil {
				_ = response.Body.Close()
			}
		}
		k.kill()
	}
	return nil, syscall.ECONNRESET
}

// stopper is a transport that stops its process in good order at one request, as SIGINT does.
type stopper struct {
	next   http.RoundTripper
	at     int // the request, from 1
	stop   func()
	served int
}

func (s *stopper) RoundTrip(request *http.Request) (*http.Response, error) {
	if s.served++; s.served == s.at {
		s.stop()
	}
	return s.next.RoundTrip(request)
}

// interruption ends a process at one of its requests.
type interruption struct {
	at     int
	after  bool // killed: the request still arrives
	stop   bool // not killed, but told to stop
	forget bool // killed: the record is lost with it
}

func (i interruption) String() string {
	switch {
	case i.stop:
		return fmt.Sprintf("stopped at request %d", i.at)
	default:
		return fmt.Sprintf("killed at request %d (after it arrived: %v, its record lost: %v)", i.at, i.after, i.forget)
	}
}

func drawInterruption(draw *rand.Rand, requests int) interruption {
	return interruption{at: 1 + draw.IntN(requests), after: draw.IntN(2) == 0, stop: draw.IntN(4) == 0, forget: draw.IntN(3) == 0}
}

// interrupted runs one process up to an interruption; a kill leaves what was on disk at that instant. It reports whether
// the process lived long enough.
func (th *theatre) interrupted(i interruption) bool {
	th.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	over := false
	azure := wire.Transport(wire.Handler(th.world))
	if i.stop {
		code := th.once(ctx, &stopper{next: azure, at: i.at, stop: func() { over = true; cancel() }})
		if over && code == exitDone && !th.result().Outcome.Good() {
			th.t.Errorf("seed %d: %s it said that it was done", th.seed, i)
		}
		return over
	}
	var left memory
	th.once(ctx, &killer{next: azure, at: i.at, after: i.after, kill: func() {
		over, left = true, maps.Clone(th.out)
		cancel()
	}})
	if over {
		th.out = left
	}
	if over && i.forget {
		delete(th.out, resultFile)
	}
	return over
}

// end is how a scene ended: what every cluster runs, and what became of every member.
func (th *theatre) end() []string {
	th.t.Helper()
	var lines []string
	for _, cluster := range th.world.Clusters(sceneSubscription, "") {
		line := fmt.Sprintf("%s %s %s", cluster.ID.Name(), cluster.Version, cluster.State)
		for _, pool := range cluster.Pools {
			line += fmt.Sprintf(" %s=%s/%s/%s", pool.Name, pool.Version, pool.Image, pool.State)
		}
		lines = append(lines, line)
	}
	for _, stage := range th.result().Stages {
		for _, group := range stage.Groups {
			for _, member := range group.Members {
				lines = append(lines, fmt.Sprintf("%s/%s/%s %s", stage.Name, group.Name, member.Name, member.State))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// TestKilledAnywhereReachesTheSameEnd kills or stops a rollout at requests, up to three times, starts it again each time,
// and compares its end with the one of a rollout that was left alone.
func TestKilledAnywhereReachesTheSameEnd(t *testing.T) {
	t.Parallel()
	seeds(t, 40, 8, func(t *testing.T, seed uint64) []string {
		s := newScene(seed)
		s.world.Faults = simulator.Faults{}
		for name, region := range s.world.Regions { // what Latest means must not depend on when it is asked
			region.Images = region.Images[:1]
			s.world.Regions[name] = region
		}
		alone := newTheatre(t, s)
		if !alone.makePlan() {
			return nil
		}
		counted := &killer{next: wire.Transport(wire.Handler(alone.world)), at: 1 << 30}
		if alone.once(context.Background(), counted) == exitAgain {
			alone.roll(nil)
		}
		broken := alone.audit()
		draw := rand.New(rand.NewPCG(seed, 11))
		for range 2 {
			interruptions := []interruption{drawInterruption(draw, counted.served)}
			for range draw.IntN(3) {
				interruptions = append(interruptions, drawInterruption(draw, counted.served))
			}
			broken = append(broken, interruptAndCompare(t, s, alone.end(), interruptions)...)
		}
		return broken
	})
}

func interruptAndCompare(t *testing.T, s scene, want []string, interruptions []interruption) []string {
	t.Helper()
	th := newTheatre(t, s)
	if !th.makePlan() || !th.interrupted(interruptions[0]) {
		return []string{fmt.Sprintf("request %d was never made: the rollout did not replay", interruptions[0].at)}
	}
	for _, next := range interruptions[1:] {
		th.interrupted(next)
	}
	th.roll(nil)
	var broken []string
	for _, line := range th.audit() {
		broken = append(broken, fmt.Sprintf("%s: %s", interruptions, line))
	}
	if got := th.end(); !slices.Equal(got, want) {
		broken = append(broken, fmt.Sprintf("%s it ended as\n    %s\n  and alone as\n    %s", interruptions,
			strings.Join(got, "\n    "), strings.Join(want, "\n    ")))
	}
	return broken
}

// TestKilledUnderFaults interrupts rollouts whose operations fail, too: what must always hold holds over all processes.
func TestKilledUnderFaults(t *testing.T) {
	t.Parallel()
	interrupted := 0
	seeds(t, 60, 12, func(t *testing.T, seed uint64) []string {
		s := newScene(seed)
		if seed%2 == 0 {
			s.world.Faults = simulator.Faults{Rates: map[simulator.FaultKind]float64{simulator.Fail: .35}}
		}
		th := newTheatre(t, s)
		if !th.makePlan() {
			return nil
		}
		draw := rand.New(rand.NewPCG(seed, 13))
		for range 1 + draw.IntN(4) {
			if th.interrupted(drawInterruption(draw, 300)) {
				interrupted++
			}
		}
		if th.roll(nil) == exitFailed { // somebody mends it, and runs the same command again
			th.roll(nil)
		}
		return th.audit()
	})
	if *seedFlag == 0 && interrupted == 0 {
		t.Error("no rollout was interrupted: nothing was tested")
	}
}
