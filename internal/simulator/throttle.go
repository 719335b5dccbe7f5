package simulator

import (
	"math"
	"strings"
	"time"
)

// Limit says which of AKS's own throttling buckets a request draws from. Its limits are those of the AKS quota page
// (2026-08); those of ARM itself come on top.
type Limit string

// The buckets of AKS, and that of requests to other providers, which draw from ARM's alone.
const (
	LimitListSubscription Limit = "LIST managedClusters by subscription"
	LimitListGroup        Limit = "LIST managedClusters by resource group"
	LimitGetCluster       Limit = "GET managedCluster"
	LimitPutCluster       Limit = "PUT managedCluster"
	LimitPutPool          Limit = "PUT agentPool"
	LimitOperation        Limit = "GET operation"
	LimitOther            Limit = "other"
	LimitNone             Limit = ""
)

type bucket struct {
	left      float64
	at        time.Time
	burst     float64
	perSecond float64
}

// rate is the size of a bucket and how fast it fills again.
func (l Limit) rate() (burst, perSecond float64) {
	switch l {
	case LimitListSubscription:
		return 500, 1
	case LimitPutCluster, LimitPutPool:
		return 20, 1.0 / 60
	case LimitOperation:
		return 200, 2
	default:
		return 60, 1
	}
}

// Request is what the world needs to know of a request that arrives.
type Request struct {
	Method   string
	Path     string // without the query, in any case
	What     string // what kind of request it is, for counting: "GET managedClusters"
	Limit    Limit
	Location string // of requests below locations/
}

// Arrive takes a request in: counts it, draws from its buckets, and decides what goes wrong with it. A refusal is an
// error; a fault that is none (a cut connection) is returned for the caller to act out.
func (w *World) Arrive(request Request) (Fault, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	path := strings.ToLower(request.Path)
	key := strings.ToLower(request.Method) + " " + path
	w.requestCalls[key]++
	asked := Event{Kind: Asked, By: Client, Cluster: clusterOf(path), What: request.What}
	refusal := w.drawTokens(request, path, &asked)
	fault, faulty := w.requestFault(key, w.requestCalls[key])
	if refusal == nil && faulty {
		w.record(Event{Kind: Faulted, By: Client, Cluster: asked.Cluster, What: string(fault.Kind)})
		refusal = fault.refusal()
	}
	if refusal != nil {
		asked.Status = refusal.Status
		w.record(asked)
		return Fault{}, refusal
	}
	w.record(asked)
	return fault, nil
}

// refusal is what a fault answers; nil for those that are no answer.
func (f Fault) refusal() *Refusal {
	switch f.Kind {
	case Throttle:
		refusal := flat(429, "Throttled", "The request was throttled.")
		refusal.RetryAfter = orElse(f.RetryAfter, 30*time.Second)
		return refusal
	case Conflict:
		return etagRace()
	case ServerFail:
		return flat(500, "InternalServerError", "An internal server error occurred.")
	case Unready:
		return nested(503, "ServiceUnavailable", "The service is temporarily unavailable, please retry.")
	case PollGone:
		return nested(404, "NotFound", "The entity was not found.")
	default:
		return nil
	}
}

// drawTokens takes a token from ARM's bucket and one from AKS's, and refuses where one is empty. AKS counts per region.
func (w *World) drawTokens(request Request, path string, asked *Event) *Refusal {
	subscription, kind := "", "reads"
	if parts := strings.Split(path, "/"); len(parts) > 2 {
		subscription = parts[2]
	}
	burst, perSecond := 250.0, 25.0
	switch request.Method {
	case "GET", "HEAD":
	case "DELETE":
		kind, burst, perSecond = "deletes", 200, 10
	default:
		kind, burst, perSecond = "writes", 200, 10
	}
	asked.Bucket = "ARM " + kind + " " + subscription
	left, wait := w.take(asked.Bucket, burst, perSecond)
	asked.Left = left
	if wait > 0 {
		return &Refusal{Status: 429, Code: "SubscriptionRequestsThrottled", Nested: true, RetryAfter: wait,
			Message: "Number of " + kind + " for subscription '" + subscription + "' exceeded the limit. Please try again after some time."}
	}
	if request.Limit == LimitNone {
		return nil
	}
	name := string(request.Limit) + " " + w.bucketScope(request, path, subscription)
	burst, perSecond = request.Limit.rate()
	left, wait = w.take(name, burst, perSecond)
	if left < asked.Left {
		asked.Bucket, asked.Left = name, left
	}
	if wait > 0 {
		return &Refusal{Status: 429, Code: "Throttled", RetryAfter: wait,
			Message: "The " + string(request.Limit) + " request limit has been exceeded for SubID '" + subscription + "', please retry again later."}
	}
	return nil
}

// bucketScope is what one bucket is for: a resource, a resource group, or a subscription in a region.
func (w *World) bucketScope(request Request, path, subscription string) string {
	switch request.Limit {
	case LimitGetCluster, LimitPutCluster, LimitPutPool:
		return path
	case LimitListGroup:
		return strings.Join(strings.Split(path, "/")[:5], "/")
	case LimitListSubscription:
		return subscription
	}
	region := strings.ToLower(request.Location)
	if snapshot, ok := w.snapshots[path]; ok {
		region = snapshot.Location
	}
	if c, ok := w.clusters[clusterOf(path)]; ok {
		region = c.Location
	}
	return subscription + " " + region
}

// take takes a token. Where there is none, wait says after how many whole seconds there will be one.
func (w *World) take(name string, burst, perSecond float64) (left float64, wait time.Duration) {
	b, ok := w.buckets[name]
	if !ok {
		b = &bucket{left: burst, at: w.now, burst: burst, perSecond: perSecond}
		w.buckets[name] = b
	}
	b.left = min(b.burst, b.left+w.now.Sub(b.at).Seconds()*b.perSecond)
	b.at = w.now
	if b.left < 1 {
		seconds := math.Ceil((1 - b.left) / b.perSecond)
		return b.left - 1, time.Duration(seconds) * time.Second
	}
	b.left--
	return b.left, 0
}

// Throttled returns the requests that were refused because a bucket was empty, faults not counted.
func (w *World) Throttled() []Event {
	var refused []Event
	for _, event := range w.History() {
		if event.Kind == Asked && event.Left < 0 {
			refused = append(refused, event)
		}
	}
	return refused
}
