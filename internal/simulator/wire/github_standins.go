package wire

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

// standIn is an endpoint for what the actions of a job, the runner and people do by other ways than the REST API. It
// takes no token: there is nothing like it on GitHub.
type standIn struct {
	pattern string
	serve   func(*call) (reply, error)
}

func githubStandIns() []standIn {
	runs := githubPrefix + "/_simulator/runs/{run}"
	return []standIn{
		{"PUT " + runs, putRun},
		{"POST " + runs + "/artifacts", postArtifact},
		{"POST " + runs + "/approvals", postApproval},
	}
}

// runChange is a run as a workflow's runner would move it on.
type runChange struct {
	Workflow       string    `json:"workflow"`
	Branch         string    `json:"branch"`
	HeadRepository string    `json:"headRepository"`
	Event          string    `json:"event"`
	Actor          string    `json:"actor"`
	Attempt        int       `json:"attempt"`
	Status         string    `json:"status"`
	Conclusion     string    `json:"conclusion"`
	Created        time.Time `json:"created"`
}

// putRun begins a run, or moves it on.
func putRun(c *call) (reply, error) {
	id, err := c.number("run")
	if err != nil {
		return reply{}, err
	}
	var change runChange
	if err := readGitHub(c, &change); err != nil {
		return reply{}, err
	}
	run := c.world.GitHub().PutRun(simulator.RunFile{ID: id, Workflow: change.Workflow, Branch: change.Branch, HeadRepository: change.HeadRepository,
		Event: change.Event, Actor: change.Actor, Attempt: change.Attempt, Status: change.Status, Conclusion: change.Conclusion, Created: change.Created})
	return ok(runBody(c, run))
}

// maxArchive is how large an artifact may be here, in bytes.
const maxArchive = 64 << 20

// postArtifact stores the zip in the body, as actions/upload-artifact would.
func postArtifact(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	content, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, maxArchive))
	if err != nil {
		return reply{}, &simulator.GitHubRefusal{Status: http.StatusRequestEntityTooLarge, Message: "the archive is too large"}
	}
	name := c.URL.Query().Get("name")
	if _, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err != nil || name == "" {
		return reply{}, &simulator.GitHubRefusal{Status: http.StatusBadRequest, Message: "want a name, and a zip as the body"}
	}
	artifact, err := c.world.GitHub().PutArtifact(run.ID, name, content, c.URL.Query().Get("overwrite") == "true")
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusCreated, body: artifactBody(c, artifact, run)}, nil
}

// postApproval is a reviewer's answer: {"environments": ["aks-production"], "user": "alice", "comment": "go"}.
func postApproval(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	var given struct {
		Environments []string `json:"environments"`
		State        string   `json:"state"`
		User         string   `json:"user"`
		Comment      string   `json:"comment"`
	}
	if err := readGitHub(c, &given); err != nil {
		return reply{}, err
	}
	c.world.GitHub().PutApproval(run.ID, simulator.ApprovalFile{Environments: given.Environments, State: given.State, User: given.User, Comment: given.Comment})
	return reply{status: http.StatusCreated, body: struct{}{}}, nil
}
