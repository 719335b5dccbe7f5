package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// Comment is a comment on a pull request. ID 0 is one that is not written yet.
type Comment struct {
	ID   int64
	Body string
}

// FindComment finds the comment that this action keeps on a pull request: the first that begins with marker and is our
// own (GitHub REST API, "List issue comments"). Anybody can quote the marker; only a comment of a bot, which is what a
// job's token writes, or of the token's own user is ours to change. Where there is none, ID is 0.
func (a *API) FindComment(ctx context.Context, number int, marker string) (Comment, error) {
	reading := task{fmt.Sprintf("reading the comments on pull request #%d", number), "pull-requests: write"}
	comments, err := all(func(page gh.ListOptions) ([]*gh.IssueComment, *gh.Response, error) {
		return a.client.Issues.ListComments(ctx, a.owner, a.name, number, &gh.IssueListCommentsOptions{ListOptions: page})
	})
	if err != nil {
		return Comment{}, a.failed(reading, err)
	}
	for _, comment := range comments {
		if !strings.HasPrefix(comment.GetBody(), marker) {
			continue
		}
		ours, err := a.wrote(ctx, comment.GetUser())
		if err != nil {
			return Comment{}, a.failed(reading, err)
		}
		if ours {
			return Comment{ID: comment.GetID(), Body: comment.GetBody()}, nil
		}
	}
	return Comment{}, nil
}

// wrote reports whether the token's own account wrote something. A job's token has no user, and its bot's name differs
// from app to app.
func (a *API) wrote(ctx context.Context, author *gh.User) (bool, error) {
	if author.GetType() == "Bot" {
		return true, nil
	}
	user, _, err := a.client.Users.Get(ctx, "")
	var refused *gh.ErrorResponse
	if errors.As(err, &refused) && refused.Response.StatusCode == http.StatusForbidden {
		return false, nil // the token is no user's
	}
	if err != nil {
		return false, err
	}
	return user.GetID() == author.GetID(), nil
}

// PutComment writes body into a comment that FindComment found, or into a new one where it found none (GitHub REST API,
// "Create an issue comment", "Update an issue comment"). body must begin with marker, or it would not be found again.
func (a *API) PutComment(ctx context.Context, number int, marker string, found Comment, body string) error {
	writing := task{fmt.Sprintf("commenting on pull request #%d", number), "pull-requests: write"}
	if !strings.HasPrefix(body, marker) {
		return a.failed(writing, errors.New("the comment does not begin with its marker"))
	}
	text := &gh.IssueComment{Body: &body}
	var err error
	if found.ID == 0 {
		_, _, err = a.client.Issues.CreateComment(ctx, a.owner, a.name, number, text)
	} else {
		_, _, err = a.client.Issues.EditComment(ctx, a.owner, a.name, found.ID, text)
	}
	if err != nil {
		return a.failed(writing, err)
	}
	return nil
}
