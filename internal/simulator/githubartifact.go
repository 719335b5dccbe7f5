package simulator

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"time"
)

// Artifact is what a job stored for later ones.
type Artifact struct {
	ID      int64
	Run     int64
	Attempt int // of the run that stored it
	Name    string
	Expired bool
	Created time.Time
	Content []byte // a zip
}

// Artifacts returns the artifacts of a run, newest first, those of all its attempts.
func (g *GitHub) Artifacts(run int64) []Artifact {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	var found []Artifact
	for _, artifact := range slices.Backward(g.artifacts) {
		if artifact.Run == run {
			found = append(found, artifact)
		}
	}
	return found
}

// Artifact finds an artifact.
func (g *GitHub) Artifact(id int64) (Artifact, bool) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	for _, artifact := range g.artifacts {
		if artifact.ID == id {
			return artifact, true
		}
	}
	return Artifact{}, false
}

// PutArtifact stores a zip, as actions/upload-artifact does. Names are unique within an attempt of a run: another of the
// same name is refused, unless it replaces the first.
func (g *GitHub) PutArtifact(run int64, name string, content []byte, overwrite bool) (Artifact, error) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	stored := g.run(run)
	if stored == nil {
		return Artifact{}, NotFoundByGitHub()
	}
	same := func(a Artifact) bool { return a.Run == run && a.Attempt == stored.Attempt && a.Name == name }
	if !overwrite && slices.ContainsFunc(g.artifacts, same) {
		return Artifact{}, &GitHubRefusal{Status: 409, Message: "an artifact with this name already exists on the workflow run"}
	}
	artifact := Artifact{ID: g.nextID(), Run: run, Attempt: stored.Attempt, Name: name, Created: g.world.now, Content: content}
	g.artifacts = append(slices.DeleteFunc(g.artifacts, same), artifact)
	return artifact, nil
}

// ExpireArtifact lets an artifact expire before its time.
func (g *GitHub) ExpireArtifact(id int64) {
	g.world.mu.Lock()
	defer g.world.mu.Unlock()
	for i := range g.artifacts {
		if g.artifacts[i].ID == id {
			g.artifacts[i].Expired = true
		}
	}
}

// zipped packs files as an artifact is.
func zipped(files map[string]string) []byte {
	var content bytes.Buffer
	writer := zip.NewWriter(&content)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file, err := writer.Create(name)
		if err == nil {
			_, _ = file.Write([]byte(files[name])) // into memory
		}
	}
	_ = writer.Close()
	return content.Bytes()
}
