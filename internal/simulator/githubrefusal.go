package simulator

import (
	"fmt"
	"strings"
	"time"
)

// GitHubRefusal is an answer of GitHub that is not a success. It is an error.
type GitHubRefusal struct {
	Status        int
	Message       string
	Documentation string        // URL; "" is that of the REST API
	RetryAfter    time.Duration // zero: none is said
	Reset         time.Time     // of the primary rate limit, where that is used up
	Page          bool          // an HTML page instead of JSON, as GitHub's front door answers
}

// Error makes a GitHubRefusal an error.
func (r *GitHubRefusal) Error() string { return fmt.Sprintf("%d: %s", r.Status, r.Message) }

// NotFoundByGitHub is GitHub's answer for what is not there, and for what the token may not see.
func NotFoundByGitHub() *GitHubRefusal { return &GitHubRefusal{Status: 404, Message: "Not Found"} }

// NotPermitted is GitHub's answer to a job's token that lacks a permission.
func NotPermitted() *GitHubRefusal { return forbidden("Resource not accessible by integration") }

func forbidden(message string) *GitHubRefusal { return &GitHubRefusal{Status: 403, Message: message} }

// Arrive takes a request in: counts it and decides what goes wrong with it. A refusal is an error; a fault that is none
// (a cut connection) is returned for the caller to act out.
func (g *GitHub) Arrive(method, path, what string) (Fault, error) {
	w := g.world
	w.mu.Lock()
	defer w.mu.Unlock()
	key := strings.ToLower(method + " " + path)
	w.requestCalls[key]++
	asked := Event{Kind: Asked, By: Client, What: what}
	fault, faulty := w.requestFault(key, w.requestCalls[key])
	if !faulty {
		w.record(asked)
		return Fault{}, nil
	}
	w.record(Event{Kind: Faulted, By: Client, What: string(fault.Kind)})
	if refusal := fault.byGitHub(w.now); refusal != nil {
		asked.Status = refusal.Status
		w.record(asked)
		return Fault{}, refusal
	}
	w.record(asked)
	return fault, nil
}

// secondaryLimits is where the documentation of the limits is that every client gets to see who asks too often; its end
// is how clients know them.
const secondaryLimits = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"

// byGitHub is what a fault answers; nil for those that are no answer (GitHub documentation, "Rate limits for the REST
// API": 403 or 429, and headers that say when to come back).
func (f Fault) byGitHub(now time.Time) *GitHubRefusal {
	const tooMany = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
	switch f.Kind {
	case RateLimit:
		return &GitHubRefusal{Status: 403, Message: "API rate limit exceeded for installation.", Reset: now.Add(orElse(f.RetryAfter, 10*time.Minute)),
			Documentation: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}
	case SecondaryLimit:
		return &GitHubRefusal{Status: 403, Message: tooMany, RetryAfter: orElse(f.RetryAfter, time.Minute), Documentation: secondaryLimits}
	case Throttle:
		return &GitHubRefusal{Status: 429, Message: tooMany, RetryAfter: orElse(f.RetryAfter, 30*time.Second), Documentation: secondaryLimits}
	case BadGateway:
		return &GitHubRefusal{Status: 502, Page: true}
	case ServerFail:
		return &GitHubRefusal{Status: 500, Message: "Server Error"}
	case Unready:
		return &GitHubRefusal{Status: 503, Message: "Service Unavailable"}
	default:
		return nil
	}
}
