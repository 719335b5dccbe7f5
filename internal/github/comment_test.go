package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

const marker = "<!-- fleet-update-action production -->"

func TestACommentIsKeptUpToDate(t *testing.T) {
	var file simulator.GitHubFile
	for i := range 130 {
		file.Comments = append(file.Comments, simulator.CommentFile{Issue: 7, Author: "alice", Body: fmt.Sprintf("remark %d", i)})
	}
	s := enter(t, file)
	for turn := range 3 {
		found, err := s.FindComment(t.Context(), 7, marker)
		if err != nil || (found.ID != 0) != (turn > 0) {
			t.Fatalf("found %+v, %v", found, err)
		}
		if turn > 0 && found.Body != fmt.Sprintf("%s plan %d", marker, turn-1) {
			t.Errorf("the old body is %q", found.Body)
		}
		if err := s.PutComment(t.Context(), 7, marker, found, fmt.Sprintf("%s plan %d", marker, turn)); err != nil {
			t.Fatal(err)
		}
	}
	comments := s.GitHub().Comments(7)
	if len(comments) != 131 || comments[130].Body != marker+" plan 2" {
		t.Errorf("there are %d comments, the last %+v", len(comments), comments[len(comments)-1])
	}
}

// Whoever can write to a pull request can write the marker.
func TestCommentsOfOthersAreNotOurs(t *testing.T) {
	for _, test := range []struct {
		name, author, body string
		ours               bool
	}{
		{"our own", simulator.JobAuthor, marker + " plan", true},
		{"another app's token", "our-app[bot]", marker + " plan", true},
		{"a user's", "mallory", marker + " plan", false},
		{"a quotation", simulator.JobAuthor, "> " + marker + " plan", false},
		{"another marker", simulator.JobAuthor, "<!-- fleet-update-action staging --> plan", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := enter(t, simulator.GitHubFile{Comments: []simulator.CommentFile{{Issue: 7, Author: test.author, Body: test.body}}})
			found, err := s.FindComment(t.Context(), 7, marker)
			if err != nil || (found.ID != 0) != test.ours {
				t.Errorf("found %+v, %v", found, err)
			}
		})
	}
}

// The token of a person writes comments of that person.
func TestCommentsOfTheTokensUserAreOurs(t *testing.T) {
	s := scripted(t, func(r *http.Request) *http.Response {
		if r.URL.Path == "/api/v3/user" {
			return says(200, `{"login":"alice","id":5}`)
		}
		return says(200, `[{"id":1,"body":"`+marker+`","user":{"login":"mallory","id":4,"type":"User"}},{"id":2,"body":"`+marker+`","user":{"login":"alice","id":5,"type":"User"}}]`)
	})
	if found, err := s.FindComment(t.Context(), 7, marker); err != nil || found.ID != 2 {
		t.Errorf("found %+v, %v", found, err)
	}
}

// A passing fault must not lead to a second comment.
func TestWhetherACommentIsOursMustBeKnown(t *testing.T) {
	s := scripted(t, func(r *http.Request) *http.Response {
		if r.URL.Path == "/api/v3/user" {
			return says(500, "{}")
		}
		return says(200, `[{"id":1,"body":"`+marker+`","user":{"login":"alice","id":5,"type":"User"}}]`)
	})
	if found, err := s.FindComment(t.Context(), 7, marker); err == nil {
		t.Errorf("found %+v", found)
	}
}

func TestCommentsThatAreRefused(t *testing.T) {
	s := enter(t, simulator.GitHubFile{})
	if err := s.PutComment(t.Context(), 7, marker, github.Comment{}, "plan"); err == nil || len(s.sent) != 0 {
		t.Errorf("without its marker: %v after %q", err, s.sent)
	}
	err := s.PutComment(t.Context(), 7, marker, github.Comment{}, marker+strings.Repeat("x", 65_536))
	refused(t, err, 422, "commenting on pull request #7", "maximum is 65536 characters")
	err = s.PutComment(t.Context(), 7, marker, github.Comment{ID: 42}, marker)
	refused(t, err, 404)
}
