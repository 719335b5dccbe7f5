package simulator

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// FaultKind says what goes wrong.
type FaultKind string

// Faults of requests. What the client sees of the two cuts is the same, a connection that ends; the write behind
// CutAfter has happened.
const (
	Throttle   FaultKind = "throttle"   // 429 with Retry-After
	Conflict   FaultKind = "conflict"   // a write meets AKS's internal race: 409 EtagMismatch
	ServerFail FaultKind = "serverFail" // 500
	Unready    FaultKind = "unready"    // 503
	CutBefore  FaultKind = "cutBefore"  // the connection ends before the request was taken
	CutAfter   FaultKind = "cutAfter"   // and after
	PollGone   FaultKind = "pollGone"   // an operation's status URL answers 404
)

// Faults of requests to GitHub, besides Throttle, ServerFail, Unready and the cuts.
const (
	RateLimit      FaultKind = "rateLimit"      // 403, and x-ratelimit-reset says when the hour's requests are given anew
	SecondaryLimit FaultKind = "secondaryLimit" // 403 with Retry-After
	BadGateway     FaultKind = "badGateway"     // 502 with a page
)

// Faults of operations that were accepted.
const (
	Drain   FaultKind = "drain"   // a pod's disruption budget blocks the drain until it times out
	Fail    FaultKind = "fail"    // fails with Code and Message
	Stuck   FaultKind = "stuck"   // takes After longer
	Cancel  FaultKind = "cancel"  // ends Canceled
	Preempt FaultKind = "preempt" // another's operation takes over: this one ends AKSOperationPreempted
)

// Faults gives the faults of a world: exact ones, and rates from which they are drawn.
type Faults struct {
	Rates  map[FaultKind]float64 `yaml:"rates"` // 0..1: per request, per operation, or per cluster for what happens to clusters
	Exact  []Fault               `yaml:"exact"`
	Within time.Duration         `yaml:"within"` // what happens to clusters by Rates happens in this time, default 12 hours
}

// Fault is one exact fault. A fault of a request matches by Path and Call, a fault of an operation by Cluster and Pool.
type Fault struct {
	Kind       FaultKind     `yaml:"kind"`
	Path       string        `yaml:"path"`       // part of "METHOD /path", in any case
	Call       int           `yaml:"call"`       // the how manieth such request, from 1; 0 is every one
	Cluster    string        `yaml:"cluster"`    // its name
	Pool       string        `yaml:"pool"`       // "" is the control plane
	Times      int           `yaml:"times"`      // how many operations it hits, 0 is every one
	After      time.Duration `yaml:"after"`      // into the operation; default the pool's drain timeout for Drain, 6 hours for Stuck
	RetryAfter time.Duration `yaml:"retryAfter"` // of Throttle, default 30 seconds; of RateLimit 10 minutes, of SecondaryLimit 1
	Code       string        `yaml:"code"`       // of Fail
	Message    string        `yaml:"message"`
}

// requestFaults are those decided when a request arrives, in the order in which they are tried.
func requestFaults() []FaultKind {
	return []FaultKind{Throttle, Conflict, ServerFail, Unready, CutBefore, CutAfter, PollGone, RateLimit, SecondaryLimit, BadGateway}
}

func operationFaults() []FaultKind { return []FaultKind{Drain, Fail, Stuck, Cancel, Preempt} }

// draw gives a number in [0, 1) that depends on the seed and on what it is drawn for, and on nothing else, so that a
// seed replays whatever else happens in between.
func (w *World) draw(what string, number int) float64 {
	hash := fnv.New64a()
	hash.Write([]byte(what))
	mixed := hash.Sum64() ^ (w.seed * 0x9e3779b97f4a7c15) ^ (uint64(number) * 0xbf58476d1ce4e5b9)
	mixed = (mixed ^ mixed>>30) * 0xbf58476d1ce4e5b9
	mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
	mixed ^= mixed >> 31
	return float64(mixed>>11) / (1 << 53)
}

// requestFault decides what goes wrong with the call-th request of a method and path.
func (w *World) requestFault(request string, call int) (Fault, bool) {
	for i, fault := range w.faults.Exact {
		if fault.Path == "" || !strings.Contains(request, strings.ToLower(fault.Path)) {
			continue
		}
		w.faultCalls[i]++ // counted per fault: its Path may match several requests
		if fault.Call == 0 || fault.Call == w.faultCalls[i] {
			return fault, true
		}
	}
	for _, kind := range requestFaults() {
		rate := w.faults.Rates[kind]
		if rate > 0 && w.applies(kind, request) && w.draw(string(kind)+request, call) < rate {
			return Fault{Kind: kind, RetryAfter: w.drawnPause(request, call)}, true
		}
	}
	return Fault{}, false
}

// applies keeps faults to the requests that have them in Azure and GitHub.
func (w *World) applies(kind FaultKind, request string) bool {
	switch kind {
	case Conflict:
		return strings.HasPrefix(request, "put ")
	case PollGone:
		return strings.Contains(request, "/operations/")
	case RateLimit, SecondaryLimit, BadGateway:
		return strings.Contains(request, " /api/v3/")
	default:
		return strings.Contains(request, "/subscriptions/")
	}
}

// drawnPause is a Retry-After between 5 and 125 seconds: also longer than the minute above which common clients give up.
func (w *World) drawnPause(request string, call int) time.Duration {
	return time.Duration(5+int(120*w.draw("pause"+request, call))) * time.Second
}

// operationFault decides what goes wrong with an operation on a pool, or on the control plane where pool is "".
func (w *World) operationFault(c *Cluster, pool string) (Fault, bool) {
	target := strings.ToLower(c.Name + "/" + pool)
	w.operationCalls[target]++
	for i, fault := range w.faults.Exact {
		matches := fault.Cluster != "" && strings.EqualFold(fault.Cluster, c.Name) && strings.EqualFold(fault.Pool, pool)
		if !matches || (fault.Times > 0 && w.faultCalls[i] >= fault.Times) {
			continue
		}
		w.faultCalls[i]++
		return fault, true
	}
	for _, kind := range operationFaults() {
		if pool == "" && kind == Drain {
			continue
		}
		if w.draw(string(kind)+string(c.ID)+"/"+pool, w.operationCalls[target]) < w.faults.Rates[kind] {
			return Fault{Kind: kind}, true
		}
	}
	return Fault{}, false
}

// problem is how an operation that a fault ended says so.
func (f Fault) problem(c *Cluster, pool string, draw float64) *fleet.Problem {
	switch f.Kind {
	case Drain:
		return &fleet.Problem{Code: "UpgradeFailed", Message: "Drain node aks-" + pool + "-vmss000000 failed when evicting pod web-0: Too Many Requests. " +
			"Cannot evict pod as it would violate the pod's disruption budget. PDB debug info: default/web blocked by pod(s) web-0. (PodDrainFailure)"}
	case Preempt:
		if draw < 0.5 {
			return &fleet.Problem{Code: "OriginalEtagNotExpect", Message: "The original etag of managed cluster " + c.Name + " is not as expected, another operation has changed it."}
		}
		return &fleet.Problem{Code: "AKSOperationPreempted", Message: "The operation was preempted by another operation on managed cluster " + c.Name + "."}
	case Cancel:
		return &fleet.Problem{Code: "OperationCanceled", Message: "The operation was canceled."}
	default:
		code, message := f.Code, f.Message
		if code == "" {
			code, message = "InternalOperationError", "Internal server error (reference "+strconv.Itoa(int(draw*1e6))+")."
		}
		return &fleet.Problem{Code: code, Message: message}
	}
}
