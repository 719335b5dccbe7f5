package wire

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

// archivePrefix is where the archives of artifacts are stored: in GitHub's case another host.
const archivePrefix = "/actions-results/"

func githubArtifactEndpoints() []githubEndpoint {
	return []githubEndpoint{
		{"GET " + githubRunPath + "/artifacts", "LIST artifacts", "actions: read", listArtifacts},
		{"GET " + repositoryPath + "/actions/artifacts/{artifact}/zip", "GET artifact archive", "actions: read", getArchive},
	}
}

func listArtifacts(c *call) (reply, error) {
	run, err := c.run()
	if err != nil {
		return reply{}, err
	}
	bodies := []map[string]any{}
	for _, artifact := range c.world.GitHub().Artifacts(run.ID) {
		bodies = append(bodies, artifactBody(c, artifact, run))
	}
	page, header := githubPaged(c, bodies)
	return reply{status: http.StatusOK, header: header, body: map[string]any{"total_count": len(bodies), "artifacts": page}}, nil
}

func artifactBody(c *call, artifact simulator.Artifact, run simulator.WorkflowRun) map[string]any {
	address := c.repositoryURL() + "/actions/artifacts/" + strconv.FormatInt(artifact.ID, 10)
	return map[string]any{
		"id": artifact.ID, "name": artifact.Name, "size_in_bytes": len(artifact.Content), "url": address, "archive_download_url": address + "/zip",
		"expired": artifact.Expired, "created_at": stamp(artifact.Created), "updated_at": stamp(artifact.Created),
		"expires_at": stamp(artifact.Created.AddDate(0, 0, 90)), "workflow_run": map[string]any{"id": run.ID, "head_branch": run.Branch},
	}
}

// archiveLifetime is how long the address of an archive is good (GitHub REST API, "Download an artifact").
const archiveLifetime = time.Minute

// getArchive sends the client to where the archive is stored, with an address that needs no token.
func getArchive(c *call) (reply, error) {
	id, err := c.number("artifact")
	if err != nil {
		return reply{}, err
	}
	artifact, found := c.world.GitHub().Artifact(id)
	switch {
	case !found:
		return reply{}, simulator.NotFoundByGitHub()
	case artifact.Expired:
		return reply{}, &simulator.GitHubRefusal{Status: http.StatusGone, Message: "Artifact has expired"}
	}
	path := archivePrefix + strconv.FormatInt(id, 10) + "/artifact.zip"
	expires := strconv.FormatInt(c.world.Now().Add(archiveLifetime).Unix(), 10)
	query := url.Values{"se": {expires}, "sig": {c.sign.mac(path + expires)}}
	return reply{status: http.StatusFound, header: http.Header{"Location": {c.base() + path + "?" + query.Encode()}}}, nil
}

// archives serves what is stored, to whoever has a signed address. It refuses a request that brings a token besides, as
// Azure's storage does, which reads it as its own.
func archives(mux *http.ServeMux, w *simulator.World, sign signer) {
	mux.HandleFunc("GET "+archivePrefix+"{artifact}/artifact.zip", func(writer http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, world: w, sign: sign}
		query := r.URL.Query()
		expires, err := strconv.ParseInt(query.Get("se"), 10, 64)
		switch {
		case r.Header.Get("Authorization") != "":
			storageRefuses(writer, http.StatusBadRequest, "InvalidAuthenticationInfo")
			return
		case err != nil || query.Get("sig") != sign.mac(r.URL.Path+query.Get("se")) || w.Now().Unix() >= expires:
			storageRefuses(writer, http.StatusForbidden, "AuthenticationFailed")
			return
		}
		fault, err := w.GitHub().Arrive(r.Method, r.URL.Path, "GitHub archive")
		if err != nil {
			storageRefuses(writer, http.StatusServiceUnavailable, "ServerBusy")
			return
		}
		if fault.Kind == simulator.CutBefore || fault.Kind == simulator.CutAfter {
			panic(http.ErrAbortHandler)
		}
		id, _ := c.number("artifact") // the signature vouches for it
		artifact, _ := w.GitHub().Artifact(id)
		writer.Header().Set("Content-Type", "zip")
		_, _ = writer.Write(artifact.Content) // the client has gone
	})
}

// storageRefuses answers as Azure's storage does, in XML.
func storageRefuses(writer http.ResponseWriter, status int, code string) {
	writer.Header().Set("Content-Type", "application/xml")
	writer.Header().Set("X-Ms-Error-Code", code)
	writer.WriteHeader(status)
	_, _ = writer.Write([]byte(`<?xml version="1.0" encoding="utf-8"?><Error><Code>` + code + `</Code></Error>`)) // the client has gone
}
