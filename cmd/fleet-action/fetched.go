package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/github"
)

// store is where the jobs of runs leave what they know to each other.
type store interface {
	Artifacts(ctx context.Context, run int64, prefix string) (kept, expired []github.Artifact, err error)
	ArtifactFile(ctx context.Context, artifact github.Artifact, file string) ([]byte, error)
}

// fetched is a store of which the artifacts of one run were downloaded, each into a folder of its name. Of artifacts that
// were stored with v3 of actions/upload-artifact, GitHub's API tells only when their run is over.
type fetched struct {
	store
	run   int64
	files fs.FS
}

// newFetched takes the artifacts of a run from a folder, "" is none.
func newFetched(api store, run int64, dir string) store {
	if dir == "" {
		return api
	}
	return fetched{store: api, run: run, files: os.DirFS(dir)}
}

// Artifacts lists those of the run from the folder, in the order in which their records were written.
func (f fetched) Artifacts(ctx context.Context, run int64, prefix string) (kept, expired []github.Artifact, err error) {
	if run != f.run {
		return f.store.Artifacts(ctx, run, prefix)
	}
	entries, err := fs.ReadDir(f.files, ".")
	if errors.Is(err, fs.ErrNotExist) { // the run has none
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, wrongInput(fmt.Sprintf("reading the downloaded artifacts: %v", err), "name their folder with records")
	}
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), prefix) {
			kept = append(kept, f.artifact(entry.Name()))
		}
	}
	slices.SortStableFunc(kept, func(a, b github.Artifact) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return kept, nil, nil
}

func (f fetched) artifact(name string) github.Artifact {
	artifact := github.Artifact{Name: name}
	content, err := fs.ReadFile(f.files, path.Join(name, resultFile))
	if err != nil {
		return artifact // a plan, or nothing of ours
	}
	if result, err := decodeResult(content); err == nil {
		artifact.CreatedAt = result.At
	}
	return artifact
}

// ArtifactFile reads a file of an artifact; those without an id are the folder's.
func (f fetched) ArtifactFile(ctx context.Context, artifact github.Artifact, file string) ([]byte, error) {
	if artifact.ID != 0 {
		return f.store.ArtifactFile(ctx, artifact, file)
	}
	content, err := fs.ReadFile(f.files, path.Join(artifact.Name, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading %s in artifact %q: %w", file, artifact.Name, github.ErrNoRecord)
	}
	return content, err
}
