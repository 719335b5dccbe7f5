package rollouts

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/org/fleet-update-action/internal/github"
)

// TestDownloaded: their folders have no times, so what records say of theirs counts.
func TestDownloaded(t *testing.T) {
	older, newer := stage("first"), stage("first")
	older.At, newer.At = at(1), at(2)
	r := newRepository(t)
	r.stores(2, "result-second-1", at(3), "of another run")
	store, err := Downloaded(r, 1, fstest.MapFS{
		"result-first-10/result.json": {Data: []byte(encoded(t, newer))},
		"result-first-9/result.json":  {Data: []byte(encoded(t, older))},
		"fleet-plan-0/plan.json":      {Data: []byte("a plan")},
		"result-notes.txt":            {},
	})
	if err != nil {
		t.Fatal(err)
	}
	kept, expired, err := store.Artifacts(t.Context(), 1, "result-")
	if err != nil || len(expired) > 0 || len(kept) != 2 || kept[0].Name != "result-first-9" || kept[1].Name != "result-first-10" {
		t.Errorf("got %v, %v, %v", kept, expired, err)
	}
	if content, err := store.ArtifactFile(t.Context(), github.Artifact{Name: "fleet-plan-0"}, PlanFile); string(content) != "a plan" {
		t.Errorf("got %q, %v", content, err)
	}
	if _, err := store.ArtifactFile(t.Context(), github.Artifact{Name: "fleet-plan-0"}, ResultFile); !errors.Is(err, github.ErrNoRecord) {
		t.Errorf("got %v for a file that is not there", err)
	}
	others, _, err := store.Artifacts(t.Context(), 2, "")
	if err != nil || len(others) != 1 {
		t.Fatalf("got %v, %v", others, err)
	}
	if content, err := store.ArtifactFile(t.Context(), others[0], ResultFile); string(content) != "of another run" {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestFoldersWithoutArtifacts(t *testing.T) {
	dir := t.TempDir()
	store, err := Downloaded(newRepository(t), 1, os.DirFS(filepath.Join(dir, "gone")))
	if err != nil {
		t.Fatal(err)
	}
	if kept, _, err := store.Artifacts(t.Context(), 1, ""); len(kept) > 0 || err != nil {
		t.Errorf("got %v, %v", kept, err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Downloaded(newRepository(t), 1, os.DirFS(file)); err == nil {
		t.Error("a file is a folder")
	}
}
