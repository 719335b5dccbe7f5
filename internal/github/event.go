package github

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Event is what is known of the pull request that began a run; Number 0 is none.
type Event struct {
	Number int
	Head   string // owner/name of the repository that it comes from; "" is one that is deleted
	Base   string // owner/name of the one that it goes to
}

// Fork reports whether the pull request comes from another repository: its jobs get no secret and no identity.
func (e Event) Fork() bool { return !strings.EqualFold(e.Head, e.Base) }

// ReadEvent reads the event that began the run, from the file that GITHUB_EVENT_PATH names (GitHub documentation,
// "Webhook events and payloads": pull_request).
func ReadEvent(path string) (Event, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Event{}, fmt.Errorf("reading the event that began the run: %w", err)
	}
	type side struct {
		Repository struct {
			FullName string `json:"full_name"`
		} `json:"repo"`
	}
	var event struct {
		PullRequest struct {
			Number int  `json:"number"`
			Head   side `json:"head"`
			Base   side `json:"base"`
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(content, &event); err != nil {
		return Event{}, fmt.Errorf("reading the event that began the run, %s: %w", path, err)
	}
	pull := event.PullRequest
	return Event{Number: pull.Number, Head: pull.Head.Repository.FullName, Base: pull.Base.Repository.FullName}, nil
}
