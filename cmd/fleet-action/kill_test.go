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

// killedOnce runs one process up to a kill and restores what was on disk at that instant. It reports whether the process
// lived long enough to be killed.
func (th *theatre) killedOnce(at int, after bool) bool {
	th.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	killed := false
	var left memory
	transport := &killer{next: wire.Transport(wire.Handler(th.world)), at: at, after: after, kill: func() {
		killed, left = true, maps.Clone(th.out)
		cancel()
	}}
	th.once(ctx, transport)
	if killed {
		th.kills++
		th.out = left
	}
	return killed
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

// TestKilledAnywhereReachesTheSameEnd kills a rollout at a request, starts it again, and compares its end with the one of
// a rollout that was left alone.
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
			broken = append(broken, killAndCompare(t, s, alone.end(), 1+draw.IntN(counted.served), draw.IntN(2) == 0)...)
		}
		return broken
	})
}

func killAndCompare(t *testing.T, s scene, want []string, at int, after bool) []string {
	t.Helper()
	th := newTheatre(t, s)
	if !th.makePlan() || !th.killedOnce(at, after) {
		return []string{fmt.Sprintf("request %d was never made: the rollout did not replay", at)}
	}
	th.roll(nil)
	var broken []string
	for _, line := range th.audit() {
		broken = append(broken, fmt.Sprintf("killed at request %d (after it arrived: %v): %s", at, after, line))
	}
	if got := th.end(); !slices.Equal(got, want) {
		broken = append(broken, fmt.Sprintf("killed at request %d (after it arrived: %v) it ended as\n    %s\n  and alone as\n    %s", at, after,
			strings.Join(got, "\n    "), strings.Join(want, "\n    ")))
	}
	return broken
}
