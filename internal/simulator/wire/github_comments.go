package wire

import (
	"net/http"
	"strconv"

	"github.com/org/fleet-update-action/internal/simulator"
)

func githubCommentEndpoints() []githubEndpoint {
	list := repositoryPath + "/issues/{issue}/comments"
	return []githubEndpoint{
		{"GET " + list, "LIST comments", "pull-requests: read", listComments},
		{"POST " + list, "POST comment", "pull-requests: write", postComment},
		{"PATCH " + repositoryPath + "/issues/comments/{comment}", "PATCH comment", "pull-requests: write", patchComment},
	}
}

type commentText struct {
	Body string `json:"body"`
}

func listComments(c *call) (reply, error) {
	issue, err := c.number("issue")
	if err != nil {
		return reply{}, err
	}
	bodies := []map[string]any{}
	for _, comment := range c.world.GitHub().Comments(int(issue)) {
		bodies = append(bodies, commentBody(c, comment))
	}
	page, header := githubPaged(c, bodies)
	return reply{status: http.StatusOK, header: header, body: page}, nil
}

func commentBody(c *call, comment simulator.Comment) map[string]any {
	address := c.base() + "/" + c.world.GitHub().Repository().FullName() + "/pull/" + strconv.Itoa(comment.Issue)
	return map[string]any{
		"id": comment.ID, "body": comment.Body, "user": accountBody(comment.Author), "created_at": stamp(comment.Created), "updated_at": stamp(comment.Updated),
		"html_url": address + "#issuecomment-" + strconv.FormatInt(comment.ID, 10),
	}
}

func postComment(c *call) (reply, error) {
	issue, err := c.number("issue")
	if err != nil {
		return reply{}, err
	}
	var text commentText
	if err := readGitHub(c, &text); err != nil {
		return reply{}, err
	}
	comment, err := c.world.GitHub().AddComment(int(issue), text.Body)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusCreated, body: commentBody(c, comment)}, nil
}

func patchComment(c *call) (reply, error) {
	id, err := c.number("comment")
	if err != nil {
		return reply{}, err
	}
	var text commentText
	if err := readGitHub(c, &text); err != nil {
		return reply{}, err
	}
	comment, err := c.world.GitHub().EditComment(id, text.Body)
	if err != nil {
		return reply{}, err
	}
	return ok(commentBody(c, comment))
}
