package azure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// tokens is a token bucket written the other way round: it counts what is left.
type tokens struct {
	left float64
	at   time.Time
}

func (k *tokens) draw(b bucket, at time.Time) bool {
	k.left = min(float64(b.burst), k.left+float64(at.Sub(k.at))/float64(b.interval))
	k.at = at
	k.left--
	return k.left > -1e-6
}

// However many requests come at once, and whichever buckets they share, none is overdrawn when each is sent at the time
// that the limiter gives it.
func TestLimiterNeverOverdraws(t *testing.T) {
	type sent struct {
		at      time.Time
		buckets []bucket
	}
	random := rand.New(rand.NewPCG(1, 2))
	buckets := []bucket{otherBucket("s", "r1"), otherBucket("s", "r2"), {"small", 5, time.Second / 25}, {"middle", 9, time.Second / 4}}
	limiter := newLimiter()
	start := newClock().at
	now, waited := start, 0
	var requests []sent
	for range 2000 {
		drawn := []bucket{buckets[random.IntN(2)], buckets[2+random.IntN(2)]}
		at := limiter.reserve(drawn, now)
		if at.After(now) {
			waited++
		}
		requests = append(requests, sent{at, drawn})
		if random.IntN(20) == 0 {
			now = now.Add(time.Duration(random.IntN(40)) * time.Second)
		}
	}
	slices.SortStableFunc(requests, func(a, b sent) int { return a.at.Compare(b.at) })
	server := map[string]*tokens{}
	for _, b := range buckets {
		server[b.name] = &tokens{left: float64(b.burst), at: start}
	}
	for _, request := range requests {
		for _, b := range request.buckets {
			if !server[b.name].draw(b, request.at) {
				t.Fatalf("%s is overdrawn at %s", b.name, request.at)
			}
		}
	}
	if waited == 0 {
		t.Error("nothing ever waited: the test proves nothing")
	}
}

// A request that one bucket holds back draws on its other buckets when it is sent, not when it was asked for.
func TestLimiterDrawsWhenTheRequestIsSent(t *testing.T) {
	limiter, now := newLimiter(), newClock().at
	slow, fast := bucket{"slow", 1, 10 * time.Second}, bucket{"fast", 2, time.Second}
	limiter.reserve([]bucket{slow}, now)
	sent := limiter.reserve([]bucket{slow, fast}, now)
	if want := now.Add(10 * time.Second); !sent.Equal(want) {
		t.Fatalf("sent at %s, want %s", sent, want)
	}
	for i, want := range []time.Time{sent, sent.Add(time.Second)} {
		if at := limiter.reserve([]bucket{fast}, sent); !at.Equal(want) {
			t.Errorf("request %d goes %s after that one, want %s", i+1, at.Sub(sent), want.Sub(sent))
		}
	}
}

// The burst is free, and then one request per interval.
func TestLimiterLeavesTheBurstFree(t *testing.T) {
	limiter, now := newLimiter(), newClock().at
	b := []bucket{otherBucket("s", "r")}
	for i := range 63 {
		at := limiter.reserve(b, now)
		if want := now.Add(time.Duration(max(0, i-59)) * time.Second); !at.Equal(want) {
			t.Errorf("request %d goes %s after now, want %s", i+1, at.Sub(now), want.Sub(now))
		}
	}
	if at := limiter.reserve([]bucket{otherBucket("s", "other")}, now); !at.Equal(now) {
		t.Error("another region has to wait")
	}
}

// A write whose bucket is empty is not sent: the answer says when to try again.
func TestWriteIsKeptBack(t *testing.T) {
	client, s, clock := newStub(t, always(answer{status: 202}))
	engine := client.Engine(EngineConfig{})
	write := func() fleet.Answer {
		call, err := client.resource(upgradeImage, string(clusterOne()), "", containerService, putBucket("pool"))
		if err != nil {
			t.Fatal(err)
		}
		return engine.write(t.Context(), "POST", "", call)
	}
	for i := range 20 {
		if got := write(); got.Verdict != fleet.Accepted {
			t.Fatalf("write %d: %+v", i+1, got)
		}
	}
	got := write()
	if got.Verdict != fleet.Later || !got.NotBefore.Equal(clock.at.Add(time.Minute)) || len(s.asked) != 20 {
		t.Errorf("got %+v after %d requests", got, len(s.asked))
	}
	clock.at = got.NotBefore
	if got := write(); got.Verdict != fleet.Accepted {
		t.Errorf("a minute later: %+v", got)
	}
}

// Windows of a hundred clusters in one region are read no faster than AKS allows.
func TestReadsWaitForTheirBucket(t *testing.T) {
	client, s, clock := newStub(t, always(answer{status: 404}))
	for i := range 100 {
		id := fleet.NewClusterID(subscription, "rg", fmt.Sprintf("aks-%d", i))
		if _, err := client.window(t.Context(), id, "westeurope", fleet.UpgradeWindow); err != nil {
			t.Fatal(err)
		}
	}
	if took := clock.at.Sub(newClock().at); took != 40*time.Second || len(s.asked) != 100 {
		t.Errorf("%d reads took %s, want 100 in 40s", len(s.asked), took)
	}
}

// A write that was kept back is sent when it is tried again at the time it was given, although the reads before it draw
// on the same bucket: they wait behind it. Otherwise each try would spend on reading what the write needs.
func TestWriteKeptBackComesToItsTurn(t *testing.T) {
	client, s, clock := newStub(t, world(t, nil))
	drain := []bucket{otherBucket(subscription, "westeurope")}
	client.limiter.reserve(drain, clock.at.Add(-time.Hour))
	for range 59 {
		client.limiter.reserve(drain, clock.at)
	}
	engine := client.Engine(EngineConfig{})
	answer := engine.Begin(t.Context(), step(fleet.PoolImage, nil))
	if answer.Verdict != fleet.Later || answer.Err.Code != "Throttled" || len(s.writes()) != 0 {
		t.Fatalf("got %+v %v: the test proves nothing", answer, answer.Err)
	}
	clock.at = answer.NotBefore
	if answer = engine.Begin(t.Context(), step(fleet.PoolImage, nil)); answer.Verdict != fleet.Accepted || len(s.writes()) != 1 {
		t.Errorf("got %+v %v at the time that it was given", answer, answer.Err)
	}
}
