//go:build e2e

package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
)

// approve lets alice approve jobs of environments, as a reviewer does on GitHub's page.
func (c *cloud) approve(t testing.TB, comment string, environments ...string) {
	t.Helper()
	content, err := json.Marshal(map[string]any{"environments": environments, "user": "alice", "comment": comment})
	must(t, err)
	c.post(t, http.MethodPost, runID+"/approvals", "application/json", content)
}

// upload puts an artifact in the place of the run's one of that name.
func (c *cloud) upload(t testing.TB, name string, archive []byte) {
	t.Helper()
	c.post(t, http.MethodPost, runID+"/artifacts?overwrite=true&name="+url.QueryEscape(name), "application/zip", archive)
}

// moved begins a run of the rollout's workflow, or changes what is said of one: an object of JSON.
func (c *cloud) moved(t testing.TB, run, change string) {
	t.Helper()
	c.post(t, http.MethodPut, run, "application/json", []byte(change))
}

// post gives the simulated GitHub what a run would get by other ways than its API.
func (c *cloud) post(t testing.TB, method, what, kind string, content []byte) {
	t.Helper()
	request, err := http.NewRequest(method, c.endpoint+"/api/v3/_simulator/runs/"+what, bytes.NewReader(content))
	must(t, err)
	request.Header.Set("Content-Type", kind)
	response, err := c.client.Do(request)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		t.Errorf("%s %s: %s", method, request.URL, response.Status)
	}
}

// packed is a file of the output folder as an artifact.
func (r *runner) packed(t testing.TB, name string) []byte {
	t.Helper()
	return packed(t, name, r.file(t, name))
}

// packed is a file as an artifact.
func packed(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	entry, err := writer.Create(name)
	must(t, err)
	_, err = entry.Write(content)
	must(t, err)
	must(t, writer.Close())
	return archive.Bytes()
}
