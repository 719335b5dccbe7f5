package azure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// recheck is how long to leave a cluster alone that cannot be written to just now, where Azure does not say.
const recheck = 30 * time.Second

// refusal is an error reply of the resource manager or of AKS.
type refusal struct {
	status    int
	notBefore time.Time // from Retry-After; zero where it does not say
	problem   *fleet.Problem
}

// Error writes the problem and what to do about it.
func (r *refusal) Error() string {
	if r.problem.Advice == "" {
		return r.problem.Error()
	}
	return r.problem.Error() + " " + r.problem.Advice
}

func newRefusal(response *http.Response, body []byte, call call, now time.Time) *refusal {
	problem := parseProblem(body)
	if problem.Message == "" {
		problem.Message = fmt.Sprintf("Azure answered %d %s without saying why.", response.StatusCode, http.StatusText(response.StatusCode))
	}
	if response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden {
		problem.Advice = cmp.Or(problem.Advice, fmt.Sprintf("Grant the identity the role %q on %s.", call.role, call.scope))
	}
	until, _ := retryAfter(response, now)
	return &refusal{status: response.StatusCode, notBefore: until, problem: problem}
}

// hasStatus reports whether err is an error reply with one of the statuses.
func hasStatus(err error, statuses ...int) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, status := range statuses {
		if r.status == status {
			return true
		}
	}
	return false
}

// passing reports whether a status speaks of a moment and not of the request.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// verdict is the one place that says whether a refused request may succeed later.
func (r *refusal) verdict() fleet.Verdict {
	switch {
	case r.status == http.StatusPreconditionFailed:
		return fleet.Moved
	case passing(r.status), underWay(r.problem):
		return fleet.Later
	default:
		return fleet.Refused
	}
}

// underWay reports whether AKS refuses because another operation holds the cluster. OperationNotAllowed alone does not
// say so: AKS also uses it for stopped clusters and skipped minors, and only the message tells. EtagMismatch is a race
// inside AKS, unlike a 412.
func underWay(p *fleet.Problem) bool {
	if strings.EqualFold(p.Code, "EtagMismatch") {
		return true
	}
	message := strings.ToLower(p.Message)
	return strings.EqualFold(p.Code, "OperationNotAllowed") &&
		(strings.Contains(message, "in progress") || strings.Contains(message, "another operation"))
}

// answerTo turns the error of a request into an Answer.
func answerTo(err error, now time.Time) fleet.Answer {
	var r *refusal
	if errors.As(err, &r) {
		answer := fleet.Answer{Verdict: r.verdict(), Err: r.problem}
		if answer.Verdict == fleet.Later {
			answer.NotBefore = r.notBefore
			if answer.NotBefore.IsZero() {
				answer.NotBefore = now.Add(recheck)
			}
		}
		return answer
	}
	var kept *overdrawn
	if errors.As(err, &kept) {
		return fleet.Answer{Verdict: fleet.Later, NotBefore: kept.until, Err: &fleet.Problem{Code: "Throttled", Message: kept.Error()}}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return later(now, "Interrupted", err.Error())
	}
	var login *loginFailed
	if errors.As(err, &login) {
		return later(now, "LoginFailed", err.Error())
	}
	// Nobody knows whether a cut request arrived; the next look at the cluster tells.
	return later(now, "NoReply", err.Error())
}

func later(now time.Time, code, message string) fleet.Answer {
	return fleet.Answer{Verdict: fleet.Later, NotBefore: now.Add(recheck), Err: &fleet.Problem{Code: code, Message: message}}
}

func refused(code, message, advice string) *fleet.Answer {
	return &fleet.Answer{Verdict: fleet.Refused, Err: &fleet.Problem{Code: code, Message: message, Advice: advice}}
}

func moved(code, message string) *fleet.Answer {
	return &fleet.Answer{Verdict: fleet.Moved, Err: &fleet.Problem{Code: code, Message: message}}
}

// errorBody is an error as AKS writes it, flat, and as it stands under "error" in the resource manager's own replies
// and in operations.
type errorBody struct {
	Code    lenient[string]      `json:"code"`
	Subcode lenient[string]      `json:"subcode"`
	Message lenient[string]      `json:"message"`
	Details lenient[[]errorBody] `json:"details"`
}

// lenient is a field that is left empty where it holds something of another type: the code of an error decides whether
// a write is tried again, and must not be lost because a detail beside it is a word and not an object.
type lenient[T any] struct{ value T }

// UnmarshalJSON never fails.
func (l *lenient[T]) UnmarshalJSON(content []byte) error {
	var value T
	if json.Unmarshal(content, &value) == nil {
		l.value = value
	}
	return nil
}

// maxQuoted bounds how much of a reply that is no JSON is quoted, in bytes.
const maxQuoted = 200

// parseProblem reads both shapes of error. A body of neither shape is quoted.
func parseProblem(body []byte) *fleet.Problem {
	var shapes struct {
		errorBody
		Error lenient[*errorBody] `json:"error"`
	}
	if err := json.Unmarshal(body, &shapes); err != nil {
		text := strings.Join(strings.Fields(string(body[:min(len(body), maxQuoted)])), " ")
		return &fleet.Problem{Message: strings.ToValidUTF8(text, "")}
	}
	if shapes.Error.value != nil {
		return problemOf(*shapes.Error.value)
	}
	return problemOf(shapes.errorBody)
}

// problemOf keeps the subcode or detail in place of the code where that is the one we have advice for.
func problemOf(e errorBody) *fleet.Problem {
	problem := &fleet.Problem{Code: e.Code.value, Message: e.Message.value}
	if details := e.Details.value; len(details) > 0 && problem.Message == "" {
		problem.Message = details[0].Message.value
	}
	if underWay(problem) { // its advice is to wait, which is what happens
		return problem
	}
	for _, code := range append([]string{e.Subcode.value}, e.detailCodes()...) {
		if advice := adviceFor(code); advice != "" {
			problem.Code, problem.Advice = code, advice
			return problem
		}
	}
	problem.Advice = adviceFor(problem.Code)
	return problem
}

// detailCodes returns the codes of all details, those of details within them included.
func (e errorBody) detailCodes() []string {
	var codes []string
	for _, detail := range e.Details.value {
		codes = append(append(codes, detail.Code.value), detail.detailCodes()...)
	}
	return codes
}
