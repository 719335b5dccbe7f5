package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// task is what is being done, for errors.
type task struct {
	what       string // "reading environment \"aks-canary\""
	permission string // that a job's token needs for it, as in a workflow: "actions: read"
}

// failure is the error of a task that GitHub refused.
type failure struct {
	task    string
	status  int
	message string // GitHub's
	advice  string
}

// Error writes what was refused and what to do about it.
func (f *failure) Error() string {
	text := fmt.Sprintf("%s: GitHub answered %d: %s.", f.task, f.status, strings.TrimSuffix(f.message, "."))
	if f.advice != "" {
		text += " " + f.advice
	}
	return text
}

// Status is the HTTP status of the refusal that an error stands for, or 0 where there is none. A rate limit is none, though
// GitHub answers 403 for it: what it put off is granted later.
func Status(err error) int {
	var refused *failure
	if errors.As(err, &refused) {
		return refused.status
	}
	return 0
}

// failed says what was being done when err happened. Neither the token nor an address that is signed stands in it.
func (a *API) failed(t task, err error) error {
	what := t.what + " of " + a.fullName()
	var refused *gh.ErrorResponse
	if errors.As(err, &refused) && refused.Response != nil {
		status := refused.Response.StatusCode
		message := a.redact(refused.Message)
		if message == "" {
			message = http.StatusText(status)
		}
		for _, detail := range refused.Errors {
			if detail.Message != "" {
				message += ": " + a.redact(detail.Message)
			}
		}
		return &failure{task: what, status: status, message: message, advice: advice(status, message, t.permission)}
	}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &mismatch) {
		return fmt.Errorf("%s: the reply is malformed: %w", what, err)
	}
	return fmt.Errorf("%s: %w", what, withoutURL(err))
}

func (a *API) redact(text string) string { return strings.ReplaceAll(text, a.token, "***") }

// advice says which permission is missing. GitHub answers 404 for what a token may not see, and 403 for what it may not
// do, but also where a run cannot be run again, which no permission mends.
func advice(status int, message, permission string) string {
	line := "permissions: " + permission
	switch {
	case status == http.StatusUnauthorized:
		return "The token is no good here, or has expired: pass token: ${{ github.token }}, of a job with " + line + "."
	case status == http.StatusForbidden && (strings.HasSuffix(permission, ": read") || strings.Contains(message, "not accessible by")):
		return "The job needs " + line + "."
	case status == http.StatusNotFound:
		return "It is not there, or the token may not see it, for which the job needs " + line + "."
	default:
		return ""
	}
}
