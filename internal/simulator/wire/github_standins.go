package wire

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"

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
		{"PUT " + runs + "/jobs", putJob},
		{"POST " + runs + "/artifacts", postArtifact},
		{"POST " + runs + "/approvals", postApproval},
	}
}

// putRun begins a run, or moves it on.
func putRun(c *call) (reply, error) {
	id, err := c.number("run")
	if err != nil {
		return reply{}, err
	}
	var change simulator.RunFile
	if err := readGitHub(c, &change); err != nil {
		return reply{}, err
	}
	change.ID = id
	return ok(runBody(c, c.world.GitHub().PutRun(change)))
}

// putJob adds a job to the run's attempt, or moves the one of its name on: {"name": "Plan", "status": "in_progress"}.
func putJob(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	var change simulator.JobFile
	if err := readGitHub(c, &change); err != nil {
		return reply{}, err
	}
	job, found := c.world.GitHub().PutJob(run.ID, change)
	if !found || change.Name == "" {
		return reply{}, &simulator.GitHubRefusal{Status: http.StatusBadRequest, Message: "want the name of a job"}
	}
	return ok(jobBody(c, job))
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
	var given simulator.ApprovalFile
	if err := readGitHub(c, &given); err != nil {
		return reply{}, err
	}
	c.world.GitHub().PutApproval(run.ID, given)
	return reply{status: http.StatusCreated, body: struct{}{}}, nil
}
