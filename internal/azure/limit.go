package azure

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/org/fleet-update-action/internal/fleet"
)

// bucket is one token bucket of Azure's throttling: burst requests at once, and one more every interval. Requests that
// draw on one bucket have equal buckets.
type bucket struct {
	name     string // what it limits, and where
	burst    int
	interval time.Duration
}

// The buckets of the AKS resource provider ("Quotas, SKUs and regions", as of August 2026), per region, and those of
// the resource manager ("Request limits and throttling"), per subscription and identity.

func listBucket(subscription string) bucket {
	return bucket{"LIST clusters " + subscription, 500, time.Second}
}

func clusterBucket(id fleet.ClusterID) bucket {
	return bucket{"GET cluster " + string(id), 60, time.Second}
}

func putBucket(id string) bucket {
	return bucket{"PUT " + strings.ToLower(id), 20, time.Minute}
}

func operationBucket(subscription, region string) bucket {
	return bucket{"GET operation " + subscription + " " + region, 200, time.Second / 2}
}

// otherBucket is shared by all that has no bucket of its own: pools, profiles, versions, windows, snapshots and the
// image upgrade.
func otherBucket(subscription, region string) bucket {
	return bucket{"other " + subscription + " " + region, 60, time.Second}
}

func armReadBucket(subscription string) bucket {
	return bucket{"read " + subscription, 250, time.Second / 25}
}

func armWriteBucket(subscription string) bucket {
	return bucket{"write " + subscription, 200, time.Second / 10}
}

// limiter keeps our own requests within the buckets. For each bucket it keeps the time at which the bucket will be
// full again, which says all about a bucket that refills evenly.
type limiter struct {
	mu    sync.Mutex
	full  map[string]time.Time
	turns map[string]turn // of writes that were kept back
}

// turn is when a write may be sent that was kept back, and what was drawn for it.
type turn struct {
	at      time.Time
	buckets []bucket
}

func newLimiter() *limiter {
	return &limiter{full: map[string]time.Time{}, turns: map[string]turn{}}
}

// turnLasts is for how long after its time a write's turn is kept for it: the reads before it may have to wait as well.
const turnLasts = 10 * time.Minute

// reserve draws on all buckets and returns when the request may be sent.
func (l *limiter) reserve(buckets []bucket, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.earliest(buckets, now)
	l.draw(buckets, at)
	return at
}

// take draws on all buckets, and says whether the write may be sent now. Otherwise its turn is kept for it, and until is
// when to ask again: were it not, the reads that come before each try would take what the write waits for, and it would
// never be sent.
func (l *limiter) take(write string, buckets []bucket, now time.Time) (until time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.turns, func(_ string, kept turn) bool { return now.Sub(kept.at) > turnLasts })
	kept, waits := l.turns[write]
	if !waits {
		kept = turn{l.earliest(buckets, now), buckets}
		l.draw(buckets, kept.at)
	}
	if kept.at.After(now) {
		l.turns[write] = kept
		return kept.at, false
	}
	if waits {
		for _, b := range buckets { // while this turn still counts as kept
			l.full[b.name] = l.fullAgain(b, now)
		}
		delete(l.turns, write)
	}
	return now, true
}

func (l *limiter) earliest(buckets []bucket, now time.Time) time.Time {
	at := now
	for _, b := range buckets {
		whole := time.Duration(b.burst-1) * b.interval
		if free := l.fullAgain(b, now).Add(-whole); free.After(at) {
			at = free
		}
	}
	return at
}

// fullAgain is when a bucket will be full again. A turn that was kept and is not taken yet leaves in the bucket what was
// drawn for it, however long ago that was: nobody else may have it.
func (l *limiter) fullAgain(b bucket, now time.Time) time.Time {
	again := now
	for _, kept := range l.turns {
		if slices.ContainsFunc(kept.buckets, func(other bucket) bool { return other.name == b.name }) {
			again = again.Add(b.interval)
		}
	}
	if full := l.full[b.name]; full.After(again) {
		return full
	}
	return again
}

func (l *limiter) draw(buckets []bucket, at time.Time) {
	for _, b := range buckets {
		l.full[b.name] = l.fullAgain(b, at).Add(b.interval)
	}
}

// emptied notes that Azure refused a request for its first bucket, the narrowest: somebody else draws on it as well, and
// it is empty now. Without this each of many reads would find that out for itself, and some of them never get through.
func (l *limiter) emptied(buckets []bucket, now time.Time) {
	if len(buckets) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := buckets[0]
	if full := now.Add(time.Duration(b.burst) * b.interval); l.full[b.name].Before(full) {
		l.full[b.name] = full
	}
}

// overdrawn is the error of a write that our own limiter keeps back: the caller decides when to try again.
type overdrawn struct{ until time.Time }

// Error writes why the write was not sent.
func (*overdrawn) Error() string {
	return "as many writes as Azure allows were sent; this one was kept back"
}

// draws travels with a request through the pipeline and says what each try of it draws on and counts as.
type draws struct {
	kind    string
	buckets []bucket
}

// throttle lets each try of a read wait for its buckets, and keeps back a write whose buckets are empty.
type throttle struct {
	limiter *limiter
	tally   *tally
	now     func() time.Time
	wait    func(ctx context.Context, until time.Time) error
}

// Do sends one try of a request.
func (t throttle) Do(request *policy.Request) (*http.Response, error) {
	var d draws
	request.OperationValue(&d)
	now := t.now()
	if request.Raw().Method != http.MethodGet {
		if until, ok := t.limiter.take(request.Raw().Method+" "+request.Raw().URL.Path, d.buckets, now); !ok {
			return nil, &overdrawn{until}
		}
	} else if at := t.limiter.reserve(d.buckets, now); at.After(now) {
		if err := t.wait(request.Raw().Context(), at); err != nil {
			return nil, err
		}
	}
	t.tally.request(d.kind)
	response, err := request.Next()
	if err == nil && response.StatusCode == http.StatusTooManyRequests {
		t.limiter.emptied(d.buckets, t.now())
	}
	return response, err
}
