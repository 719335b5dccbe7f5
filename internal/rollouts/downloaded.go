package rollouts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/github"
)

// downloaded is a store of which the artifacts of one run were downloaded, each into a folder of its name.
type downloaded struct {
	Store
	run   int64
	files fs.FS
	kept  []github.Artifact // in the order in which their records were written
}

// Downloaded is a store of which the artifacts of one run are the folders of a folder, into each of which the one of its
// name was downloaded. Of artifacts that were stored with v3 of actions/upload-artifact, GitHub's API tells only when their run is
// over. A folder that is not there holds none; the error is of one that cannot be read.
func Downloaded(others Store, run int64, files fs.FS) (Store, error) {
	d := downloaded{Store: others, run: run, files: files}
	entries, err := fs.ReadDir(files, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the downloaded artifacts: %w", err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			d.kept = append(d.kept, d.artifact(entry.Name()))
		}
	}
	slices.SortStableFunc(d.kept, oldestFirst)
	return d, nil
}

func (d downloaded) artifact(name string) github.Artifact {
	artifact := github.Artifact{Name: name}
	content, err := fs.ReadFile(d.files, path.Join(name, ResultFile))
	if err != nil {
		return artifact // a plan, or nothing of ours
	}
	if result, err := DecodeResult(content); err == nil {
		artifact.CreatedAt = result.At
	}
	return artifact
}

// Artifacts lists those of the run from the folder; none of them has expired.
func (d downloaded) Artifacts(ctx context.Context, run int64, prefix string) (kept, expired []github.Artifact, err error) {
	if run != d.run {
		return d.Store.Artifacts(ctx, run, prefix)
	}
	for _, artifact := range d.kept {
		if strings.HasPrefix(artifact.Name, prefix) {
			kept = append(kept, artifact)
		}
	}
	return kept, nil, nil
}

// ArtifactFile reads a file of an artifact; those without an id are the folder's.
func (d downloaded) ArtifactFile(ctx context.Context, artifact github.Artifact, file string) ([]byte, error) {
	if artifact.ID != 0 {
		return d.Store.ArtifactFile(ctx, artifact, file)
	}
	content, err := fs.ReadFile(d.files, path.Join(artifact.Name, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading %s in artifact %q: %w", file, artifact.Name, github.ErrNoRecord)
	}
	return content, err
}
