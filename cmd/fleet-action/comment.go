package main

import (
	"context"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/report"
)

// comment shows a plan, or why there is none, in the one comment that is kept on the pull request for the strategy file.
// Elsewhere it does nothing.
func (c call) comment(ctx context.Context, api *github.API, digest string, shown report.Document) error {
	event, err := c.event()
	if err != nil || event.Number == 0 {
		return err
	}
	marker := report.Marker(c.values["strategy"])
	found, err := api.FindComment(ctx, event.Number, marker)
	if err != nil {
		return err
	}
	return api.PutComment(ctx, event.Number, marker, found, report.Comment(shown, marker, digest, found.Body))
}

// event is what began the run; outside a job it is nothing.
func (c call) event() (github.Event, error) {
	file := c.getenv("GITHUB_EVENT_PATH")
	if file == "" {
		return github.Event{}, nil
	}
	event, err := github.ReadEvent(file)
	if err != nil {
		return event, wrongInput(err.Error(), "the runner sets GITHUB_EVENT_PATH; do not change it")
	}
	return event, nil
}
