package simulator

import (
	"slices"
	"time"
)

// Comment is a comment on an issue or a pull request.
type Comment struct {
	ID      int64
	Issue   int
	Author  string
	Body    string
	Created time.Time
	Updated time.Time
}

// JobAuthor is who writes what is written with a job's token.
const JobAuthor = "github-actions[bot]"

// maxComment is how long a comment may be, in characters.
const maxComment = 65_536

// Comments returns the comments on an issue or pull request, oldest first.
func (g *GitHub) Comments(issue int) []Comment {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	var found []Comment
	for _, comment := range g.comments {
		if comment.Issue == issue {
			found = append(found, comment)
		}
	}
	return found
}

// AddComment writes a comment.
func (g *GitHub) AddComment(issue int, body string) (Comment, error) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	if err := checkComment(body); err != nil {
		return Comment{}, err
	}
	comment := Comment{ID: g.nextID(), Issue: issue, Author: JobAuthor, Body: body, Created: g.world.now, Updated: g.world.now}
	g.comments = append(g.comments, comment)
	return comment, nil
}

// EditComment changes the body of a comment, whoever wrote it: a token that may write to pull requests may do that.
func (g *GitHub) EditComment(id int64, body string) (Comment, error) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	at := slices.IndexFunc(g.comments, func(c Comment) bool { return c.ID == id })
	if at < 0 {
		return Comment{}, NotFoundByGitHub()
	}
	if err := checkComment(body); err != nil {
		return Comment{}, err
	}
	g.comments[at].Body, g.comments[at].Updated = body, g.world.now
	return g.comments[at], nil
}

func checkComment(body string) error {
	switch length := len([]rune(body)); {
	case length == 0:
		return &GitHubRefusal{Status: 422, Message: "Validation Failed"}
	case length > maxComment:
		return &GitHubRefusal{Status: 422, Message: "Body is too long (maximum is 65536 characters)"}
	}
	return nil
}
